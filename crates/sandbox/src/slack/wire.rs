//! The workspace in Slack's JSON: messages, channels, people.
//!
//! Shapes are those of the method reference's examples. What the sandbox has no use for (avatars,
//! shared channels, canvases) is there in its empty form, so that typed clients parse it.

use serde_json::{Map, Value, json};

use super::workspace::{App, Channel, ChannelKind, Message, Person, Workspace};

/// A message as `conversations.history` gives it.
#[must_use]
pub fn message(workspace: &Workspace, channel: &Channel, message: &Message) -> Map<String, Value> {
    let mut json = Map::new();
    let mut put = |name: &str, value: Value| json.insert(name.to_owned(), value);
    put("type", json!("message"));
    put("ts", json!(message.ts));
    put("text", json!(message.text));
    put("team", json!(workspace.id));
    let author = &message.author;
    // A custom integration is a bot without a user and without an app.
    if !author.user.is_empty() {
        put("user", json!(author.user));
    }
    if let Some(bot_id) = &author.bot_id {
        put("bot_id", json!(bot_id));
        if let Some(app) = workspace.app_of_bot(bot_id) {
            put("app_id", json!(app.id));
            put("bot_profile", bot_profile(workspace, app));
        }
    }
    if let Some(username) = &author.username {
        put("subtype", json!("bot_message"));
        put("username", json!(username));
    }
    if author.icon_emoji.is_some() || author.icon_url.is_some() {
        put("icons", icons(message));
    }
    if let Some(subtype) = &message.subtype {
        put("subtype", json!(subtype));
    }
    if let Some(blocks) = &message.blocks {
        put("blocks", blocks.clone());
    }
    if let Some(attachments) = &message.attachments {
        put("attachments", attachments.clone());
    }
    if let Some(edited) = &message.edited {
        put("edited", json!({ "user": edited.user, "ts": edited.ts }));
    }
    if !message.reactions.is_empty() {
        put("reactions", reactions(message));
    }
    thread(&mut json, channel, message);
    json
}

fn reactions(message: &Message) -> Value {
    let reaction = |reaction: &super::workspace::Reaction| {
        let (name, users) = (&reaction.name, &reaction.users);
        json!({ "name": name, "users": users, "count": users.len() })
    };
    message.reactions.iter().map(reaction).collect()
}

fn icons(message: &Message) -> Value {
    match (&message.author.icon_emoji, &message.author.icon_url) {
        (Some(emoji), _) => json!({ "emoji": emoji }),
        (None, url) => json!({ "image_48": url }),
    }
}

/// The fields of a thread's root, or of a reply.
fn thread(json: &mut Map<String, Value>, channel: &Channel, message: &Message) {
    let mut put = |name: &str, value: Value| json.insert(name.to_owned(), value);
    if message.is_reply() {
        let root_ts = message.thread_ts.as_deref().unwrap_or_default();
        let root = channel.message(root_ts);
        put("thread_ts", json!(root_ts));
        if let Some(root) = root {
            put("parent_user_id", json!(root.author.id()));
        }
        if message.broadcast {
            put("subtype", json!("thread_broadcast"));
            if let Some(root) = root {
                put(
                    "root",
                    json!({ "type": "message", "ts": root.ts, "text": root.text,
                    "user": root.author.id(), "thread_ts": root.ts,
                    "reply_count": root.replies.len() }),
                );
            }
        }
    } else if let Some(latest) = message.replies.last() {
        let mut users: Vec<&str> = Vec::new();
        for reply in message.replies.iter().filter_map(|ts| channel.message(ts)) {
            if !users.contains(&reply.author.id()) {
                users.push(reply.author.id());
            }
        }
        put("thread_ts", json!(message.ts));
        put("reply_count", json!(message.replies.len()));
        put("reply_users_count", json!(users.len()));
        put("reply_users", json!(users));
        put("latest_reply", json!(latest));
        put("is_locked", json!(false));
        put("subscribed", json!(false));
    }
}

/// The app as the author of a message.
fn bot_profile(workspace: &Workspace, app: &App) -> Value {
    let App {
        id,
        name,
        bot_id,
        user_id,
        is_installed: _,
    } = app;
    json!({ "id": bot_id, "app_id": id, "user_id": user_id, "name": name, "deleted": false,
        "updated": 0, "team_id": workspace.id, "icons": bot_icons() })
}

/// Pictures of a bot; the sandbox draws its own.
#[must_use]
pub fn bot_icons() -> Value {
    json!({ "image_36": "", "image_48": "", "image_72": "" })
}

/// A channel as `conversations.list` gives it to someone who is (not) a member.
#[must_use]
pub fn channel(workspace: &Workspace, channel: &Channel, is_member: bool, me: &str) -> Value {
    let kind = channel.kind;
    if kind == ChannelKind::Direct {
        let other = channel.members.iter().find(|id| *id != me);
        return json!({ "id": channel.id, "created": channel.created, "is_im": true,
            "is_org_shared": false, "is_archived": channel.is_archived,
            "user": other.map_or(me, String::as_str), "is_user_deleted": false, "priority": 0,
            "context_team_id": workspace.id, "updated": channel.created * 1000 });
    }
    let note = |text: &str| json!({ "value": text, "creator": "", "last_set": 0 });
    json!({
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": kind == ChannelKind::Public || kind == ChannelKind::Private,
        "is_group": kind == ChannelKind::Group,
        "is_im": false,
        "is_mpim": kind == ChannelKind::Group,
        "is_private": channel.is_closed(),
        "is_archived": channel.is_archived,
        "is_general": channel.is_general,
        "is_member": is_member,
        "is_shared": false,
        "is_ext_shared": false,
        "is_org_shared": false,
        "is_pending_ext_shared": false,
        "pending_shared": [],
        "shared_team_ids": [workspace.id],
        "context_team_id": workspace.id,
        "parent_conversation": null,
        "unlinked": 0,
        "created": channel.created,
        "updated": channel.created * 1000,
        "creator": channel.creator,
        "topic": note(&channel.topic),
        "purpose": note(&channel.purpose),
        "previous_names": [],
    })
}

/// A member as `users.info` gives it; the address only to those who may see addresses.
#[must_use]
pub fn person(workspace: &Workspace, person: &Person, with_email: bool) -> Value {
    let mut profile = json!({
        "real_name": person.real_name,
        "real_name_normalized": person.real_name,
        "display_name": person.name,
        "display_name_normalized": person.name,
        "status_text": "",
        "status_emoji": "",
        "avatar_hash": "",
        "team": workspace.id,
    });
    if let (Some(profile), Some(email)) = (profile.as_object_mut(), &person.email)
        && with_email
    {
        profile.insert("email".to_owned(), json!(email));
    }
    if let (Some(profile), Some(app)) = (profile.as_object_mut(), workspace.app_of_bot(&person.id))
    {
        profile.insert("bot_id".to_owned(), json!(app.bot_id));
        profile.insert("api_app_id".to_owned(), json!(app.id));
    }
    json!({
        "id": person.id,
        "team_id": workspace.id,
        "name": person.name,
        "real_name": person.real_name,
        "deleted": person.deleted,
        "color": "9f69e7",
        "tz": "Etc/UTC",
        "tz_label": "Coordinated Universal Time",
        "tz_offset": 0,
        "profile": profile,
        "is_admin": person.is_admin,
        "is_owner": false,
        "is_primary_owner": false,
        "is_restricted": false,
        "is_ultra_restricted": false,
        "is_bot": person.is_bot,
        "is_app_user": false,
        "updated": 0,
    })
}
