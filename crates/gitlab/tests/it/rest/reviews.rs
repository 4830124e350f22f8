//! Merge requests read, reviewed, merged; issues changed and moved; comments.

use gitlab::rest::{
    Approved, Commented, IssueChange, IssueQuery, IssueType, LabelChange, Merge, MergeError,
    MergeRequestChange, MergeRequestQuery, MergeRequestState, MergeStatus, NewIssue, Noteable,
    Part, Place, RestError, StateEvent,
};
use serde_json::{Value, json};

use super::stub::{Reply, Stub};
use super::{client, shop};

const SHOP: &str = "projects/acme%2Fshop";

fn merge_request(state: &str) -> Value {
    json!({
        "id": 1, "iid": 7, "project_id": 3, "title": "Fix it", "state": state,
        "target_branch": "main", "source_branch": "fix", "sha": "aaaaaaa", "draft": true,
        "author": { "id": 7, "username": "ana", "name": "Ana" },
        "reviewers": [{ "id": 8, "username": "ben", "name": "Ben" }],
        "detailed_merge_status": "draft_status", "merge_when_pipeline_succeeds": false,
        "user": { "can_merge": true },
        "head_pipeline": { "id": 5, "status": "running", "duration": null },
    })
}

fn issue() -> Value {
    json!({
        "id": 41, "iid": 12, "project_id": 3, "title": "x", "state": "opened",
        "confidential": true, "upvotes": 2, "downvotes": 1, "user_notes_count": 5,
        "assignees": [{ "id": 7, "username": "ana", "name": "Ana" }], "due_date": "2024-03-09",
    })
}

fn denied() -> Reply {
    Reply::json(401, r#"{"message":"401 Unauthorized"}"#)
}

fn ana() -> Reply {
    Reply::json(200, r#"{"id":7,"username":"ana","name":"Ana"}"#)
}

#[tokio::test]
async fn a_merge_request_is_read_with_what_stands_in_its_way() {
    let approvals = json!({
        "approved": false, "approved_by": [{ "user": { "id": 8, "username": "ben", "name": "Ben" } }],
        "approvals_required": 2, "approvals_left": 1,
        "user_has_approved": false, "user_can_approve": true,
    });
    let stub = Stub::giving([merge_request("opened"), approvals]).await;
    let client = client(&stub.url);
    let read = client.merge_request(&shop(), 7).await.unwrap();
    assert!(read.draft && read.user.unwrap().can_merge);
    assert_eq!(read.detailed_merge_status, Some(MergeStatus::DraftStatus));
    assert_eq!(read.head_pipeline.unwrap().id, 5);
    assert_eq!(read.reviewers[0].username, "ben");
    let approvals = client.approvals(&shop(), 7).await.unwrap();
    assert_eq!(approvals.approvals_left, Some(1));
    assert_eq!(approvals.approved_by[0].user.username, "ben");
    assert_eq!(
        stub.lines()[1],
        format!("GET {SHOP}/merge_requests/7/approvals")
    );
}

#[tokio::test]
async fn merge_requests_are_found_by_who_has_to_do_with_them() {
    let all = || json!([merge_request("opened")]);
    let stub = Stub::giving([all(), all(), all(), json!([issue()])]).await;
    let client = client(&stub.url);
    let query = MergeRequestQuery {
        author: Some("ana".into()),
        reviewer: Some("ben".into()),
        text: "fix & more".into(),
        labels: vec!["bug".into()],
        limit: 5,
        ..MergeRequestQuery::open_in(Place::Project(shop()))
    };
    assert_eq!(client.merge_requests(&query).await.unwrap().items.len(), 1);
    client.my_merge_requests(Part::Assignee, 10).await.unwrap();
    client.merge_requests_to_review("ben", 10).await.unwrap();
    let mine = client.my_issues(Part::Assignee, 10).await.unwrap();
    assert_eq!(mine.items[0].assignees[0].username, "ana");
    let latest = "order_by=updated_at&sort=desc";
    assert_eq!(
        stub.lines(),
        [
            format!(
                "GET {SHOP}/merge_requests?{latest}&state=opened&author_username=ana\
                 &reviewer_username=ben&labels=bug&search=fix+%26+more&per_page=5"
            ),
            format!("GET merge_requests?scope=assigned_to_me&state=opened&{latest}&per_page=10"),
            format!(
                "GET merge_requests?scope=all&reviewer_username=ben&state=opened&{latest}&per_page=10"
            ),
            format!("GET issues?scope=assigned_to_me&state=opened&{latest}&per_page=10"),
        ]
    );
}

#[tokio::test]
async fn an_approval_is_given_and_taken_back() {
    let stub = Stub::start([
        Reply::json(201, "{}"),
        Reply::typed(304, "", ""),
        Reply::json(201, "{}"),
        Reply::typed(304, "", ""),
        Reply::json(
            409,
            r#"{"message":"SHA does not match HEAD of source branch: b"}"#,
        ),
    ])
    .await;
    let client = client(&stub.url);
    let project = shop();
    let approve = || client.approve_merge_request(&project, 7, Some("aaaaaaa"));
    assert_eq!(approve().await, Ok(Approved::Done));
    assert_eq!(approve().await, Ok(Approved::Already));
    let unapprove = || client.unapprove_merge_request(&project, 7);
    assert_eq!(unapprove().await, Ok(Approved::Done));
    assert_eq!(unapprove().await, Ok(Approved::Already));
    let outdated = approve().await.unwrap_err();
    assert!(
        matches!(outdated, RestError::Refused { status: 409, .. }),
        "{outdated:?}"
    );
    assert_eq!(
        stub.lines()[1..3],
        [
            format!(r#"POST {SHOP}/merge_requests/7/approve {{"sha":"aaaaaaa"}}"#),
            format!("POST {SHOP}/merge_requests/7/unapprove {{}}"),
        ]
    );
}

#[tokio::test]
async fn one_who_may_not_is_told_from_a_dead_token() {
    let stub = Stub::start([denied(), ana(), denied(), denied(), denied(), ana()]).await;
    let client = client(&stub.url);
    let may_not = client.approve_merge_request(&shop(), 7, None).await;
    assert!(
        matches!(may_not, Err(RestError::Forbidden { .. })),
        "{may_not:?}"
    );
    let dead = client.approve_merge_request(&shop(), 7, None).await;
    assert!(
        matches!(dead, Err(RestError::Unauthorized { .. })),
        "{dead:?}"
    );
    let may_not = client.merge(&shop(), 7, &Merge::default()).await;
    assert!(
        matches!(may_not, Err(MergeError::Call(RestError::Forbidden { .. }))),
        "{may_not:?}"
    );
    assert_eq!(stub.lines()[1], "GET user");
}

#[tokio::test]
async fn a_merge_is_done_now_or_later_or_told_why_not() {
    let refused =
        |status, message: &str| Reply::json(status, &json!({ "message": message }).to_string());
    let stub = Stub::start([
        Reply::json(200, &merge_request("merged").to_string()),
        Reply::json(200, &merge_request("opened").to_string()),
        refused(405, "405 Method Not Allowed"),
        refused(422, "Branch cannot be merged"),
        refused(409, "SHA does not match HEAD of source branch: b"),
        refused(400, "SHA must be provided when merging"),
    ])
    .await;
    let client = client(&stub.url);
    let now = Merge {
        sha: Some("aaaaaaa".into()),
        squash: Some(true),
        remove_source_branch: Some(true),
        when_checks_pass: false,
    };
    let later = Merge {
        when_checks_pass: true,
        ..Merge::default()
    };
    let project = shop();
    let merge = |how| client.merge(&project, 7, how);
    assert_eq!(merge(&now).await.unwrap().state, MergeRequestState::Merged);
    assert_eq!(
        merge(&later).await.unwrap().state,
        MergeRequestState::Opened
    );
    for _ in 0..2 {
        let error = merge(&now).await.unwrap_err();
        assert!(
            matches!(error, MergeError::NotMergeable { .. }),
            "{error:?}"
        );
    }
    let error = merge(&now).await.unwrap_err();
    assert!(matches!(error, MergeError::Outdated { .. }), "{error:?}");
    let error = merge(&now).await.unwrap_err();
    assert!(
        error.to_string().contains("SHA must be provided"),
        "{error}"
    );
    assert_eq!(
        stub.lines()[..2],
        [
            format!(
                r#"PUT {SHOP}/merge_requests/7/merge {{"sha":"aaaaaaa","should_remove_source_branch":true,"squash":true}}"#
            ),
            format!(
                r#"PUT {SHOP}/merge_requests/7/merge {{"auto_merge":true,"merge_when_pipeline_succeeds":true}}"#
            ),
        ]
    );
}

#[tokio::test]
async fn issues_and_merge_requests_are_changed() {
    let stub = Stub::giving([
        merge_request("opened"),
        issue(),
        issue(),
        issue(),
        json!([]),
    ])
    .await;
    let client = client(&stub.url);
    let change = MergeRequestChange {
        assignee_ids: Some(vec![7]),
        reviewer_ids: Some(vec![]),
        state_event: Some(StateEvent::Reopen),
        ..MergeRequestChange::default()
    };
    client
        .update_merge_request(&shop(), 7, &change)
        .await
        .unwrap();
    let change = IssueChange {
        state_event: Some(StateEvent::Close),
        assignee_ids: Some(vec![7, 8]),
        labels: LabelChange {
            add: vec!["a".into(), "b".into()],
            remove: vec![],
        },
        ..IssueChange::default()
    };
    let issue = client.update_issue(&shop(), 12, &change).await.unwrap();
    assert!(issue.confidential);
    assert_eq!(
        (issue.upvotes, issue.downvotes, issue.user_notes_count),
        (2, 1, 5)
    );
    client.move_issue(&shop(), 12, 99).await.unwrap();
    let incident = NewIssue {
        title: "Checkout is down".into(),
        description: "/severity critical".into(),
        issue_type: Some(IssueType::Incident),
        assignee_ids: vec![7],
        milestone_id: Some(5),
        confidential: true,
        ..NewIssue::default()
    };
    client.create_issue(&shop(), &incident).await.unwrap();
    let query = IssueQuery {
        text: Some("down".into()),
        assignee: Some("ana".into()),
        limit: 5,
        ..IssueQuery::open_in(Place::Project(shop()))
    };
    client.issues(&query).await.unwrap();
    assert_eq!(
        stub.lines(),
        [
            format!(
                r#"PUT {SHOP}/merge_requests/7 {{"assignee_ids":[7],"reviewer_ids":[],"state_event":"reopen"}}"#
            ),
            format!(
                r#"PUT {SHOP}/issues/12 {{"add_labels":"a,b","assignee_ids":[7,8],"state_event":"close"}}"#
            ),
            format!(r#"POST {SHOP}/issues/12/move {{"to_project_id":99}}"#),
            format!(
                r#"POST {SHOP}/issues {{"assignee_ids":[7],"confidential":true,"description":"/severity critical","issue_type":"incident","labels":"","milestone_id":5,"title":"Checkout is down"}}"#
            ),
            format!(
                "GET {SHOP}/issues?order_by=created_at&sort=desc&state=opened&assignee_username=ana\
                 &search=down&in=title%2Cdescription&per_page=5"
            ),
        ]
    );
}

#[tokio::test]
async fn objections_come_one_by_one() {
    let body = r#"{"message":{"title":["can't be blank","is too long"],"base":["No"]}}"#;
    let stub = Stub::start([Reply::json(422, body)]).await;
    let error = client(&stub.url)
        .create_issue(&shop(), &NewIssue::default())
        .await
        .unwrap_err();
    let RestError::Refused { messages, .. } = error else {
        panic!("{error:?}");
    };
    assert_eq!(
        messages,
        ["No", "title can't be blank", "title is too long"]
    );
}

#[tokio::test]
async fn comments_are_left_or_done() {
    let stub = Stub::start([
        Reply::json(201, r#"{"id":3,"body":"Done","internal":false}"#),
        Reply::json(201, r#"{"id":4,"body":"Psst","internal":true}"#),
        Reply::json(
            202,
            r#"{"commands_changes":{"state_event":"close"},"summary":["Closed this issue."]}"#,
        ),
        Reply::json(202, r#"{"commands_changes":{},"summary":null}"#),
        Reply::json(200, r#"{"id":4,"body":"Psst","confidential":true}"#),
        Reply::json(201, "{}"),
    ])
    .await;
    let client = client(&stub.url);
    let project = shop();
    let issue = Noteable::Issue(12);
    let comment = |body| client.comment(&project, issue, body);
    let Commented::Note(note) = comment("Done").await.unwrap() else {
        panic!("no note");
    };
    assert!(!note.is_internal());
    let on = Noteable::MergeRequest(7);
    let internal = client.comment_internally(&project, on, "Psst").await;
    assert!(matches!(internal, Ok(Commented::Note(note)) if note.is_internal()));
    let done = Commented::QuickActions(vec!["Closed this issue.".into()]);
    assert_eq!(comment("/close").await, Ok(done));
    assert_eq!(comment("/close").await, Ok(Commented::QuickActions(vec![])));
    assert!(client.note(&project, issue, 4).await.unwrap().is_internal());
    let odd = comment("x").await.unwrap_err();
    assert!(matches!(odd, RestError::Malformed { .. }), "{odd:?}");
    assert_eq!(
        stub.lines()[..5],
        [
            format!(r#"POST {SHOP}/issues/12/notes {{"body":"Done"}}"#),
            format!(
                r#"POST {SHOP}/merge_requests/7/notes {{"body":"Psst","confidential":true,"internal":true}}"#
            ),
            format!(r#"POST {SHOP}/issues/12/notes {{"body":"/close"}}"#),
            format!(r#"POST {SHOP}/issues/12/notes {{"body":"/close"}}"#),
            format!("GET {SHOP}/issues/12/notes/4"),
        ]
    );
}
