//! Queries: what goes out, and every shape of what comes back.

use std::time::Duration;

use jiff::Timestamp;
use monitors::prometheus::{
    Answer as Found, Client, InstantQuery, QueryError, QueryResult, RangeQuery, Reading, Value,
};
use monitors::{Credentials, Measured, Nonsense, Retry};

use crate::script::{Answer, Server};
use crate::{SECRET, bearer, http, line};

const QUERY: InstantQuery<'_> = InstantQuery {
    query: "sum(up) & 1",
    at: None,
    timeout: None,
};

async fn ask(answer: Answer) -> Result<Found, QueryError> {
    let server = Server::start([answer]).await;
    let client = Client::new(http(&server.url), &server.url, bearer()).unwrap();
    client.query(QUERY).await
}

async fn result(result_type: &str, result: &str) -> Found {
    let body = format!(
        r#"{{"status":"success","data":{{"resultType":"{result_type}","result":{result}}}}}"#
    );
    ask(Answer::new(200, &body)).await.unwrap()
}

#[tokio::test]
async fn a_query_is_a_form_and_its_credentials_a_header() {
    let empty = r#"{"status":"success","data":{"resultType":"vector","result":[]}}"#;
    let server = Server::start([Answer::new(200, empty)]).await;
    let base = format!("{}/prometheus/", server.url);
    let query = InstantQuery {
        at: Some(Timestamp::new(1_700_000_000, 500_000_000).unwrap()),
        timeout: Some(Duration::from_millis(2_500)),
        ..QUERY
    };
    let client = Client::new(http(&base), &base, bearer()).unwrap();
    client.query(query).await.unwrap();
    assert_eq!(
        server.request(),
        "POST /prometheus/api/v1/query\nBearer s3cr3t-t0k3n\n\
         query=sum%28up%29+%26+1&time=2023-11-14T22%3A13%3A20.5Z&timeout=2500ms"
    );
    assert!(!format!("{client:?}").contains(SECRET), "{client:?}");
}

#[tokio::test]
async fn a_range_has_its_ends_and_its_step() {
    let empty = r#"{"status":"success","data":{"resultType":"matrix","result":[]}}"#;
    let server = Server::start([Answer::new(200, empty)]).await;
    let basic = Credentials::Basic {
        user: "ana".to_owned(),
        password: SECRET.into(),
    };
    let query = RangeQuery {
        query: "up",
        start: Timestamp::from_second(1_700_000_000).unwrap(),
        end: Timestamp::from_second(1_700_000_060).unwrap(),
        step: Duration::from_millis(1_500),
        timeout: None,
    };
    let client = Client::new(http(&server.url), &server.url, basic).unwrap();
    let found = client.query_range(query).await.unwrap();
    assert_eq!(found.reading(), Reading::Silent);
    assert_eq!(
        server.request(),
        "POST /api/v1/query_range\nBasic YW5hOnMzY3IzdC10MGszbg==\n\
         query=up&start=2023-11-14T22%3A13%3A20Z&end=2023-11-14T22%3A14%3A20Z&step=1.5"
    );
}

#[tokio::test]
async fn every_value_has_its_type() {
    for (text, value, reading) in [
        ("1.5", Value::Number(1.5), Reading::Number(1.5)),
        ("1e+06", Value::Number(1e6), Reading::Number(1e6)),
        ("-0", Value::Number(0.0), Reading::Number(0.0)),
        ("NaN", Value::NotANumber, Reading::Silent),
        ("+Inf", Value::PositiveInfinity, Reading::Infinite),
        ("-Inf", Value::NegativeInfinity, Reading::Infinite),
    ] {
        let series = format!(r#"[{{"metric":{{"job":"web"}},"value":[1435781451.781,"{text}"]}}]"#);
        let found = result("vector", &series).await;
        assert_eq!(found.reading(), reading, "{text}");
        let QueryResult::Vector(series) = found.result else {
            panic!("{text}: {found:?}");
        };
        assert_eq!(series[0].sample.value, value);
        assert_eq!(series[0].labels["job"], "web");
        assert_eq!(series[0].sample.at.as_millisecond(), 1_435_781_451_781);
        let scalar = result("scalar", &format!(r#"[1435781451.781,"{text}"]"#)).await;
        assert_eq!(scalar.reading(), reading, "{text}");
    }
}

#[tokio::test]
async fn what_is_not_one_number_is_told_apart() {
    let one = r#"{"metric":{},"value":[1,"1"]}"#;
    let histogram =
        r#"[{"metric":{},"histogram":[1,{"count":"3","sum":"4.5","buckets":[[0,"1","2","3"]]}]}]"#;
    for (result_type, raw, expected) in [
        ("vector", "[]", Reading::Silent),
        ("matrix", "[]", Reading::Silent),
        ("vector", &format!("[{one},{one}]"), Reading::Several(2)),
        ("string", r#"[1,"text"]"#, Reading::NoNumber),
        ("vector", histogram, Reading::NoNumber),
    ] {
        assert_eq!(result(result_type, raw).await.reading(), expected, "{raw}");
    }
}

#[tokio::test]
async fn samples_of_a_span_are_in_order() {
    let raw = r#"[{"metric":{"__name__":"up"},"values":[[1,"1"],[3,"NaN"]],
        "histograms":[[2,{"count":"3","sum":"4.5"}]]}]"#;
    let QueryResult::Matrix(series) = result("matrix", raw).await.result else {
        panic!("no matrix");
    };
    let values: Vec<_> = series[0]
        .samples
        .iter()
        .map(|sample| sample.value)
        .collect();
    let histogram = Value::Histogram {
        count: 3.0,
        sum: 4.5,
    };
    assert_eq!(values, [Value::Number(1.0), histogram, Value::NotANumber]);
}

#[tokio::test]
async fn warnings_come_with_the_result() {
    let body = r#"{"status":"success","data":{"resultType":"scalar","result":[1,"1"]},
        "warnings":["a store\nis silent"],"infos":["rate of a gauge"]}"#;
    let found = ask(Answer::new(200, body)).await.unwrap();
    assert_eq!(found.warnings, ["a store is silent"]);
    assert_eq!(found.infos, ["rate of a gauge"]);
    assert_eq!(found.reading(), Reading::Number(1.0));
}

async fn measured(result_type: &str, result: &str) -> Measured {
    let body = format!(
        r#"{{"status":"success","data":{{"resultType":"{result_type}","result":{result}}}}}"#
    );
    let server = Server::start([Answer::new(200, &body)]).await;
    let client = Client::new(http(&server.url), &server.url, bearer()).unwrap();
    client.measure(QUERY).await.unwrap()
}

#[tokio::test]
async fn a_number_to_count_with_is_the_sum_of_all_series() {
    let vector = |values: &[&str]| {
        let series: Vec<String> = values
            .iter()
            .map(|value| format!(r#"{{"metric":{{}},"value":[1,"{value}"]}}"#))
            .collect();
        format!("[{}]", series.join(","))
    };
    for (values, expected) in [
        (vec![], Measured::Silent),
        (vec!["2.5"], Measured::Number(2.5)),
        (vec!["1", "0", "2"], Measured::Number(3.0)),
        (vec!["1", "NaN"], Measured::Nonsense(Nonsense::NotANumber)),
        (vec!["NaN", "1"], Measured::Nonsense(Nonsense::NotANumber)),
        (vec!["+Inf", "1"], Measured::Nonsense(Nonsense::Infinite)),
        (vec!["5", "-1"], Measured::Nonsense(Nonsense::Negative)),
        (
            vec!["1e308", "1e308"],
            Measured::Nonsense(Nonsense::Infinite),
        ),
    ] {
        let found = measured("vector", &vector(&values)).await;
        assert_eq!(found, expected, "{values:?}");
    }
    let histogram = r#"[{"metric":{},"histogram":[1,{"count":"3","sum":"4.5"}]}]"#;
    for (result_type, result, expected) in [
        ("scalar", r#"[1,"7"]"#, Measured::Number(7.0)),
        (
            "scalar",
            r#"[1,"-7"]"#,
            Measured::Nonsense(Nonsense::Negative),
        ),
        ("vector", histogram, Measured::Nonsense(Nonsense::NoNumber)),
        (
            "string",
            r#"[1,"7"]"#,
            Measured::Nonsense(Nonsense::NoNumber),
        ),
        ("matrix", "[]", Measured::Silent),
        (
            "matrix",
            r#"[{"metric":{},"values":[[1,"1"]]}]"#,
            Measured::Nonsense(Nonsense::NoNumber),
        ),
    ] {
        assert_eq!(measured(result_type, result).await, expected, "{result}");
    }
}

#[tokio::test]
async fn a_number_that_prometheus_is_not_sure_of_is_none() {
    let body = r#"{"status":"success","data":{"resultType":"scalar","result":[1,"1"]},
        "warnings":["a store is silent"]}"#;
    let server = Server::start([Answer::new(200, body)]).await;
    let client = Client::new(http(&server.url), &server.url, bearer()).unwrap();
    let error = client.measure(QUERY).await.unwrap_err();
    assert_eq!(
        line(&error, &server.url),
        "HOST is not sure of its answer: a store is silent; look into its health"
    );
    assert_eq!(error.retry(), Retry::Backoff);
}

#[tokio::test]
async fn a_chart_is_the_sum_at_each_moment_and_has_gaps() {
    let body = r#"{"status":"success","data":{"resultType":"matrix","result":[
        {"metric":{"a":"1"},"values":[[60,"1"],[120,"2"],[180,"3"]]},
        {"metric":{"a":"2"},"values":[[120,"5"],[180,"NaN"],[240,"4"]]}]}}"#;
    let server = Server::start([Answer::new(200, body)]).await;
    let client = Client::new(http(&server.url), &server.url, bearer()).unwrap();
    let range = RangeQuery {
        query: "up",
        start: Timestamp::from_second(60).unwrap(),
        end: Timestamp::from_second(240).unwrap(),
        step: Duration::from_secs(60),
        timeout: None,
    };
    let points = client.series(range).await.unwrap();
    let points: Vec<_> = points
        .iter()
        .map(|point| (point.at.as_second(), point.value))
        .collect();
    assert_eq!(points, [(60, 1.0), (120, 7.0), (240, 4.0)]);
}

fn refused(status: u16, error_type: &str) -> Answer {
    let body = format!(r#"{{"status":"error","errorType":"{error_type}","error":"the\n reason"}}"#);
    Answer::new(status, &body)
}

#[tokio::test]
async fn every_failure_is_one_line_with_a_remedy() {
    let page = Answer::new(200, "<html>Sign in</html>").header("content-type", "text/html");
    let busy = Answer::new(429, "").header("retry-after", "30");
    let pause = Retry::After(Duration::from_secs(30));
    for (answer, retry, text) in [
        (
            refused(400, "bad_data"),
            Retry::Never,
            "HOST does not take the query: the reason; correct it in the configuration",
        ),
        (
            refused(422, "execution"),
            Retry::Never,
            "HOST cannot execute the query: the reason; correct it in the configuration",
        ),
        (
            refused(503, "timeout"),
            Retry::Backoff,
            "HOST gave up on the query: the reason; make it cheaper or let it take longer",
        ),
        (
            refused(503, "canceled"),
            Retry::Backoff,
            "HOST cannot answer right now: the reason; look into its log if it lasts",
        ),
        (
            refused(500, "internal"),
            Retry::Backoff,
            "HOST cannot answer right now: the reason; look into its log if it lasts",
        ),
        (
            refused(404, "invented"),
            Retry::Never,
            "HOST refused the call with status 404 (the reason); check the configuration",
        ),
        (
            Answer::new(401, "Unauthorized"),
            Retry::Never,
            "HOST does not accept the credentials; check them in the configuration",
        ),
        (
            Answer::new(403, ""),
            Retry::Never,
            "HOST does not allow this (no reason given); give the credentials the right to query",
        ),
        (
            busy,
            pause,
            "HOST has too much to do; it is asked again later",
        ),
        (
            Answer::new(429, ""),
            Retry::Backoff,
            "HOST has too much to do; it is asked again later",
        ),
        (
            Answer::new(502, "<html>"),
            Retry::Backoff,
            "HOST failed with status 502 (no reason given); look into its log",
        ),
        (
            page,
            Retry::Backoff,
            "the answer of HOST is not Prometheus's (a web page); check the address",
        ),
        (
            Answer::new(302, "").header("location", "http://127.0.0.1:1/"),
            Retry::Backoff,
            "the answer of HOST is not Prometheus's (a redirect, which is not followed); check the address",
        ),
        (
            Answer::new(200, "{}"),
            Retry::Backoff,
            "the answer of HOST is not Prometheus's (not the JSON that was expected); check the address",
        ),
        (
            Answer::new(
                200,
                r#"{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"one"]}]}}"#,
            ),
            Retry::Backoff,
            "the answer of HOST is not Prometheus's (not the JSON that was expected); check the address",
        ),
        (
            Answer::new(200, &"x".repeat(17 * 1024 * 1024)),
            Retry::Backoff,
            "the answer of HOST is not Prometheus's (longer than 16777216 bytes); check the address",
        ),
    ] {
        let server = Server::start([answer]).await;
        let client = Client::new(http(&server.url), &server.url, bearer()).unwrap();
        let error = client.query(QUERY).await.unwrap_err();
        assert_eq!(line(&error, &server.url), text);
        assert_eq!(error.retry(), retry, "{text}");
    }
}

#[tokio::test]
async fn a_server_that_is_silent_or_gone_is_named() {
    let server = Server::start([]).await;
    for (url, text) in [
        (
            server.url.as_str(),
            "HOST did not answer in time; check whether it is overloaded",
        ),
        (
            "http://127.0.0.1:1",
            "HOST cannot be reached; check its address and the network between",
        ),
    ] {
        let client = Client::new(http(url), url, bearer()).unwrap();
        let error = client.query(QUERY).await.unwrap_err();
        assert_eq!(line(&error, url), text);
        assert_eq!(error.retry(), Retry::Backoff);
    }
}
