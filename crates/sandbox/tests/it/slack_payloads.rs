//! The payloads of interactions against recorded ones, and the views in them against the field's
//! own models.

use std::io::Write;
use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};

use crate::slack_app::App;
use crate::slack_view_world::{button, input, line, modal, opened};
use crate::slack_world::World;

/// What recorded payloads have because their workspace belongs to an organization, or because a
/// person's client numbers its messages.
const ELSEWHERE: &[&str] = &["enterprise_id", "enterprise_name", "client_msg_id"];
/// What a person typed is kept as text alone, and a list of addresses makes sense for a submission
/// only.
const LEFT_OUT: &[&str] = &["/message/blocks", "/response_urls"];
/// What these hold is the app's or a person's own.
const FREE: &[&str] = &["blocks", "values", "actions", "response_urls"];

fn app_said(app: &App) -> Value {
    app.asked_at("/slack/interactions").payload()
}

/// One payload of each kind, by the name of the file that records one.
async fn payloads() -> Vec<(&'static str, Value)> {
    let (app, world) = App::start().await;
    let mut payloads = Vec::new();
    let typed = json!({ "user": "ben", "channel": "general", "text": "it is broken" });
    let ts = world.sandbox("type", typed).await.body["ts"].take();
    let global = json!({ "user": "ana", "callback_id": "issue_new" });
    world.sandbox("shortcut", global).await;
    payloads.push(("shortcut_global", app_said(&app)));
    let on_message = json!({ "user": "ana", "callback_id": "issue_from_message",
        "channel": "general", "ts": ts });
    world.sandbox("shortcut", on_message).await;
    payloads.push(("shortcut_message", app_said(&app)));
    payloads.push(("block_actions_message", ephemeral_click(&app, &world).await));
    payloads.extend(of_a_modal(&app, &world).await);
    payloads
}

async fn ephemeral_click(app: &App, world: &World) -> Value {
    let join = json!({ "channel": "C0GENERAL" });
    world.call("conversations.join", join).await;
    let args = json!({ "channel": "C0GENERAL", "user": "U0ANA", "text": "t",
        "blocks": [button("go")] });
    let said = world.call("chat.postEphemeral", args).await;
    let click = json!({ "user": "ana", "channel": "general", "ts": said.body["message_ts"],
        "action_id": "go" });
    world.sandbox("click", click).await;
    app_said(app)
}

async fn of_a_modal(app: &App, world: &World) -> Vec<(&'static str, Value)> {
    let select = json!({ "type": "external_select", "action_id": "label", "min_query_length": 1 });
    let place = json!({ "type": "channels_select", "action_id": "place",
        "response_url_enabled": true, "initial_channel": "C0STAGING" });
    let mut label = input("label", select);
    label["optional"] = json!(true);
    let mut view = modal(json!([line("title"), label, input("place", place)]));
    view["notify_on_close"] = json!(true);
    let id = opened(app, world, view.clone()).await;
    let query = json!({ "user": "ana", "view_id": id, "action_id": "label", "query": "b" });
    world.sandbox("suggest", query).await;
    let suggestion = app.asked_at("/slack/options").payload();
    world.sandbox("close", json!({ "user": "ana" })).await;
    let closed = app_said(app);
    opened(app, world, view).await;
    let submit = json!({ "user": "ana", "values": { "title": "x" } });
    assert_eq!(world.sandbox("submit", submit).await.outcome(), "ok");
    let submitted = app_said(app);
    vec![
        ("block_suggestion", suggestion),
        ("view_closed", closed),
        ("view_submission", submitted.clone()),
        ("view_submission_response_urls", submitted),
    ]
}

#[tokio::test]
async fn payloads_have_what_recorded_ones_have() {
    let corpus = std::env::var_os("SIGNALBOX_CORPUS").map(PathBuf::from);
    let Some(corpus) = corpus.filter(|corpus| corpus.join("slack").is_dir()) else {
        println!("corpus absent");
        return;
    };
    for (name, ours) in payloads().await {
        let file = corpus.join(format!("slack/bolt-python/payloads/{name}.json"));
        let recorded: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
        let mut missing = Vec::new();
        compare(&recorded, &ours, "", &mut missing);
        missing.retain(|path| !LEFT_OUT.contains(&path.as_str()));
        assert_eq!(missing, [""; 0], "{name}");
    }
}

/// Notes the paths of what is recorded and not there, or there as something else.
fn compare(recorded: &Value, ours: &Value, path: &str, missing: &mut Vec<String>) {
    let Some(fields) = recorded.as_object() else {
        return;
    };
    for (name, value) in fields {
        let path = format!("{path}/{name}");
        match ours.get(name) {
            _ if ELSEWHERE.contains(&name.as_str()) => (),
            None => missing.push(path),
            Some(there) if kind(there) != kind(value) => missing.push(format!("{path}: {there}")),
            Some(_) if FREE.contains(&name.as_str()) => (),
            Some(there) => compare(value, there, &path, missing),
        }
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

#[tokio::test]
async fn views_in_payloads_pass_the_python_clients_own_models() {
    let Some(clients) = std::env::var_os("SIGNALBOX_CLIENTS").map(PathBuf::from) else {
        println!("official clients absent: run make test");
        return;
    };
    let views = payloads().await.into_iter();
    let views: Vec<Value> = views
        .filter_map(|(_, payload)| payload.get("view").cloned())
        .collect();
    assert_eq!(views.len(), 4);
    let mut lines = tempfile::NamedTempFile::new().unwrap();
    for mut view in views {
        // The models drop what is empty, and the workspace of an installation.
        let fields = view.as_object_mut().unwrap();
        let is_empty = |value: &Value| value.is_null() || value == "";
        fields.retain(|name, value| !is_empty(value) && name != "app_installed_team_id");
        writeln!(lines, "{view}").unwrap();
    }
    let script = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/clients/python/validate_views.py"
    );
    let output = Command::new(clients.join("venv/bin/python"))
        .arg(script)
        .stdin(std::fs::File::open(lines.path()).unwrap())
        .output()
        .expect("the client's interpreter is there: run tests/clients/setup.sh");
    assert!(output.status.success(), "{output:?}");
}
