//! The order of the stages: where no customer is first, then few, many, everybody, and out.

use flags::Percentage;

use super::{Findings, of_stage};
use crate::plan::{Plan, Stage, StageKind};

/// How far along the way a stage of this kind is, with what that part is called.
fn part(kind: &StageKind) -> (u8, &'static str) {
    match kind {
        StageKind::NonProduction => (0, "environments without customers"),
        StageKind::Named(_) => (1, "named actors"),
        StageKind::Preparation => (2, "checklists"),
        StageKind::Percentage(_) => (3, "percentages"),
        StageKind::Global => (4, "everyone"),
        StageKind::Verification => (5, "the verification"),
        StageKind::CleanUp(_) => (6, "the clean-up"),
    }
}

pub(super) fn check(plan: &Plan, findings: &mut Findings) {
    parts(plan, findings);
    percentages(plan, findings);
    ending(plan, findings);
}

fn parts(plan: &Plan, findings: &mut Findings) {
    let mut furthest: Option<&Stage> = None;
    for stage in &plan.stages {
        // A checklist may stand anywhere before everyone.
        let anywhere = stage.kind == StageKind::Preparation;
        match furthest {
            Some(before) if is_behind(stage, before) => {
                let (_, what) = part(&stage.kind);
                let (_, other) = part(&before.kind);
                findings.refuse(
                    of_stage(stage, "name"),
                    format!(
                        "is about {what}, which come before {other} (`{}`)",
                        before.name
                    ),
                );
            }
            Some(_) if anywhere => (),
            Some(_) | None => furthest = Some(stage),
        }
    }
}

fn is_behind(stage: &Stage, before: &Stage) -> bool {
    let (here, _) = part(&stage.kind);
    let (there, _) = part(&before.kind);
    match stage.kind {
        StageKind::Preparation => 4 <= there,
        StageKind::NonProduction
        | StageKind::Named(_)
        | StageKind::Percentage(_)
        | StageKind::Global
        | StageKind::Verification
        | StageKind::CleanUp(_) => here < there,
    }
}

fn percentages(plan: &Plan, findings: &mut Findings) {
    let mut last = Percentage::ZERO;
    for stage in &plan.stages {
        if let StageKind::Percentage(share) = stage.kind {
            if share.is_zero() {
                let message = "is 0, which opens the flag for nobody; leave the stage out";
                findings.refuse(of_stage(stage, "percentage"), message);
            } else if share <= last {
                let message = format!("is {share} after {last}; percentages rise");
                findings.refuse(of_stage(stage, "percentage"), message);
            }
            last = share;
        }
    }
}

/// What comes once at most, and what needs what before it.
fn ending(plan: &Plan, findings: &mut Findings) {
    let (mut global, mut verification, mut clean_up) = (0, 0, 0);
    for stage in &plan.stages {
        let (count, what) = match stage.kind {
            StageKind::Global => (&mut global, "opens the flag for everyone"),
            StageKind::Verification => (&mut verification, "is a verification"),
            StageKind::CleanUp(_) => (&mut clean_up, "is a clean-up"),
            StageKind::NonProduction
            | StageKind::Named(_)
            | StageKind::Preparation
            | StageKind::Percentage(_) => continue,
        };
        *count += 1;
        if *count == 2 {
            findings.refuse(
                of_stage(stage, "name"),
                format!("{what} as another stage does"),
            );
        }
        let lacks = match stage.kind {
            StageKind::Verification if global == 0 => {
                Some("opens the flag for everyone (`set: true`)")
            }
            StageKind::CleanUp(_) if global == 0 => {
                Some("opens the flag for everyone (`set: true`)")
            }
            StageKind::CleanUp(_) if verification == 0 => {
                Some("verifies for a day (`verification: 1d`)")
            }
            StageKind::Verification
            | StageKind::CleanUp(_)
            | StageKind::Global
            | StageKind::NonProduction
            | StageKind::Named(_)
            | StageKind::Preparation
            | StageKind::Percentage(_) => None,
        };
        if let Some(lacks) = lacks {
            findings.refuse(
                of_stage(stage, "name"),
                format!("has no stage before it that {lacks}"),
            );
        }
    }
    if clean_up == 0 {
        let message = "have no clean-up: the flag will stay in the code";
        findings.warn("stages", message);
    }
    if !plan
        .stages
        .iter()
        .any(|stage| stage.kind == StageKind::NonProduction)
    {
        let message = "begin in production; open the flag where no customer is first";
        findings.warn("stages", message);
    }
}
