//! Making channels, and what happens to them later: new members, names, the archive, the end.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::fields::{Bad, Fields};
use super::workspace_mut;
use crate::slack::events::happened;
use crate::slack::web_api::{check_name, mint_id};
use crate::slack::workspace::{Channel, ChannelKind, Workspace};
use crate::slack::{Change, Options, SlackSandbox, What};

/// `POST /sandbox/channels` `{"name", "private"?, "members"?, "archived"?, "topic"?, "rename"?,
/// "change_id"?, "deleted"?}`: makes or changes a channel, and tells apps of it.
/// Everyone but bots is in a new channel unless `members` says otherwise. `"names"` makes many
/// public ones at once, with nobody in them; those that are there stay as they are.
pub async fn channel(
    State(sandbox): State<SlackSandbox>,
    fields: Fields,
) -> Result<Json<Value>, Bad> {
    fields.only(&[
        "workspace",
        "name",
        "names",
        "private",
        "members",
        "archived",
        "topic",
        "rename",
        "change_id",
        "deleted",
    ])?;
    if let Some(names) = fields.texts("names")? {
        return many(&sandbox, &fields, &names);
    }
    let name = bare_name(&fields.text("name")?, "name")?;
    let (id, team, events) = {
        let mut state = sandbox.lock();
        let workspace = workspace_mut(&mut state.workspaces, &fields)?;
        let (id, events) = put(workspace, &fields, &name, sandbox.options())?;
        let team = workspace.id.clone();
        state.unsaved = true;
        (id, team, events)
    };
    sandbox.announce([Change {
        channel: id.clone(),
        ts: None,
        what: What::Channel,
    }]);
    for event in events {
        sandbox.tell_all(&team, &event);
    }
    sandbox.settle_events().await;
    Ok(Json(json!({ "ok": true, "id": id })))
}

/// Makes the public channels that are missing.
fn many(sandbox: &SlackSandbox, fields: &Fields, names: &[String]) -> Result<Json<Value>, Bad> {
    let bare = names.iter().map(|name| bare_name(name, "names"));
    let bare = bare.collect::<Result<Vec<String>, Bad>>()?;
    let mut state = sandbox.lock();
    let workspace = workspace_mut(&mut state.workspaces, fields)?;
    let taken = workspace.channels.values();
    let taken: BTreeSet<String> = taken.map(|channel| channel.name.clone()).collect();
    let options = sandbox.options();
    let mut made = 0_u64;
    for name in bare.iter().filter(|name| !taken.contains(*name)) {
        let id = mint_id('C', &options.chance);
        let now = options.clock.now();
        let channel = Channel::new(&id, name, ChannelKind::Public, &[], now);
        workspace.channels.insert(id, channel);
        made += 1;
    }
    state.unsaved = true;
    Ok(Json(json!({ "ok": true, "made": made })))
}

fn bare_name(given: &str, field: &str) -> Result<String, Bad> {
    let name = given.strip_prefix('#').unwrap_or(given);
    check_name(name).map_err(|refusal| Bad::field(field, refusal.error))?;
    Ok(name.to_owned())
}

/// Makes or changes the channel: its id, and what apps are told.
fn put(
    workspace: &mut Workspace,
    fields: &Fields,
    name: &str,
    options: &Options,
) -> Result<(String, Vec<Value>), Bad> {
    let members = match fields.texts("members")? {
        Some(named) => Some(named_people(workspace, &named)?),
        None => None,
    };
    let known = workspace.channel_called(name);
    let known = known.map(|channel| channel.id.clone());
    let id = known.unwrap_or_else(|| mint_id('C', &options.chance));
    let everyone = workspace.people.values().filter(|person| !person.is_bot);
    let everyone: Vec<String> = everyone.map(|person| person.id.clone()).collect();
    let mut channel = workspace.channels.remove(&id).unwrap_or_else(|| {
        let members: Vec<&str> = everyone.iter().map(String::as_str).collect();
        Channel::new(
            &id,
            name,
            ChannelKind::Public,
            &members,
            options.clock.now(),
        )
    });
    let before = channel.clone();
    let changed = change(&mut channel, fields, members);
    let is_deleted = fields.flag("deleted")? == Some(true);
    if fields.flag("change_id")? == Some(true) {
        channel.id = mint_id('C', &options.chance);
    }
    let now = channel.clone();
    if let Err(bad) = changed {
        workspace.channels.insert(id, before);
        return Err(bad);
    }
    if !is_deleted {
        workspace.channels.insert(channel.id.clone(), channel);
    }
    let told = told(workspace, (&before, &now), is_deleted, options);
    Ok((now.id, told))
}

fn change(channel: &mut Channel, fields: &Fields, members: Option<Vec<String>>) -> Result<(), Bad> {
    match fields.flag("private")? {
        Some(true) => channel.kind = ChannelKind::Private,
        Some(false) => channel.kind = ChannelKind::Public,
        None => (),
    }
    if let Some(archived) = fields.flag("archived")? {
        channel.is_archived = archived;
    }
    if let Some(topic) = fields.text_if_any("topic")? {
        channel.topic = topic;
    }
    if let Some(name) = fields.text_if_any("rename")? {
        channel.name = bare_name(&name, "rename")?;
    }
    if let Some(members) = members {
        channel.members = members.into_iter().collect();
    }
    Ok(())
}

/// What apps are told of a change. Of private channels they hear who joined, and new ids.
fn told(
    workspace: &Workspace,
    (before, now): (&Channel, &Channel),
    is_deleted: bool,
    options: &Options,
) -> Vec<Value> {
    let at = options.clock.now();
    let actor = now.creator.as_str();
    let mut told = Vec::new();
    if before.id != now.id {
        told.push(happened::id_changed(&before.id, &now.id, at));
    }
    for person in now.members.difference(&before.members) {
        told.push(happened::joined(workspace, now, person, at));
    }
    if now.is_closed() {
        return told;
    }
    if before.name != now.name {
        told.push(happened::renamed(now, at));
    }
    if before.is_archived != now.is_archived {
        told.push(happened::archived(now, actor, at));
    }
    if is_deleted {
        told.push(happened::deleted(&now.id, actor, at));
    }
    told
}

fn named_people(workspace: &Workspace, named: &[String]) -> Result<Vec<String>, Bad> {
    let find = |name: &String| {
        let person = workspace.person_called(name);
        person
            .map(|person| person.id.clone())
            .ok_or_else(|| Bad::field("members", &format!("nobody is called {name:?}")))
    };
    named.iter().map(find).collect()
}
