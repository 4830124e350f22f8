//! `chat.*`, `reactions.add` and `blocks.validate`.

use serde_json::{Value, json};

use crate::slack_world::World;

#[tokio::test]
async fn a_posted_message_comes_back_as_slack_stores_it() {
    let world = World::start().await;
    let said = world
        .call(
            "chat.postMessage",
            json!({ "channel": "#general", "text": "hello &amp; <https://x.test|there>",
                "blocks": [{ "type": "section", "text": { "type": "mrkdwn", "text": "hi" } }],
                "metadata": { "event_type": "delivery", "event_payload": { "id": "dlv_1" } } }),
        )
        .await;
    assert_eq!(said.body["channel"], "C0GENERAL");
    let message = &said.body["message"];
    assert_eq!(message["text"], "hello &amp; <https://x.test|there>");
    assert_eq!(message["bot_id"], "B0SIGNALBOX");
    assert_eq!(message["bot_profile"]["app_id"], "A0SIGNALBOX");
    assert_eq!(message["team"], "T0DEMO");
    assert!(message["blocks"][0]["block_id"].is_string());
    world
        .form("conversations.join", &[("channel", "C0GENERAL")])
        .await;
    let plain = world
        .form("conversations.history", &[("channel", "C0GENERAL")])
        .await;
    assert_eq!(plain.body["messages"][1].get("metadata"), None);
    let full = [("channel", "C0GENERAL"), ("include_all_metadata", "1")];
    let full = world.form("conversations.history", &full).await;
    assert_eq!(
        full.body["messages"][1]["metadata"]["event_payload"]["id"],
        "dlv_1"
    );
}

#[tokio::test]
async fn posting_is_refused_as_slack_refuses_it() {
    let world = World::start().await;
    world
        .sandbox("channels", json!({ "name": "old", "archived": true }))
        .await;
    let root = world.post("C0GENERAL", "root").await;
    let reply = json!({ "channel": "C0GENERAL", "text": "reply", "thread_ts": root });
    let reply = world.call("chat.postMessage", reply).await.body["ts"].take();
    world.sandbox("limits", json!({ "limits": "off" })).await;
    let section =
        |text: &str| json!([{ "type": "section", "text": { "type": "mrkdwn", "text": text } }]);
    let full: Vec<Value> = (0..5)
        .map(|_| section(&"a".repeat(2_700))[0].clone())
        .collect();
    for (args, outcome) in [
        (
            json!({ "channel": "C0NOWHERE", "text": "a" }),
            "channel_not_found",
        ),
        (
            json!({ "channel": "#leads", "text": "a" }),
            "channel_not_found",
        ),
        (json!({ "channel": "#security", "text": "a" }), "ok"),
        (json!({ "channel": "#old", "text": "a" }), "is_archived"),
        (json!({ "channel": "U0ANA", "text": "a" }), "ok"),
        (
            json!({ "channel": "U0SIGNALBOX", "text": "a" }),
            "cannot_dm_bot",
        ),
        (json!({ "channel": "C0GENERAL" }), "no_text"),
        (json!({ "channel": "C0GENERAL", "text": "  " }), "no_text"),
        (
            json!({ "channel": "C0GENERAL", "text": "", "blocks": [] }),
            "no_text",
        ),
        (
            json!({ "channel": "C0GENERAL", "text": "a", "thread_ts": "1503435956.000247" }),
            "thread_not_found",
        ),
        (
            json!({ "channel": "C0GENERAL", "text": "a", "thread_ts": reply }),
            "cannot_reply_to_message",
        ),
        (
            json!({ "channel": "C0GENERAL", "text": "a", "thread_ts": root, "reply_broadcast": true }),
            "ok",
        ),
        (
            json!({ "channel": "C0GENERAL", "blocks": {} }),
            "invalid_blocks_format",
        ),
        (
            json!({ "channel": "C0GENERAL", "blocks": "[{" }),
            "invalid_blocks_format",
        ),
        (
            json!({ "channel": "C0GENERAL", "blocks": section("") }),
            "invalid_blocks",
        ),
        (
            json!({ "channel": "C0GENERAL", "blocks": full }),
            "msg_blocks_too_long",
        ),
        (
            json!({ "channel": "C0GENERAL", "attachments": [{ "blocks": full }] }),
            "msg_blocks_too_long",
        ),
        (
            json!({ "channel": "C0GENERAL", "attachments": "text" }),
            "invalid_attachments",
        ),
        (
            json!({ "channel": "C0GENERAL", "attachments": [{ "text": "a", "color": "puce" }] }),
            "invalid_attachments",
        ),
        (
            json!({ "channel": "C0GENERAL", "attachments": vec![json!({ "text": "a" }); 101] }),
            "too_many_attachments",
        ),
        (
            json!({ "channel": "C0GENERAL", "text": "a", "markdown_text": "a" }),
            "markdown_text_conflict",
        ),
        (
            json!({ "channel": "C0GENERAL", "markdown_text": "a".repeat(12_001) }),
            "msg_too_long",
        ),
        (
            json!({ "channel": "C0GENERAL", "markdown_text": "*a*" }),
            "ok",
        ),
        (
            json!({ "channel": "C0GENERAL", "text": "a", "metadata": "x" }),
            "invalid_metadata_format",
        ),
        (
            json!({ "channel": "C0GENERAL", "text": "a", "metadata": { "event_type": "e" } }),
            "invalid_metadata_schema",
        ),
        (
            json!({ "channel": "C0GENERAL", "text": "a",
                "metadata": { "event_type": "e", "event_payload": { "x": "a".repeat(20_000) } } }),
            "metadata_too_large",
        ),
        (
            json!({ "channel": "C0GENERAL", "text": "a", "username": "Deploys", "icon_emoji": ":ship:" }),
            "ok",
        ),
    ] {
        assert_eq!(
            world.call("chat.postMessage", args.clone()).await.outcome(),
            outcome,
            "{args}"
        );
    }
}

#[tokio::test]
async fn a_long_text_is_cut_when_posted_and_refused_when_updated() {
    let world = World::start().await;
    let args = json!({ "channel": "C0GENERAL", "text": "é".repeat(40_001) });
    let said = world.call("chat.postMessage", args).await;
    let text = said.body["message"]["text"].as_str().unwrap();
    assert_eq!(text.chars().count(), 40_000);
    for (text, outcome) in [
        ("a".repeat(4_000), "ok"),
        ("a".repeat(4_001), "msg_too_long"),
    ] {
        let args = json!({ "channel": "C0GENERAL", "ts": said.body["ts"], "text": text });
        assert_eq!(world.call("chat.update", args).await.outcome(), outcome);
    }
}

#[tokio::test]
async fn without_its_scopes_a_bot_posts_only_where_it_is_and_as_itself() {
    let world = World::start().await.with_token("xoxb-small");
    world
        .sandbox(
            "tokens",
            json!({ "token": "xoxb-small", "scopes": ["chat:write"] }),
        )
        .await;
    let post = |args: Value| world.call("chat.postMessage", args);
    let outside = post(json!({ "channel": "#general", "text": "a" })).await;
    assert_eq!(outside.outcome(), "not_in_channel");
    assert_eq!(
        post(json!({ "channel": "#security", "text": "a" }))
            .await
            .outcome(),
        "ok"
    );
    let dressed = post(json!({ "channel": "#security", "text": "a", "username": "x" })).await;
    assert_eq!(dressed.body["needed"], "chat:write.customize");
}

#[tokio::test]
async fn invalid_blocks_are_pointed_at() {
    let world = World::start().await;
    let args = json!({ "channel": "C0GENERAL", "text": "a", "blocks": [
        { "type": "header", "text": { "type": "plain_text", "text": "a".repeat(151) } },
        { "type": "sectoin" },
    ] });
    let said = world.call("chat.postMessage", args).await;
    assert_eq!(said.outcome(), "invalid_blocks");
    assert_eq!(
        said.body["response_metadata"]["messages"],
        json!([
            "[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]",
            "[ERROR] unsupported type: sectoin [json-pointer:/blocks/1/type]",
        ])
    );
}

#[tokio::test]
async fn only_own_messages_are_changed_and_what_is_not_given_stays() {
    let world = World::start().await;
    let args = json!({ "channel": "C0GENERAL", "text": "first",
        "attachments": [{ "text": "beside", "color": "good" }],
        "metadata": { "event_type": "e", "event_payload": {} } });
    let ts = world.call("chat.postMessage", args).await.body["ts"].take();
    let typed = json!({ "user": "ana", "channel": "#general", "text": "mine" });
    let typed = world.sandbox("type", typed).await.body["ts"].take();
    let said = world
        .call(
            "chat.update",
            json!({ "channel": "C0GENERAL", "ts": ts, "text": "second" }),
        )
        .await;
    assert_eq!(
        (said.outcome(), &said.body["text"]),
        ("ok", &json!("second"))
    );
    assert_eq!(said.body["message"]["attachments"][0]["text"], "beside");
    assert_eq!(said.body["message"]["metadata"]["event_type"], "e");
    assert!(said.body["message"]["edited"]["ts"].is_string());
    let args = json!({ "channel": "C0GENERAL", "ts": ts, "text": "third", "attachments": [], "metadata": {} });
    let said = world.call("chat.update", args).await;
    assert_eq!(said.body["message"].get("attachments"), None);
    assert_eq!(said.body["message"].get("metadata"), None);
    for (args, outcome) in [
        (
            json!({ "channel": "C0GENERAL", "ts": typed, "text": "x" }),
            "cant_update_message",
        ),
        (
            json!({ "channel": "C0GENERAL", "ts": "1503435956.000247", "text": "x" }),
            "message_not_found",
        ),
        (
            json!({ "channel": "#general", "ts": ts, "text": "x" }),
            "channel_not_found",
        ),
        (json!({ "channel": "C0GENERAL", "ts": ts }), "no_text"),
        (
            json!({ "channel": "C0GENERAL", "ts": ts, "reply_broadcast": true }),
            "cant_broadcast_message",
        ),
        (
            json!({ "channel": "C0GENERAL", "ts": ts, "text": "x", "reply_broadcast": true }),
            "no_dual_broadcast_content_update",
        ),
    ] {
        assert_eq!(
            world.call("chat.update", args.clone()).await.outcome(),
            outcome,
            "{args}"
        );
    }
    world
        .sandbox("channels", json!({ "name": "general", "archived": true }))
        .await;
    let args = json!({ "channel": "C0GENERAL", "ts": ts, "text": "x" });
    assert_eq!(
        world.call("chat.update", args).await.outcome(),
        "is_inactive"
    );
}

#[tokio::test]
async fn only_own_messages_are_deleted_and_a_root_leaves_its_place() {
    let world = World::start().await;
    let root = world.post("C0GENERAL", "root").await;
    let reply = json!({ "channel": "C0GENERAL", "text": "reply", "thread_ts": root });
    let reply = world.call("chat.postMessage", reply).await.body["ts"].take();
    let typed = json!({ "user": "ana", "channel": "#general", "text": "mine" });
    let typed = world.sandbox("type", typed).await.body["ts"].take();
    let delete = |ts: Value| world.call("chat.delete", json!({ "channel": "C0GENERAL", "ts": ts }));
    assert_eq!(delete(typed).await.outcome(), "cant_delete_message");
    assert_eq!(delete(json!(root)).await.outcome(), "ok");
    let screen = world.screen("C0GENERAL").await;
    assert_eq!(screen[0]["subtype"], "tombstone");
    assert_eq!(delete(reply.clone()).await.outcome(), "ok");
    assert_eq!(delete(reply).await.outcome(), "message_not_found");
}

#[tokio::test]
async fn an_ephemeral_message_is_one_persons_and_in_no_history() {
    let world = World::start().await;
    let send = |user: &str| {
        world.call(
            "chat.postEphemeral",
            json!({ "channel": "C0SECURITY", "user": user, "text": "psst" }),
        )
    };
    let said = send("U0ANA").await;
    let ts = said.body["message_ts"].clone();
    assert!(ts.is_string());
    assert_eq!(send("U0BEN").await.outcome(), "user_not_in_channel");
    let outside = json!({ "channel": "C0GENERAL", "user": "U0ANA", "text": "psst" });
    assert_eq!(
        world.call("chat.postEphemeral", outside).await.outcome(),
        "not_in_channel"
    );
    let screen = world.screen("security").await;
    assert_eq!(
        (&screen[0]["text"], &screen[0]["ephemeral"]),
        (&json!("psst"), &json!(true))
    );
    let ops = world
        .get("/sandbox/screen?user=ops&channel=security&format=json")
        .await;
    assert_eq!(ops.body["messages"], json!([]));
    let history = world
        .form("conversations.history", &[("channel", "C0SECURITY")])
        .await;
    assert_eq!(history.body["messages"], json!([]));
    let update = json!({ "channel": "C0SECURITY", "ts": ts, "text": "x" });
    assert_eq!(
        world.call("chat.update", update).await.outcome(),
        "message_not_found"
    );
}

#[tokio::test]
async fn permalinks_lead_to_messages_and_replies() {
    let world = World::start().await;
    let root = world.post("C0GENERAL", "root").await;
    let reply = json!({ "channel": "C0GENERAL", "text": "reply", "thread_ts": root });
    let reply = world.call("chat.postMessage", reply).await.body["ts"].take();
    let reply = reply.as_str().unwrap();
    for (ts, tail) in [
        (root.as_str(), String::new()),
        (reply, format!("?thread_ts={root}&cid=C0GENERAL")),
    ] {
        let args = [("channel", "C0GENERAL"), ("message_ts", ts)];
        let said = world.form("chat.getPermalink", &args).await;
        let place = format!(
            "{}/archives/C0GENERAL/p{}",
            world.running.url,
            ts.replace('.', "")
        );
        assert_eq!(said.body["permalink"], format!("{place}{tail}"));
    }
}

#[tokio::test]
async fn reactions_are_added_once() {
    let world = World::start().await;
    let ts = world.post("C0GENERAL", "root").await;
    for (name, ts, outcome) in [
        ("eyes", ts.as_str(), "ok"),
        ("eyes", ts.as_str(), "already_reacted"),
        (":eyes:", ts.as_str(), "invalid_name"),
        ("eyes", "yesterday", "bad_timestamp"),
        ("eyes", "1503435956.000247", "message_not_found"),
    ] {
        let args = json!({ "channel": "C0GENERAL", "timestamp": ts, "name": name });
        assert_eq!(
            world.call("reactions.add", args).await.outcome(),
            outcome,
            "{name} {ts}"
        );
    }
    assert_eq!(
        world.screen("C0GENERAL").await[0]["reactions"][0]["count"],
        1
    );
}

#[tokio::test]
async fn blocks_validate_answers_with_pointers_and_needs_no_token() {
    let world = World::start().await.with_token("none");
    let bad = json!([{ "type": "section", "text": { "type": "invalid", "text": "a" } }]);
    let said = world
        .call("blocks.validate", json!({ "blocks": bad.to_string() }))
        .await;
    assert_eq!(
        said.body,
        json!({ "ok": false, "error": "invalid_blocks", "errors": [{
            "code": "failed_constraint", "message": "unsupported type: invalid",
            "pointer": "/0/text/type",
            "constraint": { "type": "enum", "expected": ["plain_text", "mrkdwn"] } }] })
    );
    for (args, outcome) in [
        (json!({ "blocks": [{ "type": "divider" }] }), "ok"),
        (json!({ "message": { "blocks": bad } }), "invalid_message"),
        (json!({ "view": { "type": "modal" } }), "invalid_view"),
        (json!({}), "invalid_arguments"),
        (json!({ "blocks": [], "view": {} }), "invalid_arguments"),
        (json!({ "blocks": "[" }), "invalid_arguments"),
    ] {
        assert_eq!(
            world.call("blocks.validate", args.clone()).await.outcome(),
            outcome,
            "{args}"
        );
    }
}
