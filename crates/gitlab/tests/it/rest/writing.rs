//! What a rollout writes: its issue, a commit that cleans up, and the merge request of it.

use gitlab::rest::{
    BlobQuery, CreateError, Edited, FileAction, IssueChange, IssueType, IssueUrl, LinkType,
    MergeRequestUrl, NewCommit, NewIssue, NewMergeRequest, RestError, if_found,
};
use gitlab::task_list::{self, TaskState};
use serde_json::{Value, json};

use super::stub::{Reply, Stub};
use super::{client, shop};

fn issue(description: &str) -> Value {
    json!({
        "id": 41, "iid": 12, "project_id": 3, "title": "x", "state": "opened",
        "description": description,
    })
}

fn merge_request() -> Value {
    json!({
        "id": 9, "iid": 7, "project_id": 3, "title": "Remove the flag", "state": "opened",
        "source_branch": "drop", "target_branch": "main",
    })
}

#[tokio::test]
async fn an_issue_has_its_milestone_and_its_day() {
    let stub = Stub::giving([issue(""), issue(""), issue("")]).await;
    let client = client(&stub.url);
    let new = NewIssue {
        title: "Rollout".into(),
        description: "- [ ] one".into(),
        assignee_ids: vec![101],
        issue_type: Some(IssueType::Issue),
        milestone_id: Some(80),
        due_date: Some(jiff::civil::date(2026, 12, 24)),
        ..NewIssue::default()
    };
    client.create_issue(&shop(), &new).await.unwrap();
    let change = IssueChange {
        milestone_id: Some(0),
        due_date: Some(jiff::civil::date(2027, 1, 2)),
        ..IssueChange::default()
    };
    client.update_issue(&shop(), 12, &change).await.unwrap();
    client.reopen_issue(&shop(), 12).await.unwrap();
    let lines = [
        r#"POST projects/acme%2Fshop/issues {"assignee_ids":[101],"confidential":false,"description":"- [ ] one","due_date":"2026-12-24","issue_type":"issue","labels":"","milestone_id":80,"title":"Rollout"}"#,
        r#"PUT projects/acme%2Fshop/issues/12 {"due_date":"2027-01-02","milestone_id":0}"#,
        r#"PUT projects/acme%2Fshop/issues/12 {"state_event":"reopen"}"#,
    ];
    assert_eq!(stub.lines(), lines);
}

fn tick(text: &str) -> String {
    let ticked = task_list::set(text, "step-1", TaskState::Done);
    ticked.unwrap_or_else(|| text.to_owned())
}

const OPEN: &str = "- [ ] one <!-- signalbox:step-1 -->";
const DONE: &str = "- [x] one <!-- signalbox:step-1 -->";

#[tokio::test]
async fn a_description_is_read_before_it_is_written_and_afterwards() {
    let stub = Stub::giving([issue(OPEN), issue(DONE), issue(DONE)]).await;
    let client = client(&stub.url);
    let edited = client.edit_issue_description(&shop(), 12, tick).await;
    let Ok(Edited::Written { before, after }) = edited else {
        panic!("{edited:?}");
    };
    assert_eq!(
        (before.as_str(), after.description.as_deref()),
        (OPEN, Some(DONE))
    );
    let line = "projects/acme%2Fshop/issues/12";
    let written = format!("PUT {line} {}", json!({ "description": DONE }));
    assert_eq!(
        stub.lines(),
        [format!("GET {line}"), written, format!("GET {line}")]
    );
}

#[tokio::test]
async fn a_description_that_says_so_already_is_not_written() {
    let stub = Stub::giving([issue(DONE)]).await;
    let edited = client(&stub.url)
        .edit_issue_description(&shop(), 12, tick)
        .await;
    assert!(matches!(edited, Ok(Edited::Already(_))), "{edited:?}");
    assert_eq!(stub.lines().len(), 1);
}

#[tokio::test]
async fn an_edit_that_somebody_wrote_over_is_made_again_on_their_text() {
    let theirs = format!("Their words.\n{OPEN}");
    let ours = tick(&theirs);
    let stub = Stub::giving([
        issue(OPEN),
        issue(DONE),
        issue(&theirs),
        issue(&ours),
        issue(&ours),
    ])
    .await;
    let edited = client(&stub.url)
        .edit_issue_description(&shop(), 12, tick)
        .await;
    let Ok(Edited::Written { before, after }) = edited else {
        panic!("{edited:?}");
    };
    assert_eq!((before, after.description), (theirs, Some(ours)));
}

#[tokio::test]
async fn an_edit_gives_up_against_somebody_who_never_does() {
    let stub = Stub::giving((0..7).map(|_| issue(OPEN))).await;
    let edited = client(&stub.url)
        .edit_issue_description(&shop(), 12, tick)
        .await;
    let Ok(Edited::Contended(now)) = &edited else {
        panic!("{edited:?}");
    };
    assert_eq!(now.description.as_deref(), Some(OPEN));
    assert_eq!(stub.lines().len(), 7);
}

#[tokio::test]
async fn linked_issues_say_how_they_stand_to_each_other() {
    let linked = |kind: &str| {
        let mut linked = issue("");
        linked["issue_link_id"] = json!(5);
        linked["link_type"] = json!(kind);
        linked
    };
    let list = json!([
        linked("relates_to"),
        linked("is_blocked_by"),
        linked("mirrors")
    ]);
    let stub = Stub::giving([list]).await;
    let linked = client(&stub.url)
        .linked_issues(&shop(), 12, 10)
        .await
        .unwrap();
    let kinds: Vec<LinkType> = linked.items.iter().map(|linked| linked.link_type).collect();
    assert_eq!(
        kinds,
        [LinkType::RelatesTo, LinkType::IsBlockedBy, LinkType::Other]
    );
    assert_eq!(linked.items[0].issue.iid, 12);
    assert_eq!(
        stub.lines(),
        ["GET projects/acme%2Fshop/issues/12/links?per_page=10"]
    );
}

#[tokio::test]
async fn addresses_lead_to_issues_and_merge_requests() {
    let stub = Stub::giving([issue(""), merge_request()]).await;
    let client = client(&stub.url);
    let base = stub.url.parse().unwrap();
    let page = |kind: &str, iid: u64| format!("{}/acme/shop/-/{kind}/{iid}", stub.url);
    let address = IssueUrl::parse(&page("issues", 12), &base).unwrap();
    assert_eq!(client.issue_at(&address).await.unwrap().iid, 12);
    let address = MergeRequestUrl::parse(&page("merge_requests", 7), &base).unwrap();
    assert_eq!(client.merge_request_at(&address).await.unwrap().iid, 7);
}

#[tokio::test]
async fn files_are_changed_together_on_a_new_branch() {
    let commit = json!({ "id": "c0ffee", "title": "Remove the flag" });
    let changed = "The file has changed since you started editing it: a.rb";
    let stub = Stub::start([
        Reply::json(201, &commit.to_string()),
        Reply::json(400, &json!({ "message": changed }).to_string()),
    ])
    .await;
    let client = client(&stub.url);
    let new = NewCommit {
        branch: "drop".into(),
        start_branch: Some("main".into()),
        commit_message: "Remove the flag\n\nChangelog: removed".into(),
        actions: vec![
            FileAction::Create {
                file_path: "new.rb".into(),
                content: "n".into(),
            },
            FileAction::Update {
                file_path: "a.rb".into(),
                content: "a".into(),
                last_commit_id: Some("f00".into()),
            },
            FileAction::Delete {
                file_path: "flag.yml".into(),
                last_commit_id: None,
            },
            FileAction::Move {
                previous_path: "b.rb".into(),
                file_path: "c.rb".into(),
                content: None,
                last_commit_id: None,
            },
        ],
    };
    let made = client.create_commit(&shop(), &new).await.unwrap();
    assert_eq!(made.id, "c0ffee");
    let body = json!({
        "branch": "drop", "start_branch": "main",
        "commit_message": "Remove the flag\n\nChangelog: removed",
        "actions": [
            { "action": "create", "file_path": "new.rb", "content": "n" },
            { "action": "update", "file_path": "a.rb", "content": "a", "last_commit_id": "f00" },
            { "action": "delete", "file_path": "flag.yml" },
            { "action": "move", "previous_path": "b.rb", "file_path": "c.rb" },
        ],
    });
    assert_eq!(
        stub.lines(),
        [format!(
            "POST projects/acme%2Fshop/repository/commits {body}"
        )]
    );
    let refused = client.create_commit(&shop(), &new).await.unwrap_err();
    assert!(
        matches!(&refused, RestError::Refused { status: 400, message, .. } if message == changed),
        "{refused:?}"
    );
}

#[tokio::test]
async fn branches_come_and_go() {
    let branch = json!({ "name": "try/it", "commit": { "id": "c0ffee" } });
    let stub = Stub::start([
        Reply::json(201, &branch.to_string()),
        Reply::typed(204, "", ""),
        Reply::json(404, r#"{"message":"404 Branch Not Found"}"#),
    ])
    .await;
    let client = client(&stub.url);
    let made = client
        .create_branch(&shop(), "try/it", "main")
        .await
        .unwrap();
    assert_eq!(made.commit.id, "c0ffee");
    client.delete_branch(&shop(), "try/it").await.unwrap();
    let gone = client.delete_branch(&shop(), "try/it").await;
    assert_eq!(if_found(gone).unwrap(), None);
    assert_eq!(
        stub.lines()[..2],
        [
            r#"POST projects/acme%2Fshop/repository/branches {"branch":"try/it","ref":"main"}"#,
            "DELETE projects/acme%2Fshop/repository/branches/try%2Fit",
        ]
    );
}

#[tokio::test]
async fn a_merge_request_is_opened_once() {
    let problem = "Another open merge request already exists for this source branch: !7";
    let stub = Stub::start([
        Reply::json(201, &merge_request().to_string()),
        Reply::json(409, &json!({ "message": [problem] }).to_string()),
        Reply::json(400, r#"{"message":{"source_branch":["does not exist"]}}"#),
    ])
    .await;
    let client = client(&stub.url);
    let new = NewMergeRequest {
        source_branch: "drop".into(),
        target_branch: "main".into(),
        title: "Remove the flag".into(),
        description: "Rollout: #12".into(),
        labels: vec!["feature flag".into(), "backend".into()],
        reviewer_ids: vec![105],
        milestone_id: Some(80),
        remove_source_branch: true,
        ..NewMergeRequest::default()
    };
    assert_eq!(
        client
            .create_merge_request(&shop(), &new)
            .await
            .unwrap()
            .iid,
        7
    );
    let body = json!({
        "source_branch": "drop", "target_branch": "main", "title": "Remove the flag",
        "description": "Rollout: #12", "labels": "feature flag,backend", "reviewer_ids": [105],
        "milestone_id": 80, "remove_source_branch": true,
    });
    assert_eq!(
        stub.lines(),
        [format!("POST projects/acme%2Fshop/merge_requests {body}")]
    );
    let again = client
        .create_merge_request(&shop(), &new)
        .await
        .unwrap_err();
    assert!(
        matches!(&again, CreateError::Open { message, .. } if message.ends_with("!7")),
        "{again:?}"
    );
    let lost = client
        .create_merge_request(&shop(), &new)
        .await
        .unwrap_err();
    let CreateError::Call(RestError::Refused {
        status: 400,
        message,
        ..
    }) = &lost
    else {
        panic!("{lost:?}");
    };
    assert!(message.contains("does not exist"), "{message}");
}

#[tokio::test]
async fn text_is_searched_at_a_revision() {
    let blob = json!({ "path": "a.rb", "ref": "drop", "startline": 3, "data": "x\n" });
    let stub = Stub::giving([json!([blob])]).await;
    let query = BlobQuery {
        project: shop(),
        text: "Feature.enabled?(:tidy_sidebar".into(),
        revision: Some("drop".into()),
        limit: 20,
    };
    let found = client(&stub.url).blobs(&query).await.unwrap();
    assert_eq!(found.items[0].startline, Some(3));
    assert_eq!(
        stub.lines(),
        [
            "GET projects/acme%2Fshop/search?scope=blobs&search=Feature.enabled%3F%28%3Atidy_sidebar\
          &ref=drop&per_page=20"
        ]
    );
}

#[tokio::test]
async fn a_file_comes_with_the_commit_that_changed_it_last() {
    let file = |content: &str| {
        json!({
            "file_name": "a.rb", "file_path": "app/a.rb", "encoding": "base64", "content": content,
            "ref": "main", "last_commit_id": "f00", "commit_id": "c0ffee", "blob_id": "b10b",
        })
    };
    let stub = Stub::giving([file("w6TDtgo="), file("AAEC"), file("//79")]).await;
    let client = client(&stub.url);
    let read = client.source_file(&shop(), "app/a.rb", "main").await;
    let read = read.unwrap().unwrap();
    assert_eq!(
        (
            read.path.as_str(),
            read.text.as_str(),
            read.last_commit_id.as_str()
        ),
        ("app/a.rb", "äö\n", "f00")
    );
    for _ in 0..2 {
        let read = client.source_file(&shop(), "app/a.rb", "main").await;
        assert_eq!(read.unwrap(), None, "it is no text");
    }
    assert_eq!(
        stub.lines()[0],
        "GET projects/acme%2Fshop/repository/files/app%2Fa.rb?ref=main"
    );
}

#[tokio::test]
async fn deploy_freezes_are_listed_with_their_time_zone() {
    let freeze = json!([{
        "id": 1, "freeze_start": "0 23 * * 5", "freeze_end": "0 8 * * 1",
        "cron_timezone": "Europe/Berlin", "created_at": "2026-05-15T17:03:35.702Z",
    }]);
    let stub = Stub::giving([freeze]).await;
    let listed = client(&stub.url).freeze_periods(&shop(), 50).await.unwrap();
    assert_eq!(listed.items[0].freeze_end, "0 8 * * 1");
    assert_eq!(
        listed.items[0].cron_timezone.as_deref(),
        Some("Europe/Berlin")
    );
}
