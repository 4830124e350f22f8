//! Issues and other work items.

mod describing;
mod production;
mod updating;

use domain::EventKind;
use serde_json::{Map, Value, json};

use super::{ASSIGNEES, Act, DESCRIPTION, ISSUE, LABELS, MILESTONE, TITLE, field};
use crate::gitlab::args::{Args, DoError, Takes};
use crate::gitlab::payload::{self, changes, utc};
use crate::gitlab::scene::Scene;
use crate::gitlab::words;
use crate::gitlab::world::Issue;

pub(super) use describing::{EDIT, TICK, UNTICK};
pub(super) use production::{CHANGE, COMPLETE_CHANGE, INCIDENT, RESOLVE_INCIDENT};
pub(in crate::gitlab) use updating::{New, Update, create, move_to, update};

const CONFIDENTIAL: super::Field = field(
    "confidential",
    Takes::YesNo,
    "true hides it from people outside the project",
);

pub(super) const OPEN: Act = Act {
    what: "open_issue",
    label: "Open issue",
    group: "Planning",
    common: true,
    summary: "Open an issue, confidential if wanted",
    fields: &[
        TITLE,
        DESCRIPTION,
        CONFIDENTIAL,
        LABELS,
        ASSIGNEES,
        MILESTONE,
    ],
    run: |scene, args| open(scene, args, "Issue", words::ISSUES),
};

pub(super) const CLOSE: Act = Act {
    what: "close_issue",
    label: "Close issue",
    group: "Planning",
    common: false,
    summary: "Close an issue or another work item",
    fields: &[ISSUE],
    run: |scene, args| {
        let issue = scene.issue(args.text("issue"), "open issue", is_open_issue(args))?;
        turn(scene, issue, false);
        Ok(())
    },
};

pub(super) const REOPEN: Act = Act {
    what: "reopen_issue",
    label: "Reopen issue",
    group: "Planning",
    common: false,
    summary: "Open a closed issue or work item again",
    fields: &[ISSUE],
    run: |scene, args| {
        let issue = scene.issue(args.text("issue"), "closed issue", |issue| !issue.open)?;
        turn(scene, issue, true);
        Ok(())
    },
};

pub(super) const LABEL: Act = Act {
    what: "label_issue",
    label: "Label issue",
    group: "Planning",
    common: false,
    summary: "Set the labels of an issue, or its title or assignees",
    fields: &[ISSUE, LABELS, TITLE, ASSIGNEES],
    run: label,
};

pub(super) const WORK_ITEM: Act = Act {
    what: "work_item",
    label: "New work item",
    group: "Planning",
    common: false,
    summary: "Create a task, ticket or another work item",
    fields: &[
        field(
            "type",
            Takes::OneOf(&[
                "Task",
                "Ticket",
                "Objective",
                "Key Result",
                "Requirement",
                "Epic",
            ]),
            "its type; Task unless given",
        ),
        TITLE,
        DESCRIPTION,
        CONFIDENTIAL,
        LABELS,
        ASSIGNEES,
        MILESTONE,
    ],
    run: |scene, args| {
        let type_name = args.text("type").unwrap_or("Task").to_owned();
        open(scene, args, &type_name, words::ISSUES)
    },
};

fn open(
    scene: &mut Scene<'_>,
    args: &Args,
    type_name: &str,
    titles: &[&str],
) -> Result<(), DoError> {
    let new = new(scene, args, type_name, titles)?;
    create(scene, new);
    Ok(())
}

fn new(scene: &Scene<'_>, args: &Args, type_name: &str, titles: &[&str]) -> Result<New, DoError> {
    Ok(New {
        type_name: type_name.to_owned(),
        title: args.text_or("title", || words::pick(scene.chance, titles).to_owned()),
        description: args.text("description").unwrap_or_default().to_owned(),
        confidential: args.yes_no("confidential").unwrap_or(false),
        severity: args.text("severity").unwrap_or("unknown").to_owned(),
        assignee_ids: scene.people("assignees", args.many("assignees").unwrap_or_default())?,
        labels: args.many("labels").unwrap_or_default().to_vec(),
        milestone_id: args
            .text("milestone")
            .map(|title| scene.milestone(title))
            .transpose()?,
        zoom: None,
        due_date: None,
    })
}

fn send(scene: &mut Scene<'_>, issue: &Issue, action: &str, changes: &Map<String, Value>) {
    let body = payload::issue(scene.source(), issue, action, changes);
    let kind = match (issue.type_name.as_str(), issue.confidential) {
        ("Issue", false) => EventKind::Issue,
        ("Issue", true) => EventKind::ConfidentialIssue,
        ("Incident", false) => EventKind::Incident,
        (_, false) => EventKind::WorkItem,
        (_, true) => EventKind::ConfidentialWorkItem,
    };
    scene.say("iid", issue.iid);
    scene.send(kind, body);
}

/// Without a number "close issue" leaves incidents alone.
fn is_open_issue(args: &Args) -> impl Fn(&Issue) -> bool {
    let any_type = args.text("issue").is_some();
    move |issue| issue.open && (any_type || issue.type_name != "Incident")
}

fn turn(scene: &mut Scene<'_>, mut issue: Issue, open: bool) {
    let state = |open: bool| json!(if open { 1 } else { 2 });
    let changes = changes([
        ("state_id", state(issue.open), state(open)),
        (
            "closed_at",
            json!(issue.closed_at.map(utc)),
            json!((!open).then(|| utc(scene.now))),
        ),
        (
            "updated_at",
            json!(utc(issue.updated_at)),
            json!(utc(scene.now)),
        ),
    ]);
    issue.open = open;
    issue.closed_at = (!open).then_some(scene.now);
    issue.closed_by_id = (!open).then_some(scene.user.id);
    issue.updated_at = scene.now;
    send(
        scene,
        &issue,
        if open { "reopen" } else { "close" },
        &changes,
    );
    scene.keep_issue(issue);
}

fn label(scene: &mut Scene<'_>, args: &Args) -> Result<(), DoError> {
    let open = |issue: &Issue| issue.open;
    let mut issue = scene.issue(args.text("issue"), "open issue", open)?;
    let mut changed = changes([(
        "updated_at",
        json!(utc(issue.updated_at)),
        json!(utc(scene.now)),
    )]);
    if let Some(title) = args.text("title") {
        let before = std::mem::replace(&mut issue.title, title.to_owned());
        changed.extend(changes([("title", json!(before), json!(title))]));
    }
    if let Some(names) = args.many("assignees") {
        let ids = scene.people("assignees", names)?;
        let before = scene.source().people(&issue.assignee_ids);
        let after = scene.source().people(&ids);
        issue.assignee_ids = ids;
        changed.extend(changes([("assignees", json!(before), json!(after))]));
    }
    let drawn = args
        .is_only("issue")
        .then(|| vec!["priority::2".to_owned()]);
    if let Some(titles) = args.many("labels").map(<[String]>::to_vec).or(drawn) {
        let ids = scene.labels(&titles);
        let before = scene.source().labels(&issue.label_ids);
        let after = scene.source().labels(&ids);
        issue.label_ids = ids;
        changed.extend(changes([("labels", json!(before), json!(after))]));
    }
    issue.updated_at = scene.now;
    send(scene, &issue, "update", &changed);
    scene.keep_issue(issue);
    Ok(())
}

/// Closes the issues that a merged description says it closes: "Closes #7".
pub(super) fn close_mentioned(scene: &mut Scene<'_>, description: &str) {
    let mut words = description.split_whitespace().peekable();
    let mut iids = Vec::new();
    while let Some(word) = words.next() {
        let closes = ["closes", "fixes", "resolves"].contains(&word.to_lowercase().as_str());
        if let (true, Some(next)) = (closes, words.peek()) {
            let number = next.trim_start_matches('#').trim_end_matches(['.', ',']);
            iids.extend(
                next.starts_with('#')
                    .then(|| number.parse::<u64>().ok())
                    .flatten(),
            );
        }
    }
    for iid in iids {
        let open = |issue: &Issue| issue.open;
        if let Ok(issue) = scene.issue(Some(&iid.to_string()), "open issue", open) {
            let said = scene.said_iid();
            turn(scene, issue, false);
            scene.say("iid", said);
        }
    }
}
