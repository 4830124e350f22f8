//! Registered apps: made from manifests, changed, kept over a restart.

use serde_json::{Value, json};

use crate::slack_app::App;
use crate::slack_world::{World, options};

const MAKER: &str = "xoxe.xoxp-demo-configuration";

#[tokio::test]
async fn an_app_is_made_exported_and_changed_by_its_manifest() {
    let (_app, world) = App::start().await;
    let world = world.with_token(MAKER);
    let demo = json!({ "app_id": "A0SIGNALBOX" });
    let manifest = world.call("apps.manifest.export", demo.clone()).await.body["manifest"].take();
    assert_eq!(manifest["display_information"]["name"], "Signalbox");
    let text = manifest.to_string();
    let valid = world
        .call("apps.manifest.validate", json!({ "manifest": text }))
        .await;
    assert_eq!(valid.body["errors"], json!([]));

    let made = world
        .call("apps.manifest.create", json!({ "manifest": text }))
        .await;
    assert_eq!(made.outcome(), "ok", "{made:?}");
    let id = made.body["app_id"].clone();
    assert!(made.body["credentials"]["signing_secret"].is_string());
    let mut changed = manifest.clone();
    changed["oauth_config"]["scopes"]["bot"] = json!(["commands"]);
    let update = json!({ "app_id": id, "manifest": changed });
    world.sandbox("limits", json!({ "limits": "off" })).await;
    let said = world.call("apps.manifest.update", update).await;
    assert_eq!(said.body["permissions_updated"], true);
    let again = world
        .call("apps.manifest.export", json!({ "app_id": id }))
        .await;
    assert_eq!(again.body["manifest"], changed);

    changed["display_information"]["name"] = json!("a".repeat(36));
    let refused = world
        .call("apps.manifest.validate", json!({ "manifest": changed }))
        .await;
    assert_eq!(refused.outcome(), "invalid_manifest");
    assert_eq!(
        refused.body["errors"][0]["pointer"],
        "/display_information/name"
    );
    for (id, error) in [("A0NOBODY", "app_not_found"), ("B1", "invalid_app_id")] {
        let said = world
            .call("apps.manifest.export", json!({ "app_id": id }))
            .await;
        assert_eq!(said.outcome(), error);
    }
    let world = world.with_token("xoxb-demo");
    let said = world.call("apps.manifest.export", demo).await;
    assert_eq!(said.outcome(), "invalid_auth");
}

#[tokio::test]
async fn a_second_app_in_a_workspace_speaks_for_itself() {
    let (usual, world) = App::start().await;
    let other = App::listen().await;
    let url = format!("{}/all", other.url);
    let made = world
        .sandbox(
            "apps",
            json!({ "name": "Other", "bot_scopes": ["chat:write", "chat:write.public"],
                "commands": [{ "name": "/gitlab" }], "request_url": url, "verify": false,
                "install": "T0DEMO" }),
        )
        .await;
    assert_eq!(made.outcome(), "ok", "{made:?}");
    let typed = json!({ "user": "ana", "channel": "general", "text": "/gitlab help" });
    world.sandbox("type", typed.clone()).await;
    assert_eq!(
        (usual.times_asked(), other.times_asked()),
        (0, 1),
        "the newest wins"
    );
    assert_eq!(
        other.asked().field("api_app_id"),
        made.body["app_id"].as_str().unwrap()
    );
    let token = made.body["bot_token"].as_str().unwrap();
    let request = world.request(reqwest::Method::POST, "/api/chat.postMessage");
    let form = [("channel", "general"), ("text", "from the other")];
    let said = crate::slack_world::said(request.bearer_auth(token).form(&form)).await;
    assert_eq!(said.body["message"]["app_id"], made.body["app_id"]);
    assert_eq!(said.body["message"]["bot_profile"]["name"], "Other");
    assert_eq!(world.screen("general").await[0]["author"]["name"], "other");

    let gone = json!({ "app": made.body["app_id"] });
    world.sandbox("uninstall", gone).await;
    world.sandbox("type", typed).await;
    assert_eq!(usual.times_asked(), 1);
}

#[tokio::test]
async fn bad_settings_are_named() {
    let world = World::start().await;
    for (body, error) in [
        (json!({}), "name: is required"),
        (
            json!({ "name": "A", "colour": "red" }),
            "colour: is not known here",
        ),
        (
            json!({ "name": "A", "install": "T9" }),
            "install: there is no such workspace",
        ),
        (
            json!({ "manifest": {} }),
            "manifest: /display_information/name",
        ),
    ] {
        let said = world.sandbox("apps", body).await;
        assert_eq!(said.status, 400);
        assert!(
            said.body["error"].as_str().unwrap().starts_with(error),
            "{said:?}"
        );
    }
    assert_eq!(
        world.get("/sandbox/apps").await.body["apps"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let said = world
        .sandbox("type", json!({ "workspace": "T9", "text": "hi" }))
        .await;
    assert!(
        said.body["error"]
            .as_str()
            .unwrap()
            .contains("T0DEMO, T0ACME"),
        "{said:?}"
    );
}

#[tokio::test]
async fn apps_and_installations_outlive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("slack.json");
    let started = async || {
        let mut options = options();
        options.state = Some(file.clone());
        World::with(options).await
    };
    let world = started().await;
    let made = world
        .sandbox(
            "apps",
            json!({ "name": "Kept", "bot_scopes": ["chat:write"], "install": "T0ACME" }),
        )
        .await;
    let token = made.body["bot_token"].as_str().unwrap().to_owned();
    world.running.stop().await.unwrap();
    let world = started().await;
    let request = world.request(reqwest::Method::POST, "/api/auth.test");
    let said = crate::slack_world::said(request.bearer_auth(token)).await;
    assert_eq!((said.outcome(), &said.body["team"]), ("ok", &json!("Acme")));
    world.running.stop().await.unwrap();
    let saved: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    assert_eq!(
        saved["apps"].as_array().unwrap().len(),
        1,
        "the demo's own is not kept"
    );
}

#[tokio::test]
async fn what_was_saved_before_there_were_several_workspaces_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("slack.json");
    let now = sandbox::slack::Seed::demo().into_workspace();
    let mut workspace = serde_json::to_value(now).unwrap();
    let fields = workspace.as_object_mut().unwrap();
    let app = fields.remove("apps").unwrap()[0].take();
    fields.insert("app".to_owned(), app);
    fields.insert("signing_secret".to_owned(), json!("demo-signing-secret"));
    fields["app"]
        .as_object_mut()
        .unwrap()
        .remove("is_installed");
    for token in fields["tokens"].as_array_mut().unwrap() {
        token.as_object_mut().unwrap().remove("app");
    }
    fields["channels"]["C0GENERAL"]["topic"] = json!("from before");
    let old = json!({ "version": 1, "workspace": workspace });
    std::fs::write(&file, old.to_string()).unwrap();
    let mut options = options();
    options.state = Some(file);
    let world = World::with(options).await;
    let said = world
        .form("conversations.info", &[("channel", "C0GENERAL")])
        .await;
    assert_eq!(said.body["channel"]["topic"]["value"], "from before");
    let me = world.form("auth.test", &[]).await;
    assert_eq!(me.body["bot_id"], "B0SIGNALBOX");
    assert!(
        world
            .running
            .sandbox
            .with_workspaces(|all| all.get("T0ACME").is_some())
    );
}
