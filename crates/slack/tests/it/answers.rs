//! Answers that a Slack gives on a bad day, and those that only something else gives.

use std::error::Error;
use std::time::Duration;

use slack::{CallError, PostError, Retry, Unreadable};

use crate::stub::{Answer, Stub};
use crate::{IMPATIENT, client, client_with, post};

const TOKEN: &str = "xoxb-SECRET-TOKEN";

/// What stands in bodies that no error may show.
const BODY: &str = "BODY-OF-THE-ANSWER";

/// The error of a post that is answered by `stub`.
async fn failure(stub: &Stub) -> PostError {
    let error = post(&client(&stub.url, TOKEN), "#general")
        .await
        .unwrap_err();
    shows_no_secret(&error);
    error
}

#[track_caller]
fn shows_no_secret(error: &PostError) {
    let mut shown = format!("{error} {error:?} {}", error.remedy());
    let mut source = error.source();
    while let Some(error) = source {
        shown += &format!(" {error} {error:?}");
        source = error.source();
    }
    assert!(
        !shown.contains("SECRET") && !shown.contains(BODY),
        "{shown}"
    );
}

#[track_caller]
fn check(error: &PostError, retry: Retry, certainly_not_posted: bool, text: &str) {
    assert_eq!(error.retry(), retry, "{error:?}");
    assert_eq!(
        error.certainly_not_posted(),
        certainly_not_posted,
        "{error:?}"
    );
    assert_eq!(error.to_string(), text);
}

#[tokio::test]
async fn a_pause_is_kept_in_full() {
    let limited = r#"{"ok":false,"error":"ratelimited"}"#;
    for (headers, seconds) in [
        (vec!["retry-after: 30"], 30),
        (vec!["retry-after: 86400"], 86_400),
        (vec![], 5),
        (
            vec![
                "retry-after: Sun, 06 Nov 1994 08:51:07 GMT",
                "date: Sun, 06 Nov 1994 08:49:37 GMT",
            ],
            90,
        ),
    ] {
        for status in ["429 Too Many Requests", "200 OK"] {
            let error = failure(&Stub::answering(status, &headers, limited).await).await;
            let pause = Retry::After(Duration::from_secs(seconds));
            check(
                &error,
                pause,
                true,
                &format!("Slack asked for a pause of {seconds}s"),
            );
        }
    }
}

#[tokio::test]
async fn a_server_in_trouble_is_asked_again_and_may_have_posted() {
    for status in ["500 Internal Server Error", "503 Service Unavailable"] {
        let error = failure(&Stub::answering(status, &[], BODY).await).await;
        let text = format!("Slack failed with status {}", &status[..3]);
        check(&error, Retry::Backoff, false, &text);
    }
}

#[tokio::test]
async fn what_is_not_slacks_answer_is_told_apart() {
    let html = ["content-type: text/html; charset=utf-8"];
    let page = format!("<html>{BODY}</html>");
    let good = r#"{"ok":true,"channel":"C1","ts":"1.1"}"#;
    for (stub, why) in [
        (
            Stub::answering("200 OK", &html, &page).await,
            "it is a web page",
        ),
        (
            Stub::answering("302 Found", &["location: /login"], &page).await,
            "status 302 without a reason",
        ),
        (
            Stub::answering("404 Not Found", &html, &page).await,
            "status 404 without a reason",
        ),
        (
            Stub::answering("403 Forbidden", &[], good).await,
            "status 403 without a reason",
        ),
        (Stub::saying("").await, "it is empty"),
        (
            Stub::saying(r#"{"ok":true,"channel":"C1""#).await,
            "it is not the JSON that the method gives",
        ),
        (
            Stub::saying(&format!("[\"{BODY}\"]")).await,
            "it is not the JSON that the method gives",
        ),
        (
            Stub::saying(&format!("{{\"hello\":\"{BODY}\"}}")).await,
            "it is not the JSON that the method gives",
        ),
        (
            Stub::saying(r#"{"ok":true,"channel":"C1"}"#).await,
            "it is not the JSON that the method gives",
        ),
        (
            Stub::saying(r#"{"ok":true,"channel":"C1","ts":1.5}"#).await,
            "it is not the JSON that the method gives",
        ),
    ] {
        let error = failure(&stub).await;
        let text = format!("the answer does not look like Slack's: {why}");
        check(&error, Retry::Backoff, false, &text);
    }
}

#[tokio::test]
async fn a_giant_answer_is_not_read_to_its_end() {
    let too_long = |error: &PostError| {
        let limit = 4 * 1024 * 1024;
        matches!(
            error,
            PostError::Call(CallError::Unreadable(Unreadable::TooLong { limit: l })) if *l == limit
        )
    };
    let announced = b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n{".to_vec();
    let error = failure(&Stub::start(Answer::Bytes(announced)).await).await;
    assert!(too_long(&error), "{error:?}");

    let mut unannounced = b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n".to_vec();
    unannounced.resize(5 * 1024 * 1024, b' ');
    let error = failure(&Stub::start(Answer::Bytes(unannounced)).await).await;
    assert!(too_long(&error), "{error:?}");
}

#[tokio::test]
async fn an_answer_that_stops_halfway_is_no_answer() {
    let halfway = b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"ok\":true".to_vec();
    for answer in [
        Answer::Bytes(halfway),
        Answer::Nothing,
        Answer::Bytes(b"SSH-2.0\r\n".to_vec()),
    ] {
        let error = failure(&Stub::start(answer).await).await;
        check(&error, Retry::Backoff, false, "Slack did not answer");
    }
}

#[tokio::test]
async fn silence_ends_at_the_timeout_and_leaves_the_outcome_open() {
    let stub = Stub::start(Answer::Silence).await;
    let error = post(&client_with(&stub.url, TOKEN, IMPATIENT), "#general")
        .await
        .unwrap_err();
    shows_no_secret(&error);
    check(&error, Retry::Backoff, false, "Slack did not answer");
}

#[tokio::test]
async fn without_a_connection_nothing_was_posted() {
    let url = Stub::start(Answer::Nothing).await.url.clone();
    let error = post(&client(&url, TOKEN), "#general").await.unwrap_err();
    shows_no_secret(&error);
    check(&error, Retry::Backoff, true, "Slack cannot be reached");
}

#[tokio::test]
async fn a_refusal_of_the_form_keeps_what_slack_complains_about() {
    let stub = Stub::saying(
        r#"{"ok":false,"error":"invalid_blocks","response_metadata":{"messages":
            ["[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]"]}}"#,
    )
    .await;
    let PostError::InvalidMessage(refusal) = failure(&stub).await else {
        panic!("another error")
    };
    assert_eq!(refusal.code.as_str(), "invalid_blocks");
    assert!(refusal.details[0].contains("/blocks/0/text/text"));
}

#[tokio::test]
async fn a_code_that_nobody_knows_is_kept() {
    let stub = Stub::saying(r#"{"ok":false,"error":"invented_tomorrow"}"#).await;
    check(
        &failure(&stub).await,
        Retry::Never,
        true,
        "Slack refused the call (invented_tomorrow)",
    );
}

#[tokio::test]
async fn scopes_are_remembered_from_any_answer() {
    let refused =
        r#"{"ok":false,"error":"missing_scope","needed":"chat:write","provided":"users:read"}"#;
    let scopes = ["x-oauth-scopes: users:read,team:read"];
    let stub = Stub::answering("200 OK", &scopes, refused).await;
    let client = client(&stub.url, TOKEN);
    assert!(client.scopes().is_none());
    let error = post(&client, "#general").await.unwrap_err();
    check(
        &error,
        Retry::Never,
        true,
        "the app lacks the scope chat:write (it has users:read)",
    );
    assert_eq!(
        error.remedy(),
        "add the scope chat:write to the app and reinstall it"
    );
    assert_eq!(
        client.clone().scopes().unwrap().to_string(),
        "team:read,users:read"
    );
}

#[test]
fn a_client_shows_no_token() {
    let shown = format!("{:?}", client("http://127.0.0.1:1", TOKEN));
    assert_eq!(shown, r#"Client { base: "http://127.0.0.1:1/", .. }"#);
}
