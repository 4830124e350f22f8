//! How calls come in: bodies, tokens, headers, limits, faults.

use reqwest::Method;
use serde_json::json;

use crate::slack_world::{World, options, said};

#[tokio::test]
async fn arguments_come_as_form_json_multipart_or_query() {
    let world = World::start().await;
    let api = |verb, query: &str| {
        world
            .request(verb, &format!("/api/chat.postMessage{query}"))
            .bearer_auth("xoxb-demo")
    };
    let multipart = "--x\r\ncontent-disposition: form-data; name=\"channel\"\r\n\r\nC0GENERAL\r\n\
                     --x\r\ncontent-disposition: form-data; name=\"text\"\r\n\r\nhi\r\n--x--\r\n";
    let requests = [
        api(Method::POST, "").form(&[("channel", "C0GENERAL"), ("text", "hi")]),
        api(Method::POST, "")
            .header("content-type", "application/json; charset=utf-8")
            .body(json!({ "channel": "C0GENERAL", "text": "hi", "timeout": 0 }).to_string()),
        api(Method::POST, "")
            .header("content-type", "multipart/form-data; boundary=x")
            .body(multipart),
        api(Method::GET, "?channel=C0GENERAL&text=hi"),
    ];
    for request in requests {
        let said = said(request).await;
        assert_eq!(
            (said.outcome(), &said.body["message"]["text"]),
            ("ok", &json!("hi")),
            "{said:?}"
        );
        assert_eq!(said.body.get("warning"), None);
    }
}

#[tokio::test]
async fn bodies_that_do_not_read_are_refused_by_name() {
    let world = World::start().await;
    for (content_type, body, outcome, warning) in [
        (
            Some("application/json; charset=utf-8"),
            "{",
            "invalid_json",
            None,
        ),
        (
            Some("application/json; charset=utf-8"),
            "[]",
            "json_not_object",
            None,
        ),
        (
            Some("application/json"),
            "{}",
            "ok",
            Some("missing_charset"),
        ),
        (
            Some("application/x-www-form-urlencoded; charset=utf-8"),
            "",
            "ok",
            Some("superfluous_charset"),
        ),
        (Some("text/plain"), "a", "invalid_post_type", None),
        (None, "a", "missing_post_type", None),
        (None, "", "ok", None),
        (Some("multipart/form-data"), "a", "invalid_form_data", None),
    ] {
        let mut request = world
            .request(Method::POST, "/api/auth.test")
            .bearer_auth("xoxb-demo");
        if let Some(content_type) = content_type {
            request = request.header("content-type", content_type);
        }
        let said = said(request.body(body)).await;
        assert_eq!(said.outcome(), outcome, "{content_type:?} {body:?}");
        assert_eq!(
            said.body.get("warning").and_then(|w| w.as_str()),
            warning,
            "{content_type:?}"
        );
        if let Some(warning) = warning {
            assert_eq!(said.body["response_metadata"]["warnings"], json!([warning]));
        }
    }
}

#[tokio::test]
async fn tokens_are_taken_from_header_or_form_and_nowhere_else() {
    let world = World::start().await;
    world
        .sandbox(
            "tokens",
            json!({ "token": "xoxb-gone", "state": "revoked" }),
        )
        .await;
    world
        .sandbox(
            "tokens",
            json!({ "token": "xoxb-left", "state": "inactive" }),
        )
        .await;
    let bare = || world.request(Method::POST, "/api/auth.test");
    let json = |token: &str| {
        bare()
            .header("content-type", "application/json")
            .body(json!({ "token": token }).to_string())
    };
    for (request, outcome) in [
        (bare(), "not_authed"),
        (bare().bearer_auth("xoxb-demo"), "ok"),
        (bare().form(&[("token", "xoxb-demo")]), "ok"),
        (json("xoxb-demo"), "not_authed"),
        (
            world.request(Method::GET, "/api/auth.test?token=xoxb-demo"),
            "not_authed",
        ),
        (bare().bearer_auth("xoxb-other"), "invalid_auth"),
        (bare().bearer_auth("xoxb-gone"), "token_revoked"),
        (bare().bearer_auth("xoxb-left"), "account_inactive"),
    ] {
        assert_eq!(said(request).await.outcome(), outcome);
    }
    let unknown = world.call("chat.nothing", json!({})).await;
    assert_eq!(unknown.outcome(), "unknown_method");
    let missing = world.call("chat.update", json!({ "ts": "1" })).await;
    assert_eq!(missing.outcome(), "invalid_arguments");
    assert_eq!(
        missing.body["response_metadata"]["messages"],
        json!(["[ERROR] missing required field: channel"])
    );
}

#[tokio::test]
async fn a_missing_scope_is_named_and_every_answer_carries_the_scopes() {
    let world = World::start().await.with_token("xoxb-small");
    let token = json!({ "token": "xoxb-small", "scopes": ["channels:read"] });
    world.sandbox("tokens", token).await;
    let refused = world
        .call(
            "chat.postMessage",
            json!({ "channel": "C0GENERAL", "text": "a" }),
        )
        .await;
    assert_eq!(refused.body["error"], "missing_scope");
    assert_eq!(refused.body["needed"], "chat:write");
    assert_eq!(refused.body["provided"], "channels:read");
    assert_eq!(refused.header("x-oauth-scopes"), Some("channels:read"));
    assert_eq!(
        refused.header("x-accepted-oauth-scopes"),
        Some("chat:write")
    );
    let private = world
        .form("conversations.list", &[("types", "private_channel")])
        .await;
    assert_eq!(
        (private.outcome(), &private.body["needed"]),
        ("missing_scope", &json!("groups:read"))
    );
}

#[tokio::test]
async fn json_is_not_read_where_slack_does_not_read_it() {
    let world = World::start().await;
    let said = world
        .call("conversations.info", json!({ "channel": "C0GENERAL" }))
        .await;
    assert_eq!(said.outcome(), "invalid_arguments");
    let said = world
        .form("conversations.info", &[("channel", "C0GENERAL")])
        .await;
    assert_eq!(said.outcome(), "ok");
}

#[tokio::test]
async fn a_fast_sender_is_told_how_long_to_wait() {
    let world = World::start().await;
    let post = || {
        world.call(
            "chat.postMessage",
            json!({ "channel": "C0GENERAL", "text": "a" }),
        )
    };
    for _ in 0..sandbox::slack::rates::POSTING_BURST {
        assert_eq!(post().await.outcome(), "ok");
    }
    let limited = post().await;
    assert_eq!(
        (limited.status, limited.header("retry-after")),
        (429, Some("1"))
    );
    assert_eq!(limited.body, json!({ "ok": false, "error": "ratelimited" }));
    world.advance(1);
    assert_eq!(post().await.outcome(), "ok");
    assert_eq!(post().await.status, 429);
    world.sandbox("limits", json!({ "limits": "off" })).await;
    assert_eq!(post().await.outcome(), "ok");
}

#[tokio::test]
async fn faults_hit_the_calls_they_are_meant_for() {
    let world = World::start().await;
    let post = |channel: &str| {
        world.call(
            "chat.postMessage",
            json!({ "channel": channel, "text": "a" }),
        )
    };
    let fault =
        json!({ "method": "chat.postMessage", "channel": "#staging", "error": "internal_error" });
    assert_eq!(world.sandbox("fault", fault).await.outcome(), "ok");
    assert_eq!(post("C0GENERAL").await.outcome(), "ok");
    assert_eq!(post("staging").await.outcome(), "internal_error");
    assert_eq!(post("C0STAGING").await.outcome(), "ok");

    world
        .sandbox(
            "fault",
            json!({ "status": 429, "retry_after": 30, "times": 1 }),
        )
        .await;
    let limited = post("C0GENERAL").await;
    assert_eq!(
        (limited.status, limited.header("retry-after")),
        (429, Some("30"))
    );
    world
        .sandbox("fault", json!({ "status": 503, "times": 0 }))
        .await;
    assert_eq!(post("C0GENERAL").await.status, 503);
    assert_eq!(post("C0GENERAL").await.status, 503);
    world.sandbox("fault", json!({ "clear": true })).await;
    assert_eq!(post("C0GENERAL").await.outcome(), "ok");
}

#[tokio::test]
async fn half_a_success_posts_and_says_nothing() {
    let world = World::start().await;
    world
        .sandbox(
            "fault",
            json!({ "method": "chat.postMessage", "drop": true, "after": true }),
        )
        .await;
    let request = world
        .request(Method::POST, "/api/chat.postMessage")
        .bearer_auth("xoxb-demo")
        .form(&[("channel", "C0GENERAL"), ("text", "half")]);
    assert!(
        request.send().await.is_err(),
        "the connection was closed without an answer"
    );
    assert_eq!(world.screen("C0GENERAL").await[0]["text"], "half");
    let calls = world.get("/sandbox/calls?method=chat.postMessage").await;
    assert_eq!(calls.body["calls"][0]["status"], 0);
    world
        .sandbox(
            "fault",
            json!({ "method": "chat.postMessage", "drop": true }),
        )
        .await;
    let request = world.request(
        Method::GET,
        "/api/chat.postMessage?channel=C0GENERAL&text=lost",
    );
    assert!(request.bearer_auth("xoxb-demo").send().await.is_err());
    assert_eq!(
        world.screen("C0GENERAL").await.as_array().map(Vec::len),
        Some(1)
    );
}

#[tokio::test]
async fn a_delayed_answer_waits_on_the_clock() {
    let world = World::start().await;
    world.sandbox("fault", json!({ "delay_ms": 60_000 })).await;
    let call = world.call("auth.test", json!({}));
    let advance = async {
        // The call is under way when the sandbox has taken the fault.
        while world.get("/sandbox/calls").await.body["calls"] == json!([]) {
            world.advance(30);
            tokio::task::yield_now().await;
        }
    };
    let (said, ()) = tokio::join!(call, advance);
    assert_eq!(said.outcome(), "ok");
}

#[tokio::test]
async fn the_workspace_outlives_a_restart_on_another_port() {
    let folder = tempfile::tempdir().unwrap();
    let mut first = options();
    first.state = Some(folder.path().join("slack.json"));
    let second = first.clone();
    let world = World::with(first).await;
    let ts = world.post("C0GENERAL", "still here").await;
    let port = world.running.url.rsplit(':').next().unwrap().to_owned();
    world.running.stop().await.unwrap();
    let saved = std::fs::read_to_string(folder.path().join("slack.json")).unwrap();
    assert!(!saved.contains(&port), "no port is stored");
    let world = World::with(second).await;
    assert_eq!(world.screen("C0GENERAL").await[0]["ts"], ts.as_str());
}

#[tokio::test]
async fn a_broken_state_file_is_named_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("slack.json");
    std::fs::write(&file, "nonsense").unwrap();
    let mut options = options();
    options.state = Some(file.clone());
    let error = sandbox::slack::SlackSandbox::new(options)
        .err()
        .unwrap()
        .to_string();
    assert!(
        error.contains("slack.json") && error.contains("move it away"),
        "{error}"
    );
    assert_eq!(std::fs::read_to_string(file).unwrap(), "nonsense");
}
