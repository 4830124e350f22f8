//! Releases and where they were deployed.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::access::Access;
use super::issues::printed;
use super::refused::Refused;
use super::{PROJECTS, window};
use crate::gitlab::GitLabSandbox;
use crate::gitlab::world::{Deploy, ErrorRelease};

/// A version and an environment have at most so many characters.
const VERSION: usize = 250;
const ENVIRONMENT: usize = 64;

type Made = Result<(StatusCode, Json<Value>), Refused>;

/// `POST …/releases/`
pub(super) async fn create(State(sandbox): State<GitLabSandbox>, access: Access) -> Made {
    access.needs(&["project:releases", "org:ci"])?;
    access.only(&[])?;
    let body = object(&access)?;
    only(
        &body,
        &["version", "projects", "ref", "url", "dateReleased"],
    )?;
    let version = needed(&body, "version", VERSION)?;
    let projects = body.get("projects").and_then(Value::as_array);
    let projects = projects.filter(|projects| !projects.is_empty());
    let projects = projects.ok_or_else(|| field("projects", "This field is required."))?;
    let is_known = |name: &Value| {
        PROJECTS
            .iter()
            .any(|project| Some(project.slug) == name.as_str())
    };
    if !projects.iter().all(is_known) {
        return Err(Refused::bad("Invalid project ids or slugs"));
    }
    let now = sandbox.options().clock.now();
    let mut state = sandbox.lock();
    let sentry = state.world.sentry.change();
    let status = match sentry
        .releases
        .iter()
        .any(|release| release.version == version)
    {
        true => StatusCode::ALREADY_REPORTED,
        false => StatusCode::CREATED,
    };
    let release = sentry
        .release(&version, now)
        .ok_or_else(Refused::not_found)?;
    let answer = json!({
        "version": release.version,
        "shortVersion": release.version,
        "status": "open",
        "dateCreated": printed(release.created),
        "deployCount": release.deploys.len(),
        "projects": projects.iter().map(|slug| json!({ "slug": slug })).collect::<Vec<_>>(),
    });
    state.unsaved = true;
    Ok((status, Json(answer)))
}

/// `POST …/releases/{version}/deploys/`
pub(super) async fn deploy(State(sandbox): State<GitLabSandbox>, access: Access) -> Made {
    access.needs(&["project:releases", "org:ci"])?;
    access.only(&[])?;
    let body = object(&access)?;
    only(
        &body,
        &[
            "environment",
            "name",
            "url",
            "dateStarted",
            "dateFinished",
            "projects",
        ],
    )?;
    let environment = needed(&body, "environment", ENVIRONMENT)?;
    let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
    let date = |name: &'static str| match text(name) {
        None => Ok(None),
        Some(text) => window::moment(&text)
            .map(Some)
            .ok_or_else(|| field(name, "Datetime has wrong format.")),
    };
    let (started, finished) = (date("dateStarted")?, date("dateFinished")?);
    let finished = finished.unwrap_or_else(|| sandbox.options().clock.now());
    let mut state = sandbox.lock();
    let sentry = state.world.sentry.change();
    let id = sentry.next_id();
    let release = sentry
        .releases
        .iter_mut()
        .find(|release| release.version == access.part("version"));
    let release = release.ok_or_else(Refused::not_found)?;
    let deploy = Deploy {
        id,
        environment,
        name: text("name"),
        url: text("url"),
        started,
        finished,
    };
    let answer = shape(&deploy);
    release.deploys.push(deploy);
    if 100 < release.deploys.len() {
        release.deploys.remove(0);
    }
    state.unsaved = true;
    Ok((StatusCode::CREATED, Json(answer)))
}

/// `GET …/releases/{version}/deploys/`, the newest first
pub(super) async fn deploys(
    State(sandbox): State<GitLabSandbox>,
    access: Access,
) -> Result<Json<Value>, Refused> {
    access.needs(&["project:releases", "org:ci"])?;
    access.only(&[])?;
    let state = sandbox.lock();
    let is_it = |release: &&ErrorRelease| release.version == access.part("version");
    let release = state.world.sentry.releases.iter().find(is_it);
    let release = release.ok_or_else(Refused::not_found)?;
    Ok(Json(release.deploys.iter().rev().map(shape).collect()))
}

fn shape(deploy: &Deploy) -> Value {
    json!({
        "id": deploy.id.to_string(),
        "environment": deploy.environment,
        "name": deploy.name,
        "url": deploy.url,
        "dateStarted": deploy.started.map(printed),
        "dateFinished": printed(deploy.finished),
    })
}

fn object(access: &Access) -> Result<Map<String, Value>, Refused> {
    let detail = |error: serde_json::Error| Refused::bad(format!("JSON parse error - {error}"));
    serde_json::from_slice(&access.body).map_err(detail)
}

fn field(name: &str, problem: &str) -> Refused {
    Refused::bad(format!("{name}: {problem}"))
}

fn only(body: &Map<String, Value>, known: &[&str]) -> Result<(), Refused> {
    let unknown = body.keys().find(|name| !known.contains(&name.as_str()));
    unknown.map_or(Ok(()), |unknown| Err(field(unknown, "Unknown field.")))
}

fn needed(body: &Map<String, Value>, name: &str, limit: usize) -> Result<String, Refused> {
    let text = body
        .get(name)
        .and_then(Value::as_str)
        .filter(|text| !text.is_empty());
    let text = text.ok_or_else(|| field(name, "This field is required."))?;
    if limit < text.chars().count()
        || text.contains(['\n', '\r', '\t', '/', '\\']) && name == "version"
    {
        return Err(field(name, "Invalid value."));
    }
    Ok(text.to_owned())
}
