//! One hand at the points: where a rollout of the flag runs, it is the one that opens it.

use rollouts::plan::StageKind;
use rollouts::{Plan, State};

use crate::chatops::Parts;

use super::{Subject, Verdict};

pub(super) async fn check(parts: &Parts, subject: &Subject<'_>) -> Verdict {
    let flag = subject.flag;
    let running = match steering::running(&parts.store, flag).await {
        Ok(running) => running,
        Err(error) => return Verdict::Silent(error.to_string()),
    };
    let name = &subject.environment.name;
    let Some(rollout) = running.filter(|rollout| governs(&rollout.plan, name)) else {
        return Verdict::Passed;
    };
    Verdict::Blocked(match rollout.state {
        State::RollingBack => "its rollout puts it back right now".to_owned(),
        State::Running | State::Held | State::RolledBack | State::Completed | State::Cancelled => {
            format!(
                "a rollout opens it stage by stage: use `rollout advance {flag}`; a change past it \
             holds the rollout, and its thread is told"
            )
        }
    })
}

/// Whether a plan changes the flag in this environment.
fn governs(plan: &Plan, environment: &domain::EnvironmentName) -> bool {
    plan.stages.iter().any(|stage| {
        let cleaned = match &stage.kind {
            StageKind::CleanUp(clean_up) => clean_up.environments.contains(environment),
            StageKind::NonProduction
            | StageKind::Named(_)
            | StageKind::Preparation
            | StageKind::Percentage(_)
            | StageKind::Global
            | StageKind::Verification => false,
        };
        cleaned || stage.environments.contains(environment)
    })
}
