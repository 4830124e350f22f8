//! `oauth.v2.*`, `auth.revoke`, `apps.uninstall`: an app gets its tokens, renews them, and gives
//! them back.

use serde_json::{Value, json};

use super::call::{Answer, Call, answer};
use crate::slack::apps::RegisteredApp;
use crate::slack::install::tokens::{self, Grant, LIFE_SECONDS};
use crate::slack::install::{Code, Order};
use crate::slack::refusal::Refusal;
use crate::slack::workspace::{App, Token, TokenKind, TokenState, Workspace};

/// `oauth.v2.access`: tokens for a code, or new ones for a refresh token.
pub fn access(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let grant_type = call.args.text("grant_type");
    match grant_type.as_deref() {
        None | Some("authorization_code") => exchange_code(call),
        Some("refresh_token") => {
            let app = client(call, true)?;
            refresh(call, &app)
        }
        Some(_) => Err(Refusal::of("invalid_grant_type")),
    }
}

fn exchange_code(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let verifier = call.args.text("code_verifier");
    let app = client(call, verifier.is_none())?;
    let secret = call.args.text("code").ok_or("invalid_code")?;
    let code = call.state.codes.take(&secret, &app.id, call.now);
    let code = code.ok_or("invalid_code")?;
    let redirect_uri = call.args.text("redirect_uri");
    code.check(
        redirect_uri.as_deref(),
        verifier.as_deref(),
        app.settings.takes_pkce,
    )?;
    let options = call.options;
    let (now, chance) = (call.now, &options.chance);
    call.state.unsaved = true;
    let workspace = call.state.workspaces.get_mut(&code.workspace);
    let workspace = workspace.ok_or("invalid_code")?;
    let installed = tokens::install(workspace, &app, chance);
    let rotates = app.settings.rotates_tokens;
    let granted = granted(workspace, &installed, &code);
    let mut made = granted.into_iter().map(|(kind, person, scopes)| {
        let grant = Grant {
            kind,
            app: &app.id,
            person,
            scopes,
            rotates,
        };
        tokens::mint(grant, now, chance)
    });
    let made: Vec<Token> = made.by_ref().collect();
    let said = installed_json(workspace, &installed, &code.person, &made);
    workspace.tokens.extend(made);
    Ok(said)
}

/// The tokens that an installation gives: the bot's, with whatever it was granted before, and
/// the installing person's.
fn granted<'c>(
    workspace: &Workspace,
    app: &'c App,
    code: &'c Code,
) -> Vec<(TokenKind, &'c str, Vec<String>)> {
    let both = [
        (TokenKind::Bot, app.user_id.as_str(), &code.bot_scopes),
        (TokenKind::User, code.person.as_str(), &code.user_scopes),
    ];
    let asked = both.into_iter().filter(|(_, _, scopes)| !scopes.is_empty());
    let with_former = asked.map(|(kind, person, scopes)| {
        let mut scopes = scopes.clone();
        let former = workspace.tokens.iter().filter(|token| {
            token.app == app.id
                && token.kind == kind
                && token.person == person
                && token.state == TokenState::Active
        });
        for scope in former.flat_map(|token| &token.scopes) {
            if !scopes.contains(scope) {
                scopes.push(scope.clone());
            }
        }
        (kind, person, scopes)
    });
    with_former.collect()
}

fn installed_json(workspace: &Workspace, app: &App, person: &str, made: &[Token]) -> Answer {
    let mut said = answer(json!({
        "app_id": app.id,
        "authed_user": { "id": person },
        "team": { "id": workspace.id, "name": workspace.name },
        "enterprise": null,
        "is_enterprise_install": false,
    }));
    for token in made {
        match token.kind {
            TokenKind::Bot => {
                said.extend(token_json(token));
                said.insert("bot_user_id".to_owned(), json!(app.user_id));
            }
            TokenKind::User => {
                if let Some(Value::Object(user)) = said.get_mut("authed_user") {
                    user.extend(token_json(token));
                }
            }
        }
    }
    said
}

fn token_json(token: &Token) -> Answer {
    let token_type = match token.kind {
        TokenKind::Bot => "bot",
        TokenKind::User => "user",
    };
    let mut said = answer(
        json!({ "access_token": token.secret, "token_type": token_type,
        "scope": token.scopes.join(",") }),
    );
    if let Some(refresh) = &token.refresh {
        said.insert("refresh_token".to_owned(), json!(refresh));
        said.insert("expires_in".to_owned(), json!(LIFE_SECONDS));
    }
    said
}

/// A new token for a refresh token, which is used up; the old token stays good until it ends.
fn refresh(call: &mut Call<'_>, app: &RegisteredApp) -> Result<Answer, Refusal> {
    let given = call.args.text("refresh_token");
    let given = given.ok_or("invalid_refresh_token")?;
    let (now, chance) = (call.now, &call.options.chance);
    let is_it = |token: &Token| token.app == app.id && token.refresh.as_ref() == Some(&given);
    for workspace in call.state.workspaces.iter_mut() {
        let Some(old) = workspace.tokens.iter_mut().find(|token| is_it(token)) else {
            continue;
        };
        old.refresh = None;
        let grant = Grant {
            kind: old.kind,
            app: &app.id,
            person: &old.person.clone(),
            scopes: old.scopes.clone(),
            rotates: true,
        };
        let new = tokens::mint(grant, now, chance);
        let said = renewed_json(workspace, &new);
        workspace.tokens.push(new);
        call.state.unsaved = true;
        return Ok(said);
    }
    Err(Refusal::of("invalid_refresh_token"))
}

fn renewed_json(workspace: &Workspace, token: &Token) -> Answer {
    let mut said = token_json(token);
    let whose = match token.kind {
        TokenKind::Bot => "bot_user_id",
        TokenKind::User => "user_id",
    };
    said.insert(whose.to_owned(), json!(token.person));
    said.extend(answer(json!({ "app_id": token.app,
        "team": { "id": workspace.id, "name": workspace.name }, "enterprise": null,
        "is_enterprise_install": false })));
    said
}

/// `oauth.v2.exchange`: a token that rotates for one that does not.
pub fn exchange(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let app = client(call, true)?;
    let old = call.caller()?.clone();
    if !app.settings.rotates_tokens {
        return Err(Refusal::of("token_rotation_not_enabled"));
    }
    if old.app != app.id {
        return Err(Refusal::of("invalid_token"));
    }
    if old.expires.is_some() {
        return Err(Refusal::of("token_already_exchanged"));
    }
    let grant = Grant {
        kind: old.kind,
        app: &app.id,
        person: &old.person,
        scopes: old.scopes.clone(),
        rotates: true,
    };
    let new = tokens::mint(grant, call.now, &call.options.chance);
    call.state.unsaved = true;
    let workspace = call.workspace_mut();
    workspace.tokens.retain(|token| token.secret != old.secret);
    let said = renewed_json(workspace, &new);
    workspace.tokens.push(new);
    Ok(said)
}

/// `auth.revoke`: the token gives itself back; `test` only says that it could.
pub fn revoke(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let secret = call.caller()?.secret.clone();
    let is_test = call.args.flag("test", false);
    if !is_test {
        let (options, team) = (call.options, call.workspace().id.clone());
        call.state.revoke(options, &team, &secret);
    }
    Ok(answer(json!({ "revoked": !is_test })))
}

/// `apps.uninstall`: the app takes itself out of the workspace.
pub fn uninstall(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let app = client(call, true)?;
    if call.caller()?.app != app.id {
        return Err(Refusal::of("client_id_token_mismatch"));
    }
    let (options, team) = (call.options, call.workspace().id.clone());
    call.state
        .uninstall(options, (&team, &app.id), Order::RevokedFirst);
    Ok(answer(json!({ "uninstalled": true })))
}

/// The app that a call says it comes from. Its secret may stay away where a verifier takes its
/// place.
fn client(call: &Call<'_>, needs_secret: bool) -> Result<RegisteredApp, Refusal> {
    let id = call.args.text("client_id").unwrap_or_default();
    let mut apps = call.state.apps.values();
    let app = apps.find(|app| app.credentials.client_id == id);
    let app = app.ok_or("invalid_client_id")?;
    match call.args.text("client_secret") {
        Some(secret) if secret == app.credentials.client_secret => Ok(app.clone()),
        None if !needs_secret => Ok(app.clone()),
        Some(_) | None => Err(Refusal::of("bad_client_secret")),
    }
}
