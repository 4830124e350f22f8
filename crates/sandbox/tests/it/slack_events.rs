//! The Events API: what apps are told of, and how often.

use serde_json::{Value, json};

use crate::slack_app::{Answer, App};
use crate::slack_world::{World, options};

fn heard(app: &App) -> Value {
    serde_json::from_str(&app.asked().body).unwrap()
}

async fn mention(world: &World) {
    let typed = json!({ "user": "ana", "channel": "security", "text": "@signalbox hello" });
    assert_eq!(world.sandbox("type", typed).await.outcome(), "ok");
}

#[tokio::test]
async fn an_event_comes_in_slacks_envelope() {
    let (app, world) = App::start().await;
    mention(&world).await;
    let asked = app.asked();
    assert_eq!(asked.header("content-type"), "application/json");
    assert!(asked.header("x-slack-signature").starts_with("v0="));
    assert!(!asked.headers.contains_key("x-slack-retry-num"));
    let said = heard(&app);
    for (pointer, expected) in [
        ("/type", json!("event_callback")),
        ("/token", json!("demo-verification-token")),
        ("/team_id", json!("T0DEMO")),
        ("/api_app_id", json!("A0SIGNALBOX")),
        ("/event_time", json!(1_795_165_200)),
        ("/is_ext_shared_channel", json!(false)),
        ("/authorizations/0/user_id", json!("U0SIGNALBOX")),
        ("/authorizations/0/is_bot", json!(true)),
        ("/event/type", json!("app_mention")),
        ("/event/user", json!("U0ANA")),
        ("/event/channel", json!("C0SECURITY")),
        ("/event/text", json!("<@U0SIGNALBOX> hello")),
    ] {
        assert_eq!(said.pointer(pointer), Some(&expected), "{pointer}");
    }
    assert!(said["event_id"].as_str().unwrap().starts_with("Ev"));
    assert_eq!(said["event"]["event_ts"], said["event"]["ts"]);
    let args = json!({ "event_context": said["event_context"] });
    let world = world.with_token("xapp-demo");
    let visible = world.call("apps.event.authorizations.list", args).await;
    assert_eq!(visible.body["authorizations"], said["authorizations"]);
    let other = json!({ "event_context": "4-x" });
    let refused = world.call("apps.event.authorizations.list", other).await;
    assert_eq!(refused.outcome(), "invalid_event_context");
}

#[tokio::test]
async fn what_is_not_acknowledged_comes_again_at_once_after_a_minute_and_after_five() {
    let (app, world) = App::start().await;
    app.answers(Answer::Status(500));
    mention(&world).await;
    let retry = || {
        let asked = app.asked();
        let header = |name: &str| {
            let value = asked.headers.get(name);
            value.map(|value| value.to_str().unwrap().to_owned())
        };
        (header("x-slack-retry-num"), header("x-slack-retry-reason"))
    };
    let number = |number: &str| (Some(number.to_owned()), Some("http_error".to_owned()));
    assert_eq!((app.times_asked(), retry()), (2, number("1")));
    let first = heard(&app)["event_id"].clone();
    let step = async |seconds: u64| {
        world.sandbox("clock", json!({ "advance": seconds })).await;
    };
    step(59).await;
    assert_eq!(app.times_asked(), 2);
    step(1).await;
    assert_eq!((app.times_asked(), retry()), (3, number("2")));
    step(300).await;
    assert_eq!((app.times_asked(), retry()), (4, number("3")));
    assert_eq!(heard(&app)["event_id"], first);
    step(3600).await;
    assert_eq!(app.times_asked(), 4, "three retries are all");

    app.answers(Answer::Empty);
    mention(&world).await;
    assert_eq!(app.times_asked(), 5);
}

#[tokio::test]
async fn an_app_can_ask_for_no_further_try() {
    let (app, world) = App::start().await;
    app.answers(Answer::Final(500));
    mention(&world).await;
    world.sandbox("clock", json!({ "advance": 3600 })).await;
    assert_eq!(app.times_asked(), 1);
}

#[tokio::test]
async fn a_silent_app_is_asked_again_without_waiting_for_it() {
    let app = App::listen().await;
    let mut options = options();
    options.app_url = Some(app.url.clone());
    options.answer_limit = std::time::Duration::from_millis(50);
    let world = World::with(options).await;
    app.answers(Answer::Silence);
    mention(&world).await;
    let asked = app.asked();
    assert_eq!(asked.header("x-slack-retry-reason"), "http_timeout");
}

#[tokio::test]
async fn events_get_lost_and_doubled_as_a_script_asks() {
    let (app, world) = App::start().await;
    for (fault, times) in [
        (json!({ "method": "event", "twice": true }), 2),
        (json!({ "method": "event", "drop": true }), 3),
        (
            json!({ "method": "event", "status": 502, "after": true }),
            5,
        ),
    ] {
        assert_eq!(world.sandbox("fault", fault.clone()).await.outcome(), "ok");
        mention(&world).await;
        assert_eq!(app.times_asked(), times, "{fault}");
    }
    let wrong = json!({ "method": "chat.update", "twice": true });
    assert_eq!(world.sandbox("fault", wrong).await.status, 400);
}

#[tokio::test]
async fn apps_hear_of_what_happens_to_channels() {
    let (app, world) = App::start().await;
    for (change, kind) in [
        (
            json!({ "name": "staging", "rename": "stage" }),
            "channel_rename",
        ),
        (
            json!({ "name": "stage", "archived": true }),
            "channel_archive",
        ),
        (
            json!({ "name": "stage", "change_id": true }),
            "channel_id_changed",
        ),
        (
            json!({ "name": "stage", "deleted": true }),
            "channel_deleted",
        ),
        (
            json!({ "name": "production", "members": ["ana", "signalbox"] }),
            "member_joined_channel",
        ),
    ] {
        assert_eq!(world.sandbox("channels", change).await.outcome(), "ok");
        assert_eq!(heard(&app)["event"]["type"], kind);
    }
    assert_eq!(app.times_asked(), 5);
    let leads = json!({ "name": "leads", "rename": "bosses" });
    world.sandbox("channels", leads).await;
    assert_eq!(
        app.times_asked(),
        5,
        "private channels are nobody's business"
    );
    let joined = world
        .call("conversations.join", json!({ "channel": "C0GENERAL" }))
        .await;
    assert_eq!(joined.outcome(), "ok");
    world.running.sandbox.settle_events().await;
    assert_eq!(heard(&app)["event"]["channel"], "C0GENERAL");
}

#[tokio::test]
async fn only_what_an_app_asked_for_and_may_see_is_told() {
    let (app, world) = App::start().await;
    let typed = json!({ "user": "ana", "channel": "leads", "text": "@signalbox psst" });
    world.sandbox("type", typed).await;
    assert_eq!(app.times_asked(), 0, "the bot is not in it");
    world.running.sandbox.change_workspace(|workspace| {
        for token in &mut workspace.tokens {
            token.scopes.retain(|scope| scope != "app_mentions:read");
        }
    });
    mention(&world).await;
    assert_eq!(app.times_asked(), 0, "its scope is missing");
    let typed = json!({ "user": "ana", "channel": "signalbox", "text": "hello you" });
    world.sandbox("type", typed).await;
    let said = heard(&app);
    assert_eq!(said["event"]["type"], "message");
    assert_eq!(said["event"]["channel_type"], "im");
}

#[tokio::test]
async fn an_address_must_answer_the_challenge_before_it_gets_events() {
    let (app, world) = App::start().await;
    let url = format!("{}/events", app.url);
    let other = json!({ "name": "Other", "request_url": url });
    let refused = world.sandbox("apps", other.clone()).await;
    assert_eq!(refused.status, 409);
    assert_eq!(heard(&app)["type"], "url_verification");
    app.answers(Answer::Echo("challenge"));
    assert_eq!(world.sandbox("apps", other).await.outcome(), "ok");
    let known = world.get("/sandbox/apps").await.body["apps"].take();
    assert_eq!(known.as_array().unwrap().len(), 2);
}
