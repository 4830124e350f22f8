//! Links that people share, and what apps show below them.

use serde_json::{Value, json};

use crate::slack_app::App;
use crate::slack_world::{Said, World};

const LINK: &str = "https://gitlab.example.com/acme/shop/-/issues/1";

async fn shares(world: &World, text: &str) -> Value {
    let typed = json!({ "user": "ana", "channel": "general", "text": text });
    world.sandbox("type", typed).await.body["ts"].take()
}

fn event(app: &App) -> Value {
    let body: Value = serde_json::from_str(&app.asked_at("/slack/events").body).unwrap();
    body["event"].clone()
}

async fn unfurls(world: &World, channel: &str, ts: &Value, unfurls: Value) -> Said {
    let args = json!({ "channel": channel, "ts": ts, "unfurls": unfurls });
    world.call("chat.unfurl", args).await
}

#[tokio::test]
async fn an_app_hears_of_links_of_its_domains_and_shows_them_below_the_message() {
    let (app, world) = App::start().await;
    shares(&world, "see https://elsewhere.example/").await;
    assert_eq!(app.times_asked(), 0);
    let ts = shares(&world, &format!("see {LINK}, please")).await;
    let told = event(&app);
    assert_eq!(
        told["links"],
        json!([{ "domain": "gitlab.example.com", "url": LINK }])
    );
    for (field, expected) in [
        ("type", json!("link_shared")),
        ("channel", json!("C0GENERAL")),
        ("message_ts", ts.clone()),
        ("user", json!("U0ANA")),
        ("source", json!("conversations_history")),
        ("is_bot_user_member", json!(false)),
    ] {
        assert_eq!(told[field], expected, "{field}");
    }
    let shown = |text: &str| {
        json!({ LINK: { "blocks": [{ "type": "section",
        "text": { "type": "mrkdwn", "text": text } }] } })
    };
    assert_eq!(
        unfurls(&world, "C0GENERAL", &ts, shown("*first*"))
            .await
            .outcome(),
        "ok"
    );
    let again = json!({ "unfurl_id": told["unfurl_id"], "source": "conversations_history",
        "unfurls": shown("*second*") });
    assert_eq!(world.call("chat.unfurl", again).await.outcome(), "ok");
    let seen = world.screen("general").await;
    let below = &seen.as_array().unwrap().last().unwrap()["attachments"];
    assert_eq!(below.as_array().map(Vec::len), Some(1));
    assert_eq!(below[0]["blocks"][0]["text"]["text"], "*second*");
    assert_eq!(below[0]["app_unfurl_url"], LINK);
}

#[tokio::test]
async fn unfurls_that_make_no_sense_are_refused() {
    let (app, world) = App::start().await;
    let ts = shares(&world, &format!("{LINK} https://elsewhere.example/")).await;
    let unfurl_id = event(&app)["unfurl_id"].clone();
    let good = json!({ LINK: { "text": "an issue" } });
    for (args, expected) in [
        (json!({ "unfurls": good }), "missing_channel"),
        (
            json!({ "channel": "C0GENERAL", "unfurls": good }),
            "missing_ts",
        ),
        (
            json!({ "unfurl_id": unfurl_id, "unfurls": good }),
            "missing_source",
        ),
        (
            json!({ "source": "composer", "unfurls": good }),
            "missing_unfurl_id",
        ),
        (
            json!({ "unfurl_id": unfurl_id, "source": "attic", "unfurls": good }),
            "invalid_source",
        ),
        (
            json!({ "unfurl_id": "U1", "source": "composer", "unfurls": good }),
            "invalid_unfurl_id",
        ),
        (
            json!({ "channel": "C0LEADS", "ts": ts, "unfurls": good }),
            "cannot_find_channel",
        ),
        (
            json!({ "channel": "C0GENERAL", "ts": "1.2", "unfurls": good }),
            "cannot_find_message",
        ),
        (
            json!({ "channel": "C0GENERAL", "ts": ts }),
            "missing_unfurls",
        ),
        (
            json!({ "channel": "C0GENERAL", "ts": ts, "unfurls": "[" }),
            "invalid_unfurls_format",
        ),
        (
            json!({ "channel": "C0GENERAL", "ts": ts, "unfurls": { "https://other.example/": {} } }),
            "cannot_unfurl_message",
        ),
        (
            json!({ "channel": "C0GENERAL", "ts": ts,
                "unfurls": { "https://elsewhere.example/": { "text": "a" } } }),
            "cannot_unfurl_url",
        ),
        (
            json!({ "channel": "C0GENERAL", "ts": ts, "unfurls": { LINK: { "blocks": [{}] } } }),
            "cannot_parse_attachment",
        ),
    ] {
        let said = world.call("chat.unfurl", args.clone()).await;
        assert_eq!(said.outcome(), expected, "{args}");
    }
}

#[tokio::test]
async fn links_in_the_composer_are_told_before_anything_is_sent() {
    let (app, world) = App::start().await;
    let typed = json!({ "user": "ana", "channel": "general", "text": LINK, "composing": 1 });
    assert_eq!(world.sandbox("type", typed).await.body["ts"], Value::Null);
    let told = event(&app);
    assert_eq!(
        (&told["channel"], &told["source"]),
        (&json!("COMPOSER"), &json!("composer"))
    );
    let args = json!({ "unfurl_id": told["unfurl_id"], "source": "composer",
        "unfurls": { LINK: { "text": "an issue" } } });
    assert_eq!(world.call("chat.unfurl", args).await.outcome(), "ok");
    assert_eq!(world.screen("general").await, json!([]));
}

#[tokio::test]
async fn an_app_invites_whoever_shared_a_link_to_connect() {
    let (_app, world) = App::start().await;
    let ts = shares(&world, LINK).await;
    let args = json!({ "channel": "C0GENERAL", "ts": ts, "user_auth_required": true,
        "user_auth_url": "https://signalbox.example/link" });
    assert_eq!(world.call("chat.unfurl", args).await.outcome(), "ok");
    let seen = world.screen("general").await;
    let last = seen.as_array().unwrap().last().unwrap();
    assert_eq!(last["ephemeral"], true);
    assert!(
        last["text"]
            .as_str()
            .unwrap()
            .contains("https://signalbox.example/link")
    );
}
