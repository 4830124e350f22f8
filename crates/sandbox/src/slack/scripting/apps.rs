//! What a maker of apps does on Slack's pages: registering an app, changing it.

use axum::Json;
use axum::extract::{Path, State};
use serde_json::{Map, Value, json};

use super::fields::{Bad, Fields};
use crate::slack::SlackSandbox;
use crate::slack::apps::{RegisteredApp, Settings, manifest};
use crate::slack::commands::VERIFICATION_TOKEN;
use crate::slack::install::tokens::{self, Grant};
use crate::slack::workspace::TokenKind;

/// Fields that are no settings.
const OTHERS: [&str; 4] = ["manifest", "request_url", "install", "verify"];

/// `GET /sandbox/apps`: the registered apps with their secrets, and where each is installed.
pub async fn list(State(sandbox): State<SlackSandbox>) -> Json<Value> {
    let state = sandbox.lock();
    let apps = state.apps.values().map(|app| {
        let places = state.workspaces.iter();
        let places = places.filter(|workspace| workspace.installed(&app.id).is_some());
        let places: Vec<&String> = places.map(|workspace| &workspace.id).collect();
        let mut shown = credentials(app);
        shown["settings"] = json!(app.settings);
        shown["installed"] = json!(places);
        shown
    });
    let apps: Vec<Value> = apps.collect();
    Json(json!({ "ok": true, "apps": apps }))
}

/// `POST /sandbox/apps` `{"manifest"}` or settings one by one (`name`, `bot_scopes`, `bot_events`,
/// `commands` …): registers an app and answers its secrets.
///
/// `request_url` is one address for commands, events, interactions and options; `install` names a
/// workspace that gets the app at once; the events' address must answer a challenge unless
/// `"verify": false`.
pub async fn register(
    State(sandbox): State<SlackSandbox>,
    fields: Fields,
) -> Result<Json<Value>, Bad> {
    let settings = settings(&fields, Settings::default())?;
    if settings.name.is_empty() {
        return Err(Bad::field("name", "is required"));
    }
    let app = RegisteredApp::new(settings, &sandbox.options().chance);
    let id = app.id.clone();
    let mut said = credentials(&app);
    {
        let mut state = sandbox.lock();
        state.apps.insert(id.clone(), app);
        state.unsaved = true;
    }
    if let Err(bad) = finish(&sandbox, &fields, &id, &mut said).await {
        sandbox.lock().apps.remove(&id);
        return Err(bad);
    }
    Ok(Json(said))
}

async fn finish(
    sandbox: &SlackSandbox,
    fields: &Fields,
    id: &str,
    said: &mut Value,
) -> Result<(), Bad> {
    verify(sandbox, fields, id).await?;
    if let Some(workspace) = fields.text_if_any("install")? {
        let (token, user) = install(sandbox, &workspace, id)?;
        said["bot_token"] = json!(token);
        said["bot_user_id"] = json!(user);
    }
    Ok(())
}

/// `POST /sandbox/apps/{id}`: changes settings, or replaces them by a manifest's.
pub async fn change(
    State(sandbox): State<SlackSandbox>,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Json<Value>, Bad> {
    let known = sandbox.lock().apps.get(&id).cloned();
    let known = known.ok_or_else(|| Bad::field("id", &format!("there is no app {id:?}")))?;
    let changed = settings(&fields, known.settings.clone())?;
    let put = |settings: Settings| {
        let mut state = sandbox.lock();
        state.unsaved = true;
        if let Some(app) = state.apps.get_mut(&id) {
            app.settings = settings;
        }
    };
    put(changed);
    let mut said = credentials(&known);
    if let Err(bad) = finish(&sandbox, &fields, &id, &mut said).await {
        put(known.settings);
        return Err(bad);
    }
    Ok(Json(said))
}

/// Settings that a request asks for, on top of those that there are.
fn settings(fields: &Fields, known: Settings) -> Result<Settings, Bad> {
    let known = match fields.value("manifest") {
        Some(given) => manifest::read(given).map_err(|problems| {
            let told = problems
                .iter()
                .map(|it| format!("{} {}", it.pointer, it.message));
            Bad::field("manifest", &told.collect::<Vec<_>>().join("; "))
        })?,
        None => known,
    };
    let Ok(Value::Object(mut all)) = serde_json::to_value(known) else {
        return Err(Bad::field("settings", "cannot be written"));
    };
    let names: Vec<String> = all.keys().cloned().collect();
    let names: Vec<&str> = names.iter().map(String::as_str).chain(OTHERS).collect();
    fields.only(&names)?;
    if let Some(url) = fields.text_if_any("request_url")? {
        one_address(&mut all, &url);
    }
    for (name, value) in fields.all() {
        if !OTHERS.contains(&name.as_str()) {
            all.insert(name.clone(), value.clone());
        }
    }
    serde_json::from_value(Value::Object(all))
        .map_err(|error| Bad::field("settings", &error.to_string()))
}

/// One address for all that is sent, as apps made with Slack's own framework have it.
fn one_address(settings: &mut Map<String, Value>, url: &str) {
    for name in ["events_url", "interactions_url", "options_url"] {
        settings.insert(name.to_owned(), json!(url));
    }
    settings.insert("commands_url".to_owned(), json!(url));
    settings.insert("is_interactive".to_owned(), json!(true));
}

/// Asks the events' address whether it wants them, when it is new.
async fn verify(sandbox: &SlackSandbox, fields: &Fields, id: &str) -> Result<(), Bad> {
    let names_url = ["manifest", "request_url", "events_url"]
        .iter()
        .any(|name| fields.value(name).is_some());
    let is_wanted = names_url && fields.flag("verify")?.unwrap_or(true);
    let by_http = {
        let state = sandbox.lock();
        let app = state.apps.get(id);
        app.is_some_and(|app| !app.settings.socket_mode && app.events_url().is_some())
    };
    if is_wanted && by_http {
        sandbox.verify_events_url(id).await.map_err(Bad::not_now)?;
    }
    Ok(())
}

/// Puts an app into a workspace with every scope that it asks for.
fn install(sandbox: &SlackSandbox, workspace: &str, id: &str) -> Result<(String, String), Bad> {
    let options = sandbox.options();
    let mut state = sandbox.lock();
    let (place, apps) = state.workspace_and_apps(workspace);
    let app = apps.get(id);
    let app = app.ok_or_else(|| Bad::field("id", "there is no such app"))?;
    if place.id != workspace {
        return Err(Bad::field("install", "there is no such workspace"));
    }
    let installed = tokens::install(place, app, &options.chance);
    let grant = Grant {
        kind: TokenKind::Bot,
        app: id,
        person: &installed.user_id,
        scopes: app.settings.bot_scopes.clone(),
        rotates: app.settings.rotates_tokens,
    };
    let token = tokens::mint(grant, options.clock.now(), &options.chance);
    let secret = token.secret.clone();
    place.tokens.push(token);
    state.unsaved = true;
    Ok((secret, installed.user_id))
}

fn credentials(app: &RegisteredApp) -> Value {
    let credentials = &app.credentials;
    json!({
        "ok": true,
        "app_id": app.id,
        "client_id": credentials.client_id,
        "client_secret": credentials.client_secret,
        "signing_secret": credentials.signing_secret,
        "verification_token": VERIFICATION_TOKEN,
        "app_token": credentials.app_token,
    })
}
