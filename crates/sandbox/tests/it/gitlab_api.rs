//! The page of the GitLab sandbox and the beginning of its REST API.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use sandbox::gitlab::GitLabSandbox;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::gitlab_endpoints::answer;
use crate::gitlab_world::{World, ana, http, options};

async fn get(sandbox: &GitLabSandbox, path: &str, header: (&str, &str)) -> (StatusCode, Value) {
    let request = Request::get(path)
        .header(header.0, header.1)
        .body(Body::empty())
        .unwrap();
    answer(sandbox, request).await
}

async fn page(sandbox: &GitLabSandbox, request: Request<Body>) -> (StatusCode, String) {
    let response = sandbox.router().oneshot(request).await.unwrap();
    let status = response.status();
    let policy = response
        .headers()
        .get("content-security-policy")
        .unwrap()
        .to_str()
        .unwrap();
    assert!(
        policy.contains("default-src 'none'") && !policy.contains("unsafe"),
        "{policy}"
    );
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

async fn show(sandbox: &GitLabSandbox, path: &str) -> (StatusCode, String) {
    page(sandbox, Request::get(path).body(Body::empty()).unwrap()).await
}

const BEN: (&str, &str) = ("PRIVATE-TOKEN", "glpat-demo-ben");

#[tokio::test]
async fn without_a_token_public_projects_can_be_looked_at_and_no_others() {
    let world = World::start().await;
    let nothing = ("accept", "*/*");
    let (status, project) = get(&world.sandbox, "/api/v4/projects/7764", nothing).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(project["path_with_namespace"], "gitlab-com/www-gitlab-com");
    let hidden = "/api/v4/projects/acquisitions%2Fharbor";
    let (status, _) = get(&world.sandbox, hidden, nothing).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_api_asks_for_a_token_as_gitlab_does() {
    let world = World::start().await;
    for path in ["/api/v4/version", "/api/v4/user", "/api/v4/projects"] {
        for header in [
            ("accept", "*/*"),
            ("PRIVATE-TOKEN", "wrong"),
            ("PRIVATE-TOKEN", "glpat-demo-eve"),
        ] {
            let refused = get(&world.sandbox, path, header).await;
            assert_eq!(
                refused,
                (
                    StatusCode::UNAUTHORIZED,
                    json!({ "message": "401 Unauthorized" })
                )
            );
        }
        let (status, _) = get(&world.sandbox, path, BEN).await;
        assert_eq!(status, StatusCode::OK, "{path}");
    }
    let bearer = ("authorization", "Bearer glpat-demo-ops");
    let (_, user) = get(&world.sandbox, "/api/v4/user", bearer).await;
    assert_eq!(user["username"], "ops");
}

#[tokio::test]
async fn projects_are_found_by_id_and_by_path() {
    let world = World::start().await;
    for id in ["7764", "gitlab-com%2Fwww-gitlab-com"] {
        let (_, project) = get(&world.sandbox, &format!("/api/v4/projects/{id}"), BEN).await;
        assert_eq!(
            project["path_with_namespace"], "gitlab-com/www-gitlab-com",
            "{id}"
        );
    }
    for id in ["1", "gitlab-com%2Fnothing"] {
        let missing = get(&world.sandbox, &format!("/api/v4/projects/{id}"), BEN).await;
        assert_eq!(
            missing,
            (
                StatusCode::NOT_FOUND,
                json!({ "message": "404 Project Not Found" })
            ),
            "{id}"
        );
    }
    let (status, answer) = get(&world.sandbox, "/api/v4/nothing", BEN).await;
    assert_eq!(
        (status, answer),
        (StatusCode::NOT_FOUND, json!({ "error": "404 Not Found" }))
    );
}

#[tokio::test]
async fn the_page_has_a_button_for_everything_and_no_script_of_its_own() {
    let world = World::start().await;
    let (status, html) = show(&world.sandbox, "/").await;
    assert_eq!(status, StatusCode::OK);
    let listed = crate::gitlab_endpoints::list(&world.sandbox).await;
    for act in listed["what"].as_array().unwrap() {
        let what = act["what"].as_str().unwrap();
        assert!(
            html.contains(&format!("name=\"what\" value=\"{what}\"")),
            "{what}"
        );
        let (_, options) = show(&world.sandbox, &format!("/?what={what}")).await;
        for field in act["fields"].as_array().unwrap() {
            let input = format!("id=\"f-{}\"", field["name"].as_str().unwrap());
            assert!(options.contains(&input), "{what} {input}");
        }
    }
    assert!(!html.contains("<style") && !html.contains(" style="));
    assert_eq!(html.matches("<script").count(), 1);
}

#[tokio::test]
async fn buttons_work_without_the_script() {
    let world = World::start().await;
    let post = |body: &str| {
        Request::post("/act")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(body.to_owned()))
            .unwrap()
    };
    let pressed = post("project=gitlab-org%2Fgitlab&user=ben&what=open_issue");
    let (status, html) = page(&world.sandbox, pressed).await;
    assert_eq!(status, StatusCode::OK);
    assert!(html.contains("Done: 1 webhook sent"));
    let form = "project=gitlab-org%2Fgitlab&user=ben&what=push&options=push&commits=0&branch=";
    let (status, html) = page(&world.sandbox, post(form)).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(html.contains("commits must be a whole number from 1 to 60"));
}

#[tokio::test]
async fn hostile_text_stays_text_on_every_page() {
    let world = World::start().await;
    let hostile = "<script>alert(1)</script>\" onload='x' &amp;";
    let done = world
        .ana(
            ana("open_mr")
                .with("title", hostile)
                .with("branch", "x\"><b>")
                .with("description", hostile),
        )
        .await;
    let iid = done.ids["iid"].clone();
    for path in [
        "/".to_owned(),
        "/?what=merge&user=%3Cscript%3E&project=%3Cscript%3E".to_owned(),
        format!("/gitlab-org/gitlab/-/merge_requests/{iid}"),
    ] {
        let (status, html) = show(&world.sandbox, &path).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        assert!(
            !html.contains("<script>") && !html.contains("<b>\""),
            "{path}"
        );
    }
}

#[tokio::test]
async fn links_of_webhooks_lead_somewhere() {
    let world = World::start().await;
    for act in [
        "open_mr",
        "open_issue",
        "incident",
        "release",
        "wiki",
        "fail_pipeline",
        "push",
    ] {
        world.ana(ana(act)).await;
    }
    for webhook in world.take() {
        let attributes = &webhook.body["object_attributes"];
        let url = attributes["url"].as_str().or(webhook.body["url"].as_str());
        let Some(path) = url.and_then(|url| url.strip_prefix("http://gitlab.test:7402")) else {
            continue;
        };
        let (status, html) = show(&world.sandbox, path).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        let title = attributes["title"]
            .as_str()
            .unwrap_or_default()
            .replace('&', "&amp;");
        assert!(html.contains(&title), "{path} shows {title}");
    }
    assert_eq!(
        show(&world.sandbox, "/nothing/at/all").await.0,
        StatusCode::NOT_FOUND
    );
    let picture = show(
        &world.sandbox,
        "/uploads/-/system/user/avatar/101/avatar.png",
    )
    .await;
    assert!(picture.0 == StatusCode::OK && picture.1.contains(">AA</text>"));
}

#[tokio::test]
async fn the_log_is_live_and_does_not_keep_the_server_from_stopping() {
    let mut options = options(1);
    options
        .hooks
        .push(sandbox::gitlab::Hook::new("http://127.0.0.1:9/", "x"));
    let running = GitLabSandbox::start(options).await.unwrap();
    let mut stream = http()
        .get(format!("{}/sandbox/log/stream", running.url))
        .send()
        .await
        .unwrap();
    running.sandbox.perform(ana("open_issue")).await.unwrap();
    let mut text = String::new();
    while !text.contains("event: hooks") {
        text.push_str(&String::from_utf8_lossy(
            &stream.chunk().await.unwrap().unwrap(),
        ));
    }
    assert!(
        text.contains("event: sent") && text.contains("issue #381015: open"),
        "{text}"
    );
    assert!(text.contains("the last one failed"), "{text}");
    tokio::time::timeout(Duration::from_secs(10), running.stop())
        .await
        .unwrap()
        .unwrap();
}
