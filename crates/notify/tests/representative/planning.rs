//! Issues, incidents, work items.

use domain::event::{Issue, IssueAction, IssueChange as Change, IssueType, What};

use super::{Example, ada, bo, example, strings};

pub fn examples() -> Vec<Example> {
    [issues(), issue_updates(), incidents(), work_items()]
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
