//! Doing what a person does in the client: typing and clicking.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use serde_json::{Value, json};

use super::fields::{Bad, Fields};
use super::{channel, person, workspace_mut};
use crate::slack::commands::Typed;
use crate::slack::web_api::mint_id;
use crate::slack::workspace::{Author, Channel, ChannelKind, Message, Person};
use crate::slack::{Change, SlackSandbox, What, pings, typed};

/// How many clicks are kept; the oldest leave first.
pub const CLICKS_KEPT: usize = 1000;

/// A click on a button of a message.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Click {
    pub at: jiff::Timestamp,
    pub user: String,
    pub channel: String,
    pub ts: String,
    pub action_id: String,
    /// The page that it opened.
    pub url: String,
}

/// `POST /sandbox/type` `{"user", "channel", "text", "thread_ts"?}`: writes as that person. A text
/// that begins with a slash is a command: the answer waits for the app's.
pub async fn type_text(
    State(sandbox): State<SlackSandbox>,
    fields: Fields,
) -> Result<Json<Value>, Bad> {
    fields.only(&["workspace", "user", "channel", "text", "thread_ts"])?;
    let line = fields.text("text")?;
    let typed = typed(&sandbox, &fields, line)?;
    if typed.line.starts_with('/') {
        let ran = sandbox.run_command(typed).await;
        return Ok(Json(json!(ran)));
    }
    let change = post(&sandbox, &typed)?;
    let answer = json!({ "ok": true, "ts": change.ts, "answer": null });
    sandbox.announce([change]);
    Ok(Json(answer))
}

/// Who types what where, as long as they may.
fn typed(sandbox: &SlackSandbox, fields: &Fields, line: String) -> Result<Typed, Bad> {
    let mut state = sandbox.lock();
    let workspace = workspace_mut(&mut state.workspaces, fields)?;
    let person = person(workspace, fields, "user")?.clone();
    let id = conversation(sandbox, workspace, fields, &person)?;
    let thread = fields.text_if_any("thread_ts")?;
    let channel = workspace.channel(&id);
    let channel = channel.ok_or_else(|| Bad::field("channel", "is gone"))?;
    check_place(channel, &person, thread.as_deref())?;
    Ok(Typed {
        workspace: workspace.id.clone(),
        person,
        channel: id,
        thread,
        line,
    })
}

fn post(sandbox: &SlackSandbox, typed: &Typed) -> Result<Change, Bad> {
    let mut state = sandbox.lock();
    let workspace = state.workspaces.get_or_first(&typed.workspace);
    let text = typed::stored(workspace, &typed.line);
    let now = sandbox.options().clock.now();
    let channel = workspace.channels.get_mut(&typed.channel);
    let channel = channel.ok_or_else(|| Bad::field("channel", "is gone"))?;
    let ts = channel.next_ts(now);
    let mut message = Message::new(ts.clone(), Author::person(&typed.person.id), text);
    message.thread_ts.clone_from(&typed.thread);
    message.pings = pings::of_text(&message.text);
    channel.add(message);
    state.unsaved = true;
    Ok(Change {
        channel: typed.channel.clone(),
        ts: Some(ts),
        what: What::Posted,
    })
}

/// `POST /sandbox/click` `{"user", "channel", "ts", "action_id", "value"?}`: presses a button; `value`
/// tells it from another of the same `action_id`.
pub async fn click(
    State(sandbox): State<SlackSandbox>,
    fields: Fields,
) -> Result<Json<Value>, Bad> {
    fields.only(&["workspace", "user", "channel", "ts", "action_id", "value"])?;
    let mut state = sandbox.lock();
    let workspace = workspace_mut(&mut state.workspaces, &fields)?;
    let person = person(workspace, &fields, "user")?;
    let channel = channel(workspace, &fields, person)?;
    let (ts, action_id) = (fields.text("ts")?, fields.text("action_id")?);
    let value = fields.text_if_any("value")?;
    let message = channel
        .message(&ts)
        .filter(|message| message.only_for.as_ref().is_none_or(|id| *id == person.id))
        .ok_or_else(|| Bad::field("ts", "there is no such message"))?;
    let shown = [&message.blocks, &message.attachments]
        .into_iter()
        .flatten();
    let element = shown
        .filter_map(|part| element(part, &action_id, value.as_deref()))
        .next()
        .ok_or_else(|| Bad::field("action_id", "nothing in this message has that id"))?;
    let Some(url) = element.get("url").and_then(Value::as_str) else {
        let problem = format!("the app has no interactivity URL, so nothing answers {action_id:?}");
        return Err(Bad::not_now(problem));
    };
    let at = sandbox.options().clock.now();
    let answer = json!({ "ok": true, "url": url, "answer": null });
    let (user, channel, url) = (person.id.clone(), channel.id.clone(), url.to_owned());
    workspace.clicks.push_back(Click {
        at,
        user,
        channel,
        ts,
        action_id,
        url,
    });
    while CLICKS_KEPT < workspace.clicks.len() {
        workspace.clicks.pop_front();
    }
    Ok(Json(answer))
}

/// The channel that is typed into; a direct message with someone begins when it is not there.
fn conversation(
    sandbox: &SlackSandbox,
    workspace: &mut crate::slack::workspace::Workspace,
    fields: &Fields,
    person: &Person,
) -> Result<String, Bad> {
    let refused = match channel(workspace, fields, person) {
        Ok(channel) => return Ok(channel.id.clone()),
        Err(refused) => refused,
    };
    let other = match workspace.person_called(&fields.text("channel")?) {
        Some(other) => other.id.clone(),
        None => return Err(refused),
    };
    let options = sandbox.options();
    let id = mint_id('D', &options.chance);
    let pair = [person.id.as_str(), other.as_str()];
    let begun = Channel::new(&id, "", ChannelKind::Direct, &pair, options.clock.now());
    workspace.channels.insert(id.clone(), begun);
    Ok(id)
}

fn check_place(channel: &Channel, person: &Person, thread: Option<&str>) -> Result<(), Bad> {
    if channel.is_archived {
        return Err(Bad::field("channel", "is archived"));
    }
    if !channel.members.contains(&person.id) {
        return Err(Bad::field(
            "channel",
            &format!("{} is not in it", person.name),
        ));
    }
    let root = thread.map(|ts| channel.message(ts).is_some_and(|root| !root.is_reply()));
    if root == Some(false) {
        return Err(Bad::field(
            "thread_ts",
            "there is no such message to reply to",
        ));
    }
    Ok(())
}

/// The element with this `action_id`, and this `value` if one is asked for, however deep it is.
fn element<'v>(part: &'v Value, action_id: &str, value: Option<&str>) -> Option<&'v Value> {
    match part {
        Value::Array(items) => items
            .iter()
            .find_map(|item| element(item, action_id, value)),
        Value::Object(fields) => {
            let is = |name: &str, text: &str| fields.get(name).is_some_and(|field| field == text);
            if is("action_id", action_id) && value.is_none_or(|value| is("value", value)) {
                return Some(part);
            }
            fields
                .values()
                .find_map(|field| element(field, action_id, value))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}
