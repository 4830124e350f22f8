//! Endpoints of one's own: what is asked, and what stands in the answer.

use monitors::Retry;
use monitors::http_json::{Client, JsonPointer, RelativePath, Value};

use crate::script::{Answer, Server};
use crate::{SECRET, bearer, http, line};

fn client(server: &Server) -> Client {
    let base = format!("{}/api/", server.url);
    let client = Client::new(http(&base), &base, bearer()).unwrap();
    assert!(!format!("{client:?}").contains(SECRET));
    client
}

fn path() -> RelativePath {
    "status/deploys?service=web team".parse().unwrap()
}

fn pointer(text: &str) -> JsonPointer {
    text.parse().unwrap()
}

#[tokio::test]
async fn a_path_below_the_endpoint_is_asked_with_its_token() {
    let server = Server::start([Answer::new(200, r#"{"open":true}"#)]).await;
    let found = client(&server).get(&path()).await.unwrap();
    assert_eq!(found.value(&pointer("/open")), Value::Bool(true));
    assert_eq!(
        server.request(),
        "GET /api/status/deploys?service=web+team\nBearer s3cr3t-t0k3n\n"
    );
}

#[tokio::test]
async fn a_value_is_where_the_pointer_points_or_absent() {
    let body = r#"{"data":[{"errors":3.5}],"state":"open","none":null,"a/b":1}"#;
    let server = Server::start([Answer::new(200, body)]).await;
    let found = client(&server).get(&path()).await.unwrap();
    for (place, expected) in [
        ("/data/0/errors", Value::Number(3.5)),
        ("/state", Value::Text("open".to_owned())),
        ("/a~1b", Value::Number(1.0)),
        ("/none", Value::Absent),
        ("/data/1/errors", Value::Absent),
        ("/data", Value::Several),
        ("", Value::Several),
    ] {
        assert_eq!(found.value(&pointer(place)), expected, "{place}");
    }
}

#[tokio::test]
async fn a_long_text_is_cut() {
    let body = format!("\"{}\"", "é".repeat(5_000));
    let server = Server::start([Answer::new(200, &body)]).await;
    let found = client(&server).value(&path(), &pointer("")).await;
    assert_eq!(found.unwrap(), Value::Text("é".repeat(1_000)));
}

#[tokio::test]
async fn only_a_success_is_an_answer() {
    for (answer, retry, text) in [
        (
            Answer::new(404, r#"{"message":"no service web"}"#),
            Retry::Never,
            "HOST does not know what is asked for (no service web); check the names in the query",
        ),
        (
            Answer::new(400, r#"{"error":{"message":"bad service"}}"#),
            Retry::Never,
            "HOST does not take the query: bad service; correct the query",
        ),
        (
            Answer::new(404, r#"{"open":true}"#),
            Retry::Never,
            "HOST refused the call with status 404 (no reason given); check the configuration",
        ),
        (
            Answer::new(503, r#"{"open":true}"#),
            Retry::Backoff,
            "HOST failed with status 503 (no reason given); look into its log",
        ),
    ] {
        let server = Server::start([answer.clone()]).await;
        let error = client(&server).get(&path()).await.unwrap_err();
        assert_eq!(line(&error, &server.url), text);
        assert_eq!(error.retry(), retry, "{text}");
        let server = Server::start([answer]).await;
        let error = client(&server).reach(&path()).await.unwrap_err();
        assert_eq!(line(&error, &server.url), text);
    }
}

#[tokio::test]
async fn a_gate_without_a_value_needs_only_a_success() {
    for (answer, is_open) in [
        (Answer::new(204, ""), true),
        (Answer::new(200, "OK"), true),
        (Answer::new(200, "{}"), true),
        (
            Answer::new(200, "<html>Sign in</html>").header("content-type", "text/html"),
            false,
        ),
        (Answer::new(302, ""), false),
        (Answer::new(503, "closed"), false),
    ] {
        let server = Server::start([answer.clone()]).await;
        let found = client(&server).reach(&path()).await;
        assert_eq!(found.is_ok(), is_open, "{answer:?}: {found:?}");
    }
}
