//! Doing what a person does in the client: typing and clicking.

mod typed;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use serde_json::{Value, json};

use super::fields::{Bad, Fields};
use super::{channel, check_workspace, person};
use crate::slack::web_api::mint_id;
use crate::slack::workspace::{Author, Channel, ChannelKind, Message, Person};
use crate::slack::{Change, SlackSandbox, What, pings};

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

/// `POST /sandbox/type` `{"user", "channel", "text", "thread_ts"?}`: writes as that person.
pub async fn type_text(
    State(sandbox): State<SlackSandbox>,
    fields: Fields,
) -> Result<Json<Value>, Bad> {
    fields.only(&["workspace", "user", "channel", "text", "thread_ts"])?;
    let text = fields.text("text")?;
    let (answer, change) = {
        let mut state = sandbox.lock();
        check_workspace(&state.workspace, &fields)?;
        let person = person(&state.workspace, &fields, "user")?.clone();
        let id = conversation(&sandbox, &mut state.workspace, &fields, &person)?;
        let thread = fields.text_if_any("thread_ts")?;
        let stored = typed::stored(&state.workspace, &text);
        let now = sandbox.options().clock.now();
        let Some(channel) = state.workspace.channels.get_mut(&id) else {
            return Err(Bad::field("channel", "is gone"));
        };
        check_place(channel, &person, thread.as_deref())?;
        let ts = channel.next_ts(now);
        let mut message = if text.starts_with('/') {
            no_such_command(&ts, &text, &person)
        } else {
            Message::new(ts.clone(), Author::person(&person.id), stored)
        };
        message.thread_ts = thread;
        message.pings = pings::of_text(&message.text);
        let heard = message.only_for.is_some().then(|| message.text.clone());
        channel.add(message);
        state.unsaved = true;
        let change = Change {
            channel: id,
            ts: Some(ts.clone()),
            what: What::Posted,
        };
        (
            json!({ "ok": true, "ts": ts, "answer": heard.map(|text| json!({ "text": text })) }),
            change,
        )
    };
    sandbox.announce([change]);
    Ok(Json(answer))
}

/// `POST /sandbox/click` `{"user", "channel", "ts", "action_id", "value"?}`: presses a button; `value`
/// tells it from another of the same `action_id`.
pub async fn click(
    State(sandbox): State<SlackSandbox>,
    fields: Fields,
) -> Result<Json<Value>, Bad> {
    fields.only(&["workspace", "user", "channel", "ts", "action_id", "value"])?;
    let mut state = sandbox.lock();
    check_workspace(&state.workspace, &fields)?;
    let person = person(&state.workspace, &fields, "user")?;
    let channel = channel(&state.workspace, &fields, person)?;
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
    state.clicks.push_back(Click {
        at,
        user,
        channel,
        ts,
        action_id,
        url,
    });
    while CLICKS_KEPT < state.clicks.len() {
        state.clicks.pop_front();
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

/// What Slack says to a command that no app registered, to the person alone.
fn no_such_command(ts: &str, text: &str, person: &Person) -> Message {
    let command = text.split_whitespace().next().unwrap_or_default();
    let said = format!(
        "{command} is not a valid command. In Slack, all messages that start with the \"/\" \
         character are interpreted as commands.\n\nIf you are trying to send a message and not \
         run a command, try preceding the \"/\" with an empty space."
    );
    let mut message = Message::new(
        ts.to_owned(),
        Author::person("USLACKBOT"),
        typed::escaped(&said),
    );
    message.only_for = Some(person.id.clone());
    message
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
