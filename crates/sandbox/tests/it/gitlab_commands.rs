//! What the Slack app's commands do in the GitLab sandbox, as the people who type them.

use axum::http::Method;
use serde_json::{Value, json};

use crate::gitlab_rest::{APP, Answer, api, read};
use crate::gitlab_world::{World, ana};

const HARBOR: &str = "/projects/acquisitions%2Fharbor";
const PRODUCTION: &str = "/projects/gitlab-com%2Fgl-infra%2Fproduction";
const WEBSITE: &str = "/projects/gitlab-com%2Fwww-gitlab-com";

/// What this person gets.
async fn get(world: &World, user: &str, path: &str) -> Answer {
    api(&world.sandbox, user, (Method::GET, path), None).await
}

async fn post(world: &World, user: &str, path: &str, body: Value) -> Answer {
    api(&world.sandbox, user, (Method::POST, path), Some(body)).await
}

async fn put(world: &World, user: &str, path: &str, body: Value) -> Answer {
    api(&world.sandbox, user, (Method::PUT, path), Some(body)).await
}

#[track_caller]
fn says(answer: &Answer, status: u16, message: &str) {
    let seen = (answer.status.as_u16(), &answer.body["message"]);
    assert_eq!(seen, (status, &json!(message)));
}

fn names(list: &Value, field: &str) -> Vec<String> {
    let list = list.as_array().unwrap().iter();
    list.map(|one| one[field].as_str().unwrap_or_default().to_owned())
        .collect()
}

/// Kinds and actions or statuses of the webhooks since the last look, without jobs.
fn told(world: &World) -> Vec<String> {
    let told = world.take();
    let told = told.iter().filter(|webhook| webhook.kind() != "build");
    told.map(|webhook| {
        let attributes = &webhook.body["object_attributes"];
        let said = [
            &attributes["action"],
            &attributes["status"],
            &webhook.body["status"],
        ];
        let said = said.into_iter().find_map(Value::as_str).unwrap_or_default();
        format!("{} {said}", webhook.kind())
    })
    .collect()
}

#[tokio::test]
async fn people_have_the_rights_of_their_roles() {
    let world = World::start().await;
    for (user, status) in [("ana", 200), ("ben", 404), ("ops", 200)] {
        let seen = get(&world, user, HARBOR).await;
        assert_eq!(seen.status.as_u16(), status, "{user}");
    }
    says(
        &get(&world, "ben", HARBOR).await,
        404,
        "404 Project Not Found",
    );
    says(
        &get(&world, "ben", "/groups/acquisitions").await,
        404,
        "404 Group Not Found",
    );
    for (path, level) in [
        (format!("{APP}/members/all/101"), 40),
        (format!("{HARBOR}/members/all/101"), 50),
        ("/groups/gitlab-org/members/all/102".to_owned(), 30),
    ] {
        assert_eq!(read(&world, &path).await["access_level"], level, "{path}");
    }
    let stranger = get(&world, "ana", &format!("{HARBOR}/members/all/102")).await;
    says(&stranger, 404, "404 Member Not Found");
    let found = read(&world, &format!("{APP}/members/all?query=ber")).await;
    assert_eq!(names(&found, "username"), ["ben"]);
    let permissions = &read(&world, HARBOR).await["permissions"];
    assert_eq!(permissions["group_access"]["access_level"], 50);
    assert_eq!(permissions["project_access"], Value::Null);
    let mine = "/projects?membership=true&min_access_level=40&simple=true&per_page=100";
    let anas = names(&read(&world, mine).await, "path_with_namespace");
    assert!(anas.contains(&"acquisitions/harbor".to_owned()), "{anas:?}");
    assert_eq!(get(&world, "ben", mine).await.body, json!([]));
    let short = &read(&world, mine).await[0];
    assert_eq!(
        (&short["visibility"], &short["permissions"]),
        (&Value::Null, &Value::Null)
    );
}

#[tokio::test]
async fn a_member_who_is_added_sees_and_one_who_is_removed_does_not() {
    let world = World::start().await;
    let member = |action: &str| {
        let act = sandbox::gitlab::Do::new("ana", "acquisitions/harbor", "member");
        act.with("member", "ben").with("action", action)
    };
    for (action, access, status) in [
        ("add", "Reporter", 200),
        ("update", "Maintainer", 200),
        ("remove", "Guest", 404),
    ] {
        world.ana(member(action).with("access", access)).await;
        let seen = get(&world, "ben", HARBOR).await;
        assert_eq!(seen.status.as_u16(), status, "{action}");
    }
    let hidden = ana("project")
        .with("name", "Vault")
        .with("visibility", "private");
    world.ana(hidden).await;
    let vault = read(&world, "/projects/gitlab-org%2Fvault").await;
    assert_eq!(vault["visibility"], "private");
}

#[tokio::test]
async fn an_incident_is_made_with_the_quick_actions_of_its_description() {
    let world = World::start().await;
    let new = json!({
        "title": "Checkout is down",
        "issue_type": "incident",
        "confidential": true,
        "description": "It **hangs**.\n\n/severity S1\n/label ~bug ~\"no such label\"\n\
            /assign @ops\n/zoom https://gitlab.zoom.us/j/123\n",
    });
    let made = post(&world, "ana", &format!("{PRODUCTION}/issues"), new)
        .await
        .body;
    let seen = read(&world, &format!("{PRODUCTION}/issues/{}", made["iid"])).await;
    assert_eq!(seen["description"], "It **hangs**.");
    assert_eq!(seen["severity"], "CRITICAL");
    assert_eq!(seen["labels"], json!(["bug"]));
    assert_eq!(seen["assignees"][0]["username"], "ops");
    assert_eq!(seen["confidential"], true);
    assert_eq!(told(&world), ["work_item open", "work_item update"]);
    let bens = "/projects/gitlab-org%2Fgitlab/issues?in=title&search=hangs";
    assert_eq!(get(&world, "ben", bens).await.body, json!([]));
    let found = format!("{PRODUCTION}/issues?search=hangs&in=title%2Cdescription");
    assert_eq!(read(&world, &found).await[0]["iid"], seen["iid"]);
    let mine = get(&world, "ops", "/issues?scope=assigned_to_me")
        .await
        .body;
    assert!(names(&mine, "title").contains(&"Checkout is down".to_owned()));
}

#[tokio::test]
async fn a_comment_of_quick_actions_alone_leaves_no_comment() {
    let world = World::start().await;
    let issue = world.ana(ana("open_issue")).await.ids["iid"].clone();
    world.take();
    let notes = format!("{APP}/issues/{issue}/notes");
    let done = post(
        &world,
        "ana",
        &notes,
        json!({ "body": "/close\n/label ~bug" }),
    )
    .await;
    assert_eq!(done.status.as_u16(), 202);
    let summary = json!(["Closed this issue.", "Added ~bug label."]);
    assert_eq!(done.body["summary"], summary);
    assert_eq!(told(&world), ["issue close", "issue update"]);
    let again = post(&world, "ana", &notes, json!({ "body": "/close" })).await;
    says(
        &again,
        400,
        "400 Bad request - Could not apply close command.",
    );
    let both = post(
        &world,
        "ben",
        &notes,
        json!({ "body": "Not yet.\n/reopen" }),
    )
    .await;
    assert_eq!(
        (both.status.as_u16(), &both.body["body"]),
        (201, &json!("Not yet."))
    );
    assert_eq!(told(&world), ["note create", "issue reopen"]);
    assert_eq!(read(&world, &notes).await.as_array().unwrap().len(), 1);
    let internal = json!({ "body": "For us", "internal": true });
    let internal = post(&world, "ana", &notes, internal).await;
    assert_eq!(internal.body["internal"], true);
}

#[tokio::test]
async fn an_issue_moves_with_its_comments() {
    let world = World::start().await;
    let issue = world.ana(ana("open_issue").with("labels", "bug")).await.ids["iid"].clone();
    let own = format!("{APP}/issues/{issue}");
    post(
        &world,
        "ana",
        &format!("{own}/notes"),
        json!({ "body": "Seen" }),
    )
    .await;
    world.take();
    let to = |path: &str| json!({ "to_project_id": path });
    let refused = post(
        &world,
        "ben",
        &format!("{own}/move"),
        to("acquisitions/harbor"),
    )
    .await;
    says(&refused, 404, "404 Project Not Found");
    let same = post(
        &world,
        "ana",
        &format!("{own}/move"),
        to("gitlab-org/gitlab"),
    )
    .await;
    says(
        &same,
        400,
        "Cannot move issue to project it originates from!",
    );
    let moved = post(
        &world,
        "ana",
        &format!("{own}/move"),
        to("acquisitions/harbor"),
    )
    .await;
    assert_eq!(moved.status.as_u16(), 201);
    assert_eq!(moved.body["labels"], json!(["bug"]));
    assert_eq!(told(&world), ["issue open", "issue close"]);
    let left = read(&world, &own).await;
    assert_eq!(
        (&left["state"], &left["moved_to_id"]),
        (&json!("closed"), &moved.body["id"])
    );
    let notes = format!("{HARBOR}/issues/{}/notes", moved.body["iid"]);
    assert_eq!(names(&read(&world, &notes).await, "body"), ["Seen"]);
}

/// A new merge request by ben, and its commit.
async fn bens_merge_request(world: &World) -> (String, String) {
    let mut act = ana("open_mr")
        .with("pipeline", "none")
        .with("reviewers", "ana");
    act.user = "ben".to_owned();
    let iid = world.ana(act).await.ids["iid"].clone();
    world.take();
    let path = format!("{APP}/merge_requests/{iid}");
    let sha = read(world, &path).await["sha"].as_str().unwrap().to_owned();
    (path, sha)
}

#[tokio::test]
async fn a_merge_request_is_approved_by_others_and_merged_when_nothing_stands_in_the_way() {
    let world = World::start().await;
    let (mr, sha) = bens_merge_request(&world).await;
    world.ana(ana("merge_rules").with("approvals", 1)).await;
    assert_eq!(
        read(&world, &mr).await["detailed_merge_status"],
        "not_approved"
    );
    let merge = format!("{mr}/merge");
    says(
        &put(&world, "ana", &merge, json!({})).await,
        405,
        "405 Method Not Allowed",
    );
    let approve = format!("{mr}/approve");
    says(
        &post(&world, "ben", &approve, json!({})).await,
        401,
        "401 Unauthorized",
    );
    let other = post(&world, "ana", &approve, json!({ "sha": "0" })).await;
    let outdated = format!("SHA does not match HEAD of source branch: {sha}");
    says(&other, 409, &outdated);
    let approved = post(&world, "ana", &approve, json!({ "sha": sha }))
        .await
        .body;
    assert_eq!(
        (&approved["approved"], &approved["approvals_left"]),
        (&json!(true), &json!(0))
    );
    assert_eq!(approved["approved_by"][0]["user"]["username"], "ana");
    let again = post(&world, "ana", &approve, json!({})).await;
    assert_eq!(again.status.as_u16(), 304);
    let taken_back = post(&world, "ana", &format!("{mr}/unapprove"), json!({})).await;
    assert_eq!(taken_back.body["user_can_approve"], true);
    post(&world, "ana", &approve, json!({})).await;
    let events = [
        "merge_request approved",
        "merge_request unapproved",
        "merge_request approved",
    ];
    assert_eq!(told(&world), events);

    says(
        &put(&world, "ana", &merge, json!({ "sha": "0" })).await,
        409,
        &outdated,
    );
    let conflicts = |yes: bool| {
        ana("update_mr")
            .with("mr", mr_number(&mr))
            .with("conflicts", yes)
    };
    world.ana(conflicts(true).with("draft", false)).await;
    says(
        &put(&world, "ana", &merge, json!({})).await,
        422,
        "Branch cannot be merged",
    );
    world.ana(conflicts(false).with("draft", false)).await;
    world.take();
    let merged = put(&world, "ana", &merge, json!({ "sha": sha, "squash": true }))
        .await
        .body;
    assert_eq!(
        (&merged["state"], &merged["squash"]),
        (&json!("merged"), &json!(true))
    );
    assert_eq!(told(&world)[0], "merge_request merge");
    says(
        &put(&world, "ana", &merge, json!({})).await,
        405,
        "405 Method Not Allowed",
    );
}

fn mr_number(path: &str) -> String {
    path.rsplit('/').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_merge_request_can_wait_for_its_pipeline() {
    let world = World::start().await;
    let act = ana("open_mr")
        .with("pipeline", "running")
        .with("branch", "waits");
    let iid = world.ana(act).await.ids["iid"].clone();
    let mr = format!("{APP}/merge_requests/{iid}");
    world
        .ana(ana("merge_rules").with("pipeline_must_pass", true))
        .await;
    assert_eq!(
        read(&world, &mr).await["detailed_merge_status"],
        "ci_still_running"
    );
    let merge = format!("{mr}/merge");
    let waits = put(&world, "ben", &merge, json!({ "auto_merge": true }))
        .await
        .body;
    assert_eq!(waits["merge_when_pipeline_succeeds"], true);
    assert_eq!(waits["state"], "opened");
    world.take();
    world
        .ana(ana("pass_pipeline").with("branch", "waits"))
        .await;
    let merged = read(&world, &mr).await;
    assert_eq!(
        (&merged["state"], &merged["merge_user"]["username"]),
        (&json!("merged"), &json!("ben"))
    );
    assert!(told(&world).contains(&"merge_request merge".to_owned()));
}

#[tokio::test]
async fn a_merge_request_is_changed_and_found() {
    let world = World::start().await;
    let (mr, _) = bens_merge_request(&world).await;
    let change = json!({
        "title": "Draft: Another way", "assignee_ids": [101], "reviewer_ids": [103], "add_labels": "bug",
    });
    let changed = put(&world, "ana", &mr, change).await.body;
    assert_eq!(
        (&changed["draft"], &changed["title"]),
        (&json!(true), &json!("Draft: Another way"))
    );
    assert_eq!(changed["assignees"][0]["username"], "ana");
    assert_eq!(changed["labels"], json!(["bug"]));
    let forbidden = put(&world, "mina", "/projects/7764/merge_requests/1", json!({})).await;
    assert_eq!(forbidden.status.as_u16(), 404);
    for (user, query) in [
        ("ops", "scope=all&reviewer_username=ops"),
        ("ana", "scope=assigned_to_me"),
        ("ben", "state=opened&scope=created_by_me"),
        ("ops", "scope=reviews_for_me"),
    ] {
        let found = get(&world, user, &format!("/merge_requests?{query}"))
            .await
            .body;
        assert!(
            names(&found, "title").contains(&"Draft: Another way".to_owned()),
            "{query}"
        );
    }
    let todo = get(&world, "ops", "/todos?state=pending").await.body;
    assert!(names(&todo, "action_name").contains(&"review_requested".to_owned()));
    let closed = put(&world, "ben", &mr, json!({ "state_event": "close" }))
        .await
        .body;
    assert_eq!(closed["state"], "closed");
    assert_eq!(
        told(&world),
        ["merge_request update", "merge_request close"]
    );
    let said = json!({ "body": "/reopen\n/ready\n/approve" });
    let said = post(&world, "ana", &format!("{mr}/notes"), said).await;
    assert_eq!(said.status.as_u16(), 202);
    assert_eq!(said.body["summary"].as_array().unwrap().len(), 3);
    assert_eq!(
        read(&world, &mr).await["detailed_merge_status"],
        "mergeable"
    );
}

#[tokio::test]
async fn a_failed_pipeline_is_tried_again_job_by_job_or_whole() {
    let world = World::start().await;
    let failed = ana("fail_pipeline").with("jobs", 2);
    let id = world.ana(failed).await.ids["pipeline_id"].clone();
    let own = format!("{APP}/pipelines/{id}");
    let jobs = read(&world, &format!("{own}/jobs?scope[]=failed")).await;
    assert_eq!(names(&jobs, "name"), ["rspec unit 2/2", "rspec unit 1/2"]);
    assert_eq!(jobs[0]["failure_reason"], "script_failure");
    let log = trace(&world, &jobs[0]["id"]).await;
    assert!(log.contains("ERROR: Job failed: exit code 1"), "{log}");
    let unknown = get(&world, "ana", &format!("{own}/jobs?scope=asleep")).await;
    says(&unknown, 400, "Scope contains invalid value(s)");
    world.take();

    let job = format!("{APP}/jobs/{}", jobs[0]["id"]);
    let retried = post(&world, "ben", &format!("{job}/retry"), json!({})).await;
    assert_eq!(
        (retried.status.as_u16(), &retried.body["status"]),
        (201, &json!("created"))
    );
    let again = post(&world, "ben", &format!("{job}/retry"), json!({})).await;
    says(&again, 403, "403 Forbidden - Job is not retryable");
    let whole = post(&world, "ben", &format!("{own}/retry"), json!({})).await;
    assert_eq!(
        (whole.status.as_u16(), &whole.body["status"]),
        (201, &json!("running"))
    );
    world.ana(ana("pass_pipeline")).await;
    assert_eq!(read(&world, &own).await["status"], "success");
    let all = read(&world, &format!("{own}/jobs?include_retried=true")).await;
    assert_eq!(all.as_array().unwrap().len(), 6);
    assert_eq!(
        read(&world, &format!("{own}/jobs"))
            .await
            .as_array()
            .unwrap()
            .len(),
        4
    );
    assert_eq!(
        told(&world),
        ["pipeline running", "pipeline running", "pipeline success"]
    );
}

async fn trace(world: &World, job: &Value) -> String {
    use axum::body::{Body, to_bytes};
    use tower::ServiceExt as _;
    let request = axum::http::Request::get(format!("/api/v4{APP}/jobs/{job}/trace"))
        .header("PRIVATE-TOKEN", "glpat-demo-ana")
        .body(Body::empty())
        .unwrap();
    let response = world.sandbox.router().oneshot(request).await.unwrap();
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    String::from_utf8(body.to_vec()).unwrap()
}

#[tokio::test]
async fn a_pipeline_is_started_canceled_and_found() {
    let world = World::start().await;
    let start = json!({ "ref": "master", "variables": [{ "key": "CHAT_INPUT", "value": "up" }] });
    let pipeline = post(&world, "ben", &format!("{APP}/pipeline"), start)
        .await
        .body;
    let own = format!("{APP}/pipelines/{}", pipeline["id"]);
    let latest = read(&world, &format!("{APP}/pipelines/latest?ref=master")).await;
    assert_eq!(latest["id"], pipeline["id"]);
    let bens = read(
        &world,
        &format!("{APP}/pipelines?username=ben&status=running"),
    )
    .await;
    assert_eq!(bens[0]["id"], pipeline["id"]);
    let running = read(&world, &format!("{own}/jobs?scope=running")).await;
    assert!(
        trace(&world, &running[0]["id"])
            .await
            .contains("compile-assets: up")
    );
    let forbidden = post(
        &world,
        "ben",
        &format!("{WEBSITE}/pipelines/70000010/retry"),
        json!({}),
    )
    .await;
    says(&forbidden, 403, "403 Forbidden");
    let canceled = post(&world, "ben", &format!("{own}/cancel"), json!({})).await;
    assert_eq!(
        (canceled.status.as_u16(), &canceled.body["status"]),
        (200, &json!("canceled"))
    );
    let none = get(&world, "ana", &format!("{HARBOR}/pipelines/latest")).await;
    says(&none, 403, "403 Forbidden");
}

#[tokio::test]
async fn a_job_that_waits_takes_what_runs_on_staging_to_production() {
    let world = World::start().await;
    let deployments = format!("{WEBSITE}/deployments?order_by=id&sort=desc");
    let on = |environment: &str, status: &str| {
        format!("{deployments}&environment={environment}&status={status}")
    };
    let staging = read(&world, &on("staging", "success")).await;
    let pipeline = &staging[0]["deployable"]["pipeline"]["id"];
    let manual = read(
        &world,
        &format!("{WEBSITE}/pipelines/{pipeline}/jobs?scope[]=manual"),
    )
    .await;
    assert_eq!(names(&manual, "name"), ["deploy-production"]);
    let planned = read(&world, &on("production", "created")).await;
    assert_eq!(planned[0]["deployable"]["id"], manual[0]["id"]);
    let play = format!("{WEBSITE}/jobs/{}/play", manual[0]["id"]);
    says(
        &post(&world, "ben", &play, json!({})).await,
        403,
        "403 Forbidden",
    );
    let played = post(&world, "ana", &play, json!({})).await;
    assert_eq!(
        (played.status.as_u16(), &played.body["status"]),
        (200, &json!("pending"))
    );
    let expected = [
        "pipeline running",
        "deployment running",
        "deployment success",
        "pipeline success",
    ];
    assert_eq!(told(&world), expected);
    let production = read(&world, &on("production", "success")).await;
    assert_eq!(production[0]["sha"], staging[0]["sha"]);
    let twice = post(&world, "ana", &play, json!({})).await;
    says(&twice, 400, "400 Bad request - Unplayable Job");
    world
        .ana(ana("pass_pipeline").with("deploys", "qa, live"))
        .await;
    let done = world.ana(ana("play_job").with("job", "live")).await;
    let deployed = format!("{APP}/deployments/{}", done.ids["deployment_id"]);
    assert_eq!(read(&world, &deployed).await["environment"]["name"], "live");
}

#[tokio::test]
async fn issues_begin_with_the_templates_of_their_project() {
    let world = World::start().await;
    let templates = read(&world, &format!("{PRODUCTION}/templates/issues")).await;
    assert_eq!(names(&templates, "key"), ["Default", "incident"]);
    let incident = read(&world, &format!("{PRODUCTION}/templates/issues/incident")).await;
    assert!(
        incident["content"]
            .as_str()
            .unwrap()
            .starts_with("## Current status")
    );
    let none = get(&world, "ana", &format!("{APP}/templates/issues/incident")).await;
    says(&none, 404, "404 Template Not Found");
    let release = read(&world, &format!("{APP}/releases/v15.7.3-ee")).await;
    assert_eq!(release["tag_name"], "v15.7.3-ee");
}

#[tokio::test]
async fn reactions_are_counted() {
    let world = World::start().await;
    let issue = world.ana(ana("open_issue")).await.ids["iid"].clone();
    let react = |action: &str| {
        let act = ana("emoji").with("on", "issue").with("item", issue.clone());
        act.with("action", action)
    };
    let own = format!("{APP}/issues/{issue}");
    for (action, votes) in [("award", 1), ("award", 1), ("revoke", 0)] {
        world.ana(react(action)).await;
        assert_eq!(read(&world, &own).await["upvotes"], votes, "{action}");
    }
}
