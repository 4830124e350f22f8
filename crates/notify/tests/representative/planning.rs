//! Issues, comments, milestones, reactions, alerts, vulnerabilities, mentions.

use domain::event::{
    Alert, Emoji, EmojiAction, GroupMention, Identifier, Issue, IssueAction, IssueChange as Change,
    IssueType, Milestone, MilestoneAction, Note, NoteAction, Target, TargetKind, Vulnerability,
    What,
};

use super::{Example, ada, bo, example, group, strings, target};

pub fn examples() -> Vec<Example> {
    [
        issues(),
        issue_updates(),
        incidents(),
        work_items(),
        notes(),
        milestones(),
        emojis(),
        alerts(),
        vulnerabilities(),
        mentions(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

pub fn issue(action: IssueAction) -> Issue {
    Issue {
        iid: 7,
        title: "Basket is empty".to_owned(),
        url: "https://gitlab.example/acme/web/-/issues/7".to_owned(),
        description: Some("Seen in **Firefox**.".to_owned()),
        issue_type: IssueType::Issue,
        work_item: false,
        confidential: false,
        action,
        state: "opened".to_owned(),
        labels: strings(&["bug", "ui"]),
        assignees: vec![bo()],
        due_date: Some("2026-06-30".to_owned()),
        severity: None,
    }
}

fn issues() -> Vec<Example> {
    let plain = |action| What::Issue(issue(action));
    let confidential = |action| {
        What::Issue(Issue {
            confidential: true,
            ..issue(action)
        })
    };
    let old = IssueAction::Other(String::new());
    vec![
        example("open", plain(IssueAction::Open)),
        example("close", plain(IssueAction::Close)),
        example("reopen", plain(IssueAction::Reopen)),
        example(
            "any other action",
            plain(IssueAction::Other("promote".to_owned())),
        ),
        example("no action (old GitLab)", plain(old)),
        example("open", confidential(IssueAction::Open)),
        example("close", confidential(IssueAction::Close)),
        example("reopen", confidential(IssueAction::Reopen)),
        example(
            "update: labels added",
            confidential(IssueAction::Update(vec![Change::LabelsAdded(strings(&[
                "bug",
            ]))])),
        ),
    ]
}

fn issue_updates() -> Vec<Example> {
    let change =
        |action, changes| example(action, What::Issue(issue(IssueAction::Update(changes))));
    vec![
        change("update: assigned", vec![Change::Assigned(vec![bo()])]),
        change(
            "update: assigned to oneself",
            vec![Change::Assigned(vec![ada()])],
        ),
        change("update: unassigned", vec![Change::Unassigned(vec![bo()])]),
        change(
            "update: labels added",
            vec![Change::LabelsAdded(strings(&["bug", "ui"]))],
        ),
        change(
            "update: labels removed",
            vec![Change::LabelsRemoved(strings(&["bug"]))],
        ),
        change(
            "update: retitled",
            vec![Change::Retitled {
                before: "No items".to_owned(),
            }],
        ),
        change(
            "update: due date",
            vec![Change::DueDate(Some("2026-06-30".to_owned()))],
        ),
        example(
            "update: due date removed",
            What::Issue(Issue {
                due_date: None,
                ..issue(IssueAction::Update(vec![Change::DueDate(None)]))
            }),
        ),
        change(
            "update: milestone set",
            vec![Change::Milestone { set: true }],
        ),
        change(
            "update: milestone removed",
            vec![Change::Milestone { set: false }],
        ),
        change("update: made public", vec![Change::MadePublic]),
        change(
            "update: several at once",
            vec![
                Change::Assigned(vec![bo()]),
                Change::LabelsAdded(strings(&["ui"])),
            ],
        ),
        change("update: description", vec![Change::DescriptionEdited]),
        change("update: anything else", Vec::new()),
        example(
            "update: made confidential",
            What::Issue(Issue {
                confidential: true,
                ..issue(IssueAction::Update(vec![Change::MadeConfidential]))
            }),
        ),
    ]
}

fn incidents() -> Vec<Example> {
    let incident = |action| {
        What::Issue(Issue {
            iid: 8,
            title: "Checkout is down".to_owned(),
            url: "https://gitlab.example/acme/web/-/issues/incident/8".to_owned(),
            issue_type: IssueType::Incident,
            severity: Some("critical".to_owned()),
            due_date: None,
            ..issue(action)
        })
    };
    let raised = vec![Change::Severity {
        before: Some("low".to_owned()),
    }];
    vec![
        example("open", incident(IssueAction::Open)),
        example("close", incident(IssueAction::Close)),
        example("reopen", incident(IssueAction::Reopen)),
        example("update: severity", incident(IssueAction::Update(raised))),
    ]
}

fn work_items() -> Vec<Example> {
    let work_item = |issue_type, confidential, action| {
        What::Issue(Issue {
            iid: 9,
            title: "Count the items".to_owned(),
            url: "https://gitlab.example/acme/web/-/work_items/9".to_owned(),
            issue_type,
            work_item: true,
            confidential,
            ..issue(action)
        })
    };
    vec![
        example(
            "open, a task",
            work_item(IssueType::Task, false, IssueAction::Open),
        ),
        example(
            "open, an epic",
            work_item(IssueType::Epic, false, IssueAction::Open),
        ),
        example(
            "close, a ticket",
            work_item(IssueType::Ticket, false, IssueAction::Close),
        ),
        example(
            "reopen, an objective",
            work_item(IssueType::Objective, false, IssueAction::Reopen),
        ),
        example(
            "close, a key result",
            work_item(IssueType::KeyResult, false, IssueAction::Close),
        ),
        example(
            "close, a test case",
            work_item(IssueType::TestCase, false, IssueAction::Close),
        ),
        example(
            "close, a requirement",
            work_item(IssueType::Requirement, false, IssueAction::Close),
        ),
        example(
            "open, a type of one's own",
            work_item(
                IssueType::Other("Bug report".to_owned()),
                false,
                IssueAction::Open,
            ),
        ),
        example(
            "open, a task",
            work_item(IssueType::Task, true, IssueAction::Open),
        ),
    ]
}

pub fn note(on: Target) -> Note {
    Note {
        url: format!("{}#note_1", on.url),
        body: "Works for **me**, see #12.".to_owned(),
        action: NoteAction::Create,
        on,
        confidential: false,
        system: false,
        file: None,
    }
}

pub fn on_issue() -> Target {
    target(TargetKind::Issue, "7", "Basket is empty", "issues/7")
}

pub fn on_merge_request() -> Target {
    target(
        TargetKind::MergeRequest,
        "7",
        "Fix the basket",
        "merge_requests/7",
    )
}

fn notes() -> Vec<Example> {
    let sha = "6".repeat(40);
    let on =
        |kind, id: &str, title: &str, page: &str| What::Note(note(target(kind, id, title, page)));
    let in_diff = Note {
        file: Some("src/basket.rs".to_owned()),
        ..note(on_merge_request())
    };
    let edited = Note {
        action: NoteAction::Update,
        ..note(on_issue())
    };
    let by_gitlab = Note {
        system: true,
        ..note(on_issue())
    };
    vec![
        example("on an issue", What::Note(note(on_issue()))),
        example("on a merge request", What::Note(note(on_merge_request()))),
        example("on a diff", What::Note(in_diff)),
        example(
            "on a commit",
            on(
                TargetKind::Commit,
                &sha,
                "Add a basket",
                &format!("commit/{sha}"),
            ),
        ),
        example(
            "on a snippet",
            on(TargetKind::Snippet, "5", "Basket in Ruby", "snippets/5"),
        ),
        example(
            "on an incident",
            on(
                TargetKind::Incident,
                "8",
                "Checkout is down",
                "issues/incident/8",
            ),
        ),
        example(
            "on a task",
            on(
                TargetKind::WorkItem("Task".to_owned()),
                "9",
                "Count the items",
                "work_items/9",
            ),
        ),
        example(
            "on an epic",
            on(TargetKind::Epic, "2", "Sell more", "epics/2"),
        ),
        example(
            "on a wiki page",
            on(
                TargetKind::WikiPage,
                "how-to-ship",
                "How to ship",
                "wikis/how-to-ship",
            ),
        ),
        example(
            "on an alert",
            on(
                TargetKind::Alert,
                "4",
                "High latency",
                "alert_management/4/details",
            ),
        ),
        example(
            "on a vulnerability",
            on(
                TargetKind::Vulnerability,
                "31",
                "Old OpenSSL",
                "security/vulnerabilities/31",
            ),
        ),
        example(
            "on a design",
            on(
                TargetKind::Design,
                "6",
                "basket.png",
                "issues/7/designs/basket.png",
            ),
        ),
        example(
            "on anything else",
            on(
                TargetKind::Other("Workspace".to_owned()),
                "3",
                "Sandbox of Bo",
                "workspaces/3",
            ),
        ),
        example("edited", What::Note(edited)),
        example("written by GitLab", What::Note(by_gitlab)),
        example(
            "on an issue",
            What::Note(Note {
                confidential: true,
                ..note(on_issue())
            }),
        ),
    ]
}

fn milestones() -> Vec<Example> {
    let milestone = |action| {
        What::Milestone(Milestone {
            iid: Some(3),
            title: "15.8".to_owned(),
            url: "https://gitlab.example/acme/web/-/milestones/3".to_owned(),
            action,
            description: Some("The *basket* release.".to_owned()),
            start_date: Some("2026-05-01".to_owned()),
            due_date: Some("2026-05-31".to_owned()),
        })
    };
    vec![
        example("create", milestone(MilestoneAction::Create)),
        example("update", milestone(MilestoneAction::Update)),
        example("close", milestone(MilestoneAction::Close)),
        example("reopen", milestone(MilestoneAction::Reopen)),
        example("delete", milestone(MilestoneAction::Delete)),
        example(
            "any other action",
            milestone(MilestoneAction::Other("archive".to_owned())),
        ),
    ]
}

fn emojis() -> Vec<Example> {
    let emoji = |action, on| {
        What::Emoji(Emoji {
            name: "white_check_mark".to_owned(),
            action,
            on,
        })
    };
    let comment = target(TargetKind::Note, "1", "Works for me", "issues/7#note_1");
    vec![
        example("award", emoji(EmojiAction::Award, on_merge_request())),
        example("award, on a comment", emoji(EmojiAction::Award, comment)),
        example("revoke", emoji(EmojiAction::Revoke, on_issue())),
    ]
}

fn alerts() -> Vec<Example> {
    let alert = |status: &str| {
        What::Alert(Alert {
            title: "High latency".to_owned(),
            url: "https://gitlab.example/acme/web/-/alert_management/4/details".to_owned(),
            severity: Some("high".to_owned()),
            events: Some(3),
            status: Some(status.to_owned()),
            started_at: Some("2020-04-23T01:06:17Z".parse().unwrap()),
            ended_at: (status == "resolved").then(|| "2020-04-23T02:10:00Z".parse().unwrap()),
            monitoring_tool: Some("Prometheus".to_owned()),
        })
    };
    ["triggered", "acknowledged", "resolved", "ignored"]
        .into_iter()
        .map(|status| {
            let mut example = example(status, alert(status));
            example.event.actor = None;
            example
        })
        .collect()
}

fn vulnerabilities() -> Vec<Example> {
    let vulnerability = |state: &str| {
        What::Vulnerability(Vulnerability {
            title: "Old OpenSSL".to_owned(),
            url: "https://gitlab.example/acme/web/-/security/vulnerabilities/31".to_owned(),
            severity: Some("high".to_owned()),
            state: Some(state.to_owned()),
            identifiers: vec![
                Identifier {
                    name: "CVE-2026-4112".to_owned(),
                    url: Some("https://cve.example/CVE-2026-4112".to_owned()),
                },
                Identifier {
                    name: "CWE-79".to_owned(),
                    url: None,
                },
            ],
            report_type: Some("dependency_scanning".to_owned()),
            location: Some("Cargo.lock".to_owned()),
        })
    };
    ["detected", "confirmed", "dismissed", "resolved"]
        .into_iter()
        .map(|state| {
            let mut example = example(state, vulnerability(state));
            example.event.actor = None;
            example
        })
        .collect()
}

fn mentions() -> Vec<Example> {
    let mention = |on: Target, confidential| {
        What::GroupMention(GroupMention {
            group: group(),
            on,
            body: "Who can look at this?".to_owned(),
            confidential,
        })
    };
    let sha = "6".repeat(40);
    let commit = target(
        TargetKind::Commit,
        &sha,
        "Add a basket",
        &format!("commit/{sha}"),
    );
    vec![
        example("in an issue", mention(on_issue(), false)),
        example("in a merge request", mention(on_merge_request(), false)),
        example("in a comment on a commit", mention(commit, false)),
        example("in an issue", mention(on_issue(), true)),
    ]
}
