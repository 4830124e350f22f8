//! `/gitlab … mr …` and the buttons of merge requests.

use serde_json::{Value, json};

use crate::world::World;

const ONE: &str = "projects/acme%2Fshop/merge_requests/12";

fn merge_request(changes: &Value) -> Value {
    let mut one = json!({
        "id": 112, "iid": 12, "project_id": 1, "title": "Search faster", "state": "opened",
        "source_branch": "faster", "target_branch": "main", "sha": "abc",
        "web_url": "https://gitlab.test/acme/shop/-/merge_requests/12",
        "detailed_merge_status": "mergeable",
    });
    for (name, value) in changes.as_object().unwrap() {
        one[name] = value.clone();
    }
    one
}

fn call(method: &str, rest: &str) -> String {
    format!("{method} {ONE}{rest}")
}

/// With a merge request !12 that is so.
async fn world(changes: &Value) -> World {
    let world = World::start().await;
    let one = merge_request(changes);
    world.outside.answers(&call("GET", ""), &one);
    world
}

#[tokio::test]
async fn a_merge_request_is_shown_by_every_name_that_it_goes_by() {
    let mut world = world(&json!({})).await;
    let approvals = json!({"approvals_required": 2, "approvals_left": 1, "approved_by": [
        {"user": {"id": 8, "username": "ben", "name": "Ben"}},
    ]});
    let approved = call("GET", "/approvals");
    world.outside.answers(&approved, &approvals);
    for typed in [
        "shop mr show 12",
        "mr acme/shop!12",
        "shop merge_request show !12",
        "shop merge-request 12",
    ] {
        let said = world.types(typed).await;
        said.to_all()
            .shows("|Search faster · !12>")
            .shows("1 of 2: Ben")
            .shows("Can be merged");
    }
}

#[tokio::test]
async fn approving_names_the_commit_and_says_who() {
    let mut world = world(&json!({})).await;
    world.outside.says(&call("POST", "/approve"), 201, "{}");
    let said = world.types("shop mr approve 12").await;
    said.to_all().shows("*Approved* by @ana");
    let said = world.clicks("mr.approve", "acme/shop!12 old").await;
    assert!(said.replaces());
    let sent: Vec<_> = world
        .outside
        .changes()
        .into_iter()
        .map(|(_, sent)| sent)
        .collect();
    assert_eq!(sent, [json!({"sha": "abc"}), json!({"sha": "old"})]);
}

#[tokio::test]
async fn one_who_may_not_approve_is_told_why_and_not_asked_to_link_again() {
    let mut world = world(&json!({})).await;
    let refusal = r#"{"message": "401 Unauthorized"}"#;
    world.outside.says(&call("POST", "/approve"), 401, refusal);
    let said = world.types("shop mr approve 12").await;
    said.only_to_who_asked()
        .shows("GitLab does not let you approve merge request !12: it is your own");
    let did = json!({"user_has_approved": true, "approved_by": []});
    world.outside.answers(&call("GET", "/approvals"), &did);
    let said = world.types("shop mr approve 12").await;
    said.only_to_who_asked()
        .shows("You have approved merge request !12 already");
}

#[tokio::test]
async fn nothing_is_merged_that_is_newer_than_what_was_shown() {
    let mut world = world(&json!({})).await;
    let merge = call("PUT", "/merge");
    world
        .outside
        .says(&merge, 409, r#"{"message": "SHA does not match HEAD"}"#);
    let said = world.clicks("mr.merge", "acme/shop!12 old").await;
    said.only_to_who_asked()
        .shows("Merge request !12 has other commits by now; look at it again before you merge it");
    let [(_, sent)] = &world.outside.changes()[..] else {
        panic!("one change");
    };
    assert_eq!(sent["sha"], "old");
    let said = world.clicks("mr.merge", "acme/shop!12").await;
    said.only_to_who_asked().shows("from another time");
    assert_eq!(world.outside.changes().len(), 1);
}

#[tokio::test]
async fn what_is_in_the_way_of_a_merge_is_said() {
    for (changes, expected) in [
        (
            json!({"detailed_merge_status": "not_approved"}),
            "it lacks approvals",
        ),
        (
            json!({"detailed_merge_status": "conflict"}),
            "it has conflicts with its target branch",
        ),
        (
            json!({"detailed_merge_status": "ci_still_running",
                   "head_pipeline": {"id": 9, "status": "running"}}),
            "its pipeline is still running; `mr merge 12 when pipeline succeeds` merges it then",
        ),
    ] {
        let mut world = world(&changes).await;
        let refusal = r#"{"message": "405 Method Not Allowed"}"#;
        world.outside.says(&call("PUT", "/merge"), 405, refusal);
        let said = world.types("shop mr merge 12").await;
        said.only_to_who_asked().shows(expected);
    }
}

#[tokio::test]
async fn a_merge_can_wait_for_the_pipeline() {
    let mut world = world(&json!({})).await;
    world
        .outside
        .answers(&call("PUT", "/merge"), &merge_request(&json!({})));
    let said = world.types("shop mr merge 12 when pipeline succeeds").await;
    said.to_all().shows("*Set to be merged* by @ana");
    let [(_, sent)] = &world.outside.changes()[..] else {
        panic!("one change");
    };
    assert_eq!(sent["auto_merge"], true);
    let said = world.types("shop mr merge 12 tomorrow").await;
    said.only_to_who_asked()
        .shows("Only `when pipeline succeeds` can follow");
}

#[tokio::test]
async fn a_merged_one_is_neither_merged_nor_closed_again() {
    let mut world = world(&json!({"state": "merged"})).await;
    let said = world.types("shop mr merge 12").await;
    said.only_to_who_asked()
        .shows("Merge request !12 is merged");
    let said = world.types("shop mr close 12").await;
    said.only_to_who_asked()
        .shows("Merge request !12 is merged already");
    assert_eq!(world.outside.changes(), []);
}

#[tokio::test]
async fn somebody_gets_a_merge_request_who_is_named_here_or_there() {
    let mut world = world(&json!({})).await;
    let users = json!([{"id": 8, "username": "ben", "name": "Ben"}]);
    world.outside.answers("GET users", &users);
    let changed =
        |id: u64| merge_request(&json!({"assignees": [{"id": id, "username": "x", "name": "X"}]}));
    world.outside.answers(&call("PUT", ""), &changed(8));
    world.outside.answers(&call("PUT", ""), &changed(7));
    let said = world.types("shop mr assign 12 to @ben").await;
    said.to_all().shows("*Assigned* to X by @ana");
    let said = world.types("shop mr assign 12 <@U0ANA>").await;
    said.to_all().shows("*Assigned* to X by @ana");
    let sent: Vec<_> = world
        .outside
        .changes()
        .into_iter()
        .map(|(_, sent)| sent)
        .collect();
    assert_eq!(
        sent,
        [json!({"assignee_ids": [8]}), json!({"assignee_ids": [7]})]
    );
}

#[tokio::test]
async fn what_waits_for_somebody_is_told_to_them_alone() {
    let mut world = World::start().await;
    let all = json!([merge_request(&json!({}))]);
    world.outside.answers("GET merge_requests", &all);
    let said = world.types("mr mine").await;
    said.only_to_who_asked()
        .shows("Waiting for your review")
        .shows("!12");
}
