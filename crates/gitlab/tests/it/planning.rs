//! Issues, comments, reactions, mentions, milestones.

use domain::event::{
    EmojiAction, IssueAction, IssueChange, IssueType, NoteAction, Target, TargetKind, What,
};
use domain::{Event, EventKind};
use serde_json::{Value, json};

use crate::fixtures::{event, event_of, named};

#[track_caller]
fn changes_of(changes: Value) -> Vec<IssueChange> {
    let mut body = named("issue__open").value();
    body["object_attributes"]["action"] = json!("update");
    body["changes"] = changes;
    match event_of("Issue Hook", &body).what {
        What::Issue(issue) => match issue.action {
            IssueAction::Update(changes) => changes,
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_changed_on_an_issue_has_words() {
    use IssueChange::{
        DescriptionEdited, DueDate, LabelsAdded, LabelsRemoved, MadeConfidential, MadePublic,
        Milestone, Retitled, Severity,
    };
    for (changes, expected) in [
        (
            json!({"labels": {"previous": [{"title": "a"}], "current": [{"title": "b"}]}}),
            vec![
                LabelsAdded(vec!["b".to_owned()]),
                LabelsRemoved(vec!["a".to_owned()]),
            ],
        ),
        (
            json!({"title": {"previous": "a", "current": "b"}}),
            vec![Retitled {
                before: "a".to_owned(),
            }],
        ),
        (json!({"title": {"previous": null, "current": "b"}}), vec![]),
        (
            json!({"description": {"previous": "a", "current": null}}),
            vec![DescriptionEdited],
        ),
        (
            json!({"confidential": {"previous": false, "current": true}}),
            vec![MadeConfidential],
        ),
        (
            json!({"confidential": {"previous": true, "current": false}}),
            vec![MadePublic],
        ),
        (
            json!({"confidential": {"previous": true, "current": []}}),
            vec![],
        ),
        (
            json!({"due_date": {"previous": null, "current": "2026-03-09"}}),
            vec![DueDate(Some("2026-03-09".to_owned()))],
        ),
        (
            json!({"due_date": {"previous": "2026-03-09T08:00:00Z", "current": null}}),
            vec![DueDate(None)],
        ),
        (
            json!({"due_date": {"previous": "2026-03-09", "current": "2026-03-09T08:00:00Z"}}),
            vec![],
        ),
        (
            json!({"milestone_id": {"previous": 0, "current": 1}}),
            vec![Milestone { set: true }],
        ),
        (
            json!({"severity": {"previous": "unknown", "current": "high"}}),
            vec![Severity { before: None }],
        ),
        (
            json!({"severity": {"previous": "low", "current": "high"}}),
            vec![Severity {
                before: Some("low".to_owned()),
            }],
        ),
        (
            json!({"total_time_spent": {"previous": 0, "current": 60}}),
            vec![],
        ),
    ] {
        assert_eq!(changes_of(changes.clone()), expected, "{changes}");
    }
}

#[test]
fn a_type_is_told_from_old_and_new_words() {
    for (attributes, kind, expected) in [
        (json!({"type": "Issue"}), "issue", IssueType::Issue),
        (
            json!({"issue_type": "test_case"}),
            "issue",
            IssueType::TestCase,
        ),
        (json!({"type": "Incident"}), "issue", IssueType::Incident),
        (
            json!({"issue_type": "incident"}),
            "issue",
            IssueType::Incident,
        ),
        (json!({}), "incident", IssueType::Incident),
        (
            json!({"type": "Key Result"}),
            "work_item",
            IssueType::KeyResult,
        ),
        (
            json!({"type": "Requirement"}),
            "work_item",
            IssueType::Requirement,
        ),
        (
            json!({"type": "Objective"}),
            "work_item",
            IssueType::Objective,
        ),
        (
            json!({"type": "Bug report"}),
            "work_item",
            IssueType::Other("Bug report".to_owned()),
        ),
        (json!({"type": null}), "issue", IssueType::Issue),
    ] {
        let mut body = json!({"object_kind": kind, "object_attributes": attributes});
        body["object_attributes"]["iid"] = json!("7");
        let What::Issue(issue) = event_of("", &body).what else {
            panic!()
        };
        assert_eq!((issue.iid, issue.issue_type), (7, expected), "{body}");
    }
}

#[test]
fn an_incident_is_one_however_it_is_sent() {
    let mut body = named("incident__open").value();
    for (kind, header) in [
        ("incident", "Issue Hook"),
        ("issue", "Issue Hook"),
        ("work_item", "?"),
    ] {
        body["object_kind"] = json!(kind);
        assert_eq!(
            event_of(header, &body).kind(),
            EventKind::Incident,
            "{kind}"
        );
    }
}

#[test]
fn anything_that_says_confidential_makes_it_so() {
    let plain = named("issue__open").value();
    assert_eq!(event_of("Issue Hook", &plain).kind(), EventKind::Issue);
    assert_eq!(
        event_of("Confidential Issue Hook", &plain).kind(),
        EventKind::ConfidentialIssue
    );
    let mut body = plain.clone();
    body["event_type"] = json!("confidential_issue");
    assert_eq!(
        event_of("Issue Hook", &body).kind(),
        EventKind::ConfidentialIssue
    );
    for yes in [json!(true), json!("true"), json!(1)] {
        let mut body = plain.clone();
        body["object_attributes"]["confidential"] = yes;
        assert_eq!(
            event_of("Issue Hook", &body).kind(),
            EventKind::ConfidentialIssue
        );
    }
    let mut body = plain;
    body["object_kind"] = json!("confidential_work_item");
    assert_eq!(
        event_of("Issue Hook", &body).kind(),
        EventKind::ConfidentialWorkItem
    );

    let plain = named("note__on_issue").value();
    for (pointer, value) in [
        ("/object_attributes/internal", json!(true)),
        ("/event_type", json!("confidential_note")),
        ("/issue/confidential", json!(true)),
        ("/object_attributes/confidential", json!(true)),
    ] {
        let mut body = plain.clone();
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        body.pointer_mut(parent).unwrap()[name] = value;
        assert_eq!(
            event_of("Note Hook", &body).kind(),
            EventKind::ConfidentialNote,
            "{pointer}"
        );
    }
}

#[test]
fn an_epic_of_a_group_belongs_to_the_group() {
    let epic = event("work_item__update_epic");
    assert_eq!(epic.project, None);
    let group = epic.group.unwrap();
    assert_eq!((group.path.as_str(), group.name.as_str()), ("acme", "acme"));
    assert_eq!(group.url, "https://gitlab.example.com/groups/acme");
}

#[track_caller]
fn target_of(event: Event) -> Target {
    match event.what {
        What::Note(note) => note.on,
        What::Emoji(emoji) => emoji.on,
        What::GroupMention(mention) => mention.on,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_comment_knows_what_it_is_on() {
    let page = "https://gitlab.example.com/acme/shop/-";
    let sha = "94a68829c9efbe6a4f6e12f48ad0ba2cbb04cf8a";
    for (fixture, kind, id, title) in [
        (
            "note__on_issue",
            TargetKind::Issue,
            "42",
            "The card is charged twice when the bank is slow",
        ),
        (
            "note__on_merge_request",
            TargetKind::MergeRequest,
            "17",
            "Charge the card only once",
        ),
        (
            "note__on_snippet",
            TargetKind::Snippet,
            "9",
            "Replay a payment",
        ),
        (
            "note__on_incident",
            TargetKind::Incident,
            "51",
            "Checkout answers 502",
        ),
        (
            "note__on_wiki_page",
            TargetKind::WikiPage,
            "runbooks/payments",
            "Payments runbook",
        ),
    ] {
        let target = target_of(event(fixture));
        assert_eq!(
            (target.kind, target.id.as_str(), target.title.as_str()),
            (kind, id, title)
        );
        assert!(
            target.url.starts_with(page) && !target.url.contains('#'),
            "{}",
            target.url
        );
    }
    let mut body = named("note__on_commit").value();
    body["commit"]["id"] = json!(sha);
    let target = target_of(event_of("Note Hook", &body));
    assert_eq!((target.kind, target.id.as_str()), (TargetKind::Commit, sha));
    assert_eq!(target.title, "Charge the card only once");
}

#[test]
fn a_comment_on_something_unseen_is_known_by_its_page() {
    for (kind, url, expected) in [
        (
            "Issue",
            "https://gl.example/a/b/-/issues/8#note_1",
            (TargetKind::Issue, "8"),
        ),
        (
            "MergeRequest",
            "https://gl.example/a/b/merge_requests/9#note_1",
            (TargetKind::MergeRequest, "9"),
        ),
        (
            "Epic",
            "https://gl.example/groups/a/-/epics/3#note_1",
            (TargetKind::Epic, "3"),
        ),
        (
            "Commit",
            "https://gl.example/a/b/commit/cfe32cf6#note_1",
            (TargetKind::Commit, "cfe32cf6"),
        ),
        (
            "Horse",
            "https://gl.example/a/b/-/horses/2",
            (TargetKind::Other("Horse".to_owned()), "2"),
        ),
    ] {
        let body = json!({"object_kind": "note", "object_attributes": {
            "note": "a", "noteable_type": kind, "url": url,
        }});
        let target = target_of(event_of("Note Hook", &body));
        assert_eq!((target.kind, target.id.as_str()), expected);
    }
}

#[test]
fn a_work_item_in_a_comment_is_called_by_its_type() {
    let mut body = named("note__on_issue").value();
    for (word, kind) in [
        ("Task", TargetKind::WorkItem("Task".to_owned())),
        ("key_result", TargetKind::WorkItem("Key Result".to_owned())),
        ("Incident", TargetKind::Incident),
        ("Epic", TargetKind::Epic),
        ("Issue", TargetKind::Issue),
    ] {
        body["issue"]["type"] = json!(word);
        assert_eq!(target_of(event_of("Note Hook", &body)).kind, kind);
    }
}

#[test]
fn a_comment_is_new_or_edited_and_may_stand_in_a_file() {
    let action = |name: &str| match event(name).what {
        What::Note(note) => (note.action, note.file),
        other => panic!("{other:?}"),
    };
    assert_eq!(action("note__on_issue"), (NoteAction::Create, None));
    assert_eq!(action("note__update"), (NoteAction::Update, None));
    assert_eq!(
        action("note__on_merge_request"),
        (
            NoteAction::Create,
            Some("app/payments/charge.rb".to_owned())
        ),
    );
}

#[test]
fn a_reaction_leads_to_what_got_it() {
    let on_note = target_of(event("emoji__award_on_note"));
    assert_eq!(
        (on_note.kind, on_note.id.as_str()),
        (TargetKind::Note, "5001")
    );
    assert_eq!(on_note.title, "I can reproduce it with `bank_delay=30`.");
    assert!(on_note.url.ends_with("/-/issues/42#note_5001"));
    assert_eq!(on_note.labels, ["bug", "area::checkout"]);
    for (fixture, kind, id) in [
        ("emoji__award_on_issue", TargetKind::Issue, "42"),
        (
            "emoji__award_on_merge_request",
            TargetKind::MergeRequest,
            "17",
        ),
        ("emoji__award_on_snippet", TargetKind::Snippet, "9"),
        ("emoji__award_on_commit_note", TargetKind::Note, "5009"),
    ] {
        let target = target_of(event(fixture));
        assert_eq!((target.kind, target.id.as_str()), (kind, id), "{fixture}");
    }
    let What::Emoji(revoked) = event("emoji__revoke_on_note").what else {
        panic!()
    };
    assert_eq!(revoked.action, EmojiAction::Revoke);
}

#[test]
fn a_reaction_to_something_confidential_tells_only_where_it_is() {
    for pointer in [
        "/issue/confidential",
        "/note/internal",
        "/note/confidential",
    ] {
        let mut body = named("emoji__award_on_note").value();
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        body.pointer_mut(parent).unwrap()[name] = json!(true);
        let target = target_of(event_of("Emoji Hook", &body));
        assert_eq!(
            (target.title.as_str(), target.labels.len()),
            ("", 0),
            "{pointer}"
        );
        assert_eq!(target.id, "5001");
    }
}

#[test]
fn a_mention_is_the_groups_and_private_where_the_project_is() {
    let mention = event("group_mention__in_issue");
    assert_eq!(mention.group.as_ref().unwrap().path, "acme/oncall");
    assert_eq!(mention.project.as_ref().unwrap().path, "acme/handbook");
    assert_eq!(mention.kind(), EventKind::GroupMention);
    assert_eq!(target_of(mention).id, "4");
    assert_eq!(
        target_of(event("group_mention__in_merge_request")).kind,
        TargetKind::MergeRequest
    );
    assert_eq!(
        target_of(event("group_mention__in_note")).kind,
        TargetKind::Commit
    );

    let mut body = named("group_mention__in_issue").value();
    for hidden in [json!(0), json!(10), json!(null)] {
        body["project"]["visibility_level"] = hidden;
        assert_eq!(
            event_of("Service Hook", &body).kind(),
            EventKind::GroupConfidentialMention
        );
    }
}
