//! The scripting endpoints.

use sandbox::slack::What;
use serde_json::{Value, json};

use crate::slack_world::{World, options};

#[tokio::test]
async fn people_type_and_see_only_their_own_channels() {
    let world = World::start().await;
    let typed = json!({ "user": "ana", "channel": "#leads", "text": "a < b, @ben" });
    let said = world.sandbox("type", typed).await;
    assert_eq!((said.outcome(), &said.body["answer"]), ("ok", &Value::Null));
    assert_eq!(world.screen("leads").await[0]["text"], "a &lt; b, <@U0BEN>");
    let ben = world
        .get("/sandbox/screen?user=ben&channel=leads&format=json")
        .await;
    assert_eq!(ben.status, 400);
    assert!(ben.body["error"].as_str().unwrap().starts_with("channel: "));
    let general = world
        .get("/sandbox/screen?user=U0BEN&channel=general&format=json")
        .await;
    let channels = general.body["channels"].as_array().unwrap();
    assert!(channels.iter().all(|channel| channel["name"] != "leads"));
}

#[tokio::test]
async fn a_command_that_nobody_registered_is_answered_to_its_typist_alone() {
    let world = World::start().await;
    let typed = json!({ "user": "ana", "channel": "general", "text": "/gitlab help" });
    let said = world.sandbox("type", typed).await;
    let answer = said.body["answer"]["text"].as_str().unwrap();
    assert!(
        answer.starts_with("/gitlab is not a valid command."),
        "{answer}"
    );
    assert_eq!(world.screen("general").await[0]["ephemeral"], true);
    let ben = world
        .get("/sandbox/screen?user=ben&channel=general&format=json")
        .await;
    assert_eq!(ben.body["messages"], json!([]));
}

#[tokio::test]
async fn threads_are_looked_at_by_their_root() {
    let world = World::start().await;
    let root = world.post("C0GENERAL", "root").await;
    let typed = json!({ "user": "ben", "channel": "general", "text": "reply", "thread_ts": root });
    assert_eq!(world.sandbox("type", typed).await.outcome(), "ok");
    assert_eq!(
        world.screen("general").await.as_array().map(Vec::len),
        Some(1)
    );
    let thread = format!("/sandbox/screen?user=ana&channel=general&thread={root}&format=json");
    let thread = world.get(&thread).await.body["messages"].take();
    assert_eq!(
        (&thread[0]["reply_count"], &thread[1]["text"]),
        (&json!(1), &json!("reply"))
    );
}

#[tokio::test]
async fn link_buttons_open_and_others_have_nobody_to_ask() {
    let world = World::start().await;
    let button = |id: &str, url: Value| {
        let mut button = json!({ "type": "button", "action_id": id, "text": { "type": "plain_text", "text": "b" } });
        if url.is_string() {
            button["url"] = url;
        }
        button
    };
    let args = json!({ "channel": "C0GENERAL", "text": "t", "attachments": [{ "blocks": [{ "type": "actions",
        "elements": [button("open", json!("https://x.test/1")), button("ask", Value::Null)] }] }] });
    let ts = world.call("chat.postMessage", args).await.body["ts"].take();
    let click = |id: &str| {
        world.sandbox(
            "click",
            json!({ "user": "ana", "channel": "general", "ts": ts, "action_id": id }),
        )
    };
    assert_eq!(click("open").await.body["url"], "https://x.test/1");
    let asked = click("ask").await;
    assert_eq!(asked.status, 409);
    assert!(
        asked.body["error"]
            .as_str()
            .unwrap()
            .contains("no interactivity URL")
    );
    assert_eq!(click("nothing").await.status, 400);
    let other = json!({ "user": "ana", "channel": "general", "ts": ts, "action_id": "open",
        "value": "other" });
    assert_eq!(world.sandbox("click", other).await.status, 400);
    let clicks = world.get("/sandbox/clicks").await;
    assert_eq!(clicks.body["clicks"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn calls_are_logged_without_tokens_and_with_their_pings() {
    let world = World::start().await;
    world.post("C0GENERAL", "quiet &lt;!channel&gt;").await;
    let args = json!({ "channel": "#staging", "text": "<!here>", "attachments": [{ "text": "<@U0ANA>" }] });
    world.call("chat.postMessage", args).await;
    world
        .call(
            "chat.postMessage",
            json!({ "channel": "#nowhere", "text": "x" }),
        )
        .await;
    let calls = world
        .get("/sandbox/calls?method=chat.postMessage")
        .await
        .body["calls"]
        .take();
    let told: Vec<(&Value, &Value, &Value, &Value)> = calls
        .as_array()
        .unwrap()
        .iter()
        .map(|call| {
            (
                &call["channel"],
                &call["ok"],
                &call["error"],
                &call["sandbox_pings"],
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (&json!("C0GENERAL"), &json!(true), &Value::Null, &json!([])),
            (
                &json!("C0STAGING"),
                &json!(true),
                &Value::Null,
                &json!(["U0ANA", "here"])
            ),
            (
                &json!("#nowhere"),
                &json!(false),
                &json!("channel_not_found"),
                &json!([])
            ),
        ]
    );
    assert!(!calls.to_string().contains("xoxb-demo"));
    let after = calls[1]["seq"].as_u64().unwrap();
    let later = world.get(&format!("/sandbox/calls?after={after}")).await;
    assert_eq!(later.body["calls"].as_array().map(Vec::len), Some(1));
    let narrowed = world.get("/sandbox/calls?channel=staging").await;
    assert_eq!(narrowed.body["calls"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn the_clock_moves_by_itself_or_as_the_demo_moves_it() {
    let world = World::start().await;
    let before = world.clock.now();
    let said = world.sandbox("clock", json!({ "advance": 90 })).await;
    assert_eq!(said.outcome(), "ok");
    assert_eq!(world.clock.now().duration_since(before).as_secs(), 90);

    let mut options = options();
    let clock = options.clock.clone();
    options.advance = Some(std::sync::Arc::new(move |by| {
        let clock = clock.clone();
        Box::pin(async move { clock.advance(by * 2) })
    }));
    let world = World::with(options).await;
    let before = world.clock.now();
    world.sandbox("clock", json!({ "advance": 1.5 })).await;
    assert_eq!(world.clock.now().duration_since(before).as_secs(), 3);
}

#[tokio::test]
async fn requests_that_make_no_sense_name_the_field() {
    let world = World::start().await;
    for (what, body, field) in [
        (
            "type",
            json!({ "user": "ana", "channel": "general" }),
            "text",
        ),
        (
            "type",
            json!({ "user": "zoe", "channel": "general", "text": "a" }),
            "user",
        ),
        (
            "type",
            json!({ "user": "ana", "channel": "nowhere", "text": "a" }),
            "channel",
        ),
        (
            "type",
            json!({ "user": "ben", "channel": "general", "text": "a", "thread_ts": "1.2" }),
            "thread_ts",
        ),
        (
            "type",
            json!({ "workspace": "T1", "user": "ana", "channel": "general", "text": "a" }),
            "workspace",
        ),
        (
            "type",
            json!({ "user": "ana", "channel": "general", "txt": "a" }),
            "txt",
        ),
        ("type", json!([]), "body"),
        (
            "click",
            json!({ "user": "ana", "channel": "general", "ts": "1.2", "action_id": "a" }),
            "ts",
        ),
        (
            "fault",
            json!({ "method": "chat.nothing", "error": "x" }),
            "method",
        ),
        ("fault", json!({ "status": 200 }), "status"),
        ("fault", json!({}), "error"),
        ("fault", json!({ "error": "x", "drop": true }), "error"),
        ("clock", json!({ "advance": -1 }), "advance"),
        ("clock", json!({}), "advance"),
        ("limits", json!({ "limits": "some" }), "limits"),
        ("channels", json!({ "name": "A b" }), "name"),
        (
            "channels",
            json!({ "name": "new", "members": ["zoe"] }),
            "members",
        ),
        (
            "tokens",
            json!({ "token": "xoxb-1", "state": "lost" }),
            "state",
        ),
    ] {
        let said = world.sandbox(what, body.clone()).await;
        let error = said.body["error"].as_str().unwrap_or_default();
        assert_eq!(said.status, 400, "{what} {body}");
        assert!(
            error.starts_with(&format!("{field}: ")),
            "{what} {body}: {error}"
        );
    }
    assert_eq!(world.get("/sandbox/calls?after=x").await.status, 400);
}

#[tokio::test]
async fn changes_are_announced_to_the_live_page() {
    let world = World::start().await;
    let mut changes = world.running.sandbox.subscribe();
    let ts = world.post("C0GENERAL", "a").await;
    let args = json!({ "channel": "C0GENERAL", "ts": ts, "text": "b" });
    world.call("chat.update", args).await;
    world
        .call("chat.delete", json!({ "channel": "C0GENERAL", "ts": ts }))
        .await;
    for what in [What::Posted, What::Updated, What::Deleted] {
        let change = changes.recv().await.unwrap();
        assert_eq!(
            (change.channel.as_str(), change.ts.as_deref(), change.what),
            ("C0GENERAL", Some(ts.as_str()), what)
        );
    }
}
