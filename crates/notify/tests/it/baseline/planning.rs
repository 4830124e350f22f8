//! Issues, comments, alerts, mentions, vulnerabilities.

use domain::event::{
    Alert, Group, GroupMention, Identifier, Issue, IssueAction, IssueChange, IssueType, Note,
    NoteAction, TargetKind, Vulnerability, What,
};
use notify::render::Nothing;
use notify::{Rendering, render};

use super::{W, body, check, event, facts, message, short, target};
use crate::screen::plain;

pub fn issue(action: IssueAction) -> Issue {
    Issue {
        iid: 7,
        title: "Fix it".to_owned(),
        url: format!("{W}/-/issues/7"),
        description: Some("d".to_owned()),
        issue_type: IssueType::Issue,
        work_item: false,
        confidential: false,
        action,
        state: "opened".to_owned(),
        labels: Vec::new(),
        assignees: Vec::new(),
        due_date: None,
        severity: None,
    }
}

#[test]
fn an_issue_is_opened_closed_or_reopened_and_says_so() {
    for (action, verb) in [
        (IssueAction::Open, "opened"),
        (IssueAction::Close, "closed"),
        // GitLab's own says "opened" here.
        (IssueAction::Reopen, "reopened"),
    ] {
        let headline = format!("[<W|a/web>] Issue <W/-/issues/7|#7 Fix it> {verb} by ADA");
        let message = check(What::Issue(issue(action.clone())), &headline);
        let description = if action == IssueAction::Open { "d" } else { "" };
        assert_eq!(body(&message), description);
    }
    let opened = check(
        What::Issue(issue(IssueAction::Open)),
        "[<W|a/web>] Issue <W/-/issues/7|#7 Fix it> opened by ADA",
    );
    assert_eq!(opened.tone.color(), "#C95823");
}

#[test]
fn a_description_cannot_bring_a_ready_made_slack_link() {
    let typed = Issue {
        description: Some("x <http://e.x|CLICK>".to_owned()),
        ..issue(IssueAction::Open)
    };
    let message = message(&event(What::Issue(typed)));
    assert!(
        !body(&message).contains("<http://e.x|CLICK>"),
        "{}",
        body(&message)
    );
    assert!(
        plain(&body(&message)).contains("CLICK"),
        "{}",
        body(&message)
    );
}

#[test]
fn an_issue_of_a_project_without_a_name_has_no_brackets() {
    let mut event = event(What::Issue(issue(IssueAction::Open)));
    if let Some(project) = &mut event.project {
        project.name = String::new();
        project.path = String::new();
    }
    assert_eq!(
        plain(message(&event).headline.as_str()),
        "Issue #7 Fix it opened by Ada Byron (ada)"
    );
}

#[test]
fn an_issue_without_a_description_has_an_empty_body() {
    let issue = Issue {
        description: None,
        ..issue(IssueAction::Open)
    };
    assert_eq!(message(&event(What::Issue(issue))).body, None);
}

#[test]
fn every_type_of_work_item_is_called_by_its_name() {
    for (issue_type, confidential, noun) in [
        (IssueType::Incident, false, "Incident"),
        (IssueType::Ticket, false, "Ticket"),
        // GitLab's own does not mark what is confidential.
        (IssueType::Task, true, "🔒 Confidential task"),
        (
            IssueType::Other("Bug report".to_owned()),
            false,
            "Bug report",
        ),
    ] {
        let item = Issue {
            issue_type,
            confidential,
            work_item: true,
            ..issue(IssueAction::Open)
        };
        check(
            What::Issue(item),
            &format!("[<W|a/web>] {noun} <W/-/issues/7|#7 Fix it> opened by ADA"),
        );
    }
}

#[test]
fn an_update_of_an_issue_is_told_when_it_matters() {
    let changes = vec![IssueChange::LabelsAdded(vec!["bug".to_owned()])];
    check(
        What::Issue(issue(IssueAction::Update(changes))),
        "ADA added label bug to issue <W/-/issues/7|#7 Fix it> in <W|a/web>",
    );
    let nothing = issue(IssueAction::Update(Vec::new()));
    assert_eq!(
        render(&event(What::Issue(nothing))),
        Rendering::Nothing(Nothing::IssueUnchanged)
    );
}

#[test]
fn a_comment_names_what_it_is_about_and_shows_its_text() {
    for (kind, id, page, words) in [
        (TargetKind::Issue, "7", "issues/7", "issue #7"),
        (
            TargetKind::MergeRequest,
            "7",
            "merge_requests/7",
            "merge request !7",
        ),
        (
            TargetKind::Commit,
            "abcdef0123456789",
            "commit/abcdef0123456789",
            "commit abcdef01",
        ),
        (TargetKind::Snippet, "5", "snippets/5", "snippet $5"),
    ] {
        let note = Note {
            url: format!("{W}/-/{page}#note_1"),
            body: "Looks **good**".to_owned(),
            action: NoteAction::Create,
            on: target(kind, id, page),
            confidential: false,
            system: false,
            file: None,
        };
        let message = check(
            What::Note(note),
            &format!(
                "ADA <W/-/{page}#note_1|commented on {words}> in <W|a/web>: <W/-/{page}|Fix it>"
            ),
        );
        assert_eq!(body(&message), "Looks *good*");
        assert_eq!(message.tone.color(), "#334455");
    }
}

#[test]
fn an_alert_names_severity_events_status_and_start() {
    let mut event = event(What::Alert(Alert {
        title: "High load".to_owned(),
        url: format!("{W}/-/alert_management/1/details"),
        severity: Some("critical".to_owned()),
        events: Some(3),
        status: Some("triggered".to_owned()),
        started_at: Some("2020-04-23T01:06:17Z".parse().unwrap()),
        ended_at: None,
        monitoring_tool: None,
    }));
    event.actor = None;
    let message = message(&event);
    assert_eq!(
        short(message.headline.as_str()),
        "Alert firing in <W|a/web>: <W/-/alert_management/1/details|High load>"
    );
    assert_eq!(
        facts(&message),
        [
            "Severity: Critical",
            "Events: 3",
            "Status: Triggered",
            "Start time: 23 April 2020, 01:06 UTC"
        ]
    );
    assert_eq!(message.tone.color(), "#C95823");
}

#[test]
fn a_mention_of_a_group_says_where_it_was_mentioned() {
    for (kind, id, page, words) in [
        (TargetKind::Issue, "7", "issues/7", "issue #7"),
        (
            TargetKind::MergeRequest,
            "7",
            "merge_requests/7",
            "merge request !7",
        ),
        (
            TargetKind::Commit,
            "abcdef0123456789",
            "commit/abcdef0123456789",
            "commit abcdef01",
        ),
        // GitLab's own fails on a kind that it does not know, and sends nothing.
        (
            TargetKind::Other("Idea".to_owned()),
            "4",
            "ideas/4",
            "idea 4",
        ),
    ] {
        let mut event = event(What::GroupMention(GroupMention {
            group: Group {
                id: None,
                name: "b".to_owned(),
                path: "a/b".to_owned(),
                url: "https://g.ex/groups/a/b".to_owned(),
            },
            on: target(kind, id, page),
            body: "@a/b please".to_owned(),
            confidential: false,
        }));
        event.actor = None;
        let message = message(&event);
        assert_eq!(
            short(message.headline.as_str()),
            format!(
                "Group <https://g.ex/groups/a/b|a/b> was mentioned in <W/-/{page}|{words}> of \
                 <W|a/web>: Fix it"
            )
        );
        assert_eq!(plain(&body(&message)), "@a/b please");
    }
}

#[test]
fn a_vulnerability_names_severity_and_identifiers() {
    let mut event = event(What::Vulnerability(Vulnerability {
        title: "Old OpenSSL".to_owned(),
        url: format!("{W}/-/security/vulnerabilities/1"),
        severity: Some("high".to_owned()),
        state: Some("detected".to_owned()),
        identifiers: vec![Identifier {
            name: "CVE-2026-1".to_owned(),
            url: Some("https://cve.ex/1".to_owned()),
        }],
        report_type: None,
        location: None,
    }));
    event.actor = None;
    let message = message(&event);
    assert_eq!(
        short(message.headline.as_str()),
        "Vulnerability detected in <W|a/web>: <W/-/security/vulnerabilities/1|Old OpenSSL>"
    );
    assert_eq!(
        facts(&message),
        [
            "Severity: High",
            "Identifiers: <https://cve.ex/1|CVE-2026-1>"
        ]
    );
    assert_eq!(message.tone.color(), "#C95823");
}
