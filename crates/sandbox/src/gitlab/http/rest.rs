//! The beginning of GitLab's REST API: who asks, and which projects there are.
//!
//! Refusals have GitLab's shapes: a project that the asker may not see is not found.

use axum::Json;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use crate::gitlab::payload::zulu;
use crate::gitlab::world::{Project, User};
use crate::gitlab::{GitLabSandbox, VERSION};

type Refused = (StatusCode, Json<Value>);

/// Somebody whose token is right: `PRIVATE-TOKEN` or `Authorization: Bearer`.
pub(super) struct Asker(User);

impl FromRequestParts<GitLabSandbox> for Asker {
    type Rejection = Refused;

    async fn from_request_parts(
        parts: &mut Parts,
        sandbox: &GitLabSandbox,
    ) -> Result<Self, Self::Rejection> {
        let unauthorized = || {
            (
                StatusCode::UNAUTHORIZED,
                Json(json!({ "message": "401 Unauthorized" })),
            )
        };
        let username = token(&parts.headers).and_then(|token| token.strip_prefix("glpat-demo-"));
        let state = sandbox.lock();
        let user = username.and_then(|username| state.world.user_named(username));
        user.cloned().map(Self).ok_or_else(unauthorized)
    }
}

fn token(headers: &HeaderMap) -> Option<&str> {
    let private = headers
        .get("private-token")
        .and_then(|value| value.to_str().ok());
    private.or_else(|| {
        headers
            .get("authorization")?
            .to_str()
            .ok()?
            .strip_prefix("Bearer ")
    })
}

/// `GET /api/v4/version`
pub(super) async fn version(_: Asker) -> Json<Value> {
    Json(json!({ "version": VERSION, "revision": "5a2dbc8c1e4", "enterprise": true }))
}

/// `GET /api/v4/user`
pub(super) async fn user(State(sandbox): State<GitLabSandbox>, Asker(user): Asker) -> Json<Value> {
    let base = &sandbox.options().public_url;
    Json(json!({
        "id": user.id,
        "username": user.username,
        "name": user.name,
        "state": "active",
        "locked": false,
        "avatar_url": format!("{base}/uploads/-/system/user/avatar/{}/avatar.png", user.id),
        "web_url": format!("{base}/{}", user.username),
        "email": user.email,
        "bot": false,
    }))
}

/// `GET /api/v4/projects`
pub(super) async fn projects(State(sandbox): State<GitLabSandbox>, _: Asker) -> Json<Value> {
    let base = &sandbox.options().public_url;
    let state = sandbox.lock();
    Json(
        state
            .world
            .projects
            .iter()
            .rev()
            .map(|project| shape(base, project))
            .collect(),
    )
}

/// `GET /api/v4/projects/:id`, the id a number or the path.
pub(super) async fn project(
    State(sandbox): State<GitLabSandbox>,
    _: Asker,
    Path(id): Path<String>,
) -> Result<Json<Value>, Refused> {
    let base = &sandbox.options().public_url;
    let state = sandbox.lock();
    let missing = || {
        (
            StatusCode::NOT_FOUND,
            Json(json!({ "message": "404 Project Not Found" })),
        )
    };
    let project = state.world.project(&id).ok_or_else(missing)?;
    Ok(Json(shape(base, project)))
}

/// Whatever else is asked of the API.
pub(super) async fn unknown() -> Refused {
    (
        StatusCode::NOT_FOUND,
        Json(json!({ "error": "404 Not Found" })),
    )
}

fn shape(base: &str, project: &Project) -> Value {
    let path = &project.path_with_namespace;
    let (namespace, _) = path.rsplit_once('/').unwrap_or(("", path));
    let created_at = project
        .commits
        .iter()
        .map(|commit| commit.at)
        .min()
        .map(zulu);
    json!({
        "id": project.id,
        "description": project.description,
        "name": project.name,
        "name_with_namespace": format!("{} / {}", project.namespace, project.name),
        "path": project.path(),
        "path_with_namespace": path,
        "created_at": created_at,
        "default_branch": project.default_branch,
        "tag_list": [],
        "topics": [],
        "ssh_url_to_repo": format!("git@gitlab.sandbox:{path}.git"),
        "http_url_to_repo": format!("{base}/{path}.git"),
        "web_url": format!("{base}/{path}"),
        "readme_url": null,
        "avatar_url": null,
        "visibility": project.visibility.name(),
        "archived": false,
        "open_issues_count": project.issues.iter().filter(|issue| issue.open).count(),
        "namespace": {
            "id": project.group_id,
            "name": project.namespace,
            "path": namespace.rsplit('/').next(),
            "kind": "group",
            "full_path": namespace,
            "parent_id": null,
            "avatar_url": null,
            "web_url": format!("{base}/groups/{namespace}"),
        },
    })
}
