//! What an app's pages at Slack are for: putting an incoming webhook into a channel, and
//! registering a slash command.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::fields::{Bad, Fields};
use super::{installed, person, workspace_mut};
use crate::slack::apps::DEMO_APP;
use crate::slack::commands::secret;
use crate::slack::web_api::mint_id;
use crate::slack::workspace::{Channel, Webhook, Workspace};
use crate::slack::{SlackSandbox, SlashCommand};

/// `POST /sandbox/webhook` `{"channel", "legacy"?, "user"?}`: another incoming webhook, made by that
/// person; answers its `url`.
pub async fn webhook(
    State(sandbox): State<SlackSandbox>,
    fields: Fields,
) -> Result<Json<Value>, Bad> {
    fields.only(&["workspace", "app", "channel", "legacy", "user"])?;
    let options = sandbox.options();
    let mut state = sandbox.lock();
    let workspace = workspace_mut(&mut state.workspaces, &fields)?;
    let channel = webhook_channel(workspace, &fields)?;
    let creator = match fields.text_if_any("user")? {
        Some(_) => person(workspace, &fields, "user")?.id.clone(),
        None => first_person(workspace, channel),
    };
    let hook = Webhook {
        id: mint_id('B', &options.chance),
        secret: secret(&options.chance),
        channel: channel.id.clone(),
        creator,
        legacy: fields.flag("legacy")?.unwrap_or(false),
        app: installed(workspace, &fields)?.id.clone(),
    };
    let (base, team) = (&options.public_url, &workspace.id);
    let url = format!("{base}/services/{team}/{}/{}", hook.id, hook.secret);
    workspace.webhooks.push(hook);
    state.unsaved = true;
    Ok(Json(json!({ "ok": true, "url": url })))
}

fn webhook_channel<'w>(workspace: &'w Workspace, fields: &Fields) -> Result<&'w Channel, Bad> {
    let called = fields.text("channel")?;
    workspace
        .channel_called(&called)
        .ok_or_else(|| Bad::field("channel", &format!("there is no channel {called:?}")))
}

fn first_person(workspace: &Workspace, channel: &Channel) -> String {
    let is_person = |id: &&String| {
        let person = workspace.people.get(*id);
        person.is_some_and(|person| !person.is_bot)
    };
    let first = channel.members.iter().find(is_person);
    first.cloned().unwrap_or_default()
}

/// `POST /sandbox/commands` `{"command", "url", "description"?, "usage_hint"?, "should_escape"?}`:
/// registers a slash command, or another address for one that is known.
pub async fn command(
    State(sandbox): State<SlackSandbox>,
    fields: Fields,
) -> Result<Json<Value>, Bad> {
    fields.only(&[
        "command",
        "url",
        "description",
        "usage_hint",
        "should_escape",
    ])?;
    let name = fields.text("command")?;
    check_command(&name)?;
    let url = fields.text("url")?;
    if !url.starts_with("http://") && !url.starts_with("https://") {
        return Err(Bad::field("url", "must begin with http:// or https://"));
    }
    let text = |name: &str| Ok(fields.text_if_any(name)?.unwrap_or_default());
    let command = SlashCommand {
        url: Some(url),
        should_escape: fields.flag("should_escape")?.unwrap_or(false),
        ..SlashCommand::new(&name, &text("description")?, &text("usage_hint")?)
    };
    let mut state = sandbox.lock();
    let app = state.apps.get_mut(DEMO_APP);
    let app = app.ok_or_else(|| Bad::not_now("the demo's app is gone".to_owned()))?;
    app.settings.commands.retain(|known| known.name != name);
    app.settings.commands.push(command);
    Ok(Json(json!({ "ok": true })))
}

/// The rule of Slack's manifest: 2 to 32 characters, the first a slash.
fn check_command(name: &str) -> Result<(), Bad> {
    let length = name.chars().count();
    let has_shape = name.starts_with('/') && !name.contains(char::is_whitespace);
    if has_shape && (2..=32).contains(&length) {
        return Ok(());
    }
    let rule = "must begin with / and have 2 to 32 characters without spaces";
    Err(Bad::field("command", rule))
}
