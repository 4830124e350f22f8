//! Support and the team were told: both are when the preparation begins, in its own transaction.

use rollouts::plan::StageKind;
use rollouts::wording::moment;

use super::{Asking, Found};

pub(super) fn ask(asking: Asking<'_>) -> Found {
    let plan = &asking.rollout.plan;
    let begun = plan
        .stages
        .iter()
        .zip(&asking.rollout.stages)
        .find(|(stage, record)| stage.kind == StageKind::Preparation && record.began_at.is_some())
        .and_then(|(_, record)| record.began_at);
    let Some(at) = begun else {
        return Found::skipped("the plan has no preparation, in which they would be told");
    };
    let team = Some(&plan.channels.team);
    let channels: Vec<String> = [plan.channels.support.as_ref(), team]
        .into_iter()
        .flatten()
        .map(|channel| format!("`{channel}`"))
        .collect();
    Found::holds(format!(
        "{} were told at {}",
        channels.join(" and "),
        moment(at)
    ))
}
