//! Answers that are right but for one value: nothing may panic or go on forever, whatever the
//! value is.

use monitors::Timeouts;
use serde_json::{Value, json};

use crate::asks::{ALL, Ask, http};
use crate::script::{Answer, Server};

/// A right answer to each question, with everything that is read of it.
fn right(ask: Ask) -> Value {
    let shards = json!({"total": 3, "successful": 3, "skipped": 0, "failed": 0});
    match ask {
        Ask::SentryIssues => json!([{
            "id": "1", "shortId": "APP-1", "title": "PostError", "culprit": "deliver",
            "permalink": "https://s.example/1", "level": "error", "count": "12", "userCount": 7,
            "firstSeen": "2026-11-24T10:01:00Z", "lastSeen": "2026-11-24T10:02:00Z",
            "filtered": {"count": "3", "userCount": 2},
        }]),
        Ask::SentryCounts => json!({"data": [{"count()": 12, "count_unique(user)": 7}]}),
        Ask::SentrySeries => json!({"timeSeries": [{"values": [
            {"timestamp": 1_795_514_400_000_u64, "value": 4, "incomplete": false}]}]}),
        Ask::SentryReport => json!({"id": "feed"}),
        Ask::SentryFlagHook => json!({}),
        Ask::ElasticsearchCount => json!({"count": 4, "timed_out": false, "_shards": shards}),
        Ask::ElasticsearchArms => {
            let arm = json!({"doc_count": 6, "actors": {"value": 3}, "times": {"buckets": [
                {"key": 1_795_514_400_000_u64, "doc_count": 2}]}});
            json!({"timed_out": false, "_shards": shards,
                "_clusters": {"total": 1, "successful": 1, "skipped": 0, "partial": 0, "failed": 0},
                "aggregations": {"arms": {"buckets": {"on": arm, "off": arm}}}})
        }
        Ask::PrometheusNumber => json!({"status": "success", "data": {"resultType": "vector",
            "result": [{"metric": {"a": "b"}, "value": [1_795_514_400.5, "1.5"]}]}}),
        Ask::PrometheusSeries => json!({"status": "success", "data": {"resultType": "matrix",
            "result": [{"metric": {"a": "b"}, "values": [[1_795_514_400.5, "1.5"]]}]}}),
        Ask::JsonValue => json!({"open": true}),
        Ask::PagerDutyOnCalls => json!({"more": false, "oncalls": [{
            "user": {"id": "P1", "name": "Ana", "summary": "Ana", "email": "ana@acme.example"},
            "escalation_level": 1, "start": "2026-11-24T08:00:00Z", "end": null}]}),
        Ask::PagerDutyIncidents => json!({"more": false, "incidents": [
            {"incident_number": 7, "title": "slow", "html_url": "https://p.example/7"}]}),
        Ask::PagerDutyMaintenance => json!({"more": false, "maintenance_windows": [
            {"id": "PW1", "description": "upgrade", "summary": "upgrade", "html_url": null}]}),
        Ask::OpsgenieOnCalls => json!({"data": {"finalTimeline": {"rotations": [{"periods": [{
            "startDate": "2026-11-24T08:00:00Z", "endDate": "2026-11-24T12:00:00Z",
            "recipient": {"id": "u1", "type": "user", "name": "Ana", "username": "a@b"}}]}]}}}),
        Ask::OpsgenieIncidents => json!({"paging": {"next": null}, "data": [{
            "id": "i1", "tinyId": "42", "message": "slow", "serviceId": "web",
            "impactedServices": ["web"]}]}),
        Ask::OpsgenieMaintenance => {
            json!({"data": [{"id": "m1", "status": "active", "description": "upgrade"}]})
        }
    }
}

/// All places within a document.
fn places(value: &Value, above: &str, found: &mut Vec<String>) {
    found.push(above.to_owned());
    match value {
        Value::Object(object) => {
            for (name, inner) in object {
                places(inner, &format!("{above}/{name}"), found);
            }
        }
        Value::Array(array) => {
            for (index, inner) in array.iter().enumerate() {
                places(inner, &format!("{above}/{index}"), found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => (),
    }
}

#[tokio::test]
async fn one_odd_value_is_survived_wherever_it_stands() {
    let odd = [
        Value::Null,
        json!(true),
        json!(-1),
        json!(1e300),
        json!(u64::MAX),
        json!(""),
        json!("NaN"),
        json!("9999-12-31T23:59:59Z"),
        json!([]),
        json!({}),
    ];
    let http = http(Timeouts::default().total);
    let (mut taken, mut refused) = (0, 0);
    for ask in ALL {
        let right = right(*ask);
        let server = Server::start([Answer::new(200, &right.to_string())]).await;
        assert_eq!(ask.of(&http, &server.url).await, None, "{ask:?}");
        let mut all = Vec::new();
        places(&right, "", &mut all);
        for place in all {
            for value in &odd {
                let mut mutant = right.clone();
                *mutant.pointer_mut(&place).unwrap() = value.clone();
                // As many as the most pages that are read.
                let answer = Answer::new(200, &mutant.to_string());
                let server = Server::start(vec![answer; 10]).await;
                match ask.of(&http, &server.url).await {
                    None => taken += 1,
                    Some((line, _)) => {
                        assert!(!line.contains("in time"), "{ask:?} {place} {value}: {line}");
                        refused += 1;
                    }
                }
            }
        }
    }
    println!("{taken} odd answers were taken, {refused} refused");
    assert!(taken < refused, "{taken} taken, {refused} refused");
}
