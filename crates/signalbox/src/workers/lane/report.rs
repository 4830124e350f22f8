//! What is told of a try that failed. Pure.

use store::{ClaimedLane, Outcome, RetryCause};

use crate::errors::{self, Failure};

/// The failure that came of a try at the lane's head, if it was one: to wait for Slack's pace is
/// none.
pub(super) fn failure(
    lane: &ClaimedLane,
    outcome: &Outcome,
    code: Option<String>,
) -> Option<Failure> {
    let (reason, outcome) = match outcome {
        Outcome::Sent { .. } | Outcome::Taken | Outcome::Updated { .. } => return None,
        Outcome::Retry {
            cause: RetryCause::Paced,
            ..
        } => return None,
        Outcome::Retry {
            reason,
            cause: RetryCause::Failed,
            ..
        } => (reason, errors::Outcome::Retry),
        Outcome::Dead { reason, .. } => (reason, errors::Outcome::Dead),
    };
    let head = &lane.head;
    Some(Failure {
        delivery: head.id.clone(),
        project: head.project.clone(),
        workspace: lane.workspace.clone(),
        channel: lane.channel.clone(),
        via: head.speaker.via(),
        is_chosen: head.event.is_some(),
        code: code?,
        reason: reason.clone(),
        attempt: head.attempts.saturating_add(1),
        outcome,
    })
}
