//! Looking: a person's screen, the app's calls, people's clicks.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::fields::{Bad, Fields};
use super::{channel, installed, person, workspace};
use crate::slack::calls::{CALLS_KEPT, LoggedCall, Wanted};
use crate::slack::screen::{self, Node};
use crate::slack::{SlackSandbox, seen};

/// `GET /sandbox/screen?user&channel[&thread][&format=json|text]`: what that person sees, as HTML
/// unless another format is asked for. `home=1[&app]` shows an app's Home tab, `modal=1` the
/// modals that are open.
pub async fn look(State(sandbox): State<SlackSandbox>, fields: Fields) -> Result<Response, Bad> {
    fields.only(&[
        "workspace",
        "app",
        "user",
        "channel",
        "thread",
        "home",
        "modal",
        "format",
    ])?;
    let state = sandbox.lock();
    let workspace = workspace(&state.workspaces, &fields)?;
    let person = person(workspace, &fields, "user")?;
    let now = sandbox.options().clock.now();
    if fields.flag("home")? == Some(true) {
        let app = installed(workspace, &fields)?;
        let drawn = || screen::see_home(workspace, &person.id, &app.id, now);
        let seen = || seen::home(workspace, person, &app.id);
        return shown(&fields, &app.name, drawn, seen);
    }
    if fields.flag("modal")? == Some(true) {
        let drawn = || screen::see_modals(workspace, &person.id, now);
        return shown(&fields, "Modals", drawn, || seen::modals(workspace, person));
    }
    let channel = channel(workspace, &fields, person)?;
    let thread = fields.text_if_any("thread")?;
    let thread = thread.as_deref();
    if thread.is_some_and(|ts| channel.message(ts).is_none()) {
        return Err(Bad::field("thread", "there is no such message"));
    }
    let drawn = || screen::see(workspace, &person.id, channel, thread, now);
    let seen = || json!(seen::see(workspace, person, channel, thread));
    shown(&fields, &channel.name, drawn, seen)
}

/// In the format that is asked for.
fn shown(
    fields: &Fields,
    title: &str,
    drawn: impl FnOnce() -> Vec<Node>,
    seen: impl FnOnce() -> Value,
) -> Result<Response, Bad> {
    match fields.text_if_any("format")?.as_deref() {
        Some("json") => Ok(Json(seen()).into_response()),
        Some("text") => Ok(screen::to_text(&drawn()).into_response()),
        Some("html") | None => Ok(screen::html(screen::document(title, drawn()))),
        Some(_) => Err(Bad::field("format", "is json, text or html")),
    }
}

/// `GET /sandbox/calls[?method&channel&after]`: what the app called, oldest first.
pub async fn calls(
    State(sandbox): State<SlackSandbox>,
    fields: Fields,
) -> Result<Json<Value>, Bad> {
    fields.only(&["workspace", "method", "channel", "after"])?;
    let state = sandbox.lock();
    let workspace = workspace(&state.workspaces, &fields)?;
    let channel = fields.text_if_any("channel")?.map(|named| {
        workspace
            .channel_called(&named)
            .map_or(named, |channel| channel.id.clone())
    });
    let after = fields.count("after")?.unwrap_or(0);
    let wanted = Wanted {
        method: fields.text_if_any("method")?,
        channel,
        after,
    };
    let calls: Vec<&LoggedCall> = state.calls.wanted(&wanted).collect();
    Ok(Json(
        json!({ "ok": true, "calls": calls, "kept": CALLS_KEPT }),
    ))
}

/// `GET /sandbox/commands`: what can be typed behind a slash.
pub async fn commands(
    State(sandbox): State<SlackSandbox>,
    fields: Fields,
) -> Result<Json<Value>, Bad> {
    fields.only(&["workspace"])?;
    let id = workspace(&sandbox.lock().workspaces, &fields)?.id.clone();
    Ok(Json(
        json!({ "ok": true, "commands": sandbox.commands(&id) }),
    ))
}

/// `GET /sandbox/clicks`: what people clicked, oldest first.
pub async fn clicks(
    State(sandbox): State<SlackSandbox>,
    fields: Fields,
) -> Result<Json<Value>, Bad> {
    fields.only(&["workspace"])?;
    let state = sandbox.lock();
    let clicks = &workspace(&state.workspaces, &fields)?.clicks;
    Ok(Json(json!({ "ok": true, "clicks": clicks })))
}
