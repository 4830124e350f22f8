//! The payloads of interactions in Slack's JSON.

use serde_json::{Map, Value, json};

use crate::slack::commands::{VERIFICATION_TOKEN, channel_name};
use crate::slack::workspace::{Channel, Workspace};

/// The fields that every payload has.
pub fn begin(kind: &str, workspace: &Workspace, app: &str, person: &str) -> Map<String, Value> {
    let name = workspace.people.get(person).map(|person| &person.name);
    let payload = json!({
        "type": kind,
        "user": { "id": person, "username": name, "name": name, "team_id": workspace.id },
        "api_app_id": app,
        "token": VERIFICATION_TOKEN,
        "team": { "id": workspace.id, "domain": workspace.domain },
        "enterprise": null,
        "is_enterprise_install": false,
    });
    match payload {
        Value::Object(fields) => fields,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Map::new()
        }
    }
}

/// Puts a field into a payload.
pub fn put(payload: &mut Map<String, Value>, name: &str, value: impl Into<Value>) {
    payload.insert(name.to_owned(), value.into());
}

/// A channel as payloads name it.
pub fn channel(channel: &Channel) -> Value {
    json!({ "id": channel.id, "name": channel_name(channel) })
}
