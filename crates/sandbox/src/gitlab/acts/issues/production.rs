//! Incidents and changes of production, with the labels that say how they stand.
//!
//! `blocks feature-flags` is the label that stops changes of feature flags. An incident gets it
//! when asked, a change of criticality 1 or 2 unless asked not to.

use super::updating::{Update, create, update};
use super::{CONFIDENTIAL, new};
use crate::gitlab::acts::{ASSIGNEES, Act, DESCRIPTION, ISSUE, LABELS, TITLE, field};
use crate::gitlab::args::{Args, DoError, Takes};
use crate::gitlab::scene::Scene;
use crate::gitlab::seed::PRODUCTION;
use crate::gitlab::words;
use crate::gitlab::world::{Issue, Project};

const BLOCKS: &str = "blocks feature-flags";
const ACTIVE: &str = "Incident::Active";
const IN_PROGRESS: &str = "change::in-progress";

pub(in crate::gitlab::acts) const INCIDENT: Act = Act {
    what: "incident",
    label: "Declare incident",
    group: "Planning",
    common: true,
    summary: "Declare an incident; in the production tracker it gets the labels of an active one",
    fields: &[
        TITLE,
        DESCRIPTION,
        field(
            "severity",
            Takes::OneOf(&["critical", "high", "medium", "low", "unknown"]),
            "how bad it is; high unless given",
        ),
        field(
            "blocks",
            Takes::YesNo,
            "true labels it `blocks feature-flags`; false unless given",
        ),
        CONFIDENTIAL,
        LABELS,
        ASSIGNEES,
    ],
    run: incident,
};

pub(in crate::gitlab::acts) const RESOLVE_INCIDENT: Act = Act {
    what: "resolve_incident",
    label: "Resolve incident",
    group: "Planning",
    common: false,
    summary: "Close an incident; one that is labelled active becomes resolved",
    fields: &[ISSUE],
    run: |scene, args| {
        let open = |issue: &Issue| issue.open && issue.type_name == "Incident";
        let issue = scene.issue(args.text("issue"), "open incident", open)?;
        finish(scene, issue, (ACTIVE, "Incident::Resolved"));
        Ok(())
    },
};

pub(in crate::gitlab::acts) const CHANGE: Act = Act {
    what: "change",
    label: "Begin change",
    group: "Planning",
    common: false,
    summary: "Open a change request that is in progress, in the project's tracker",
    fields: &[
        TITLE,
        DESCRIPTION,
        field(
            "criticality",
            Takes::OneOf(&["C1", "C2", "C3", "C4"]),
            "how far it reaches; C2 unless given",
        ),
        field(
            "lock",
            Takes::YesNo,
            "true declares a change lock; false unless given",
        ),
        field(
            "blocks",
            Takes::YesNo,
            "whether it is labelled `blocks feature-flags`; so are C1 and C2 unless given",
        ),
        LABELS,
        ASSIGNEES,
    ],
    run: change,
};

pub(in crate::gitlab::acts) const COMPLETE_CHANGE: Act = Act {
    what: "complete_change",
    label: "Complete change",
    group: "Planning",
    common: false,
    summary: "Complete a change request that is in progress, and close it",
    fields: &[ISSUE],
    run: |scene, args| {
        let labelled =
            |issue: &Issue| issue.open && is_labelled(scene.project(), issue, IN_PROGRESS);
        let issue = scene.issue(args.text("issue"), "change in progress", labelled)?;
        finish(scene, issue, (IN_PROGRESS, "change::complete"));
        Ok(())
    },
};

fn incident(scene: &mut Scene<'_>, args: &Args) -> Result<(), DoError> {
    let mut new = new(scene, args, "Incident", words::INCIDENTS)?;
    if args.text("severity").is_none() {
        "high".clone_into(&mut new.severity);
    }
    if scene.project().id == PRODUCTION {
        new.labels.extend(["incident", ACTIVE].map(str::to_owned));
        let severity = ["critical", "high", "medium", "low"];
        let number = severity.iter().position(|s| *s == new.severity);
        new.labels
            .extend(number.map(|index| format!("severity::{}", index + 1)));
    }
    if args.yes_no("blocks") == Some(true) {
        new.labels.push(BLOCKS.to_owned());
    }
    new.labels.dedup();
    create(scene, new);
    Ok(())
}

fn change(scene: &mut Scene<'_>, args: &Args) -> Result<(), DoError> {
    let mut new = new(scene, args, "Issue", words::PRODUCTION_CHANGES)?;
    let criticality = args.text("criticality").unwrap_or("C2");
    let lock = args.yes_no("lock") == Some(true);
    let blocks = args
        .yes_no("blocks")
        .unwrap_or(matches!(criticality, "C1" | "C2"));
    new.labels
        .extend(["change", criticality, IN_PROGRESS].map(str::to_owned));
    new.labels.extend(lock.then(|| "change-lock".to_owned()));
    new.labels.extend(blocks.then(|| BLOCKS.to_owned()));
    create(scene, new);
    Ok(())
}

fn finish(scene: &mut Scene<'_>, issue: Issue, (from, to): (&str, &str)) {
    let was_labelled = is_labelled(scene.project(), &issue, from);
    let add_labels = was_labelled.then(|| to.to_owned());
    let change = Update {
        open: Some(false),
        add_labels: add_labels.into_iter().collect(),
        ..Update::default()
    };
    update(scene, issue, change);
}

fn is_labelled(project: &Project, issue: &Issue, title: &str) -> bool {
    let labels = project.labels_of(&issue.label_ids);
    labels.iter().any(|label| label.title == title)
}
