//! The part of GitLab's REST API that Signalbox and the people who try it use.
//!
//! One file a family of paths. Every answer has GitLab's shape (`shape`), every refusal GitLab's
//! words (`refused`), every list GitLab's pages (`call`). Writing is an act like any other
//! (`acts`), so its webhooks are sent too.

mod call;
mod deployments;
mod files;
mod groups;
mod issues;
mod labels;
mod merge_requests;
mod milestones;
mod notes;
mod params;
mod people;
mod pipelines;
mod projects;
mod refused;
mod repository;
mod shape;

use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::{MethodRouter, any, get, post};
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::gitlab::{GitLabSandbox, VERSION};

use call::{Answer, Call, ok};
use notes::On;

/// Everything below `/api`.
pub(super) fn router() -> Router<GitLabSandbox> {
    let v4 = Router::new()
        .route("/version", get(version))
        .route("/metadata", get(version))
        .route("/projects", get(projects::list))
        .merge(of_people())
        .merge(of_groups())
        .merge(of_issues())
        .nest("/projects/{id}", of_a_project());
    Router::new()
        .nest("/api/v4", v4)
        .route("/api/{*rest}", any(unknown))
}

fn of_people() -> Router<GitLabSandbox> {
    Router::new()
        .route("/user", get(people::own))
        .route("/users", get(people::list))
        .route("/users/{id}", get(people::one))
        .route("/namespaces", get(groups::namespaces))
        .route("/namespaces/{id}", get(groups::namespace))
}

fn of_groups() -> Router<GitLabSandbox> {
    Router::new()
        .route("/groups", get(groups::list))
        .route("/groups/{id}", get(groups::one))
        .route("/groups/{id}/projects", get(groups::projects))
        .route("/groups/{id}/subgroups", get(groups::subgroups))
        .route("/groups/{id}/descendant_groups", get(groups::descendants))
        .route("/groups/{id}/members", get(people::of_group))
        .route("/groups/{id}/members/all", get(people::of_group_and_above))
        .route("/groups/{id}/labels", get(labels::of_group))
        .route(
            "/groups/{id}/milestones",
            get(milestones::of_group).post(milestones::create_in_group),
        )
        .route("/groups/{id}/issues", get(issues::of_group))
        .route("/groups/{id}/search", get(files::search_group))
        .route("/search", get(files::search_everywhere))
}

fn of_issues() -> Router<GitLabSandbox> {
    Router::new()
        .route("/issues", get(issues::everywhere))
        .route("/merge_requests", get(merge_requests::everywhere))
}

fn of_a_project() -> Router<GitLabSandbox> {
    Router::new()
        .route("/", get(projects::one))
        .route("/members", get(people::of_project))
        .route("/members/all", get(people::of_project_and_above))
        .route("/members/{user}", get(people::member))
        .route("/members/all/{user}", get(people::member))
        .route("/labels", get(labels::list).post(labels::create))
        .route("/labels/{label}", get(labels::one))
        .route(
            "/milestones",
            get(milestones::list).post(milestones::create),
        )
        .route("/milestones/{milestone}", get(milestones::one))
        .route("/issues", get(issues::list).post(issues::create))
        .route("/issues/{iid}", get(issues::one).put(issues::update))
        .route(
            "/issues/{iid}/links",
            get(issues::links::list).post(issues::links::create),
        )
        .route(
            "/issues/{iid}/links/{link}",
            get(issues::links::one).delete(issues::links::remove),
        )
        .route("/issues/{iid}/notes", of_notes(On::Issue))
        .route("/issues/{iid}/notes/{note}", of_a_note(On::Issue))
        .route("/merge_requests/{iid}/notes", of_notes(On::MergeRequest))
        .route(
            "/merge_requests/{iid}/notes/{note}",
            of_a_note(On::MergeRequest),
        )
        .route("/merge_requests", get(merge_requests::list))
        .route("/merge_requests/{iid}", get(merge_requests::one))
        .route(
            "/merge_requests/{iid}/commits",
            get(merge_requests::commits),
        )
        .route("/repository/branches", get(repository::branches))
        .route("/repository/branches/{branch}", get(repository::branch))
        .route("/repository/tags", get(repository::tags))
        .route("/repository/tags/{tag}", get(repository::tag))
        .route("/repository/commits", get(repository::commits))
        .route("/repository/commits/{sha}", get(repository::commit))
        .route("/repository/commits/{sha}/refs", get(repository::refs))
        .route(
            "/repository/commits/{sha}/merge_requests",
            get(merge_requests::of_commit),
        )
        .route("/repository/compare", get(repository::compare))
        .route("/repository/merge_base", get(repository::merge_base))
        .route("/repository/tree", get(files::tree))
        .route("/repository/files/{path}", get(files::one))
        .route("/repository/files/{path}/raw", get(files::raw))
        .route("/search", get(files::search))
        .route("/deployments", get(deployments::list))
        .route("/deployments/{deployment}", get(deployments::one))
        .route("/environments", get(deployments::environments))
        .route("/environments/{environment}", get(deployments::environment))
        .route("/pipelines", get(pipelines::list))
        .route("/pipelines/{pipeline}", get(pipelines::one))
        .route("/pipelines/{pipeline}/variables", get(pipelines::variables))
        .route("/pipeline", post(pipelines::create))
        .route("/trigger/pipeline", post(pipelines::trigger))
}

fn of_notes(on: On) -> MethodRouter<GitLabSandbox> {
    get(move |path: Path<(String, u64)>, call: Call| notes::list(on, path, call))
        .post(move |path: Path<(String, u64)>, call: Call| notes::create(on, path, call))
}

fn of_a_note(on: On) -> MethodRouter<GitLabSandbox> {
    get(move |path: Path<(String, u64, u64)>, call: Call| notes::one(on, path, call))
        .put(move |path: Path<(String, u64, u64)>, call: Call| notes::update(on, path, call))
}

/// `GET /api/v4/version`
async fn version(_: Call) -> Answer {
    ok(json!({ "version": VERSION, "revision": "5a2dbc8c1e4", "enterprise": true }))
}

/// Whatever else is asked of the API.
async fn unknown() -> (StatusCode, Json<Value>) {
    (
        StatusCode::NOT_FOUND,
        Json(json!({ "error": "404 Not Found" })),
    )
}
