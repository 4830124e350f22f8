//! What a rollout does in GitLab: its issue with boxes, and the merge request that cleans up.

use axum::http::Method;
use serde_json::{Value, json};

use crate::gitlab_rest::{APP, Answer, api, read};
use crate::gitlab_world::{World, ana};

const FLAG: &str = "integration_slack_app_notifications";
const SERVICE: &str = "app/services/notification_service.rb";
const DEFINITION: &str = "config/feature_flags/development/integration_slack_app_notifications.yml";

async fn post(world: &World, user: &str, path: &str, body: Value) -> Answer {
    let path = format!("{APP}{path}");
    api(&world.sandbox, user, (Method::POST, &path), Some(body)).await
}

async fn put(world: &World, user: &str, path: &str, body: Value) -> Answer {
    let path = format!("{APP}{path}");
    api(&world.sandbox, user, (Method::PUT, &path), Some(body)).await
}

async fn delete(world: &World, user: &str, path: &str) -> Answer {
    let path = format!("{APP}{path}");
    api(&world.sandbox, user, (Method::DELETE, &path), None).await
}

#[track_caller]
fn is(answer: &Answer, status: u16, body: &Value) {
    assert_eq!((answer.status.as_u16(), &answer.body), (status, body));
}

#[track_caller]
fn says(answer: &Answer, status: u16, message: &str) {
    is(answer, status, &json!({ "message": message }));
}

/// Paths where the flag's name stands on a branch.
async fn uses(world: &World, branch: &str) -> Vec<String> {
    let path = format!("{APP}/search?scope=blobs&search={FLAG}&ref={branch}");
    let found = read(world, &path).await;
    let found = found.as_array().unwrap().iter();
    found
        .map(|blob| blob["path"].as_str().unwrap().to_owned())
        .collect()
}

async fn file(world: &World, path: &str, branch: &str) -> Value {
    let path = path.replace('/', "%2F");
    read(
        world,
        &format!("{APP}/repository/files/{path}?ref={branch}"),
    )
    .await
}

/// A commit on a new branch that takes the flag out of one file and deletes its definition.
fn removal(last: &Value) -> Value {
    json!({
        "branch": "drop-the-flag",
        "start_branch": "master",
        "commit_message": "Remove the flag\n\nChangelog: other",
        "actions": [
            { "action": "delete", "file_path": DEFINITION },
            { "action": "update", "file_path": SERVICE, "content": "class NotificationService\nend\n",
              "last_commit_id": last },
        ],
    })
}

#[tokio::test]
async fn a_removal_is_committed_opened_merged_and_deployed() {
    let world = World::start().await;
    let last = file(&world, SERVICE, "master").await["last_commit_id"].clone();
    let made = post(&world, "ben", "/repository/commits", removal(&last)).await;
    assert_eq!(made.status, 201, "{}", made.body);
    assert_eq!(made.body["trailers"], json!({ "Changelog": "other" }));
    let [push] = world.take().try_into().unwrap();
    assert_eq!(push.body["ref"], "refs/heads/drop-the-flag");
    assert_eq!(push.body["user_username"], "ben");
    assert_eq!(push.body["commits"][0]["removed"], json!([DEFINITION]));
    assert_eq!(push.body["commits"][0]["modified"], json!([SERVICE]));
    let only = ["app/models/integrations/gitlab_slack_application.rb"];
    assert_eq!(uses(&world, "drop-the-flag").await, only);
    assert_eq!(uses(&world, "master").await.len(), 3);

    let new = json!({
        "source_branch": "drop-the-flag", "target_branch": "master", "title": "Remove the flag",
        "description": "Rollout: #381012", "labels": "feature flag,backend",
        "assignee_ids": [101], "reviewer_ids": [105], "remove_source_branch": true,
    });
    let opened = post(&world, "ben", "/merge_requests", new.clone()).await;
    assert_eq!(opened.status, 201, "{}", opened.body);
    let iid = opened.body["iid"].clone();
    assert_eq!(opened.body["sha"], made.body["id"]);
    assert_eq!(opened.body["reviewers"][0]["username"], "mina");
    assert_eq!(opened.body["labels"], json!(["backend", "feature flag"]));
    let [event] = world.take().try_into().unwrap();
    assert_eq!(event.body["object_attributes"]["action"], "open");
    let again = post(&world, "ben", "/merge_requests", new).await;
    let problem =
        format!("Another open merge request already exists for this source branch: !{iid}");
    is(&again, 409, &json!({ "message": [problem] }));

    let merged = put(
        &world,
        "ana",
        &format!("/merge_requests/{iid}/merge"),
        json!({}),
    )
    .await;
    assert_eq!(merged.body["state"], "merged", "{}", merged.body);
    assert_eq!(uses(&world, "master").await, only);
    world.ana(ana("auto_deploy_branch")).await;
    for stage in ["canary", "production"] {
        let deployed = world.ana(ana("deploy").with("environment", stage)).await;
        assert!(!deployed.sent.is_empty());
        let path = format!("{APP}/deployments?environment={stage}&status=success&sort=desc");
        let head = read(&world, &path).await[0]["sha"].clone();
        let sha = &merged.body["merge_commit_sha"];
        let refs = format!(
            "refs[]={}&refs[]={}",
            sha.as_str().unwrap(),
            head.as_str().unwrap()
        );
        let base = read(&world, &format!("{APP}/repository/merge_base?{refs}")).await;
        assert_eq!(base["id"], *sha, "{stage}");
    }
}

#[tokio::test]
async fn a_squashed_removal_reaches_the_default_branch_too() {
    let world = World::start().await;
    post(&world, "ben", "/repository/commits", removal(&Value::Null)).await;
    let new = json!({
        "source_branch": "drop-the-flag", "target_branch": "master", "title": "Draft: Remove it",
        "remove_source_branch": false,
    });
    let opened = post(&world, "ben", "/merge_requests", new).await;
    assert_eq!(opened.body["draft"], true);
    let path = format!("/merge_requests/{}", opened.body["iid"]);
    put(&world, "ben", &path, json!({ "title": "Remove it" })).await;
    let merge = json!({ "squash": true });
    let merged = put(&world, "ana", &format!("{path}/merge"), merge).await;
    assert_eq!(merged.body["state"], "merged", "{}", merged.body);
    assert_eq!(uses(&world, "master").await.len(), 1);
    let kept = read(&world, &format!("{APP}/repository/branches/drop-the-flag")).await;
    assert_eq!(kept["name"], "drop-the-flag");
}

#[tokio::test]
async fn a_commit_is_refused_in_gitlabs_words() {
    let world = World::start().await;
    let commit = |branch: &str, start: Option<&str>, action: Value| {
        json!({
            "branch": branch, "start_branch": start, "commit_message": "Try", "actions": [action],
        })
    };
    let update = json!({ "action": "update", "file_path": SERVICE, "content": "x" });
    let nowhere = json!({ "action": "update", "file_path": "nowhere.rb", "content": "x" });
    let there = json!({ "action": "create", "file_path": SERVICE, "content": "x" });
    let stale = json!({
        "action": "delete", "file_path": SERVICE, "last_commit_id": "0".repeat(40),
    });
    for (body, message) in [
        (
            commit("none", None, update.clone()),
            "You can only create or edit files when you are on a branch".to_owned(),
        ),
        (
            commit("webhook-jitter", Some("master"), update.clone()),
            "A branch called 'webhook-jitter' already exists. Switch to that branch in order to \
             make changes"
                .to_owned(),
        ),
        (
            commit("a b", Some("master"), update.clone()),
            "Something went wrong when we tried to create 'a b' for you: Branch name is invalid"
                .to_owned(),
        ),
        (
            commit("new", Some("master"), nowhere),
            "A file with this name doesn't exist".to_owned(),
        ),
        (
            commit("new", Some("master"), there),
            "A file with this name already exists".to_owned(),
        ),
        (
            commit("new", Some("master"), stale),
            format!("The file has changed since you started editing it: {SERVICE}"),
        ),
    ] {
        says(
            &post(&world, "ben", "/repository/commits", body).await,
            400,
            &message,
        );
    }
    let protected = commit("master", None, update);
    let refused = post(&world, "ben", "/repository/commits", protected).await;
    let reason = "403 Forbidden - You are not allowed to push into this branch";
    says(&refused, 403, reason);
    let odd = commit(
        "new",
        Some("master"),
        json!({ "action": "burn", "file_path": "a" }),
    );
    let refused = post(&world, "ben", "/repository/commits", odd).await;
    let error = "actions[0][action] does not have a valid value";
    is(&refused, 400, &json!({ "error": error }));
    assert!(world.take().is_empty(), "nothing happened");
}

#[tokio::test]
async fn branches_are_made_and_deleted() {
    let world = World::start().await;
    let new = json!({ "branch": "try/it", "ref": "master" });
    let made = post(&world, "ben", "/repository/branches", new.clone()).await;
    assert_eq!(
        (made.status.as_u16(), &made.body["name"]),
        (201, &json!("try/it"))
    );
    let again = post(&world, "ben", "/repository/branches", new).await;
    says(&again, 400, "Branch already exists");
    let lost = json!({ "branch": "other", "ref": "nothing" });
    let lost = post(&world, "ben", "/repository/branches", lost).await;
    says(&lost, 400, "Invalid reference name: nothing");
    assert_eq!(
        delete(&world, "ben", "/repository/branches/try%2Fit")
            .await
            .status,
        204
    );
    let gone = delete(&world, "ben", "/repository/branches/try%2Fit").await;
    says(&gone, 404, "404 Branch Not Found");
    let kept = delete(&world, "ana", "/repository/branches/master").await;
    says(
        &kept,
        400,
        "The default branch of a project cannot be deleted.",
    );
    assert_eq!(world.take().len(), 2, "one push a branch that came or went");
}

#[tokio::test]
async fn a_merge_request_is_refused_in_gitlabs_words() {
    let world = World::start().await;
    let new = |source: &str, target: &str| json!({ "source_branch": source, "target_branch": target, "title": "Try" });
    let same = post(&world, "ben", "/merge_requests", new("master", "master")).await;
    let problem = "You can't use same project/branch for source and target";
    is(&same, 422, &json!({ "message": [problem] }));
    let lost = post(&world, "ben", "/merge_requests", new("nothing", "master")).await;
    let problem = json!({ "message": { "source_branch": ["does not exist"] } });
    is(&lost, 400, &problem);
    let untitled = json!({ "source_branch": "a", "target_branch": "b" });
    let untitled = post(&world, "ben", "/merge_requests", untitled).await;
    is(&untitled, 400, &json!({ "error": "title is missing" }));
}

#[tokio::test]
async fn two_branches_may_change_the_same_file() {
    let world = World::start().await;
    for (branch, content) in [("one", "1\n"), ("two", "2\n")] {
        let body = json!({
            "branch": branch, "start_branch": "master", "commit_message": branch,
            "actions": [{ "action": "update", "file_path": SERVICE, "content": content }],
        });
        let made = post(&world, "ben", "/repository/commits", body).await;
        assert_eq!(made.status, 201, "{}", made.body);
    }
    let moved = json!({
        "branch": "two", "commit_message": "Move it",
        "actions": [{ "action": "move", "previous_path": SERVICE, "file_path": "app/two.rb" }],
    });
    assert_eq!(
        post(&world, "ben", "/repository/commits", moved)
            .await
            .status,
        201
    );
    assert_eq!(file(&world, SERVICE, "one").await["content"], "MQo=");
    assert_eq!(file(&world, "app/two.rb", "two").await["content"], "Mgo=");
    let master = file(&world, SERVICE, "master").await;
    assert!(600 > master["size"].as_u64().unwrap() && master["content"] != "MQo=");
}

#[tokio::test]
async fn deploy_freezes_are_kept_and_listed() {
    let world = World::start().await;
    let freeze = json!({
        "freeze_start": "0 23 * * 5", "freeze_end": "0 8 * * 1", "cron_timezone": "Europe/Berlin",
    });
    let made = post(&world, "ana", "/freeze_periods", freeze.clone()).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let refused = post(&world, "ben", "/freeze_periods", freeze).await;
    says(&refused, 403, "403 Forbidden");
    let odd = json!({ "freeze_start": "never", "freeze_end": "0 8 * * 1" });
    let odd = post(&world, "ana", "/freeze_periods", odd).await;
    is(
        &odd,
        400,
        &json!({ "message": { "freeze_start": ["is invalid syntax"] } }),
    );
    world.ana(ana("freeze")).await;
    let listed = read(&world, &format!("{APP}/freeze_periods")).await;
    let starts: Vec<&Value> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|p| &p["freeze_start"])
        .collect();
    assert_eq!(starts, ["0 23 * * 5", "0 0 * * *"]);
    let path = format!("/freeze_periods/{}", listed[0]["id"]);
    assert_eq!(delete(&world, "ana", &path).await.status, 204);
    world.ana(ana("freeze").with("lift", true)).await;
    assert_eq!(
        read(&world, &format!("{APP}/freeze_periods")).await,
        json!([])
    );
}

#[tokio::test]
async fn a_tick_is_an_edit_of_the_description_by_whoever_ticked() {
    let world = World::start().await;
    let path = format!("{APP}/issues/381012");
    let before = read(&world, &path).await;
    let item = "This issue has a milestone";
    let tick = ana("tick").with("issue", 381_012).with("item", item);
    let done = world.ana(tick.clone()).await;
    assert_eq!(done.ids["item"], "This issue has a milestone.");
    let [event] = world.take().try_into().unwrap();
    assert_eq!(event.body["object_attributes"]["action"], "update");
    assert_eq!(event.body["user"]["username"], "ana");
    let changed = &event.body["changes"]["description"];
    assert_eq!(changed["previous"], before["description"]);
    assert_eq!(
        changed["current"],
        event.body["object_attributes"]["description"]
    );
    let after = read(&world, &path).await;
    assert_eq!(after["description"], changed["current"]);
    assert_eq!(after["task_completion_status"]["completed_count"], 1);
    let again = world.sandbox.perform(tick).await.unwrap_err();
    assert_eq!(
        again.to_string(),
        "item: \"This issue has a milestone.\" is ticked already"
    );
    let untick = ana("untick").with("issue", 381_012);
    world.ana(untick).await;
    assert_eq!(
        read(&world, &path).await["description"],
        before["description"]
    );
    let missing = ana("tick").with("issue", 381_012).with("item", "nothing");
    let missing = world.sandbox.perform(missing).await.unwrap_err();
    assert_eq!(missing.to_string(), "item: #381012 has no box nothing");
}

#[tokio::test]
async fn an_issue_is_edited_by_hand() {
    let world = World::start().await;
    let edit = ana("edit_issue")
        .with("issue", 381_012)
        .with("description", "- [x] all")
        .with("due_date", "2026-12-24");
    world.ana(edit).await;
    let [event] = world.take().try_into().unwrap();
    assert_eq!(event.body["changes"]["description"]["current"], "- [x] all");
    assert_eq!(event.body["changes"]["due_date"]["current"], "2026-12-24");
    let long = json!({ "description": "x".repeat(1_048_577) });
    let refused = put(&world, "ana", "/issues/381012", long).await;
    let problem = "is too long (maximum is 1048576 characters)";
    is(
        &refused,
        400,
        &json!({ "message": { "description": [problem] } }),
    );
}

#[tokio::test]
async fn the_documentation_waits_for_somebody_to_take_it() {
    let world = World::start().await;
    let mr = read(&world, &format!("{APP}/merge_requests/104639")).await;
    assert_eq!(
        (&mr["state"], &mr["assignees"]),
        (&json!("opened"), &json!([]))
    );
    assert_eq!(mr["milestone"]["title"], "15.8");
    let given = put(
        &world,
        "ana",
        "/merge_requests/104639",
        json!({ "assignee_ids": [105] }),
    );
    assert_eq!(given.await.body["assignees"][0]["username"], "mina");
    world.ana(ana("merge").with("mr", 104_639)).await;
    let page = "doc/user/project/integrations/gitlab_slack_application.md";
    assert_eq!(file(&world, page, "master").await["file_path"], page);
}
