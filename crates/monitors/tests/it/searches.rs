//! Counts in Elasticsearch, against a double that knows the options of each clause.

use std::time::Duration;

use monitors::elasticsearch::{Arm, ArmsQuery, Client, CountQuery, IndexPattern};
use monitors::{Credentials, Point, Retry, Window};
use serde_json::{Value, json};

use crate::script::{Answer, Server};
use crate::strict::{Asked, Call, Given, Product, Strict};
use crate::{SECRET, at, http, line};

const PARAMETERS: &[&str] = &[
    "allow_no_indices",
    "allow_partial_search_results",
    "analyze_wildcard",
    "analyzer",
    "batched_reduce_size",
    "ccs_minimize_roundtrips",
    "default_operator",
    "df",
    "expand_wildcards",
    "ignore_throttled",
    "ignore_unavailable",
    "lenient",
    "max_concurrent_shard_requests",
    "min_score",
    "pre_filter_shard_size",
    "preference",
    "q",
    "request_cache",
    "rest_total_hits_as_int",
    "routing",
    "search_type",
    "terminate_after",
    "timeout",
    "track_total_hits",
    "typed_keys",
];

const ELASTICSEARCH: Product = Product {
    headers: &[
        ("authorization", "ApiKey s3cr3t-t0k3n"),
        ("content-type", "application/json"),
    ],
    calls: &[
        Call {
            method: "POST",
            path: "/logs-*/_count",
            parameters: PARAMETERS,
            answer: count,
        },
        Call {
            method: "POST",
            path: "/logs-*/_search",
            parameters: PARAMETERS,
            answer: search,
        },
    ],
    refuse: |reason| {
        json!({"error": {"root_cause": [{"type": "parsing_exception", "reason": reason}],
            "type": "search_phase_execution_exception", "reason": "all shards failed"},
            "status": 400})
    },
};

/// What each clause may have, by Elasticsearch's documentation.
const OPTIONS: &[(&str, &[&str])] = &[
    (
        "bool",
        &[
            "must",
            "filter",
            "should",
            "must_not",
            "minimum_should_match",
            "boost",
        ],
    ),
    (
        "query_string",
        &[
            "query",
            "default_field",
            "allow_leading_wildcard",
            "analyze_wildcard",
            "analyzer",
            "auto_generate_synonyms_phrase_query",
            "boost",
            "default_operator",
            "enable_position_increments",
            "fields",
            "fuzziness",
            "fuzzy_max_expansions",
            "fuzzy_prefix_length",
            "fuzzy_transpositions",
            "lenient",
            "max_determinized_states",
            "minimum_should_match",
            "quote_analyzer",
            "phrase_slop",
            "quote_field_suffix",
            "rewrite",
            "time_zone",
        ],
    ),
    (
        "@timestamp",
        &[
            "gt",
            "gte",
            "lt",
            "lte",
            "format",
            "relation",
            "time_zone",
            "boost",
        ],
    ),
    (
        "cardinality",
        &[
            "field",
            "precision_threshold",
            "missing",
            "script",
            "execution_hint",
        ],
    ),
    (
        "date_histogram",
        &[
            "field",
            "calendar_interval",
            "fixed_interval",
            "format",
            "time_zone",
            "offset",
            "keyed",
            "missing",
            "order",
            "min_doc_count",
            "extended_bounds",
            "hard_bounds",
        ],
    ),
];

fn options(value: &Value) -> Result<(), String> {
    match value {
        Value::Object(object) => object.iter().try_for_each(|(name, inner)| {
            let known = OPTIONS.iter().find(|(clause, _)| clause == name);
            let given = inner.as_object().into_iter().flat_map(|inner| inner.keys());
            for option in given {
                if known.is_some_and(|(_, options)| !options.contains(&option.as_str())) {
                    return Err(format!("[{name}] query does not support [{option}]"));
                }
            }
            options(inner)
        }),
        Value::Array(array) => array.iter().try_for_each(options),
        _ => Ok(()),
    }
}

/// The parts of the body, of which there may be no others.
fn parts(asked: &Asked, known: &[&str]) -> Result<Value, String> {
    if asked.one("allow_no_indices")? != "false" {
        return Err("a pattern that matches nothing would be a zero".to_owned());
    }
    let body = asked.json();
    for name in body.as_object().ok_or("request body is required")?.keys() {
        if !known.contains(&name.as_str()) {
            return Err(format!("Unknown key for a START_OBJECT in [{name}]"));
        }
    }
    options(&body)?;
    Ok(body)
}

fn shards() -> Value {
    json!({"total": 3, "successful": 3, "skipped": 1, "failed": 0})
}

fn count(asked: &Asked) -> Result<Given, String> {
    let body = parts(asked, &["query"])?;
    let text = &body["query"]["bool"]["filter"][1]["query_string"]["query"];
    match text.as_str().unwrap_or_default() {
        "json.severity:" => Err("Failed to parse query [json.severity:]".to_owned()),
        "*:*" => Given::json(json!({"count": 90, "_shards": shards()})),
        _ => Given::json(json!({"count": 4, "_shards": shards()})),
    }
}

fn search(asked: &Asked) -> Result<Given, String> {
    let body = parts(asked, &["query", "size", "track_total_hits", "aggs"])?;
    let within = &body["aggs"]["arms"]["aggs"];
    let mut buckets = json!({"on": {"doc_count": 6}, "off": {"doc_count": 2}});
    for (state, actors) in [("on", 3), ("off", 1)] {
        if within.get("actors").is_some() {
            buckets[state]["actors"] = json!({"value": actors});
        }
        if within.get("times").is_some() {
            buckets[state]["times"] = json!({"buckets": [
                {"key_as_string": "2026-11-24T10:00:00.000Z", "key": 1_795_514_400_000_u64, "doc_count": 2},
                {"key_as_string": "2026-11-24T10:01:00.000Z", "key": 1_795_514_460_000_u64, "doc_count": 0},
            ]});
        }
    }
    Given::json(json!({
        "took": 5, "timed_out": false, "_shards": shards(),
        "hits": {"total": {"value": 8, "relation": "eq"}, "max_score": null, "hits": []},
        "aggregations": {"arms": {"buckets": buckets}},
    }))
}

fn client(url: &str) -> Client {
    Client::new(http(url), url, Credentials::ApiKey(SECRET.into())).unwrap()
}

fn index() -> IndexPattern {
    "logs-*".parse().unwrap()
}

fn window() -> Window {
    let minute = Duration::from_secs(60);
    Window::before(at("2026-11-24T10:02:30Z"), Duration::from_secs(90), minute)
}

fn errors<'a>(index: &'a IndexPattern, query: &'a str) -> CountQuery<'a> {
    CountQuery {
        index,
        query,
        time_field: "@timestamp",
        window: window(),
    }
}

fn flag(index: &IndexPattern) -> ArmsQuery<'_> {
    ArmsQuery {
        index,
        query: "json.severity:ERROR",
        on: "json.feature_flag_states:\"a_flag:1\"",
        off: "json.feature_flag_states:\"a_flag:0\"",
        time_field: "@timestamp",
        window: window(),
        actor_field: None,
        interval: None,
    }
}

fn query_string(query: &str) -> Value {
    json!({"query_string": {"query": query, "default_operator": "AND",
        "analyze_wildcard": false, "allow_leading_wildcard": false, "lenient": false,
        "time_zone": "UTC"}})
}

fn query(text: &str) -> Value {
    json!({"bool": {"filter": [
        {"range": {"@timestamp": {"gte": "2026-11-24T10:00:00Z", "lt": "2026-11-24T10:01:00Z",
            "format": "strict_date_optional_time_nanos"}}},
        query_string(text),
    ]}})
}

#[tokio::test]
async fn documents_are_counted_as_kibana_would_and_without_what_is_dear() {
    for (text, sent, expected) in [
        ("json.severity:ERROR", "json.severity:ERROR", 4),
        ("  ", "*:*", 90),
    ] {
        let double = Strict::start(ELASTICSEARCH).await;
        let index = index();
        let found = client(&double.url).count(errors(&index, text)).await;
        assert_eq!(found.unwrap(), expected);
        assert_eq!(double.asked()[0].json(), json!({ "query": query(sent) }));
    }
}

#[tokio::test]
async fn both_arms_come_with_one_search() {
    let double = Strict::start(ELASTICSEARCH).await;
    let index = index();
    let arms = ArmsQuery {
        actor_field: Some("json.user_id"),
        interval: Some(Duration::from_secs(60)),
        ..flag(&index)
    };
    let found = client(&double.url).arms(arms).await.unwrap();
    let series = [("2026-11-24T10:00:00Z", 2.0), ("2026-11-24T10:01:00Z", 0.0)];
    let expected = Arm {
        documents: 6,
        actors: Some(3),
        series: series
            .map(|(moment, value)| Point {
                at: at(moment),
                value,
            })
            .to_vec(),
    };
    assert_eq!(found.on, expected);
    assert_eq!((found.off.documents, found.off.actors), (2, Some(1)));
    let sent = json!({
        "query": query("json.severity:ERROR"), "size": 0, "track_total_hits": true,
        "aggs": {"arms": {
            "filters": {"filters": {
                "on": query_string("json.feature_flag_states:\"a_flag:1\""),
                "off": query_string("json.feature_flag_states:\"a_flag:0\""),
            }},
            "aggs": {
                "actors": {"cardinality": {"field": "json.user_id"}},
                "times": {"date_histogram": {"field": "@timestamp", "fixed_interval": "60s",
                    "min_doc_count": 0}},
            },
        }},
    });
    assert_eq!(double.asked()[0].json(), sent);
}

#[tokio::test]
async fn without_a_field_and_a_chart_documents_are_counted() {
    let double = Strict::start(ELASTICSEARCH).await;
    let index = index();
    let found = client(&double.url).arms(flag(&index)).await.unwrap();
    let arm = |documents| Arm {
        documents,
        actors: None,
        series: Vec::new(),
    };
    assert_eq!((found.on, found.off), (arm(6), arm(2)));
    assert_eq!(double.asked()[0].json()["aggs"]["arms"].get("aggs"), None);
}

#[tokio::test]
async fn a_search_that_cannot_be_is_not_sent() {
    let double = Strict::start(ELASTICSEARCH).await;
    let index = index();
    let day = Window {
        from: window().until - Duration::from_secs(86_400),
        until: window().until,
    };
    let too_fine = ArmsQuery {
        window: day,
        interval: Some(Duration::from_secs(1)),
        ..flag(&index)
    };
    let nothing = CountQuery {
        window: Window {
            from: day.until,
            until: day.until,
        },
        ..errors(&index, "x")
    };
    let client = client(&double.url);
    let error = client.arms(too_fine).await.unwrap_err();
    assert_eq!(
        line(&error, &double.url),
        "HOST does not take the query: its interval is too short for its time; correct the query"
    );
    let error = client.count(nothing).await.unwrap_err();
    assert_eq!(
        line(&error, &double.url),
        "HOST does not take the query: its time ends before it begins; correct the query"
    );
    assert!(double.asked().is_empty());
}

#[tokio::test]
async fn a_mistake_in_a_query_is_said_in_the_shards_words() {
    let double = Strict::start(ELASTICSEARCH).await;
    let index = index();
    let error = client(&double.url)
        .count(errors(&index, "json.severity:"))
        .await;
    let error = error.unwrap_err();
    assert_eq!(
        line(&error, &double.url),
        "HOST does not take the query: Failed to parse query [json.severity:]; correct the query"
    );
    assert_eq!(error.retry(), Retry::Never);
}

#[tokio::test]
async fn half_an_answer_is_none() {
    let found = |shards: &str, rest: &str| {
        let body = format!(
            r#"{{"count":4,"timed_out":{rest},"_shards":{{"total":3,"successful":2,{shards}}}}}"#
        );
        Answer::new(200, &body)
    };
    for (answer, text) in [
        (
            found(r#""failed":1"#, "false"),
            "HOST answered from a part of its data only: 1 of 3 shards failed; look into its health",
        ),
        (
            found(r#""failed":0"#, "true"),
            "HOST answered from a part of its data only: the search took too long; look into its health",
        ),
        (
            found(
                r#""failed":0"#,
                r#"false,"_clusters":{"total":2,"successful":1,"skipped":1}"#,
            ),
            "HOST answered from a part of its data only: 1 clusters were not searched as a whole; look into its health",
        ),
        (
            Answer::new(200, r#"{"count":4}"#),
            "the answer of HOST is not Elasticsearch's (not the JSON that was expected); check the address",
        ),
    ] {
        let server = Server::start([answer]).await;
        let index = index();
        let error = client(&server.url)
            .count(errors(&index, "x"))
            .await
            .unwrap_err();
        assert_eq!(line(&error, &server.url), text);
        assert_eq!(error.retry(), Retry::Backoff, "{text}");
    }
}

#[tokio::test]
async fn an_index_that_is_not_there_is_no_zero() {
    let missing = r#"{"error":{"root_cause":[{"type":"index_not_found_exception",
        "reason":"no such index [logs-*]"}],"type":"index_not_found_exception",
        "reason":"no such index [logs-*]"},"status":404}"#;
    let server = Server::start([Answer::new(404, missing)]).await;
    let index = index();
    let error = client(&server.url)
        .count(errors(&index, "x"))
        .await
        .unwrap_err();
    assert_eq!(
        line(&error, &server.url),
        "HOST does not know what is asked for (no such index [logs-*]); check the names in the query"
    );
    assert_eq!(error.retry(), Retry::Never);
}
