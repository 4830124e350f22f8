//! Typing as a person.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::fields::{Bad, Fields};
use super::{channel, person, workspace_mut};
use crate::slack::commands::Typed;
use crate::slack::interactions::{Doer, Shared};
use crate::slack::web_api::mint_id;
use crate::slack::workspace::{Author, Channel, ChannelKind, Message, Person};
use crate::slack::{Change, SlackSandbox, What, pings, typed};

/// `POST /sandbox/type` `{"user", "channel", "text", "thread_ts"?}`: writes as that person. A text
/// that begins with a slash is a command: the answer waits for the app's. With `"composing": 1`
/// the text stays in the composer, where apps hear of its links already.
pub async fn type_text(
    State(sandbox): State<SlackSandbox>,
    fields: Fields,
) -> Result<Json<Value>, Bad> {
    fields.only(&[
        "workspace",
        "user",
        "channel",
        "text",
        "thread_ts",
        "composing",
    ])?;
    let line = fields.text("text")?;
    let typed = typed(&sandbox, &fields, line)?;
    if typed.line.starts_with('/') {
        let ran = sandbox.run_command(typed).await;
        return Ok(Json(json!(ran)));
    }
    let ts = if fields.flag("composing")? == Some(true) {
        None
    } else {
        let change = post(&sandbox, &typed)?;
        let ts = change.ts.clone();
        sandbox.announce([change]);
        ts
    };
    share(&sandbox, &typed, ts.as_deref());
    sandbox.settle_events().await;
    Ok(Json(json!({ "ok": true, "ts": ts, "answer": null })))
}

/// Tells apps of the links in what was typed.
fn share(sandbox: &SlackSandbox, typed: &Typed, ts: Option<&str>) {
    let text = {
        let state = sandbox.lock();
        let workspace = state.workspaces.get(&typed.workspace);
        workspace.map(|workspace| typed::stored(workspace, &typed.line))
    };
    let shared = Shared {
        doer: Doer {
            workspace: typed.workspace.clone(),
            person: typed.person.id.clone(),
        },
        channel: &typed.channel,
        ts,
        text: text.as_deref().unwrap_or_default(),
    };
    sandbox.share_links(&shared);
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
