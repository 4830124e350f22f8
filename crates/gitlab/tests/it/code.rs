//! Pushes, merge requests and wiki pages.

use domain::Event;
use domain::event::{
    MergeRequest, MergeRequestAction, MergeRequestChange, Person, Push, PushChange, RefKind,
    ReviewState, What,
};
use serde_json::{Value, json};

use crate::fixtures::{event, event_of, named};

#[track_caller]
fn push_of(event: Event) -> Push {
    match event.what {
        What::Push(push) => push,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn merge_request_of(event: Event) -> MergeRequest {
    match event.what {
        What::MergeRequest(merge_request) => merge_request,
        other => panic!("{other:?}"),
    }
}

const NOTHING: &str = "0000000000000000000000000000000000000000";

#[test]
fn a_ref_is_created_moved_or_removed_by_its_hashes() {
    let moved = "95790bf891e76fee5e1747ab589903a6a1f80f22";
    let nothing256 = "0".repeat(64);
    for (before, after, expected) in [
        (NOTHING, moved, PushChange::Created),
        (moved, moved, PushChange::Updated),
        (moved, NOTHING, PushChange::Removed),
        (NOTHING, NOTHING, PushChange::Removed),
        (&nothing256, moved, PushChange::Created),
        (moved, &nothing256, PushChange::Removed),
        ("", "", PushChange::Updated),
    ] {
        let body =
            json!({"object_kind": "push", "ref": "refs/heads/a", "before": before, "after": after});
        assert_eq!(
            push_of(event_of("Push Hook", &body)).change,
            expected,
            "{before} {after}"
        );
    }
}

#[test]
fn a_ref_is_named_without_its_folder() {
    for (kind, full_ref, ref_kind, name) in [
        ("push", "refs/heads/main", RefKind::Branch, "main"),
        (
            "push",
            "refs/heads/feature/a b",
            RefKind::Branch,
            "feature/a b",
        ),
        ("push", "main", RefKind::Branch, "main"),
        ("push", "refs/tags/v1", RefKind::Tag, "v1"),
        ("tag_push", "refs/tags/v1", RefKind::Tag, "v1"),
        ("tag_push", "v1", RefKind::Tag, "v1"),
        (
            "push",
            "refs/heads/refs/tags/v1",
            RefKind::Branch,
            "refs/tags/v1",
        ),
    ] {
        let push = push_of(event_of(
            "Push Hook",
            &json!({"object_kind": kind, "ref": full_ref}),
        ));
        assert_eq!(
            (push.ref_kind, push.name.as_str()),
            (ref_kind, name),
            "{full_ref}"
        );
    }
}

#[test]
fn a_push_knows_how_many_commits_gitlab_left_out() {
    let push = push_of(event("push__many_commits"));
    assert_eq!(
        (
            push.commits.len(),
            push.total_commits,
            push.commits_not_sent()
        ),
        (20, 23, 3)
    );
    let mut body = named("push__many_commits").value();
    for odd in [json!(null), json!("many"), json!(3)] {
        body["total_commits_count"] = odd;
        assert_eq!(push_of(event_of("Push Hook", &body)).total_commits, 20);
    }
    body["total_commits_count"] = json!("23");
    assert_eq!(push_of(event_of("Push Hook", &body)).total_commits, 23);
}

#[test]
fn a_commit_is_titled_by_its_title_or_its_message() {
    let mut body = named("push__update").value();
    body["commits"] = json!([
        {"id": "a1", "title": "The title", "message": "The message"},
        {"id": "a2", "title": null, "message": "\n\nThe first line  \r\nThe second"},
        {"id": "a3", "message": ""},
        {"title": "no hash, no commit"},
        "nothing",
    ]);
    let titles: Vec<(String, String)> = push_of(event_of("Push Hook", &body))
        .commits
        .into_iter()
        .map(|commit| (commit.sha, commit.title))
        .collect();
    let expected = [("a1", "The title"), ("a2", "The first line"), ("a3", "")];
    assert_eq!(
        titles,
        expected.map(|(sha, title)| (sha.to_owned(), title.to_owned()))
    );
}

#[test]
fn the_message_of_a_push_is_a_tags_own() {
    assert_eq!(
        push_of(event("tag_push__create")).message.as_deref(),
        Some("Version 2.4.0\n\nCards are charged once.\n"),
    );
    let mut body = named("push__update").value();
    body["message"] = json!("not a tag's");
    assert_eq!(push_of(event_of("Push Hook", &body)).message, None);
}

/// `merge_request__open` as an update with these `changes`.
fn updated(changes: Value) -> Value {
    let mut body = named("merge_request__open").value();
    body["object_attributes"]["action"] = json!("update");
    body["changes"] = changes;
    body
}

#[track_caller]
fn changes_of(body: &Value) -> Vec<MergeRequestChange> {
    match merge_request_of(event_of("Merge Request Hook", body)).action {
        MergeRequestAction::Update(changes) => changes,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn check(changes: impl Into<Value>, expected: &[MergeRequestChange]) {
    let changes = changes.into();
    let body = updated(changes.clone());
    assert_eq!(changes_of(&body), expected, "{changes}");
}

fn person(id: u64, name: &str) -> Value {
    json!({"id": id, "name": name, "username": name.to_lowercase()})
}

fn reviewer(id: u64, name: &str, state: &str, re_requested: bool) -> Value {
    let mut reviewer = person(id, name);
    reviewer["state"] = json!(state);
    reviewer["re_requested"] = json!(re_requested);
    reviewer
}

fn parsed(id: u64, name: &str) -> Person {
    Person {
        id: Some(id),
        name: Some(name.to_owned()),
        username: Some(name.to_lowercase()),
        ..Person::default()
    }
}

#[test]
fn a_merge_request_becomes_a_draft_or_ready() {
    use MergeRequestChange::{Draft, Ready, Retitled};
    let (yes_no, no_yes) = (json!([true, false]), json!([false, true]));
    let flag =
        |field: &str, values: &Value| json!({field: {"previous": values[0], "current": values[1]}});
    check(flag("draft", &yes_no), &[Ready]);
    check(flag("draft", &no_yes), &[Draft]);
    check(flag("work_in_progress", &yes_no), &[Ready]);
    check(flag("draft", &json!([null, true])), &[]);

    let title =
        |before: &str, after: &str| json!({"title": {"previous": before, "current": after}});
    check(title("Draft: Fix it", "Fix it"), &[Ready]);
    check(title("WIP: Fix it", "Fix it"), &[Ready]);
    check(title("[wip] Draft: Fix it", "Fix it"), &[Ready]);
    check(title("Fix it", "draft:Fix it"), &[Draft]);
    check(title("Fix it", "(Draft) Fix it"), &[Draft]);
    check(title("Draft: Fix it", "[Draft] Fix it"), &[]);
    check(
        title("Drafty", "Draft horses"),
        &[Retitled {
            before: "Drafty".to_owned(),
        }],
    );
    check(
        title("Draft: Fix it", "Fix it well"),
        &[
            Ready,
            Retitled {
                before: "Draft: Fix it".to_owned(),
            },
        ],
    );
    check(
        json!({
            "draft": {"previous": true, "current": false},
            "title": {"previous": "Draft: Fix it", "current": "Fix it"},
        }),
        &[Ready],
    );
}

#[test]
fn a_draft_is_one_by_flag_else_by_title() {
    for (attributes, expected) in [
        (json!({"iid": 7, "title": "Draft: a", "draft": true}), true),
        (
            json!({"iid": 7, "title": "Draft: a", "draft": false}),
            false,
        ),
        (
            json!({"iid": 7, "title": "a", "work_in_progress": true}),
            true,
        ),
        (json!({"iid": 7, "title": "WIP: a"}), true),
        (json!({"iid": 7, "title": "[draft] a", "draft": null}), true),
        (json!({"iid": 7, "title": "Wipe the table"}), false),
    ] {
        let body = json!({"object_kind": "merge_request", "object_attributes": attributes});
        assert_eq!(
            merge_request_of(event_of("", &body)).draft,
            expected,
            "{body}"
        );
    }
}

#[test]
fn reviewers_are_asked_asked_again_and_removed() {
    use MergeRequestChange::{ReviewRequested, Reviewed, ReviewersRemoved};
    let bo = |state: &str, again: bool| reviewer(1, "Bo", state, again);
    let cy = |state: &str| reviewer(2, "Cy", state, false);
    let lists =
        |before: Value, after: Value| json!({"reviewers": {"previous": before, "current": after}});
    let old = "unreviewed";
    check(
        lists(json!([]), json!([bo(old, false)])),
        &[ReviewRequested(vec![parsed(1, "Bo")])],
    );
    check(
        lists(json!([]), json!([bo(old, false), cy(old)])),
        &[ReviewRequested(vec![parsed(1, "Bo"), parsed(2, "Cy")])],
    );
    check(
        lists(json!([bo(old, false)]), json!([bo(old, false), cy(old)])),
        &[ReviewRequested(vec![parsed(2, "Cy")])],
    );
    check(
        lists(
            json!([bo("reviewed", false), cy(old)]),
            json!([bo(old, true), cy(old)]),
        ),
        &[ReviewRequested(vec![parsed(1, "Bo")])],
    );
    check(
        lists(json!([bo(old, false)]), json!([])),
        &[ReviewersRemoved {
            people: vec![parsed(1, "Bo")],
            all: true,
        }],
    );
    check(
        lists(json!([bo(old, false), cy(old)]), json!([bo(old, false)])),
        &[ReviewersRemoved {
            people: vec![parsed(2, "Cy")],
            all: false,
        }],
    );
    for (word, state) in [
        ("reviewed", ReviewState::Reviewed),
        ("requested_changes", ReviewState::RequestedChanges),
        ("approved", ReviewState::Approved),
        ("unapproved", ReviewState::Unapproved),
        ("review_started", ReviewState::ReviewStarted),
    ] {
        check(
            lists(json!([bo(old, false)]), json!([bo(word, false)])),
            &[Reviewed {
                person: parsed(1, "Bo"),
                state,
            }],
        );
    }
    check(
        lists(json!([bo(old, false)]), json!([bo("pondering", false)])),
        &[],
    );
    check(lists(json!([bo(old, false)]), json!([bo(old, false)])), &[]);
    check(
        lists(json!([cy(old)]), json!([bo(old, false)])),
        &[
            ReviewRequested(vec![parsed(1, "Bo")]),
            ReviewersRemoved {
                people: vec![parsed(2, "Cy")],
                all: false,
            },
        ],
    );
}

#[test]
fn a_review_may_be_asked_for_again_without_a_change_of_reviewers() {
    let mut body = updated(json!({}));
    body["reviewers"] = json!([reviewer(1, "Bo", "unreviewed", true)]);
    assert_eq!(
        changes_of(&body),
        [MergeRequestChange::ReviewRequested(vec![parsed(1, "Bo")])],
    );
}

#[test]
fn assignees_come_and_go() {
    use MergeRequestChange::{Assigned, Unassigned};
    let lists =
        |before: Value, after: Value| json!({"assignees": {"previous": before, "current": after}});
    let (bo, cy) = (person(1, "Bo"), person(2, "Cy"));
    check(
        lists(json!([]), json!([bo])),
        &[Assigned(vec![parsed(1, "Bo")])],
    );
    check(
        lists(json!([bo]), json!([])),
        &[Unassigned(vec![parsed(1, "Bo")])],
    );
    check(
        lists(json!([bo]), json!([cy])),
        &[
            Assigned(vec![parsed(2, "Cy")]),
            Unassigned(vec![parsed(1, "Bo")]),
        ],
    );
    check(
        lists(json!(null), json!([bo])),
        &[Assigned(vec![parsed(1, "Bo")])],
    );
}

#[test]
fn other_changes_are_told_with_what_was_before() {
    use MergeRequestChange::{
        DescriptionEdited, LabelsAdded, LabelsRemoved, Milestone, Retargeted, Retitled,
    };
    let label = |title: &str| json!({"id": 1, "title": title});
    check(
        json!({"labels": {"previous": [label("bug"), label("ui")], "current": [label("ui"), label("p1")]}}),
        &[
            LabelsAdded(vec!["p1".to_owned()]),
            LabelsRemoved(vec!["bug".to_owned()]),
        ],
    );
    check(
        json!({"title": {"previous": "Old", "current": "New"}}),
        &[Retitled {
            before: "Old".to_owned(),
        }],
    );
    check(
        json!({"target_branch": {"previous": "stable", "current": "main"}}),
        &[Retargeted {
            before: "stable".to_owned(),
        }],
    );
    check(
        json!({"milestone_id": {"previous": null, "current": 5}}),
        &[Milestone { set: true }],
    );
    check(
        json!({"milestone_id": {"previous": 4, "current": 5}}),
        &[Milestone { set: true }],
    );
    check(
        json!({"milestone_id": {"previous": 5, "current": null}}),
        &[Milestone { set: false }],
    );
    check(
        json!({"milestone_id": {"previous": null, "current": 0}}),
        &[],
    );
    check(
        json!({"milestone_id": {"previous": 5, "current": "5"}}),
        &[],
    );
    check(
        json!({"description": {"previous": null, "current": "a"}}),
        &[DescriptionEdited],
    );
    check(
        json!({"description": {"previous": null, "current": ""}}),
        &[],
    );
    check(
        json!({"updated_at": {"previous": "a", "current": "b"}}),
        &[],
    );
    check(json!("nothing"), &[]);
}

#[test]
fn new_commits_are_known_by_the_head_before() {
    let mut body = updated(json!({}));
    body["object_attributes"]["oldrev"] = json!("a1b2c3");
    assert_eq!(
        changes_of(&body),
        [MergeRequestChange::Commits {
            before: "a1b2c3".to_owned()
        }],
    );
    body["object_attributes"]["oldrev"] = json!("");
    assert_eq!(changes_of(&body), []);
}

#[test]
fn an_action_nobody_knows_is_kept_as_it_is() {
    let mut body = named("merge_request__open").value();
    for (action, expected) in [
        (json!("enqueue"), "enqueue"),
        (json!(null), ""),
        (json!(7), "7"),
    ] {
        body["object_attributes"]["action"] = action;
        assert_eq!(
            merge_request_of(event_of("", &body)).action,
            MergeRequestAction::Other(expected.to_owned()),
        );
    }
}

#[test]
fn a_fork_is_named_only_when_it_is_one() {
    let from_fork = merge_request_of(event("merge_request__open_from_fork"));
    assert_eq!(from_fork.source.project.unwrap().path, "dee/shop");
    assert_eq!(from_fork.target.project, None);
    let own = merge_request_of(event("merge_request__open"));
    assert_eq!(own.source.project, None);
}

#[test]
fn a_merge_request_without_an_address_gets_its_pages() {
    let mut body = named("merge_request__open").value();
    for odd in [
        json!(null),
        json!("javascript:alert(1)"),
        json!("//x/y"),
        json!({}),
    ] {
        body["object_attributes"]["url"] = odd;
        let merge_request = merge_request_of(event_of("", &body));
        assert_eq!(
            merge_request.url,
            "https://gitlab.example.com/acme/shop/-/merge_requests/17"
        );
    }
}
