//! The part of GitLab's REST API that Signalbox and the people who try it use.
//!
//! One file a family of paths. Every answer has GitLab's shape (`shape`), every refusal GitLab's
//! words (`refused`), every list GitLab's pages (`call`). Writing is an act like any other
//! (`acts`), so its webhooks are sent too.

mod call;
mod commits;
mod deployments;
mod files;
mod freeze_periods;
mod graphql;
mod groups;
mod issues;
mod jobs;
mod labels;
mod merge_requests;
mod milestones;
mod notes;
pub(super) mod params;
mod people;
mod pipelines;
mod projects;
mod refused;
mod releases;
mod repository;
mod shape;
mod templates;
mod todos;
mod who;

use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::{MethodRouter, any, get, post, put};
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::gitlab::{GitLabSandbox, VERSION};

use call::{Answer, Call, ok};
use notes::On;

type Routes = Vec<(&'static str, MethodRouter<GitLabSandbox>)>;

/// Everything below `/api`.
///
/// The parts are put together here and not nested, so that a call knows its whole address.
pub(super) fn router() -> Router<GitLabSandbox> {
    let parts = [
        ("", of_the_instance()),
        ("/groups/{id}", of_a_group()),
        ("/projects/{id}", of_a_project()),
    ];
    let mut router = Router::new().route("/api/{*rest}", any(unknown));
    for (above, routes) in parts {
        for (below, methods) in routes {
            router = router.route(&format!("/api/v4{above}{below}"), methods);
        }
    }
    let router = router.route("/api/graphql", post(graphql::answer));
    router.method_not_allowed_fallback(not_allowed)
}

fn of_the_instance() -> Routes {
    vec![
        ("/version", get(version)),
        ("/metadata", get(version)),
        ("/user", get(people::own)),
        ("/users", get(people::list)),
        ("/users/{id}", get(people::one)),
        ("/namespaces", get(groups::namespaces)),
        ("/namespaces/{id}", get(groups::namespace)),
        ("/groups", get(groups::list)),
        ("/search", get(files::search_everywhere)),
        ("/issues", get(issues::everywhere)),
        ("/merge_requests", get(merge_requests::everywhere)),
        ("/projects", get(projects::list)),
        ("/todos", get(todos::list)),
    ]
}

fn of_a_group() -> Routes {
    vec![
        ("", get(groups::one)),
        ("/projects", get(groups::projects)),
        ("/subgroups", get(groups::subgroups)),
        ("/descendant_groups", get(groups::descendants)),
        ("/members", get(people::of_group)),
        ("/members/all", get(people::of_group_and_above)),
        ("/members/{user}", get(people::member_of_group)),
        ("/members/all/{user}", get(people::member_of_group)),
        ("/labels", get(labels::of_group)),
        (
            "/milestones",
            get(milestones::of_group).post(milestones::create_in_group),
        ),
        ("/issues", get(issues::of_group)),
        ("/merge_requests", get(merge_requests::of_group)),
        ("/search", get(files::search_group)),
    ]
}

fn of_a_project() -> Routes {
    vec![
        ("", get(projects::one)),
        ("/members", get(people::of_project)),
        ("/members/all", get(people::of_project_and_above)),
        ("/members/{user}", get(people::member)),
        ("/members/all/{user}", get(people::member)),
        ("/labels", get(labels::list).post(labels::create)),
        ("/labels/{label}", get(labels::one)),
        (
            "/milestones",
            get(milestones::list).post(milestones::create),
        ),
        ("/milestones/{milestone}", get(milestones::one)),
        ("/issues", get(issues::list).post(issues::create)),
        ("/issues/{iid}", get(issues::one).put(issues::update)),
        ("/issues/{iid}/move", post(issues::moving::act)),
        (
            "/issues/{iid}/links",
            get(issues::links::list).post(issues::links::create),
        ),
        (
            "/issues/{iid}/links/{link}",
            get(issues::links::one).delete(issues::links::remove),
        ),
        ("/issues/{iid}/notes", of_notes(On::Issue)),
        ("/issues/{iid}/notes/{note}", of_a_note(On::Issue)),
        ("/merge_requests/{iid}/notes", of_notes(On::MergeRequest)),
        (
            "/merge_requests/{iid}/notes/{note}",
            of_a_note(On::MergeRequest),
        ),
        (
            "/merge_requests",
            get(merge_requests::list).post(merge_requests::creating::create),
        ),
        (
            "/merge_requests/{iid}",
            get(merge_requests::one).put(merge_requests::changing::update),
        ),
        (
            "/merge_requests/{iid}/pipelines",
            get(merge_requests::pipelines),
        ),
        (
            "/merge_requests/{iid}/approvals",
            get(merge_requests::approving::show),
        ),
        (
            "/merge_requests/{iid}/approve",
            post(merge_requests::approving::approve),
        ),
        (
            "/merge_requests/{iid}/unapprove",
            post(merge_requests::approving::unapprove),
        ),
        (
            "/merge_requests/{iid}/merge",
            put(merge_requests::merging::merge),
        ),
        (
            "/merge_requests/{iid}/cancel_merge_when_pipeline_succeeds",
            post(merge_requests::merging::cancel),
        ),
        (
            "/merge_requests/{iid}/commits",
            get(merge_requests::commits),
        ),
        (
            "/repository/branches",
            get(repository::branches).post(commits::create_branch),
        ),
        (
            "/repository/branches/{branch}",
            get(repository::branch).delete(commits::delete_branch),
        ),
        ("/repository/tags", get(repository::tags)),
        ("/repository/tags/{tag}", get(repository::tag)),
        (
            "/repository/commits",
            get(repository::commits).post(commits::create),
        ),
        ("/repository/commits/{sha}", get(repository::commit)),
        ("/repository/commits/{sha}/refs", get(repository::refs)),
        (
            "/repository/commits/{sha}/merge_requests",
            get(merge_requests::of_commit),
        ),
        ("/repository/compare", get(repository::compare)),
        ("/repository/merge_base", get(repository::merge_base)),
        ("/repository/tree", get(files::tree)),
        ("/repository/files/{path}", get(files::one)),
        ("/repository/files/{path}/raw", get(files::raw)),
        ("/search", get(files::search)),
        (
            "/freeze_periods",
            get(freeze_periods::list).post(freeze_periods::create),
        ),
        (
            "/freeze_periods/{period}",
            get(freeze_periods::one).delete(freeze_periods::remove),
        ),
        ("/deployments", get(deployments::list)),
        ("/deployments/{deployment}", get(deployments::one)),
        ("/environments", get(deployments::environments)),
        ("/environments/{environment}", get(deployments::environment)),
        ("/pipelines", get(pipelines::list)),
        ("/pipelines/latest", get(pipelines::latest)),
        ("/pipelines/{pipeline}", get(pipelines::one)),
        ("/pipelines/{pipeline}/retry", post(pipelines::retry)),
        ("/pipelines/{pipeline}/cancel", post(pipelines::cancel)),
        ("/pipelines/{pipeline}/jobs", get(jobs::of_pipeline)),
        ("/jobs", get(jobs::list)),
        ("/jobs/{job}", get(jobs::one)),
        ("/jobs/{job}/trace", get(jobs::trace)),
        ("/jobs/{job}/play", post(jobs::play)),
        ("/jobs/{job}/retry", post(jobs::retry)),
        ("/jobs/{job}/cancel", post(jobs::cancel)),
        ("/releases", get(releases::list)),
        ("/releases/{tag}", get(releases::one)),
        ("/templates/issues", get(templates::list)),
        ("/templates/issues/{name}", get(templates::one)),
        ("/pipelines/{pipeline}/variables", get(pipelines::variables)),
        ("/pipeline", post(pipelines::create)),
        ("/trigger/pipeline", post(pipelines::trigger)),
    ]
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

/// What is there, but not in this way.
async fn not_allowed() -> (StatusCode, Json<Value>) {
    (
        StatusCode::METHOD_NOT_ALLOWED,
        Json(json!({ "error": "405 Not Allowed" })),
    )
}

/// Whatever else is asked of the API.
async fn unknown() -> (StatusCode, Json<Value>) {
    (
        StatusCode::NOT_FOUND,
        Json(json!({ "error": "404 Not Found" })),
    )
}
