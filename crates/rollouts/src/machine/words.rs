//! Words for what a rollout needs.

use crate::plan::{ItemId, Precondition};

const LONGEST_TEXT: usize = 300;

pub(super) fn to_be_ticked(item: &ItemId, text: &str) -> String {
    let text: String = text.chars().take(LONGEST_TEXT).collect();
    format!("to be ticked as `{item}` with evidence: {text}")
}

/// What must hold, as a claim.
pub(super) fn title(of: &Precondition) -> String {
    let fixed = match of {
        Precondition::Deployed => "the merge request is deployed",
        Precondition::NoIncident => "no incident is active",
        Precondition::NoChangeInProgress => "no other change is in progress",
        Precondition::NoChangeLock => "no change lock is in force",
        Precondition::Healthy => "the services are healthy",
        Precondition::OnCall => "somebody is on call until the soak is over",
        Precondition::Watched => "somebody watches for two hours",
        Precondition::Documentation => "the documentation is merged or assigned",
        Precondition::Milestone => "the rollout issue has the milestone",
        Precondition::ChangeIssue => "the need of a change issue is decided",
        Precondition::Announced => "the feature issue was told the expected time",
        Precondition::Notified => "the support and team channels were told",
        Precondition::RemovalMerged => "the removal of the flag is merged",
        Precondition::RemovalDeployed => "the removal is deployed everywhere",
        Precondition::RemovalReleased => "the removal is part of the release",
        Precondition::Http { item, endpoint, .. } => {
            return format!("{endpoint} agrees ({item})");
        }
        Precondition::Manual { text, .. } => {
            return text.chars().take(LONGEST_TEXT).collect();
        }
    };
    fixed.to_owned()
}
