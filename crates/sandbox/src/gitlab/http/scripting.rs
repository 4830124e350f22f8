//! `/sandbox/…`: for scripts, and for the page's buttons.

use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use crate::gitlab::story::traffic::{self, Busy};
use crate::gitlab::world::PersonState;
use crate::gitlab::{Do, GitLabSandbox, acts, refusal};

pub(super) type Answer = (StatusCode, Json<Value>);

/// `GET /sandbox/do`: what can be done, by whom and where.
pub(super) async fn list(State(sandbox): State<GitLabSandbox>) -> Json<Value> {
    let state = sandbox.lock();
    let users: Vec<&str> = state
        .world
        .users
        .iter()
        .map(|u| u.username.as_str())
        .collect();
    let projects: Vec<&str> = state
        .world
        .projects
        .iter()
        .map(|p| p.path_with_namespace.as_str())
        .collect();
    Json(json!({ "what": acts::describe(), "users": users, "projects": projects }))
}

/// `POST /sandbox/do`: makes something happen and sends its webhooks.
pub(super) async fn perform(State(sandbox): State<GitLabSandbox>, body: Bytes) -> Answer {
    let body = match object(&body) {
        Ok(body) => body,
        Err(refused) => return refused,
    };
    let performed = match Do::from_json(body) {
        Ok(request) => sandbox.perform(request).await,
        Err(error) => Err(error),
    };
    match performed {
        Ok(done) => (StatusCode::OK, Json(done.to_json())),
        Err(error) => (StatusCode::BAD_REQUEST, Json(refusal(&error))),
    }
}

/// `POST /sandbox/clock`: `{"advance": seconds}`.
pub(super) async fn move_clock(State(sandbox): State<GitLabSandbox>, body: Bytes) -> Answer {
    let body = match object(&body) {
        Ok(body) => body,
        Err(refused) => return refused,
    };
    let by = body.get("advance").and_then(Value::as_f64);
    let Some(by) = by.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()) else {
        return refused("advance", "advance must be a number of seconds, 0 or more");
    };
    sandbox.advance(by).await;
    let now = sandbox.options().clock.now();
    (
        StatusCode::OK,
        Json(json!({ "ok": true, "now": now.to_string() })),
    )
}

/// `POST /sandbox/people` `{"user", "state": "active" | "blocked" | "deactivated"}`: what an
/// administrator makes of an account.
pub(super) async fn set_state(State(sandbox): State<GitLabSandbox>, body: Bytes) -> Answer {
    let body = match object(&body) {
        Ok(body) => body,
        Err(refused) => return refused,
    };
    let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default();
    let mut states = PersonState::ALL.into_iter();
    let Some(wanted) = states.find(|known| known.name() == text("state")) else {
        return refused("state", "state must be active, blocked or deactivated");
    };
    let mut state = sandbox.lock();
    let mut users = state.world.users.iter_mut();
    let Some(user) = users.find(|user| user.username == text("user")) else {
        return refused("user", "nobody has this name");
    };
    user.state = wanted;
    state.unsaved = true;
    (StatusCode::OK, Json(json!({ "ok": true })))
}

/// `POST /sandbox/hooks`: switches every hook on again.
pub(super) async fn enable_hooks(State(sandbox): State<GitLabSandbox>) -> Json<Value> {
    sandbox.enable_hooks();
    Json(json!({ "ok": true }))
}

/// `POST /sandbox/traffic` `{"events_per_hour", "projects"?}`: how busy the sample projects are
/// together, 0 for not at all. 2,000 projects unless said, or as many as before.
pub(super) async fn set_traffic(State(sandbox): State<GitLabSandbox>, body: Bytes) -> Answer {
    let body = match object(&body) {
        Ok(body) => body,
        Err(refused) => return refused,
    };
    if let Some(unknown) = body
        .keys()
        .find(|key| !["events_per_hour", "projects"].contains(&key.as_str()))
    {
        return refused(
            unknown,
            "only events_per_hour and projects mean something here",
        );
    }
    let before = match sandbox.traffic().await.projects {
        0 => traffic::SAMPLE_PROJECTS,
        before => before,
    };
    let number = |name: &str, most: u64| {
        let number = body.get(name).and_then(Value::as_u64);
        number.filter(|number| *number <= most)
    };
    let Some(events_per_hour) = number("events_per_hour", traffic::MOST_EVENTS) else {
        let most = traffic::MOST_EVENTS;
        let error = format!("events_per_hour must be a whole number from 0 to {most}");
        return refused("events_per_hour", &error);
    };
    let projects = match body.get("projects") {
        None => Some(before),
        Some(_) => number("projects", traffic::MOST_PROJECTS).filter(|projects| 0 < *projects),
    };
    let Some(projects) = projects else {
        let most = traffic::MOST_PROJECTS;
        let error = format!("projects must be a whole number from 1 to {most}");
        return refused("projects", &error);
    };
    let busy = Busy {
        projects,
        events_per_hour,
    };
    sandbox.set_traffic(busy).await;
    (StatusCode::OK, traffic(State(sandbox)).await)
}

/// `GET /sandbox/traffic`: how busy the sample projects are.
pub(super) async fn traffic(State(sandbox): State<GitLabSandbox>) -> Json<Value> {
    let busy = sandbox.traffic().await;
    Json(json!({
        "ok": true,
        "projects": busy.projects,
        "events_per_hour": busy.events_per_hour,
        "next": sandbox.traffic_due().map(|at| at.to_string()),
    }))
}

/// `GET /sandbox/log`: the last webhooks that were sent, oldest first.
pub(super) async fn log(State(sandbox): State<GitLabSandbox>) -> Json<Value> {
    Json(json!({ "sent": sandbox.log() }))
}

pub(super) fn object(body: &[u8]) -> Result<Map<String, Value>, Answer> {
    serde_json::from_slice(body)
        .map_err(|error| refused("body", &format!("the body is no JSON object: {error}")))
}

pub(super) fn refused(field: &str, error: &str) -> Answer {
    let answer = json!({ "ok": false, "error": error, "field": field, "allowed": [] });
    (StatusCode::BAD_REQUEST, Json(answer))
}
