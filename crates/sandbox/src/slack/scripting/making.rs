//! Making what a test needs: people, tokens. What is there already is changed.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::fields::{Bad, Fields};
use super::{installed, workspace_mut};
use crate::slack::SlackSandbox;
use crate::slack::web_api::mint_id;
use crate::slack::workspace::{Person, Token, TokenKind, TokenState, Workspace};

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
