//! What people do in messages, modals and the Home tab, and what the app is told.

use std::time::Duration;

use serde_json::{Value, json};

use crate::slack_app::{Answer, App};
use crate::slack_view_world::{button, input, line, modal, opened, option, plain, stack};
use crate::slack_world::{Said, World, options, said};

const INTERACTIONS: &str = "/slack/interactions";

/// A message of the app with these blocks; its `ts`.
async fn posted(world: &World, blocks: Value) -> String {
    let args = json!({ "channel": "C0GENERAL", "text": "t", "blocks": blocks });
    let said = world.call("chat.postMessage", args).await;
    said.body["ts"].as_str().unwrap().to_owned()
}

async fn click(world: &World, ts: &str, action_id: &str, value: Value) -> Said {
    let mut click =
        json!({ "user": "ana", "channel": "general", "ts": ts, "action_id": action_id });
    if !value.is_null() {
        click["value"] = value;
    }
    world.sandbox("click", click).await
}

fn keys(value: &Value) -> Vec<&str> {
    value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

#[tokio::test]
async fn a_button_of_a_message_tells_the_app_as_slack_does() {
    let (app, world) = App::start().await;
    let ts = posted(&world, json!([button("go")])).await;
    let said = click(&world, &ts, "go", Value::Null).await;
    assert_eq!((said.outcome(), &said.body["answer"]), ("ok", &Value::Null));
    let asked = app.asked_at(INTERACTIONS);
    assert_eq!(
        asked.header("content-type"),
        "application/x-www-form-urlencoded"
    );
    assert!(asked.header("x-slack-signature").starts_with("v0="));
    let payload = asked.payload();
    assert_eq!(
        keys(&payload),
        [
            "actions",
            "api_app_id",
            "channel",
            "container",
            "enterprise",
            "is_enterprise_install",
            "message",
            "response_url",
            "state",
            "team",
            "token",
            "trigger_id",
            "type",
            "user",
        ]
    );
    assert_eq!(payload["type"], "block_actions");
    assert_eq!(
        payload["user"],
        json!({ "id": "U0ANA", "username": "ana", "name": "ana", "team_id": "T0DEMO" })
    );
    assert_eq!(
        payload["container"],
        json!({ "type": "message", "message_ts": ts, "channel_id": "C0GENERAL",
            "is_ephemeral": false })
    );
    assert_eq!(payload["message"]["bot_id"], "B0SIGNALBOX");
    assert_eq!(
        payload["actions"],
        json!([{ "type": "button", "action_id": "go", "block_id": "row", "value": "1",
            "text": { "type": "plain_text", "text": "go", "emoji": true },
            "action_ts": "1795165200.000000" }])
    );
}

#[tokio::test]
async fn an_app_that_does_not_answer_is_said_to_have_failed() {
    let (app, world) = App::start().await;
    let ts = posted(&world, json!([button("go")])).await;
    app.answers(Answer::Status(500));
    let said = click(&world, &ts, "go", Value::Null).await;
    assert_eq!(
        (said.status, &said.body["error"]),
        (200, &json!("dispatch_failed"))
    );
}

#[tokio::test]
async fn an_app_that_is_too_slow_is_waited_for_no_longer_than_slack_does() {
    let app = App::listen().await;
    let mut options = options();
    options.app_url = Some(app.url.clone());
    options.answer_limit = Duration::from_millis(200);
    let world = World::with(options).await;
    let id = opened(&app, &world, modal(json!([line("title")]))).await;
    app.answers(Answer::Silence);
    let submit = json!({ "user": "ana", "view_id": id, "values": { "title": "x" } });
    let said = world.sandbox("submit", submit).await;
    assert_eq!(said.body["error"], "operation_timeout");
    assert_eq!(stack(&world).await, [id]);
}

#[tokio::test]
async fn an_ephemeral_message_is_replaced_and_deleted_by_its_response_url() {
    let (app, world) = App::start().await;
    world
        .call("conversations.join", json!({ "channel": "C0GENERAL" }))
        .await;
    let args = json!({ "channel": "C0GENERAL", "user": "U0ANA", "text": "t",
        "blocks": [button("go")] });
    let ts = world.call("chat.postEphemeral", args).await.body["message_ts"].take();
    let other = json!({ "user": "ben", "channel": "general", "ts": ts, "action_id": "go" });
    assert_eq!(world.sandbox("click", other).await.status, 400);
    click(&world, ts.as_str().unwrap(), "go", Value::Null).await;
    let payload = app.asked_at(INTERACTIONS).payload();
    assert_eq!(payload["container"]["is_ephemeral"], true);
    assert!(payload.get("message").is_none());
    let url = payload["response_url"].as_str().unwrap().to_owned();
    assert!(url.starts_with(&format!("{}/actions/T0DEMO/", world.running.url)));
    let later = |body: Value| {
        let request = crate::gitlab_world::http().post(url.as_str());
        said(
            request
                .header("content-type", "application/json")
                .body(body.to_string()),
        )
    };
    let replaced = json!({ "replace_original": true, "text": "another" });
    assert_eq!(later(replaced).await.status, 200);
    let seen = world.screen("general").await;
    let last = seen.as_array().unwrap().last().unwrap();
    assert_eq!(
        (&last["ts"], &last["text"], &last["ephemeral"]),
        (&ts, &json!("another"), &json!(true))
    );
    assert_eq!(later(json!({ "delete_original": true })).await.status, 200);
    assert!(
        !world
            .screen("general")
            .await
            .to_string()
            .contains("another")
    );
}

#[tokio::test]
async fn a_choice_is_told_and_remembered() {
    let (app, world) = App::start().await;
    let select = json!({ "type": "static_select", "action_id": "pick",
        "placeholder": plain("Pick"), "options": [option("a"), option("b")] });
    let overflow = json!({ "type": "overflow", "action_id": "more", "options": [option("x"),
        { "text": plain("y"), "value": "y", "url": "https://y.example/" }] });
    let row = json!({ "type": "actions", "block_id": "row", "elements": [select, overflow,
        { "type": "button", "action_id": "go", "text": plain("go") }] });
    let ts = posted(&world, json!([row])).await;
    assert_eq!(click(&world, &ts, "pick", json!("b")).await.outcome(), "ok");
    let payload = app.asked_at(INTERACTIONS).payload();
    assert_eq!(payload["actions"][0]["selected_option"]["value"], "b");
    click(&world, &ts, "go", Value::Null).await;
    let payload = app.asked_at(INTERACTIONS).payload();
    let kept = &payload["state"]["values"]["row"]["pick"]["selected_option"]["value"];
    assert_eq!(kept, "b");
    let opened = click(&world, &ts, "more", json!("y")).await;
    assert_eq!(opened.body["url"], "https://y.example/");
    let payload = app.asked_at(INTERACTIONS).payload();
    assert_eq!(payload["actions"][0]["selected_option"]["value"], "y");
    let bad = click(&world, &ts, "pick", json!("z")).await;
    assert_eq!(
        (bad.status, &bad.body["error"]),
        (400, &json!("value: has no option \"z\"; it has a, b"))
    );
}

#[tokio::test]
async fn a_form_is_sent_when_it_is_filled_in_and_closes_on_an_empty_answer() {
    let (app, world) = App::start().await;
    let channel = json!({ "type": "conversations_select", "action_id": "where",
        "default_to_current_conversation": true, "response_url_enabled": true });
    let check = json!({ "type": "checkboxes", "action_id": "sure", "options": [option("yes")] });
    let mut sure = input("sure", check);
    sure["optional"] = json!(true);
    let view = modal(json!([line("title"), input("where", channel), sure]));
    let id = opened(&app, &world, view).await;
    let before = app.times_asked();
    let submit = |values: Value| {
        world.sandbox(
            "submit",
            json!({ "user": "ana", "view_id": id, "values": values }),
        )
    };
    let held = submit(json!({ "title": "" })).await;
    assert_eq!(held.outcome(), "invalid_input");
    assert_eq!(
        held.body["errors"],
        json!({ "title": "Please complete this required field." })
    );
    assert_eq!(app.times_asked(), before);
    for (values, expected) in [
        (
            json!({ "typo": "x" }),
            "values.typo: there is no such input",
        ),
        (
            json!({ "sure": { "sure": "no" } }),
            "values.sure.sure: has no option \"no\"; it has yes",
        ),
    ] {
        let bad = submit(values).await;
        assert_eq!((bad.status, &bad.body["error"]), (400, &json!(expected)));
    }
    let sent = submit(json!({ "title": { "title": "An issue" }, "sure": true })).await;
    assert_eq!(sent.outcome(), "ok");
    let payload = app.asked_at(INTERACTIONS).payload();
    assert_eq!(
        keys(&payload),
        [
            "api_app_id",
            "enterprise",
            "is_enterprise_install",
            "response_urls",
            "team",
            "token",
            "trigger_id",
            "type",
            "user",
            "view",
        ]
    );
    let values = &payload["view"]["state"]["values"];
    assert_eq!(values["title"]["title"]["value"], "An issue");
    assert_eq!(
        values["where"]["where"]["selected_conversation"],
        "C0GENERAL"
    );
    assert_eq!(
        values["sure"]["sure"]["selected_options"][0]["value"],
        "yes"
    );
    assert_eq!(payload["view"]["private_metadata"], "kept");
    let url = &payload["response_urls"][0];
    assert_eq!(
        (&url["block_id"], &url["channel_id"]),
        (&json!("where"), &json!("C0GENERAL"))
    );
    assert_eq!(stack(&world).await, [""; 0]);
}

#[tokio::test]
async fn the_answer_to_a_form_shows_errors_changes_pushes_or_clears() {
    let (app, world) = App::start().await;
    let id = opened(&app, &world, modal(json!([line("title")]))).await;
    let submit = || {
        let values = json!({ "user": "ana", "values": { "title": "x" } });
        world.sandbox("submit", values)
    };
    let errors = json!({ "response_action": "errors", "errors": { "title": "is taken" } });
    app.answers(Answer::Json(errors));
    assert_eq!(
        submit().await.body["errors"],
        json!({ "title": "is taken" })
    );
    let seen = world
        .get("/sandbox/screen?user=ana&modal=1&format=text")
        .await;
    let text = seen.body.as_str().unwrap();
    assert!(text.contains("is taken") && text.contains("| x"), "{text}");
    for bad in [
        json!({ "response_action": "errors", "errors": { "other": "is taken" } }),
        json!({ "response_action": "vanish" }),
        json!({ "response_action": "update", "view": { "type": "modal" } }),
        json!({ "text": "thanks" }),
    ] {
        app.answers(Answer::Json(bad.clone()));
        assert_eq!(
            submit().await.body["error"],
            "invalid_response_action",
            "{bad}"
        );
    }
    app.answers(Answer::Status(500));
    assert_eq!(submit().await.body["error"], "dispatch_failed");
    let seen = world
        .get("/sandbox/screen?user=ana&modal=1&format=text")
        .await;
    let text = seen.body.as_str().unwrap();
    assert!(
        text.contains("We had some trouble connecting. Try again?"),
        "{text}"
    );
    let view = modal(json!([line("title"), line("more")]));
    app.answers(Answer::Json(
        json!({ "response_action": "update", "view": view }),
    ));
    assert_eq!(submit().await.outcome(), "ok");
    let seen = world
        .get("/sandbox/screen?user=ana&modal=1&format=json")
        .await;
    let modal_seen = &seen.body["modal"];
    assert_eq!(
        (
            &modal_seen["id"],
            modal_seen["blocks"].as_array().map(Vec::len)
        ),
        (&json!(id), Some(2))
    );
    assert_eq!(
        modal_seen["state"]["values"]["title"]["title"]["value"],
        "x"
    );
    app.answers(Answer::Json(
        json!({ "response_action": "push", "view": modal(json!([line("title")])) }),
    ));
    let values = json!({ "user": "ana", "values": { "title": "x", "more": "y" } });
    assert_eq!(world.sandbox("submit", values).await.outcome(), "ok");
    assert_eq!(stack(&world).await.len(), 2);
    let below = json!({ "user": "ana", "view_id": id });
    assert_eq!(world.sandbox("submit", below).await.status, 400);
    app.answers(Answer::Json(json!({ "response_action": "clear" })));
    assert_eq!(submit().await.outcome(), "ok");
    assert_eq!(stack(&world).await, [""; 0]);
}

#[tokio::test]
async fn closing_is_told_to_those_who_asked() {
    let (app, world) = App::start().await;
    opened(&app, &world, modal(json!([line("title")]))).await;
    let before = app.times_asked();
    let close = |all: bool| world.sandbox("close", json!({ "user": "ana", "all": all }));
    assert_eq!(close(false).await.outcome(), "ok");
    assert_eq!(app.times_asked(), before);
    assert_eq!(close(false).await.status, 409);
    let mut view = modal(json!([line("title")]));
    view["notify_on_close"] = json!(true);
    opened(&app, &world, view).await;
    assert_eq!(close(true).await.outcome(), "ok");
    let payload = app.asked_at(INTERACTIONS).payload();
    assert_eq!(
        (&payload["type"], &payload["is_cleared"]),
        (&json!("view_closed"), &json!(true))
    );
    assert!(payload.get("trigger_id").is_none());
}

#[tokio::test]
async fn an_external_select_offers_what_the_app_offers() {
    let (app, world) = App::start().await;
    let select = json!({ "type": "external_select", "action_id": "label", "min_query_length": 2 });
    let id = opened(&app, &world, modal(json!([input("label", select)]))).await;
    let suggest = |query: &str| {
        let query = json!({ "user": "ana", "view_id": id, "action_id": "label", "query": query });
        world.sandbox("suggest", query)
    };
    let before = app.times_asked();
    assert_eq!(suggest("b").await.body["options"], json!([]));
    assert_eq!(app.times_asked(), before);
    let group = json!({ "label": plain("labels"), "options": [option("bug"), option("big")] });
    app.answers(Answer::Json(json!({ "option_groups": [group] })));
    let offered = suggest("bu").await;
    assert_eq!(
        offered.body["options"],
        json!([option("bug"), option("big")])
    );
    let payload = app.asked_at("/slack/options").payload();
    assert_eq!(
        (
            &payload["type"],
            &payload["value"],
            &payload["action_id"],
            &payload["block_id"]
        ),
        (
            &json!("block_suggestion"),
            &json!("bu"),
            &json!("label"),
            &json!("label")
        )
    );
    assert_eq!(
        payload["container"],
        json!({ "type": "view", "view_id": id })
    );
    app.answers(Answer::Json(json!({ "options": vec![option("x"); 101] })));
    assert_eq!(suggest("many").await.body["error"], "invalid_options");
    app.answers(Answer::Empty);
    let submit = json!({ "user": "ana", "values": { "label": "bug" } });
    assert_eq!(world.sandbox("submit", submit).await.outcome(), "ok");
    let payload = app.asked_at(INTERACTIONS).payload();
    let chosen = &payload["view"]["state"]["values"]["label"]["label"]["selected_option"];
    assert_eq!(chosen, &option("bug"));
}

#[tokio::test]
async fn an_input_that_dispatches_tells_the_app_with_the_rest_of_the_form() {
    let (app, world) = App::start().await;
    let select = json!({ "type": "static_select", "action_id": "project",
        "options": [option("a"), option("b")] });
    let mut project = input("project", select);
    project["dispatch_action"] = json!(true);
    let id = opened(&app, &world, modal(json!([project, line("title")]))).await;
    let choose = json!({ "user": "ana", "view_id": id, "action_id": "project", "value": "b",
        "values": { "title": "typed" } });
    assert_eq!(world.sandbox("select", choose).await.outcome(), "ok");
    let payload = app.asked_at(INTERACTIONS).payload();
    assert_eq!(payload["actions"][0]["selected_option"]["value"], "b");
    assert_eq!(
        payload["view"]["state"]["values"]["title"]["title"]["value"],
        "typed"
    );
    assert!(payload.get("response_url").is_none() && payload.get("channel").is_none());
    let before = app.times_asked();
    let quiet = json!({ "user": "ana", "view_id": id, "action_id": "title", "value": "more" });
    assert_eq!(world.sandbox("click", quiet).await.outcome(), "ok");
    assert_eq!(app.times_asked(), before);
}

#[tokio::test]
async fn shortcuts_start_anywhere_or_on_a_message() {
    let (app, world) = App::start().await;
    let start = |body: Value| world.sandbox("shortcut", body);
    let global = json!({ "user": "ana", "callback_id": "incident_declare" });
    assert_eq!(start(global).await.outcome(), "ok");
    let payload = app.asked_at(INTERACTIONS).payload();
    assert_eq!(
        (&payload["type"], &payload["callback_id"]),
        (&json!("shortcut"), &json!("incident_declare"))
    );
    assert!(payload.get("channel").is_none());
    let args = json!({ "trigger_id": payload["trigger_id"], "view": modal(json!([line("a")])) });
    assert_eq!(world.call("views.open", args).await.outcome(), "ok");
    let typed = json!({ "user": "ben", "channel": "general", "text": "it is broken" });
    let ts = world.sandbox("type", typed).await.body["ts"].take();
    let on_message = json!({ "user": "ana", "callback_id": "issue_from_message",
        "channel": "general", "ts": ts });
    assert_eq!(start(on_message).await.outcome(), "ok");
    let payload = app.asked_at(INTERACTIONS).payload();
    assert_eq!(payload["type"], "message_action");
    assert_eq!(payload["message"]["text"], "it is broken");
    assert_eq!(
        (&payload["message_ts"], &payload["channel"]["id"]),
        (&ts, &json!("C0GENERAL"))
    );
    let base = format!("{}/app/T0DEMO/", world.running.url);
    assert!(payload["response_url"].as_str().unwrap().starts_with(&base));
    for bad in [
        json!({ "user": "ana", "callback_id": "nothing" }),
        json!({ "user": "ana", "callback_id": "issue_from_message" }),
        json!({ "user": "ana", "callback_id": "issue_new", "channel": "general", "ts": ts }),
    ] {
        assert_eq!(start(bad).await.status, 400);
    }
}

#[tokio::test]
async fn the_home_tab_tells_the_app_when_it_is_opened_and_clicked() {
    let (app, world) = App::start().await;
    let open = || world.sandbox("home", json!({ "user": "ana" }));
    assert_eq!(open().await.outcome(), "ok");
    let event = |app: &App| -> Value {
        let body: Value = serde_json::from_str(&app.asked_at("/slack/events").body).unwrap();
        body["event"].clone()
    };
    let first = event(&app);
    assert_eq!(
        (&first["type"], &first["tab"]),
        (&json!("app_home_opened"), &json!("home"))
    );
    assert!(first.get("view").is_none());
    let click = json!({ "user": "ana", "home": 1, "action_id": "go" });
    assert_eq!(world.sandbox("click", click.clone()).await.status, 409);
    let view = json!({ "type": "home", "blocks": [button("go")] });
    world
        .call("views.publish", json!({ "user_id": "U0ANA", "view": view }))
        .await;
    open().await;
    assert_eq!(event(&app)["view"]["type"], "home");
    assert_eq!(world.sandbox("click", click).await.outcome(), "ok");
    let payload = app.asked_at(INTERACTIONS).payload();
    assert_eq!(payload["view"]["type"], "home");
    assert_eq!(payload["container"]["type"], "view");
}
