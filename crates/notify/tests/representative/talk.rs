//! Comments, milestones, reactions, alerts, vulnerabilities, mentions.

use domain::event::{
    Alert, Emoji, EmojiAction, GroupMention, Identifier, Milestone, MilestoneAction, Note,
    NoteAction, Target, TargetKind, Vulnerability, What,
};

use super::{Example, example, group, target};

pub fn examples() -> Vec<Example> {
    [
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
