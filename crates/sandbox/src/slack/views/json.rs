//! A view as Slack writes it.

use serde_json::{Map, Value, json};

use super::entries;
use crate::slack::workspace::{View, Workspace};

/// A view in Slack's JSON, with what was entered so far.
#[must_use]
pub fn to_json(workspace: &Workspace, view: &View) -> Map<String, Value> {
    let mut json = Map::new();
    let mut put = |name: &str, value: Value| json.insert(name.to_owned(), value);
    put("id", json!(view.id));
    put("team_id", json!(workspace.id));
    put("type", json!(view.kind.word()));
    for (name, otherwise) in [
        ("blocks", json!([])),
        ("private_metadata", json!("")),
        ("callback_id", json!("")),
    ] {
        put(name, view.content.get(name).cloned().unwrap_or(otherwise));
    }
    let values = entries::state(view.blocks(), &view.entered);
    put("state", json!({ "values": values }));
    put("hash", json!(view.hash));
    for (name, otherwise) in [
        (
            "title",
            json!({ "type": "plain_text", "text": "View Title", "emoji": true }),
        ),
        ("clear_on_close", json!(false)),
        ("notify_on_close", json!(false)),
        ("close", Value::Null),
        ("submit", Value::Null),
        ("external_id", json!("")),
    ] {
        put(name, view.content.get(name).cloned().unwrap_or(otherwise));
    }
    put("previous_view_id", json!(view.previous));
    put("root_view_id", json!(view.root));
    put("app_id", json!(view.app));
    put("app_installed_team_id", json!(workspace.id));
    put(
        "bot_id",
        json!(workspace.app(&view.app).map(|app| &app.bot_id)),
    );
    json
}
