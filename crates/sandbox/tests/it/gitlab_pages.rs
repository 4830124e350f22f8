//! The GitLab sandbox's pages of things, as people who may or may not see them.

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use serde_json::json;
use tower::ServiceExt as _;

use crate::gitlab_rest::{APP, api};
use crate::gitlab_world::{World, ana};

/// Status, where it leads, and the page.
async fn look(world: &World, path: &str, cookie: &str) -> (StatusCode, String, String) {
    let request = Request::get(path).header(header::COOKIE, cookie);
    let request = request.body(Body::empty()).unwrap();
    let response = world.sandbox.router().oneshot(request).await.unwrap();
    let status = response.status();
    let location = response.headers().get(header::LOCATION);
    let location = location.map_or("", |to| to.to_str().unwrap()).to_owned();
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, location, String::from_utf8(body.to_vec()).unwrap())
}

async fn sign_in(world: &World, user: &str) -> String {
    let request = Request::post("/users/sign_in")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(format!("user={user}&return_to=%2F")))
        .unwrap();
    let response = world.sandbox.router().oneshot(request).await.unwrap();
    let cookie = response.headers()[header::SET_COOKIE].to_str().unwrap();
    cookie.split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn an_issue_shows_all_that_is_said_of_it_to_those_who_may_see_it() {
    let world = World::start().await;
    let act = ana("open_issue")
        .with("title", "<b>Hidden</b>")
        .with("description", "Nobody **knows**")
        .with("confidential", true)
        .with("labels", "bug")
        .with("assignees", "ops");
    let iid = world.ana(act).await.ids["iid"].clone();
    let comment = ana("comment").with("on", "issue").with("item", iid.clone());
    world
        .ana(comment.with("text", "For us").with("internal", true))
        .await;
    let path = format!("/gitlab-org/gitlab/-/issues/{iid}");
    let (status, to, _) = look(&world, &path, "").await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    assert!(
        to.starts_with("/users/sign_in?return_to=%2Fgitlab-org"),
        "{to}"
    );
    let (status, _, page) = look(&world, &path, &sign_in(&world, "ben").await).await;
    assert_eq!(status, StatusCode::OK);
    for shown in [
        "&lt;b&gt;Hidden&lt;/b&gt;",
        "Nobody <strong>knows</strong>",
        "confidential</span>",
        "bug</span>",
        "Olu Opsahl",
        "internal</span>",
        "For us",
        "Signed in as <b>ben</b>",
    ] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    assert!(!page.contains("<b>Hidden"));
}

#[tokio::test]
async fn a_private_project_is_there_for_its_members_only() {
    let world = World::start().await;
    let path = "/acquisitions/harbor/-/issues/1";
    let (ben, ana) = (sign_in(&world, "ben").await, sign_in(&world, "ana").await);
    assert_eq!(look(&world, path, "").await.0, StatusCode::SEE_OTHER);
    assert_eq!(look(&world, path, &ben).await.0, StatusCode::NOT_FOUND);
    let (status, _, page) = look(&world, path, &ana).await;
    assert!(status == StatusCode::OK && page.contains("Plan the move"));
    let nothing = look(&world, "/gitlab-org/gitlab/-/issues/1", "").await;
    assert_eq!(
        nothing.0,
        StatusCode::SEE_OTHER,
        "nobody is told what is not there"
    );
    assert_eq!(
        look(&world, "/nobody/nothing", "").await.0,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn a_merge_request_shows_its_approvals_its_pipeline_and_what_it_needs() {
    let world = World::start().await;
    world.ana(ana("merge_rules").with("approvals", 2)).await;
    let act = ana("open_mr")
        .with("pipeline", "failed")
        .with("reviewers", "ben");
    let iid = world.ana(act).await.ids["iid"].clone();
    let approve = (
        axum::http::Method::POST,
        &*format!("{APP}/merge_requests/{iid}/approve"),
    );
    api(&world.sandbox, "ben", approve, Some(json!({}))).await;
    let (_, _, page) = look(
        &world,
        &format!("/gitlab-org/gitlab/-/merge_requests/{iid}"),
        "",
    )
    .await;
    for shown in [
        "Ben Berger",
        "one more is needed",
        "</a> failed",
        "needs approval",
    ] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    let pipeline = page.split("/-/pipelines/").nth(1).unwrap();
    let pipeline = pipeline.split('"').next().unwrap();
    let (_, _, page) = look(
        &world,
        &format!("/gitlab-org/gitlab/-/pipelines/{pipeline}"),
        "",
    )
    .await;
    assert!(
        page.contains("<td>rspec unit</td><td>failed</td>"),
        "{page}"
    );
}

#[tokio::test]
async fn members_are_listed_with_their_roles() {
    let world = World::start().await;
    let path = "/gitlab-org/gitlab/-/project_members";
    let (_, _, page) = look(&world, path, "").await;
    assert!(
        page.contains("@ana</small></td><td>Maintainer</td>"),
        "{page}"
    );
    assert!(page.contains("<td>Developer, administrator</td>"), "{page}");
    let (_, _, first) = look(&world, "/", &sign_in(&world, "cleo").await).await;
    assert!(first.contains("Signed in as <b>cleo</b>"));
    assert!(first.contains("name=\"user\" value=\"cleo\" checked"));
}

/// Clicks a box of the rollout issue as the page offers it.
async fn tick(world: &World, cookie: &str, form: &str) -> StatusCode {
    let request = Request::post("/sandbox/issues/278964/381012/tick")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::COOKIE, cookie)
        .body(Body::from(form.to_owned()))
        .unwrap();
    let response = world.sandbox.router().oneshot(request).await.unwrap();
    response.status()
}

/// The value of the first field with this name.
fn field<'p>(page: &'p str, name: &str) -> &'p str {
    let (_, rest) = page
        .split_once(&format!("name=\"{name}\" value=\""))
        .unwrap();
    rest.split('"').next().unwrap()
}

#[tokio::test]
async fn boxes_are_ticked_by_who_is_signed_in_and_may_edit_the_issue() {
    let world = World::start().await;
    let path = "/gitlab-org/gitlab/-/issues/381012";
    let (_, _, page) = look(&world, path, "").await;
    assert!(page.contains("0 of 25 checklist items completed"), "{page}");
    assert!(!page.contains("/tick\""), "a stranger ticks nothing");
    let ben = sign_in(&world, "ben").await;
    let (_, _, page) = look(&world, path, &ben).await;
    let (token, text) = (
        field(&page, "token"),
        "The+merge+requests+are+deployed+there%3A+",
    );
    let text =
        format!("{text}%2Fchatops+run+auto_deploy+status+%3Cmerge-commit-of-your-feature%3E");
    let form = format!("token={token}&item=1&text={text}&done=true");
    assert_eq!(tick(&world, "", &form).await, StatusCode::FORBIDDEN);
    let forged = form.replacen(token, "forged", 1);
    assert_eq!(tick(&world, &ben, &forged).await, StatusCode::FORBIDDEN);
    let other = form.replacen("item=1", "item=2", 1);
    assert_eq!(tick(&world, &ben, &other).await, StatusCode::CONFLICT);
    assert!(world.take().is_empty());
    assert_eq!(tick(&world, &ben, &form).await, StatusCode::SEE_OTHER);
    let [event] = world.take().try_into().unwrap();
    assert_eq!(event.body["user"]["username"], "ben");
    let (_, _, page) = look(&world, path, &ben).await;
    assert!(page.contains("1 of 25 checklist items completed"), "{page}");
}
