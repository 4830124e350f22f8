//! What happens in channels, as events say it.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::rules::channel_type;
use crate::slack::workspace::{Channel, ChannelKind, Message, Workspace, ts};
use crate::slack::{Change, SlackSandbox, What, wire};

impl SlackSandbox {
    /// Tells apps of a new message: that there is one, and those that it mentions.
    pub(in crate::slack) fn tell_of_message(&self, change: &Change) {
        let (What::Posted, Some(ts)) = (change.what, &change.ts) else {
            return;
        };
        let (workspace, said, mentions) = {
            let state = self.lock();
            let Some(workspace) = state.workspaces.with_channel(&change.channel) else {
                return;
            };
            let Some(channel) = workspace.channel(&change.channel) else {
                return;
            };
            let message = channel.message(ts);
            let Some(message) = message.filter(|message| message.only_for.is_none()) else {
                return;
            };
            let said = posted(workspace, channel, message);
            (
                workspace.id.clone(),
                said,
                mentioned(workspace, channel, message),
            )
        };
        self.tell_all(&workspace, &said);
        for app in mentions {
            self.tell_app(&workspace, &app, &mention(&said));
        }
    }
}

/// `message`
fn posted(workspace: &Workspace, channel: &Channel, message: &Message) -> Value {
    let mut event = wire::message(workspace, channel, message);
    event.insert("channel".to_owned(), json!(channel.id));
    let kind = channel_type(channel.kind);
    event.insert("channel_type".to_owned(), json!(kind));
    event.insert("event_ts".to_owned(), json!(message.ts));
    Value::Object(event)
}

/// `app_mention`, made of the message.
fn mention(message: &Value) -> Value {
    let mut event = message.clone();
    event["type"] = json!("app_mention");
    if let Some(fields) = event.as_object_mut() {
        fields.remove("channel_type");
    }
    event
}

/// The apps that a message in a channel mentions, its author left out.
fn mentioned(workspace: &Workspace, channel: &Channel, message: &Message) -> Vec<String> {
    if channel.kind == ChannelKind::Direct {
        return Vec::new();
    }
    let apps = workspace.apps.iter().filter(|app| {
        let name = format!("<@{}", app.user_id);
        let mut after = message.text.split(&name).skip(1);
        let is_named = after.any(|rest| rest.starts_with(['>', '|']));
        is_named && message.author.user != app.user_id
    });
    apps.map(|app| app.id.clone()).collect()
}

/// `member_joined_channel`
#[must_use]
pub fn joined(workspace: &Workspace, channel: &Channel, person: &str, now: Timestamp) -> Value {
    let kind = if channel.is_closed() { "G" } else { "C" };
    json!({ "type": "member_joined_channel", "user": person, "channel": channel.id,
        "channel_type": kind, "team": workspace.id, "event_ts": stamp(now) })
}

/// `channel_rename`
#[must_use]
pub fn renamed(channel: &Channel, now: Timestamp) -> Value {
    json!({ "type": "channel_rename", "channel": { "id": channel.id, "name": channel.name,
        "name_normalized": channel.name, "created": channel.created, "is_channel": true,
        "is_mpim": false }, "event_ts": stamp(now) })
}

/// `channel_archive` or `channel_unarchive`
#[must_use]
pub fn archived(channel: &Channel, person: &str, now: Timestamp) -> Value {
    let kind = if channel.is_archived {
        "channel_archive"
    } else {
        "channel_unarchive"
    };
    json!({ "type": kind, "channel": channel.id, "user": person, "is_moved": 0,
        "event_ts": stamp(now) })
}

/// `channel_deleted`
#[must_use]
pub fn deleted(channel: &str, person: &str, now: Timestamp) -> Value {
    json!({ "type": "channel_deleted", "channel": channel, "actor_id": person,
        "event_ts": stamp(now) })
}

/// `channel_id_changed`
#[must_use]
pub fn id_changed(old: &str, new: &str, now: Timestamp) -> Value {
    json!({ "type": "channel_id_changed", "old_channel_id": old, "new_channel_id": new,
        "event_ts": stamp(now) })
}

fn stamp(now: Timestamp) -> String {
    ts(now.as_microsecond())
}
