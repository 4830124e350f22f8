//! Views for the tests: small ones, and whatever it takes to have one on a screen.

use serde_json::{Value, json};

use crate::slack_app::{Answer, App};
use crate::slack_world::{Said, World};

pub fn plain(text: &str) -> Value {
    json!({ "type": "plain_text", "text": text })
}

pub fn modal(blocks: Value) -> Value {
    let mut view = json!({ "type": "modal", "callback_id": "form", "private_metadata": "kept",
        "title": plain("Form"), "submit": plain("Send"), "close": plain("Cancel") });
    view["blocks"] = blocks;
    view
}

/// A block that asks for something.
pub fn input(block_id: &str, element: Value) -> Value {
    let mut block = json!({ "type": "input", "block_id": block_id, "label": plain(block_id) });
    block["element"] = element;
    block
}

/// A line of text that must be filled in.
pub fn line(block_id: &str) -> Value {
    input(
        block_id,
        json!({ "type": "plain_text_input", "action_id": block_id }),
    )
}

pub fn option(value: &str) -> Value {
    json!({ "text": plain(value), "value": value })
}

pub fn button(action_id: &str) -> Value {
    json!({ "type": "actions", "block_id": "row", "elements": [
        { "type": "button", "action_id": action_id, "value": "1", "text": plain(action_id) }] })
}

/// The trigger id of the command that ana types.
pub async fn trigger(app: &App, world: &World) -> String {
    let typed = json!({ "user": "ana", "channel": "general", "text": "/gitlab form" });
    assert_eq!(world.sandbox("type", typed).await.outcome(), "ok");
    app.asked_at("/slack/commands").field("trigger_id")
}

/// Ana has this modal open; its id.
pub async fn opened(app: &App, world: &World, view: Value) -> String {
    app.answers(Answer::Empty);
    let trigger_id = trigger(app, world).await;
    let args = json!({ "trigger_id": trigger_id, "view": view });
    let said = world.call("views.open", args).await;
    assert_eq!(said.outcome(), "ok", "{said:?}");
    said.body["view"]["id"].as_str().unwrap().to_owned()
}

/// The ids of ana's modals, topmost last.
pub async fn stack(world: &World) -> Vec<String> {
    let seen = world
        .get("/sandbox/screen?user=ana&modal=1&format=json")
        .await;
    let modals = seen.body["modals"].as_array().unwrap().iter();
    modals
        .map(|view| view["id"].as_str().unwrap().to_owned())
        .collect()
}

pub fn messages(said: &Said) -> Vec<String> {
    let messages = said.body["response_metadata"]["messages"].as_array();
    let messages = messages.into_iter().flatten();
    messages
        .map(|message| message.as_str().unwrap().to_owned())
        .collect()
}
