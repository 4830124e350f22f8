//! `/sandbox/…` of the GitLab sandbox, over HTTP.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use sandbox::gitlab::GitLabSandbox;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::gitlab_world::{World, options};

pub async fn call(
    sandbox: &GitLabSandbox,
    method: &str,
    path: &str,
    body: &str,
) -> (StatusCode, Value) {
    let request = Request::builder().method(method).uri(path);
    let request = request.body(Body::from(body.to_owned())).unwrap();
    answer(sandbox, request).await
}

pub async fn answer(sandbox: &GitLabSandbox, request: Request<Body>) -> (StatusCode, Value) {
    let response = sandbox.router().oneshot(request).await.unwrap();
    let status = response.status();
    let body = axum::body::to_bytes(response.into_body(), usize::MAX)
        .await
        .unwrap();
    (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
}

pub async fn list(sandbox: &GitLabSandbox) -> Value {
    call(sandbox, "GET", "/sandbox/do", "").await.1
}

#[tokio::test]
async fn the_endpoint_answers_what_was_sent_and_the_ids_of_what_was_made() {
    let world = World::start().await;
    let body = r#"{"user": "ben", "project": "gitlab-org/gitlab", "what": "open_mr",
        "title": "Fix the menu", "labels": "bug, frontend", "reviewers": ["ana"], "draft": "true"}"#;
    let (status, answer) = call(&world.sandbox, "POST", "/sandbox/do", body).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(answer["ok"], json!(true));
    assert_eq!(answer["branch"], "fix-the-menu");
    assert_eq!(answer["iid"], 104_640);
    assert_eq!(
        answer["sent"],
        json!([{
            "kind": "merge_request", "event": "Merge Request Hook",
            "about": "merge request !104640: open", "status": 200, "event_id": "evt_1", "error": null,
        }])
    );
    let body = &world.take()[0].body;
    assert_eq!(body["object_attributes"]["title"], "Draft: Fix the menu");
    assert_eq!(body["user"]["name"], "Ben Berger");
    assert_eq!(body["reviewers"][0]["username"], "ana");
    let labels: Vec<&Value> = body["labels"]
        .as_array()
        .unwrap()
        .iter()
        .map(|label| &label["title"])
        .collect();
    assert_eq!(labels, ["bug", "frontend"]);
}

#[tokio::test]
async fn bad_input_is_refused_with_the_field_and_what_it_takes() {
    let world = World::start().await;
    let good = || json!({ "user": "ana", "project": "gitlab-org/gitlab", "what": "push" });
    let with = |field: &str, value: Value| {
        let mut body = good();
        body[field] = value;
        body
    };
    let act = |what: &str, field: &str, value: Value| {
        let mut body = with("what", json!(what));
        body[field] = value;
        body
    };
    for (body, field, said) in [
        (with("user", json!("eve")), "user", "ana, ben, ops"),
        (with("user", Value::Null), "user", "ana, ben, ops"),
        (with("user", json!(7)), "user", "a string"),
        (
            with("project", json!("gitlab-org/nothing")),
            "project",
            "gitlab-org/gitlab-foss",
        ),
        (
            with("project", json!(1)),
            "project",
            "gitlab-org/gitlab-foss",
        ),
        (with("what", json!("explode")), "what", "open_mr"),
        (with("what", Value::Null), "what", "open_mr"),
        (
            with("colour", json!("red")),
            "colour",
            "push takes no colour; it takes branch",
        ),
        (
            with("commits", json!(0)),
            "commits",
            "a whole number from 1 to 60",
        ),
        (
            with("commits", json!("many")),
            "commits",
            "a whole number from 1 to 60",
        ),
        (
            with("commits", json!(1.5)),
            "commits",
            "a whole number from 1 to 60",
        ),
        (
            with("commits", json!(-1)),
            "commits",
            "a whole number from 1 to 60",
        ),
        (
            with("pipeline", json!("exploded")),
            "pipeline",
            "success, failed",
        ),
        (with("branch", json!("a b")), "branch", "name of a branch"),
        (
            with("branch", json!("../../etc")),
            "branch",
            "name of a branch",
        ),
        (
            with("branch", json!(["main"])),
            "branch",
            "name of a branch",
        ),
        (
            with("title", json!("two\nlines")),
            "title",
            "one line of text",
        ),
        (
            with("title", json!("x".repeat(256))),
            "title",
            "at most 255",
        ),
        (with("title", json!({})), "title", "one line of text"),
        (
            act("open_mr", "draft", json!("maybe")),
            "draft",
            "true or false",
        ),
        (
            act("open_mr", "reviewers", json!("eve")),
            "reviewers",
            "ana, ben, ops",
        ),
        (
            act("open_mr", "reviewers", json!([7])),
            "reviewers",
            "a list of names",
        ),
        (
            act("open_mr", "milestone", json!("99.9")),
            "milestone",
            "15.8",
        ),
        (
            act("open_mr", "target", json!("nowhere")),
            "target",
            "master",
        ),
        (
            act("open_mr", "branch", json!("master")),
            "branch",
            "is the target branch",
        ),
        (act("merge", "mr", json!(1)), "mr", "has no merge request 1"),
        (act("merge", "mr", json!(98_663)), "mr", "!98663 is merged"),
        (
            act("close_issue", "issue", json!("nothing")),
            "issue",
            "has no issue nothing",
        ),
        (
            act("resolve_incident", "issue", Value::Null),
            "issue",
            "has no open incident",
        ),
        (
            act("comment", "item", json!(1)),
            "item",
            "has no merge request 1",
        ),
        (
            act("delete_branch", "branch", json!("master")),
            "branch",
            "default branch",
        ),
        (act("delete_tag", "tag", json!("v0")), "tag", "no such tag"),
        (
            act("system", "event", json!("reboot")),
            "event",
            "user_create",
        ),
        (
            act("subgroup", "action", json!("remove")),
            "name",
            "there is no subgroup",
        ),
    ] {
        let (status, answer) = call(&world.sandbox, "POST", "/sandbox/do", &body.to_string()).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{body}");
        assert_eq!(answer["ok"], json!(false), "{body}");
        assert_eq!(answer["field"], field, "{body}");
        let error = answer["error"].as_str().unwrap();
        assert!(error.contains(said), "{body}: {error}");
    }
    assert_eq!(world.take().len(), 0, "what is refused sends nothing");
    for body in ["", "[]", "nonsense", "\"text\""] {
        let (status, answer) = call(&world.sandbox, "POST", "/sandbox/do", body).await;
        assert_eq!(
            (status, &answer["field"]),
            (StatusCode::BAD_REQUEST, &json!("body")),
            "{body}"
        );
    }
}

#[tokio::test]
async fn the_endpoint_describes_itself() {
    let world = World::start().await;
    let listed = list(&world.sandbox).await;
    let push = &listed["what"][0];
    assert_eq!(
        (&push["what"], &push["label"]),
        (&json!("push"), &json!("Push"))
    );
    assert_eq!(push["fields"][4]["allowed"][1], "failed");
    assert_eq!(listed["users"][2], "ops");
    assert!(
        listed["projects"]
            .as_array()
            .unwrap()
            .contains(&json!("gitlab-com/www-gitlab-com"))
    );
}

#[tokio::test]
async fn the_clock_can_be_moved() {
    let world = World::start().await;
    let (status, answer) = call(
        &world.sandbox,
        "POST",
        "/sandbox/clock",
        r#"{"advance": 90}"#,
    )
    .await;
    assert_eq!(
        (status, &answer["now"]),
        (StatusCode::OK, &json!("2026-11-20T09:01:30Z"))
    );
    for body in [
        "{}",
        r#"{"advance": -1}"#,
        r#"{"advance": "soon"}"#,
        r#"{"advance": 1e300}"#,
    ] {
        let (status, answer) = call(&world.sandbox, "POST", "/sandbox/clock", body).await;
        assert_eq!(
            (status, &answer["field"]),
            (StatusCode::BAD_REQUEST, &json!("advance"))
        );
    }
}

#[tokio::test]
async fn the_state_outlives_the_sandbox_and_its_address() {
    let folder = tempfile::tempdir().unwrap();
    let at = |url: &str| {
        let mut options = options(1);
        options.state = Some(folder.path().join("gitlab.json"));
        options.public_url = url.to_owned();
        options
    };
    let first = World::with(at("http://127.0.0.1:1111")).await;
    first
        .ana(crate::gitlab_world::ana("open_mr").with("branch", "kept"))
        .await;
    first.sandbox.save().unwrap();
    let second = World::with(at("http://127.0.0.1:2222")).await;
    second
        .ana(crate::gitlab_world::ana("merge").with("mr", "kept"))
        .await;
    let body = second.take().remove(0).body;
    let url = body["object_attributes"]["url"].as_str().unwrap();
    assert!(
        url.starts_with("http://127.0.0.1:2222/gitlab-org/gitlab/-/merge_requests/"),
        "{url}"
    );
    let saved = std::fs::read_to_string(folder.path().join("gitlab.json")).unwrap();
    assert!(!saved.contains("127.0.0.1"), "no address is stored");
    std::fs::write(folder.path().join("gitlab.json"), "[]").unwrap();
    let refused = GitLabSandbox::new(at("http://127.0.0.1:3333"))
        .map(|_| ())
        .unwrap_err();
    assert!(
        refused.to_string().contains("holds no sandbox state"),
        "{refused}"
    );
}
