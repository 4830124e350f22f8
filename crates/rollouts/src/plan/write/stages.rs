//! The stages of a plan, written.

use flags::request::Targets;

use super::lines::Lines;
use super::{Usual, breach, changes_production};
use crate::plan::{CleanUp, Stage, StageKind, write_duration};

pub(super) fn write(stages: &[Stage], usual: &Usual, lines: &mut Lines) {
    lines.gap();
    lines.open("stages");
    for (place, stage) in stages.iter().enumerate() {
        if 0 < place {
            lines.gap();
        }
        lines.item();
        write_stage(stage, usual, lines);
        lines.close();
    }
    lines.close();
}

fn write_stage(stage: &Stage, usual: &Usual, lines: &mut Lines) {
    lines.text("name", stage.name.as_str());
    write_kind(stage, lines);
    let is_usual = changes_production(stage);
    if !(is_usual && stage.environments == usual.environments) {
        lines.list("environments", &stage.environments);
    }
    if stage.kind != StageKind::Preparation && !(is_usual && stage.preconditions == usual.require) {
        if stage.preconditions.is_empty() && is_usual {
            lines.raw("require", "[]");
        } else {
            lines.items("require", &stage.preconditions);
        }
    }
    if 0 < stage.approvals {
        lines.raw("approvals", &stage.approvals.to_string());
    }
    if !stage.soak.is_zero() && stage.kind != StageKind::Verification {
        lines.text("soak", &write_duration(stage.soak));
    }
    if !stage.verify.is_empty() {
        lines.items("verify", &stage.verify);
    }
    match stage.monitors.as_deref() {
        Some([]) => lines.raw("monitors", "[]"),
        Some(names) => lines.list("monitors", names),
        None => (),
    }
    lines.maybe("on_breach", stage.on_breach.map(breach));
    if stage.by_hand {
        lines.raw("by_hand", "true");
    }
}

fn write_kind(stage: &Stage, lines: &mut Lines) {
    match &stage.kind {
        StageKind::NonProduction | StageKind::Global => lines.raw("set", "true"),
        StageKind::Named(actors) => {
            lines.raw("set", "true");
            write_targets(&actors.0, lines);
        }
        StageKind::Preparation if stage.preconditions.is_empty() => lines.raw("checklist", "[]"),
        StageKind::Preparation => lines.items("checklist", &stage.preconditions),
        StageKind::Percentage(share) => lines.raw("percentage", &share.to_string()),
        StageKind::Verification => lines.text("verification", &write_duration(stage.soak)),
        StageKind::CleanUp(clean_up) => write_clean_up(clean_up, lines),
    }
}

fn write_targets(targets: &Targets, lines: &mut Lines) {
    lines.list("projects", &targets.projects);
    lines.list("groups", &targets.groups);
    lines.list("namespaces", &targets.namespaces);
    lines.list("users", &targets.users);
    lines.list("repositories", &targets.repositories);
    lines.maybe(
        "feature_group",
        targets.feature_group.as_ref().map(flags::GroupName::as_str),
    );
}

fn write_clean_up(clean_up: &CleanUp, lines: &mut Lines) {
    if *clean_up == CleanUp::default() {
        lines.raw("clean_up", "{}");
        return;
    }
    lines.open("clean_up");
    lines.maybe("project", clean_up.project.as_deref());
    lines.list("environments", &clean_up.environments);
    lines.maybe("merge_request", clean_up.merge_request.as_deref());
    if clean_up.issue_only {
        lines.raw("issue_only", "true");
    }
    lines.close();
}
