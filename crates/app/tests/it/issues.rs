//! `/gitlab … issue …` and the buttons of issues.

use serde_json::{Value, json};

use crate::world::World;

const ISSUES: &str = "projects/acme%2Fshop/issues";

fn issue(iid: u64) -> Value {
    json!({
        "id": 100 + iid, "iid": iid, "project_id": 1, "title": "Search is slow",
        "state": "opened", "labels": ["bug"],
        "web_url": format!("https://gitlab.test/acme/shop/-/issues/{iid}"),
        "author": {"id": 7, "username": "ana", "name": "Ana"},
    })
}

fn with(iid: u64, changes: &Value) -> Value {
    let mut issue = issue(iid);
    for (name, value) in changes.as_object().unwrap() {
        issue[name] = value.clone();
    }
    issue
}

fn call(method: &str, rest: &str) -> String {
    format!("{method} {ISSUES}{rest}")
}

#[tokio::test]
async fn an_issue_is_shown_to_all_and_a_confidential_one_to_whoever_asked() {
    let mut world = World::start().await;
    world.outside.answers(&call("GET", "/12"), &issue(12));
    let secret = with(13, &json!({"confidential": true}));
    world.outside.answers(&call("GET", "/13"), &secret);
    let said = world.types("shop issue show 12").await;
    said.to_all()
        .shows("<https://gitlab.test/acme/shop/-/issues/12|Search is slow · #12>");
    let said = world.types("issue show acme/shop#13").await;
    said.only_to_who_asked().shows("confidential");
    let said = world.types("issue show 14").await;
    said.only_to_who_asked()
        .shows("There is no issue #14 in `acme/shop`, or your GitLab account may not see it");
}

#[tokio::test]
async fn somebody_who_is_not_linked_is_asked_to_link_first() {
    let mut world = World::start().await;
    let said = world.types_as("U0BEN", "shop issue show 12").await;
    said.only_to_who_asked()
        .shows("Link your GitLab account first");
}

#[tokio::test]
async fn a_new_issue_is_opened_on_behalf_of_whoever_typed() {
    let mut world = World::start().await;
    world
        .outside
        .says(&call("POST", ""), 201, &issue(15).to_string());
    let said = world
        .types("shop issue new Search is slow\nSince *today*.\n/label ~bug")
        .await;
    said.to_all().shows("Opened on `@ana`'s behalf");
    let [(_, sent)] = &world.outside.changes()[..] else {
        panic!("one change");
    };
    assert_eq!(sent["title"], "Search is slow");
    assert_eq!(sent["description"], "Since *today*.\n/label ~bug");
}

#[tokio::test]
async fn what_gitlab_does_not_take_is_listed_to_whoever_typed() {
    let mut world = World::start().await;
    let refusal = json!({"message": {"title": ["is too long (maximum is 255 characters)"]}});
    world
        .outside
        .says(&call("POST", ""), 400, &refusal.to_string());
    let said = world.types("shop issue create Long").await;
    said.only_to_who_asked()
        .shows("The issue `Long` was not opened:")
        .shows("• title is too long (maximum is 255 characters)");
}

#[tokio::test]
async fn found_issues_are_listed_to_whoever_asked() {
    let mut world = World::start().await;
    world.outside.answers(&call("GET", ""), &json!([issue(1)]));
    world.outside.answers(&call("GET", ""), &json!([]));
    let said = world.types("shop issue search slow search").await;
    said.only_to_who_asked()
        .shows("Here is the only issue I found:")
        .shows("<https://gitlab.test/acme/shop/-/issues/1|#1> · Search is slow (Open)");
    let said = world.types("shop issue search nothing").await;
    said.shows("No issue in `acme/shop` that you may see has `nothing`");
}

#[tokio::test]
async fn an_issue_is_closed_once() {
    let mut world = World::start().await;
    let closed = with(12, &json!({"state": "closed"}));
    world.outside.answers(&call("GET", "/12"), &issue(12));
    world.outside.answers(&call("GET", "/12"), &closed);
    world.outside.answers(&call("PUT", "/12"), &closed);
    world
        .types("shop issue close 12")
        .await
        .to_all()
        .shows("Closed");
    let said = world.types("shop issue close 12").await;
    said.only_to_who_asked()
        .shows("Issue #12 is closed already");
    assert_eq!(
        world.outside.changes(),
        [(call("PUT", "/12"), json!({"state_event": "close"}))]
    );
}

#[tokio::test]
async fn a_change_that_gitlab_leaves_out_is_no_success() {
    let mut world = World::start().await;
    world.outside.answers(&call("GET", "/12"), &issue(12));
    world.outside.answers(&call("PUT", "/12"), &issue(12));
    let said = world.types("shop issue close 12").await;
    said.only_to_who_asked()
        .shows("GitLab left issue #12 as it was");
}

#[tokio::test]
async fn a_comment_is_confirmed_to_whoever_wrote_it() {
    let mut world = World::start().await;
    world.outside.answers(&call("GET", "/12"), &issue(12));
    let note = json!({"id": 77, "body": "me too", "system": false});
    world
        .outside
        .says(&call("POST", "/12/notes"), 201, &note.to_string());
    let said = world.types("shop issue comment 12\nme too").await;
    said.only_to_who_asked()
        .shows("<https://gitlab.test/acme/shop/-/issues/12#note_77|");
    assert_eq!(
        world.outside.changes(),
        [(call("POST", "/12/notes"), json!({"body": "me too"}))]
    );
}

#[tokio::test]
async fn an_issue_moves_to_a_connected_project_before_all_eyes_and_else_in_private() {
    let mut world = World::start().await;
    world.connects("acme/web", "web").await;
    world.outside.answers(&call("GET", "/12"), &issue(12));
    let there = |id: u64, path: &str| json!({"id": id, "name": "x", "path_with_namespace": path});
    world
        .outside
        .answers("GET projects/acme%2Fweb", &there(2, "acme/web"));
    world
        .outside
        .answers("GET projects/acme%2Fdark", &there(3, "acme/dark"));
    world
        .outside
        .answers("GET projects/acme%2Fshop", &there(1, "acme/shop"));
    let moved = with(5, &json!({"project_id": 2}));
    world
        .outside
        .says(&call("POST", "/12/move"), 201, &moved.to_string());
    let said = world.types("acme/shop issue move 12 to web").await;
    said.to_all()
        .shows("|acme/shop#12> to <")
        .shows("|acme/web#5>");
    let said = world.types("acme/shop issue move 12 acme/dark").await;
    said.only_to_who_asked().shows("|acme/dark#5>");
    let said = world.types("acme/shop issue move 12 to acme/shop").await;
    said.only_to_who_asked()
        .shows("Issue #12 is in `acme/shop` already");
    let targets: Vec<_> = world
        .outside
        .changes()
        .into_iter()
        .map(|(_, body)| body)
        .collect();
    assert_eq!(
        targets,
        [json!({"to_project_id": 2}), json!({"to_project_id": 3})]
    );
}

#[tokio::test]
async fn only_labels_that_are_there_are_given() {
    let mut world = World::start().await;
    let labels = json!([{"id": 1, "name": "Needs review"}, {"id": 2, "name": "bug"}]);
    world
        .outside
        .answers("GET projects/acme%2Fshop/labels", &labels);
    world.outside.answers(&call("GET", "/12"), &issue(12));
    world.outside.answers(&call("PUT", "/12"), &issue(12));
    let said = world.types("shop issue label 12 needs review, -BUG").await;
    said.to_all();
    assert_eq!(
        world.outside.changes(),
        [(
            call("PUT", "/12"),
            json!({"add_labels": "Needs review", "remove_labels": "bug"})
        )]
    );
    let said = world.types("shop issue label 12 bgu").await;
    said.only_to_who_asked()
        .shows("There is no label `bgu` in `acme/shop`; did you mean `bug`?");
}

#[tokio::test]
async fn an_issue_is_given_to_oneself_to_somebody_or_to_nobody() {
    let mut world = World::start().await;
    let ben = json!({"id": 8, "username": "ben", "name": "Ben"});
    let of = |people: Value| with(12, &json!({"assignees": people}));
    world.outside.answers("GET users", &json!([ben]));
    let me = json!([{"id": 7, "username": "ana", "name": "Ana"}]);
    for issue in [of(me), of(json!([ben])), of(json!([]))] {
        world.outside.answers(&call("PUT", "/12"), &issue);
    }
    for text in ["", " to @ben", " none"] {
        world
            .types(&format!("issue assign shop#12{text}"))
            .await
            .to_all();
    }
    let sent: Vec<_> = world
        .outside
        .changes()
        .into_iter()
        .map(|(_, body)| body)
        .collect();
    let expected = [json!([7]), json!([8]), json!([])];
    assert_eq!(sent, expected.map(|ids| json!({"assignee_ids": ids})));
}

#[tokio::test]
async fn a_click_gives_the_card_its_new_form_with_the_rights_of_whoever_clicks() {
    let mut world = World::start().await;
    let closed = with(12, &json!({"state": "closed"}));
    world.outside.answers(&call("GET", "/12"), &issue(12));
    world.outside.answers(&call("PUT", "/12"), &closed);
    let said = world.clicks("issue.close", "acme/shop#12").await;
    assert!(said.replaces());
    said.shows("Closed").shows("Reopen");
    world
        .outside
        .says(&call("PUT", "/13"), 403, r#"{"message": "403 Forbidden"}"#);
    world.outside.answers(&call("GET", "/13"), &issue(13));
    let said = world.clicks("issue.close", "acme/shop#13").await;
    assert!(!said.replaces());
    said.only_to_who_asked()
        .shows("Your GitLab account may not do that with issue #13");
}

#[tokio::test]
async fn a_click_names_no_project_that_is_not_connected() {
    let mut world = World::start().await;
    let said = world.clicks("issue.close", "acme/secret#1").await;
    said.only_to_who_asked()
        .shows("No project `acme/secret` is connected to this workspace");
    let said = world.clicks("issue.close", "nonsense").await;
    said.shows("This button is from another time");
    assert!(world.outside.changes().is_empty());
}

#[tokio::test]
async fn what_became_confidential_stays_out_of_the_channel() {
    let mut world = World::start().await;
    let me = json!([{"id": 7, "username": "ana", "name": "Ana"}]);
    let secret = with(12, &json!({"confidential": true, "assignees": me}));
    world.outside.answers(&call("GET", "/12"), &secret);
    world.outside.answers(&call("PUT", "/12"), &secret);
    let said = world.clicks("issue.assign_me", "acme/shop#12").await;
    assert!(!said.replaces());
    said.only_to_who_asked();
    let said = world
        .clicks_on("issue.assign_me", "acme/shop#12", true)
        .await;
    assert!(said.replaces());
    said.only_to_who_asked();
}
