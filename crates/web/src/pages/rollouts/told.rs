//! States, outcomes and verdicts as the pages say them: a colour, and words that stand alone.

use rollouts::evidence::{Severity, Verdict};
use rollouts::plan::{Plan, Source, StageKind};
use rollouts::{CheckOutcome, MonitorStatus, Phase, StageProgress, State, Status};

/// A colour's class, and words.
pub(in crate::pages) type Said = (&'static str, &'static str);

/// The state and, while it runs, what the present stage is at.
pub(in crate::pages) fn state(status: &Status) -> Said {
    match (status.state, status.phase) {
        (State::Held, _) => ("held", "held"),
        (State::RollingBack, _) => ("bad", "being rolled back"),
        (State::RolledBack, _) => ("bad", "rolled back"),
        (State::Completed, _) => ("on", "completed"),
        (State::Cancelled, _) => ("none", "cancelled"),
        (State::Running, Phase::Checking) => ("running", "checking what must hold"),
        (State::Running, Phase::AwaitingApproval) => ("running", "waiting for approval"),
        (State::Running, Phase::Applying) => ("running", "changing the flag"),
        (State::Running, Phase::Soaking) => ("running", "soaking"),
        (State::Running, Phase::Verifying) => ("running", "waiting for verification"),
        (State::Running, Phase::Ready) => ("running", "ready to advance"),
    }
}

pub(super) fn progress(progress: StageProgress) -> Said {
    match progress {
        StageProgress::Pending => ("pending", "to come"),
        StageProgress::Present => ("present", "now"),
        StageProgress::Done => ("done", "done"),
        StageProgress::TakenBack => ("back", "taken back"),
    }
}

pub(super) fn outcome(outcome: CheckOutcome) -> Said {
    match outcome {
        CheckOutcome::Holds => ("on", "holds"),
        CheckOutcome::Skipped => ("none", "skipped"),
        CheckOutcome::Waits => ("conditional", "waits"),
        CheckOutcome::Fails => ("bad", "fails"),
        CheckOutcome::Silent => ("unknown", "silent"),
    }
}

/// What a monitor says, how bad it is, and whether it may do anything.
pub(super) fn verdict(monitor: &MonitorStatus) -> Said {
    let judgement = &monitor.judgement;
    if monitor.silent.is_some() {
        return ("unknown", "silent");
    }
    match (judgement.verdict, judgement.severity) {
        (Verdict::Healthy, _) => ("on", "healthy"),
        (Verdict::Watching, _) => ("conditional", "watching"),
        (Verdict::Silent, _) => ("unknown", "silent"),
        (Verdict::Breached, Some(Severity::RollBack)) => ("bad", "breached: roll back"),
        (Verdict::Breached, Some(Severity::Hold) | None) => ("bad", "breached: hold"),
    }
}

/// Where a monitor's readings come from, in a few words.
pub(super) fn source(source: &Source) -> String {
    match source {
        Source::Deliveries => "Signalbox's own deliveries".to_owned(),
        Source::Sentry { project, .. } => match project {
            Some(project) => format!("Sentry, {project}"),
            None => "Sentry".to_owned(),
        },
        Source::Elasticsearch { index, .. } => format!("Elasticsearch, {index}"),
        Source::Prometheus(_) => "Prometheus".to_owned(),
        Source::Http { endpoint, path, .. } => format!("{endpoint}, {path}"),
    }
}

/// What a stage's change is called above a chart: as short as can be.
pub(super) fn short_stage(plan: &Plan, number: usize) -> String {
    let Some(stage) = plan.stage(number) else {
        return String::new();
    };
    match &stage.kind {
        StageKind::Percentage(share) => format!("{} %", share.number()),
        StageKind::Global => "all".to_owned(),
        StageKind::Named(_) => "named".to_owned(),
        StageKind::NonProduction => "non-prod".to_owned(),
        StageKind::CleanUp(_) => "gone".to_owned(),
        StageKind::Preparation | StageKind::Verification => {
            stage.name.as_str().chars().take(10).collect()
        }
    }
}
