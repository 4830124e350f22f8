//! Making what a test needs: channels, people, tokens. What is there already is changed.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::fields::{Bad, Fields};
use super::{installed, workspace_mut};
use crate::slack::web_api::{check_name, mint_id};
use crate::slack::workspace::{
    Channel, ChannelKind, Person, Token, TokenKind, TokenState, Workspace,
};
use crate::slack::{Change, SlackSandbox, What};

/// `POST /sandbox/channels` `{"name", "private"?, "members"?, "archived"?, "topic"?}`.
/// Everyone but bots is in a new channel unless `members` says otherwise.
pub async fn channel(
    State(sandbox): State<SlackSandbox>,
    fields: Fields,
) -> Result<Json<Value>, Bad> {
    fields.only(&[
        "workspace",
        "name",
        "private",
        "members",
        "archived",
        "topic",
    ])?;
    let name = fields.text("name")?;
    let name = name.strip_prefix('#').unwrap_or(&name).to_owned();
    check_name(&name).map_err(|refusal| Bad::field("name", refusal.error))?;
    let id = {
        let mut state = sandbox.lock();
        let workspace = workspace_mut(&mut state.workspaces, &fields)?;
        let members = match fields.texts("members")? {
            Some(named) => Some(named_people(workspace, &named)?),
            None => None,
        };
        let known = workspace
            .channel_called(&name)
            .map(|channel| channel.id.clone());
        let id = known.unwrap_or_else(|| mint_id('C', &sandbox.options().chance));
        let everyone = workspace.people.values().filter(|person| !person.is_bot);
        let everyone: Vec<String> = everyone.map(|person| person.id.clone()).collect();
        let channel = workspace.channels.entry(id.clone()).or_insert_with(|| {
            let members: Vec<&str> = everyone.iter().map(String::as_str).collect();
            let now = sandbox.options().clock.now();
            Channel::new(&id, &name, ChannelKind::Public, &members, now)
        });
        change(channel, &fields, members)?;
        state.unsaved = true;
        id
    };
    sandbox.announce([Change {
        channel: id.clone(),
        ts: None,
        what: What::Channel,
    }]);
    Ok(Json(json!({ "ok": true, "id": id })))
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
    if let Some(members) = members {
        channel.members = members.into_iter().collect();
    }
    Ok(())
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

/// `POST /sandbox/people` `{"name", "real_name"?, "email"?, "admin"?, "deleted"?}`
pub async fn person(
    State(sandbox): State<SlackSandbox>,
    fields: Fields,
) -> Result<Json<Value>, Bad> {
    fields.only(&[
        "workspace",
        "name",
        "real_name",
        "email",
        "admin",
        "deleted",
    ])?;
    let name = fields.text("name")?;
    let mut state = sandbox.lock();
    let workspace = workspace_mut(&mut state.workspaces, &fields)?;
    let known = workspace
        .person_called(&name)
        .map(|person| person.id.clone());
    let id = known.unwrap_or_else(|| mint_id('U', &sandbox.options().chance));
    let person = workspace
        .people
        .entry(id.clone())
        .or_insert_with(|| Person {
            id: id.clone(),
            name: name.clone(),
            real_name: name.clone(),
            email: Some(format!("{name}@example.com")),
            is_admin: false,
            is_bot: false,
            deleted: false,
        });
    if let Some(real_name) = fields.text_if_any("real_name")? {
        person.real_name = real_name;
    }
    if let Some(email) = fields.text_if_any("email")? {
        person.email = Some(email);
    }
    person.is_admin = fields.flag("admin")?.unwrap_or(person.is_admin);
    person.deleted = fields.flag("deleted")?.unwrap_or(person.deleted);
    state.unsaved = true;
    Ok(Json(json!({ "ok": true, "id": id })))
}

/// `POST /sandbox/tokens` `{"token", "app"?, "kind"?, "user"?, "scopes"?, "state"?}`: a token with
/// these scopes, active, revoked or inactive.
pub async fn token(
    State(sandbox): State<SlackSandbox>,
    fields: Fields,
) -> Result<Json<Value>, Bad> {
    fields.only(&[
        "workspace",
        "app",
        "token",
        "kind",
        "user",
        "scopes",
        "state",
    ])?;
    let secret = fields.text("token")?;
    let mut state = sandbox.lock();
    let workspace = workspace_mut(&mut state.workspaces, &fields)?;
    if workspace.token(&secret).is_none() {
        let token = new_token(workspace, &fields, &secret)?;
        workspace.tokens.push(token);
    }
    let Some(token) = workspace
        .tokens
        .iter_mut()
        .find(|token| token.secret == secret)
    else {
        return Err(Bad::field("token", "is gone"));
    };
    if let Some(scopes) = fields.texts("scopes")? {
        token.scopes = scopes;
    }
    token.state = match fields.text_if_any("state")?.as_deref() {
        None => token.state,
        Some("active") => TokenState::Active,
        Some("revoked") => TokenState::Revoked,
        Some("inactive") => TokenState::Inactive,
        Some(_) => return Err(Bad::field("state", "must be active, revoked or inactive")),
    };
    state.unsaved = true;
    Ok(Json(json!({ "ok": true })))
}

fn new_token(workspace: &Workspace, fields: &Fields, secret: &str) -> Result<Token, Bad> {
    let kind = match fields.text_if_any("kind")?.as_deref() {
        None | Some("bot") => TokenKind::Bot,
        Some("user") => TokenKind::User,
        Some(_) => return Err(Bad::field("kind", "must be bot or user")),
    };
    let app = installed(workspace, fields)?;
    let person = match kind {
        TokenKind::Bot => app.user_id.clone(),
        TokenKind::User => super::person(workspace, fields, "user")?.id.clone(),
    };
    let secret = secret.to_owned();
    Ok(Token {
        secret,
        kind,
        app: app.id.clone(),
        person,
        scopes: Vec::new(),
        state: TokenState::Active,
        expires: None,
        refresh: None,
    })
}
