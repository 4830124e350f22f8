//! What single stages may not do: hurry, go unseen, ask for what nobody can give.

use jiff::SignedDuration;

use super::{Facts, Findings, of_stage};
use crate::plan::{OnBreach, Plan, Precondition, Stage, StageKind, write_duration};

/// GitLab's floor between two percentages.
const LEAST_WAIT: SignedDuration = SignedDuration::from_mins(15);
/// On the clock of people: it can not be shortened in a plan.
const LEAST_VERIFICATION: SignedDuration = SignedDuration::from_hours(24);
/// Each is a question to GitLab in one change.
const MOST_ACTORS: usize = 100;

pub(super) fn check(plan: &Plan, facts: &Facts<'_>, findings: &mut Findings) {
    let mut is_first_change = true;
    for stage in &plan.stages {
        waits(stage, findings);
        approvals(plan, stage, findings);
        required(stage, findings);
        if let StageKind::Named(actors) = &stage.kind {
            let targets = &actors.0;
            let lists = [
                &targets.projects,
                &targets.groups,
                &targets.namespaces,
                &targets.users,
                &targets.repositories,
            ];
            let count: usize = lists.iter().map(|names| names.len()).sum();
            if MOST_ACTORS < count {
                let message =
                    format!("names {count} actors, more than {MOST_ACTORS}; use a feature group");
                findings.refuse(of_stage(stage, "set"), message);
            }
        }
        if is_first_change && plan.on_breach(stage) == OnBreach::Back && stage.changes_flag() {
            let message = "goes back a stage, and there is none: the flag is closed";
            findings.warn(of_stage(stage, "on_breach"), message);
        }
        is_first_change &= !stage.changes_flag();
    }
    if let Some(known) = &facts.environments {
        let touched = |name| {
            plan.stages
                .iter()
                .any(|stage| stage.environments.contains(name))
        };
        let left_out: Vec<String> = known
            .iter()
            .filter(|(name, is_production)| **is_production && !touched(*name))
            .map(|(name, _)| name.to_string())
            .collect();
        if !left_out.is_empty() {
            findings.warn("production", format!("leaves out {}", left_out.join(", ")));
        }
    }
}

fn waits(stage: &Stage, findings: &mut Findings) {
    match stage.kind {
        StageKind::Percentage(_) if stage.soak.is_zero() => findings.refuse(
            of_stage(stage, "soak"),
            "is missing: a percentage is watched for at least 15m before the next stage",
        ),
        StageKind::Percentage(_) if stage.soak < LEAST_WAIT => {
            let soak = write_duration(stage.soak);
            findings.refuse(
                of_stage(stage, "soak"),
                format!("is {soak}; a percentage is watched for at least 15m"),
            );
        }
        StageKind::Verification if stage.soak < LEAST_VERIFICATION => {
            let soak = write_duration(stage.soak);
            findings.refuse(
                of_stage(stage, "verification"),
                format!("is {soak}; the verification takes at least a day (1d)"),
            );
        }
        StageKind::NonProduction | StageKind::Named(_)
            if stage.soak.is_zero() && stage.verify.is_empty() =>
        {
            findings.warn(
                of_stage(stage, "soak"),
                "is missing, and nobody verifies: the next stage follows at once",
            );
        }
        StageKind::NonProduction
        | StageKind::Named(_)
        | StageKind::Preparation
        | StageKind::Percentage(_)
        | StageKind::Global
        | StageKind::Verification
        | StageKind::CleanUp(_) => (),
    }
}

fn approvals(plan: &Plan, stage: &Stage, findings: &mut Findings) {
    let people = &plan.approval.people;
    if stage.approvals == 0 || people.is_empty() {
        return;
    }
    // The owner starts it, as a rule, and does not approve what they asked for.
    let may = people
        .iter()
        .filter(|person| plan.approval.own || **person != plan.people.owner)
        .count();
    if (may as u64) < u64::from(stage.approvals) {
        findings.refuse(
            of_stage(stage, "approvals"),
            format!(
                "is {}, but `approval.by` has only {may} who may approve{}",
                stage.approvals,
                if plan.approval.own {
                    ""
                } else {
                    " (not the owner's own)"
                }
            ),
        );
    }
}

fn required(stage: &Stage, findings: &mut Findings) {
    let requires = |asked: &Precondition| stage.preconditions.contains(asked);
    match stage.kind {
        StageKind::CleanUp(_) => {
            for needed in [Precondition::RemovalMerged, Precondition::RemovalDeployed] {
                if !requires(&needed) {
                    let message = format!(
                        "lacks {}: a flag is deleted only when no code asks for it any more",
                        needed.id()
                    );
                    findings.refuse(of_stage(stage, "require"), message);
                }
            }
        }
        StageKind::Named(_) | StageKind::Percentage(_) | StageKind::Global => {
            for advised in [
                Precondition::Deployed,
                Precondition::NoIncident,
                Precondition::NoChangeLock,
            ] {
                if !requires(&advised) {
                    let message = format!("lacks {}", advised.id());
                    findings.warn(of_stage(stage, "require"), message);
                }
            }
        }
        StageKind::NonProduction if !requires(&Precondition::Deployed) => {
            findings.warn(of_stage(stage, "require"), "lacks deployed");
        }
        StageKind::NonProduction | StageKind::Preparation | StageKind::Verification => (),
    }
    let early = [
        Precondition::RemovalMerged,
        Precondition::RemovalDeployed,
        Precondition::RemovalReleased,
    ];
    if !matches!(stage.kind, StageKind::CleanUp(_)) {
        for asked in early.iter().filter(|asked| requires(asked)) {
            let message = format!("has {}, which only a clean-up can wait for", asked.id());
            findings.refuse(of_stage(stage, "require"), message);
        }
    }
}
