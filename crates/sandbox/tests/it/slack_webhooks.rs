//! Incoming webhooks and permalinks.

use sandbox::slack::POSTING_BURST;
use serde_json::{Value, json};

use crate::slack_world::{Said, World, said};

const LEGACY: &str = "/services/T0DEMO/B0LEGACY/demo-webhook-secret";

async fn post(world: &World, path: &str, body: &Value) -> Said {
    let request = world.request(reqwest::Method::POST, path);
    said(
        request
            .header("content-type", "application/json")
            .body(body.to_string()),
    )
    .await
}

#[track_caller]
fn check(said: &Said, status: u16, word: &str) {
    assert_eq!((said.status, &said.body), (status, &json!(word)));
}

#[tokio::test]
async fn the_old_integration_names_itself_and_its_channel() {
    let world = World::start().await;
    let body = json!({ "channel": "#leads", "username": "GitLab", "icon_emoji": ":fox_face:",
        "text": "<https://x.test|link> <!here>", "attachments": [{ "color": "good", "text": "b" }] });
    check(&post(&world, LEGACY, &body).await, 200, "ok");
    let message = world.screen("leads").await[0].take();
    for (field, expected) in [
        ("username", json!("GitLab")),
        ("icon_emoji", json!(":fox_face:")),
        ("via", json!("webhook")),
        ("ephemeral", json!(false)),
        ("sandbox_pings", json!(["here"])),
    ] {
        assert_eq!(message[field], expected, "{field}");
    }
    assert_eq!(message["author"]["id"], "B0LEGACY");
    let drawn = world
        .get("/sandbox/screen?user=ana&channel=leads")
        .await
        .body;
    let drawn = drawn.as_str().unwrap();
    assert!(
        drawn.contains(">GitLab</span> <span class=\"badge\">APP</span>"),
        "{drawn}"
    );
    let call = world
        .get("/sandbox/calls?method=incoming-webhook")
        .await
        .body["calls"][0]
        .take();
    for (field, expected) in [
        ("channel", json!("C0LEADS")),
        ("via", json!("webhook")),
        ("token", json!("url")),
        ("ok", json!(true)),
        ("ts", message["ts"].clone()),
        ("sandbox_pings", json!(["here"])),
    ] {
        assert_eq!(call[field], expected, "{field}");
    }
    assert!(!call.to_string().contains("demo-webhook-secret"));

    check(
        &post(&world, LEGACY, &json!({ "text": "plain" })).await,
        200,
        "ok",
    );
    let message = world.screen("general").await[0].take();
    assert_eq!(message["username"], "incoming-webhook");
    let args = json!({ "channel": "C0GENERAL", "oldest": "0" });
    world
        .call("conversations.join", json!({ "channel": "C0GENERAL" }))
        .await;
    let history = world.call("conversations.history", args).await.body["messages"].take();
    let told = history.as_array().unwrap().last().unwrap();
    assert_eq!(
        (&told["subtype"], &told["bot_id"]),
        (&json!("bot_message"), &json!("B0LEGACY"))
    );
    assert_eq!((told.get("user"), told.get("app_id")), (None, None));
}

#[tokio::test]
async fn an_apps_webhook_speaks_as_the_app_where_it_was_put() {
    let world = World::start().await;
    let made = world
        .sandbox("webhook", json!({ "channel": "#security" }))
        .await;
    let url = made.body["url"].as_str().unwrap();
    let path = url.strip_prefix(&world.running.url).unwrap();
    let body = json!({ "channel": "#general", "username": "Other", "text": "here" });
    check(&post(&world, path, &body).await, 200, "ok");
    assert_eq!(world.screen("general").await, json!([]));
    let message = world.screen("security").await[0].take();
    assert_eq!(
        (&message["username"], &message["via"]),
        (&Value::Null, &json!("webhook"))
    );
    assert_eq!(message["author"]["name"], "signalbox");
    let legacy = json!({ "channel": "staging", "legacy": true });
    let url = world.sandbox("webhook", legacy).await.body["url"].take();
    let path = url
        .as_str()
        .unwrap()
        .strip_prefix(&world.running.url)
        .unwrap();
    check(&post(&world, path, &body).await, 200, "ok");
    assert_eq!(world.screen("general").await[0]["username"], "Other");
    assert_eq!(
        world
            .sandbox("webhook", json!({ "channel": "nowhere" }))
            .await
            .status,
        400
    );
}

#[tokio::test]
async fn a_payload_comes_as_json_or_in_a_form() {
    let world = World::start().await;
    let request = world.request(reqwest::Method::POST, LEGACY);
    check(
        &said(request.form(&[("payload", "{\"text\":\"a\"}")])).await,
        200,
        "ok",
    );
    let request = world.request(reqwest::Method::POST, LEGACY);
    check(&said(request.body("{\"text\":\"b\"}")).await, 200, "ok");
    let root = world.screen("general").await[0]["ts"].take();
    let reply = json!({ "text": "c", "thread_ts": root });
    check(&post(&world, LEGACY, &reply).await, 200, "ok");
    let texts: Vec<Value> = world
        .screen("general")
        .await
        .as_array()
        .unwrap()
        .iter()
        .map(|message| json!([message["text"], message["reply_count"]]))
        .collect();
    assert_eq!(texts, [json!(["a", 1]), json!(["b", 0])]);
}

#[tokio::test]
async fn refusals_are_slacks_words_with_slacks_statuses() {
    let world = World::start().await;
    let archived = json!({ "name": "old", "archived": true });
    world.sandbox("channels", archived).await;
    let text = json!({ "text": "a" });
    let header =
        json!({ "type": "header", "text": { "type": "plain_text", "text": "a".repeat(151) } });
    for (path, body, status, word) in [
        (
            "/services/T1/B0LEGACY/demo-webhook-secret",
            text.clone(),
            404,
            "no_team",
        ),
        (
            "/services/T0DEMO/B1/demo-webhook-secret",
            text.clone(),
            404,
            "no_service",
        ),
        (
            "/services/T0DEMO/B0LEGACY/wrong",
            text.clone(),
            403,
            "invalid_token",
        ),
        (LEGACY, json!("text"), 400, "invalid_payload"),
        (LEGACY, json!({ "text": " " }), 400, "no_text"),
        (
            LEGACY,
            json!({ "channel": "#nowhere", "text": "a" }),
            404,
            "channel_not_found",
        ),
        (
            LEGACY,
            json!({ "channel": "#old", "text": "a" }),
            410,
            "channel_is_archived",
        ),
        (LEGACY, json!({ "blocks": [header] }), 400, "invalid_blocks"),
        (
            LEGACY,
            json!({ "attachments": "x", "text": "a" }),
            400,
            "invalid_attachments",
        ),
    ] {
        world.advance(10);
        check(&post(&world, path, &body).await, status, word);
    }
    let request = world.request(reqwest::Method::POST, LEGACY);
    check(&said(request.body("payload")).await, 400, "invalid_payload");
    assert_eq!(world.screen("general").await, json!([]));
}

#[tokio::test]
async fn a_webhook_has_a_pace_of_its_own_in_each_channel() {
    let world = World::start().await;
    let text = json!({ "text": "a" });
    for _ in 0..POSTING_BURST {
        check(&post(&world, LEGACY, &text).await, 200, "ok");
    }
    let over = post(&world, LEGACY, &text).await;
    check(&over, 429, "rate_limited");
    assert_eq!(over.header("retry-after"), Some("1"));
    check(
        &post(
            &world,
            LEGACY,
            &json!({ "channel": "staging", "text": "a" }),
        )
        .await,
        200,
        "ok",
    );
    world
        .post("C0GENERAL", "the bot is not slowed down by it")
        .await;
    world.advance(1);
    check(&post(&world, LEGACY, &text).await, 200, "ok");
}

#[tokio::test]
async fn webhooks_meet_faults() {
    let world = World::start().await;
    let fault = |more: Value| {
        let mut fault = json!({ "method": "incoming-webhook", "channel": "general" });
        fault
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        world.sandbox("fault", fault)
    };
    let text = json!({ "text": "a" });
    fault(json!({ "error": "no_service" })).await;
    let elsewhere = json!({ "channel": "staging", "text": "a" });
    check(&post(&world, LEGACY, &elsewhere).await, 200, "ok");
    check(&post(&world, LEGACY, &text).await, 404, "no_service");
    fault(json!({ "status": 429, "retry_after": 7 })).await;
    let limited = post(&world, LEGACY, &text).await;
    check(&limited, 429, "rate_limited");
    assert_eq!(limited.header("retry-after"), Some("7"));
    fault(json!({ "status": 503, "after": true })).await;
    assert_eq!(post(&world, LEGACY, &text).await.status, 503);
    assert_eq!(
        world.screen("general").await.as_array().map(Vec::len),
        Some(1)
    );
    fault(json!({ "drop": true })).await;
    let request = world.request(reqwest::Method::POST, LEGACY);
    assert!(request.body(text.to_string()).send().await.is_err());
    let calls = world.get("/sandbox/calls?method=incoming-webhook&channel=general");
    let calls = calls.await.body["calls"].take();
    let statuses: Vec<&Value> = calls
        .as_array()
        .unwrap()
        .iter()
        .map(|call| &call["status"])
        .collect();
    assert_eq!(statuses, [404, 429, 503, 0]);
}

#[tokio::test]
async fn a_permalink_leads_to_the_page_with_its_message() {
    let world = World::start().await;
    let ts = world.post("C0GENERAL", "a").await;
    let args = [("channel", "C0GENERAL"), ("message_ts", ts.as_str())];
    let link = world.form("chat.getPermalink", &args).await.body["permalink"].take();
    let path = link
        .as_str()
        .unwrap()
        .strip_prefix(&world.running.url)
        .unwrap();
    let followed = world.get(&format!("{path}?user=ben")).await;
    let target = format!("/?user=ben&channel=general#m-{ts}");
    assert_eq!(
        (followed.status, followed.header("location")),
        (303, Some(target.as_str()))
    );
    let page = world.get(target.split('#').next().unwrap()).await.body;
    assert!(page.as_str().unwrap().contains(&format!("id=\"m-{ts}\"")));
    assert_eq!(world.get("/archives/C0LEADS/p1?user=ben").await.status, 404);
}
