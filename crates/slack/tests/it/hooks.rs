//! Response URLs and incoming webhooks: what goes out, and every answer that comes back.

use std::error::Error;
use std::time::Duration;

use insta::assert_snapshot;
use secrecy::SecretString;
use slack::{
    HookHost, IncomingWebhook, PostError, Response, ResponseError, ResponseUrl, Retry, Timeouts,
    WebhookPost,
};

use crate::requests::shown;
use crate::stub::{Answer, Stub};
use crate::{IMPATIENT, channel, http, pushed};

const SECRET: &str = "/services/T0DEMO/B0DEMO/SECRET";
const BODY: &str = "BODY-OF-THE-ANSWER";

fn webhook_with(base_url: &str, timeouts: Timeouts) -> IncomingWebhook {
    let host = HookHost::of_slack(base_url).unwrap();
    let url = SecretString::from(format!("{host}{SECRET}"));
    IncomingWebhook::new(http(base_url, timeouts), &url, &host).unwrap()
}

async fn post_to(webhook: &IncomingWebhook, to: Option<&str>) -> Result<(), PostError> {
    let (message, channel) = (pushed(), to.map(channel));
    let post = WebhookPost {
        message: &message,
        channel: channel.as_ref(),
        username: None,
        icon_url: None,
    };
    webhook.post(post).await
}

async fn respond(stub: &Stub) -> Result<(), ResponseError> {
    let host = HookHost::of_slack(&stub.url).unwrap();
    let url = ResponseUrl::parse(&format!("{host}{SECRET}"), &host).unwrap();
    let message = pushed();
    let http = http(&stub.url, Timeouts::default());
    url.respond(&http, Response::ephemeral(&message)).await
}

#[track_caller]
fn shows_no_secret(error: &(dyn Error + 'static)) {
    let mut shown = String::new();
    let mut cause = Some(error);
    while let Some(error) = cause {
        shown += &format!("{error} {error:?} ");
        cause = error.source();
    }
    assert!(
        !shown.contains("SECRET") && !shown.contains(BODY),
        "{shown}"
    );
}

#[tokio::test]
async fn a_webhook_posts_under_another_name() {
    let stub = Stub::answering("200 OK", &["content-type: text/html"], "ok").await;
    let (message, channel) = (pushed(), channel("#deploys"));
    let post = WebhookPost {
        message: &message,
        channel: Some(&channel),
        username: Some(" GitLab "),
        icon_url: Some("javascript:alert(1)"),
    };
    let webhook = webhook_with(&stub.url, Timeouts::default());
    webhook.post(post).await.unwrap();
    assert_snapshot!(shown(&stub), @r##"
    POST /services/T0DEMO/B0DEMO/SECRET HTTP/1.1
    content-type: application/json
    accept: */*
    user-agent: signalbox

    {"channel":"#deploys","username":"GitLab","text":"Ana pushed 2 commits to main","blocks":[{"type":"section","text":{"type":"mrkdwn","text":"*Ana* pushed 2 commits to `main`","verbatim":true}}],"attachments":[{"color":"#334455","blocks":[{"type":"section","text":{"type":"mrkdwn","text":"1. Tidy &lt;up&gt;\n2. Test","verbatim":true}}]}],"unfurl_links":false,"unfurl_media":false}
    "##);
    assert!(!format!("{webhook:?}").contains("SECRET"));
}

#[tokio::test]
async fn an_answer_replaces_what_stood_there() {
    let stub = Stub::saying(r#"{"ok":true}"#).await;
    let host = HookHost::of_slack(&stub.url).unwrap();
    let url = ResponseUrl::parse(&format!("{host}/commands/1"), &host).unwrap();
    let message = pushed().plain();
    let response = Response {
        replace_original: true,
        ..Response::in_channel(&message)
    };
    let http = http(&stub.url, Timeouts::default());
    url.respond(&http, response).await.unwrap();
    assert_snapshot!(shown(&stub), @r#"
    POST /commands/1 HTTP/1.1
    content-type: application/json
    accept: */*
    user-agent: signalbox

    {"response_type":"in_channel","replace_original":true,"text":"Ana pushed 2 commits to main","blocks":[],"attachments":[],"unfurl_links":false,"unfurl_media":false}
    "#);
}

#[tokio::test]
async fn a_message_that_was_clicked_in_is_taken_away() {
    let stub = Stub::saying(r#"{"ok":true}"#).await;
    let host = HookHost::of_slack(&stub.url).unwrap();
    let url = ResponseUrl::parse(&format!("{host}/actions/1"), &host).unwrap();
    let http = http(&stub.url, Timeouts::default());
    url.delete_original(&http).await.unwrap();
    let request = stub.request();
    assert!(
        request.ends_with(r#"{"delete_original":true}"#),
        "{request}"
    );
}

#[test]
fn an_answer_to_the_request_itself_is_the_same_json() {
    let message = pushed().plain();
    assert_snapshot!(
        serde_json::to_string(&Response::ephemeral(&message)).unwrap(),
        @r#"{"response_type":"ephemeral","text":"Ana pushed 2 commits to main","unfurl_links":false,"unfurl_media":false}"#
    );
}

/// The error of a post to `#deploys` that is answered so.
async fn refusal(status: &str, headers: &[&str], body: &str) -> PostError {
    let stub = Stub::answering(status, headers, body).await;
    let webhook = webhook_with(&stub.url, Timeouts::default());
    let error = post_to(&webhook, Some("#deploys")).await.unwrap_err();
    shows_no_secret(&error);
    error
}

#[tokio::test]
async fn what_a_webhook_says_decides_what_to_do() {
    let html = "content-type: text/html; charset=utf-8";
    let page = format!("<html>{BODY}</html>");
    let pause = Retry::After(Duration::from_secs(30));
    for (status, headers, body, retry, certain, text) in [
        (
            "404 Not Found",
            vec![html],
            "no_service",
            Retry::Never,
            true,
            "the incoming webhook takes no messages (no_service)",
        ),
        (
            "404 Not Found",
            vec![html],
            "No service",
            Retry::Never,
            true,
            "the incoming webhook takes no messages (no_service)",
        ),
        (
            "404 Not Found",
            vec![html],
            &page,
            Retry::Never,
            true,
            "the incoming webhook takes no messages (not_found)",
        ),
        (
            "403 Forbidden",
            vec![],
            "invalid_token",
            Retry::Never,
            true,
            "the incoming webhook takes no messages (invalid_token)",
        ),
        (
            "403 Forbidden",
            vec![],
            "action_prohibited",
            Retry::Never,
            true,
            "channel #deploys does not take messages from the app (action_prohibited)",
        ),
        (
            "404 Not Found",
            vec![],
            "channel_not_found",
            Retry::Never,
            true,
            "channel #deploys does not exist or is hidden from the bot",
        ),
        (
            "410 Gone",
            vec![],
            "channel_is_archived",
            Retry::Never,
            true,
            "channel #deploys was archived",
        ),
        (
            "400 Bad Request",
            vec![],
            "invalid_payload",
            Retry::Never,
            true,
            "Slack refused the message's form (invalid_payload)",
        ),
        (
            "400 Bad Request",
            vec![],
            "no_text",
            Retry::Never,
            true,
            "Slack refused the message's form (no_text)",
        ),
        (
            "429 Too Many Requests",
            vec!["retry-after: 30"],
            "rate_limited",
            pause,
            true,
            "Slack asked for a pause of 30s",
        ),
        (
            "500 Internal Server Error",
            vec![],
            "rollup_error",
            Retry::Backoff,
            false,
            "Slack failed with status 500",
        ),
        (
            "302 Found",
            vec!["location: http://169.254.169.254/"],
            "",
            Retry::Backoff,
            false,
            "the answer does not look like Slack's: status 302 without a reason",
        ),
        (
            "200 OK",
            vec![html],
            &page,
            Retry::Backoff,
            false,
            "the answer does not look like Slack's: it is a web page",
        ),
        (
            "200 OK",
            vec![],
            "{\"hello\":1}",
            Retry::Backoff,
            false,
            "the answer does not look like Slack's: it is neither `ok` nor a reason",
        ),
        (
            "200 OK",
            vec![],
            r#"{"ok":false,"error":"no_service"}"#,
            Retry::Never,
            true,
            "the incoming webhook takes no messages (no_service)",
        ),
    ] {
        let error = refusal(status, &headers, body).await;
        assert_eq!(error.to_string(), text);
        let found = (error.retry(), error.certainly_not_posted());
        assert_eq!(found, (retry, certain), "{text}");
    }
}

#[tokio::test]
async fn no_answer_is_no_certainty_and_shows_no_address() {
    for (answer, timeouts, text) in [
        (Answer::Nothing, Timeouts::default(), "Slack did not answer"),
        (Answer::Silence, IMPATIENT, "Slack did not answer"),
    ] {
        let stub = Stub::start(answer).await;
        let webhook = webhook_with(&stub.url, timeouts);
        let error = post_to(&webhook, None).await.unwrap_err();
        shows_no_secret(&error);
        assert_eq!(error.to_string(), text);
        assert_eq!(error.retry(), Retry::Backoff);
        assert!(!error.certainly_not_posted());
    }
    let webhook = webhook_with("http://127.0.0.1:1", Timeouts::default());
    let error = post_to(&webhook, None).await.unwrap_err();
    shows_no_secret(&error);
    assert_eq!(error.to_string(), "Slack cannot be reached");
    assert!(error.certainly_not_posted());
}

#[tokio::test]
async fn an_answer_that_comes_too_late_is_told() {
    let expired = r#"{"ok":false,"error":"Expired url"}"#;
    for (status, body, text) in [
        (
            "404 Not Found",
            "expired_url",
            "the time to answer is over (30 minutes)",
        ),
        ("200 OK", expired, "the time to answer is over (30 minutes)"),
        (
            "404 Not Found",
            "used_url",
            "the command was answered as often as Slack takes (5 times)",
        ),
        (
            "400 Bad Request",
            "invalid_blocks",
            "Slack refused the answer's form (invalid_blocks)",
        ),
        (
            "404 Not Found",
            "invented_tomorrow",
            "Slack refused the answer (invented_tomorrow)",
        ),
    ] {
        let error = respond(&Stub::answering(status, &[], body).await)
            .await
            .unwrap_err();
        shows_no_secret(&error);
        assert_eq!(error.to_string(), text);
        assert_eq!(error.retry(), Retry::Never, "{text}");
    }
    respond(&Stub::answering("200 OK", &[], "").await)
        .await
        .unwrap();
}

#[test]
fn a_webhook_of_another_slack_is_not_made() {
    let host = HookHost::of_slack("http://127.0.0.1:7401/api/").unwrap();
    let url = SecretString::from("https://hooks.slack.com/services/T1/B1/SECRET");
    let http = http("http://127.0.0.1:7401", Timeouts::default());
    let error = IncomingWebhook::new(http, &url, &host).unwrap_err();
    assert_eq!(
        error.to_string(),
        "it is at https://hooks.slack.com; this Slack's addresses begin with http://127.0.0.1:7401"
    );
}
