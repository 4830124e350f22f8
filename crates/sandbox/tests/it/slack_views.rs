//! `views.*`: what apps put on people's screens, and what Slack refuses.

use serde_json::{Value, json};

use crate::slack_app::App;
use crate::slack_view_world::{line, messages, modal, opened, plain, stack, trigger};
use crate::slack_world::{World, options};

fn home(text: &str) -> Value {
    json!({ "type": "home", "blocks": [{ "type": "section", "text": plain(text) }] })
}

#[tokio::test]
async fn a_modal_is_answered_as_slack_answers_it() {
    let (app, world) = App::start().await;
    let args =
        json!({ "trigger_id": trigger(&app, &world).await, "view": modal(json!([line("a")])) });
    let view = world.call("views.open", args).await.body["view"].take();
    for (field, expected) in [
        ("team_id", json!("T0DEMO")),
        ("type", json!("modal")),
        ("callback_id", json!("form")),
        ("private_metadata", json!("kept")),
        ("external_id", json!("")),
        ("clear_on_close", json!(false)),
        ("notify_on_close", json!(false)),
        ("previous_view_id", Value::Null),
        ("root_view_id", view["id"].clone()),
        ("app_id", json!("A0SIGNALBOX")),
        ("app_installed_team_id", json!("T0DEMO")),
        ("bot_id", json!("B0SIGNALBOX")),
        (
            "state",
            json!({ "values": { "a": { "a": { "type": "plain_text_input", "value": null } } } }),
        ),
        (
            "title",
            json!({ "type": "plain_text", "text": "Form", "emoji": true }),
        ),
    ] {
        assert_eq!(view[field], expected, "{field}");
    }
    assert!(view["hash"].as_str().unwrap().starts_with("1795165200."));
}

#[tokio::test]
async fn a_trigger_id_opens_one_modal_within_three_seconds() {
    let (app, world) = App::start().await;
    let view = modal(json!([line("a")]));
    let open = |trigger_id: String| {
        let args = json!({ "trigger_id": trigger_id, "view": view });
        world.call("views.open", args)
    };
    let used = trigger(&app, &world).await;
    assert_eq!(open(used.clone()).await.outcome(), "ok");
    assert_eq!(open(used).await.outcome(), "exchanged_trigger_id");
    let late = trigger(&app, &world).await;
    world.advance(3);
    assert_eq!(open(late).await.outcome(), "expired_trigger_id");
    let unknown = "1.2.abcdef".to_owned();
    assert_eq!(open(unknown).await.outcome(), "invalid_trigger_id");
    let missing = world.call("views.open", json!({ "view": view })).await;
    assert_eq!(
        messages(&missing),
        ["[ERROR] missing required field: trigger_id"]
    );
}

#[tokio::test]
async fn a_refused_view_leaves_its_trigger_id_good() {
    let (app, world) = App::start().await;
    let trigger_id = trigger(&app, &world).await;
    let mut bad = modal(json!([line("a")]));
    bad["title"] = plain(&"t".repeat(25));
    bad.as_object_mut().unwrap().remove("submit");
    bad["private_metadata"] = json!("m".repeat(3001));
    let said = world
        .call(
            "views.open",
            json!({ "trigger_id": trigger_id, "view": bad }),
        )
        .await;
    assert_eq!(said.outcome(), "invalid_arguments");
    assert_eq!(
        messages(&said),
        [
            "[ERROR] must be less than 3001 characters [json-pointer:/view/private_metadata]",
            "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]",
            "[ERROR] missing required field: submit [json-pointer:/view]",
        ]
    );
    let long = json!({ "type": "section", "text": plain(&"x".repeat(3000)) });
    let large = modal(json!(vec![long; 90]));
    for (view, expected) in [
        (large, "view_too_large"),
        (home("at home"), "invalid_arguments"),
        (json!("{"), "invalid_arguments"),
        (json!([]), "invalid_arguments"),
        (modal(json!([line("a")])), "ok"),
    ] {
        let args = json!({ "trigger_id": trigger_id, "view": view });
        assert_eq!(world.call("views.open", args).await.outcome(), expected);
    }
}

#[tokio::test]
async fn views_are_updated_by_id_or_by_the_apps_own_and_only_as_they_were_seen() {
    let (app, world) = App::start().await;
    let mut view = modal(json!([line("a")]));
    view["external_id"] = json!("mine");
    let id = opened(&app, &world, view.clone()).await;
    let update = |args: Value| world.call("views.update", args);
    let said = update(json!({ "view_id": id, "view": view })).await;
    let hash = said.body["view"]["hash"].clone();
    let said = update(json!({ "external_id": "mine", "hash": hash, "view": view })).await;
    assert_eq!(said.outcome(), "ok");
    assert_ne!(said.body["view"]["hash"], hash);
    for (args, expected) in [
        (
            json!({ "view_id": id, "hash": hash, "view": view }),
            "hash_conflict",
        ),
        (json!({ "view_id": "V0NONE", "view": view }), "not_found"),
        (json!({ "view": view }), "not_found"),
        (
            json!({ "view_id": id, "view": home("x") }),
            "invalid_arguments",
        ),
    ] {
        assert_eq!(update(args).await.outcome(), expected);
    }
    let args = json!({ "user_id": "U0ANA", "view": { "type": "home", "external_id": "mine",
        "blocks": [{ "type": "divider" }] } });
    assert_eq!(
        world.call("views.publish", args).await.outcome(),
        "duplicate_external_id"
    );
}

#[tokio::test]
async fn at_most_three_modals_stand_on_each_other() {
    let (app, world) = App::start().await;
    let view = || {
        let button = crate::slack_view_world::button("more");
        modal(json!([button, line("a")]))
    };
    let mut ids = vec![opened(&app, &world, view()).await];
    for expected in ["ok", "ok", "push_limit_reached"] {
        let click = json!({ "user": "ana", "view_id": ids.last(), "action_id": "more" });
        assert_eq!(world.sandbox("click", click).await.outcome(), "ok");
        let payload = app.asked_at("/slack/interactions").payload();
        let args = json!({ "trigger_id": payload["trigger_id"], "view": view() });
        let said = world.call("views.push", args).await;
        assert_eq!(said.outcome(), expected, "{said:?}");
        if expected == "ok" {
            assert_eq!(said.body["view"]["previous_view_id"], json!(ids.last()));
            assert_eq!(said.body["view"]["root_view_id"], json!(ids[0]));
            ids.push(said.body["view"]["id"].as_str().unwrap().to_owned());
        }
    }
    assert_eq!(stack(&world).await, ids);
    let from_command = trigger(&app, &world).await;
    let args = json!({ "trigger_id": from_command, "view": view() });
    assert_eq!(world.call("views.push", args).await.outcome(), "not_found");
}

#[tokio::test]
async fn a_home_tab_is_published_for_one_person_and_outlives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let started = || async {
        let mut options = options();
        options.state = Some(folder.path().join("slack.json"));
        World::with(options).await
    };
    let world = started().await;
    let publish = |args: Value| world.call("views.publish", args);
    let said = publish(json!({ "user_id": "U0ANA", "view": home("first") })).await;
    let hash = said.body["view"]["hash"].clone();
    for (args, expected) in [
        (
            json!({ "user_id": "U0ANA", "hash": "0.old", "view": home("x") }),
            "hash_conflict",
        ),
        (
            json!({ "user_id": "U0NONE", "view": home("x") }),
            "invalid_arguments",
        ),
        (
            json!({ "user_id": "U0ANA", "view": modal(json!([line("a")])) }),
            "invalid_arguments",
        ),
        (
            json!({ "user_id": "U0ANA", "hash": hash, "view": home("second") }),
            "ok",
        ),
    ] {
        assert_eq!(publish(args).await.outcome(), expected);
    }
    let refused = World::with(options()).await.with_token("xoxp-demo");
    let args = json!({ "user_id": "U0ANA", "view": home("x") });
    let said = refused.call("views.publish", args).await;
    assert_eq!(said.outcome(), "not_allowed_token_type");
    world.running.stop().await.unwrap();
    let world = started().await;
    let seen = world
        .get("/sandbox/screen?user=ana&home=1&format=json")
        .await;
    assert_eq!(seen.body["home"]["blocks"][0]["text"]["text"], "second");
    let other = world
        .get("/sandbox/screen?user=ben&home=1&format=json")
        .await;
    assert_eq!(other.body["home"], Value::Null);
}

#[tokio::test]
async fn an_app_without_a_home_tab_publishes_none() {
    let world = World::start().await;
    let off = json!({ "has_home": false });
    assert_eq!(world.sandbox("apps/A0SIGNALBOX", off).await.outcome(), "ok");
    let args = json!({ "user_id": "U0ANA", "view": home("x") });
    assert_eq!(
        world.call("views.publish", args).await.outcome(),
        "not_enabled"
    );
    let opens = world.sandbox("home", json!({ "user": "ana" })).await;
    assert_eq!(opens.status, 409);
}

#[tokio::test]
async fn an_app_that_is_uninstalled_takes_its_views_along() {
    let (app, world) = App::start().await;
    opened(&app, &world, modal(json!([line("a")]))).await;
    let args = json!({ "user_id": "U0ANA", "view": home("x") });
    assert_eq!(world.call("views.publish", args).await.outcome(), "ok");
    let gone = world
        .sandbox("uninstall", json!({ "workspace": "T0DEMO" }))
        .await;
    assert_eq!(gone.outcome(), "ok", "{gone:?}");
    assert_eq!(stack(&world).await, [""; 0]);
    world
        .running
        .sandbox
        .with_workspace(|workspace| assert_eq!(workspace.homes, []));
}
