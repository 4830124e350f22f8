//! What must hold before a stage begins, or ends.

use serde::{Deserialize, Serialize};

domain::text_id!(
    /// What a plan calls a precondition, for ticking it: `docs`, `qa-staging`.
    ItemId, "item", 64,
    |c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.')
);

/// What must hold. Signalbox finds out by itself, except where a person has to say so with
/// evidence.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Precondition {
    /// The plan's merge request is deployed everywhere in the stage's environments, the stages
    /// before them (canary) included.
    Deployed,
    /// No active incident that blocks feature flags.
    NoIncident,
    /// No conflicting change in progress.
    NoChangeInProgress,
    /// No change lock, and no freeze period.
    NoChangeLock,
    /// The services' health metric is good.
    Healthy,
    /// Somebody is on call, by the on-call source of the configuration, until the soak is over.
    OnCall,
    /// The watcher, or whoever stands in, has acknowledged in Slack that they watch for two hours.
    Watched,
    /// The documentation's merge request is merged, or assigned to somebody who will.
    Documentation,
    /// The rollout issue has the plan's milestone.
    Milestone,
    /// Whether a change management issue is needed was decided (see [`ChangeIssue`]), and if it
    /// is, both issues are linked.
    ///
    /// [`ChangeIssue`]: crate::preparation::ChangeIssue
    ChangeIssue,
    /// The feature issue was told when it is expected.
    Announced,
    /// The support and team channels were told.
    Notified,
    /// An endpoint of the configuration answers 2xx and, if a pointer is given, this value.
    Http {
        item: ItemId,
        endpoint: String,
        /// Below the endpoint's address, with a leading slash.
        path: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pointer: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        equals: Option<String>,
    },
    /// A person does it, and says so with evidence: words or a link.
    Manual {
        item: ItemId,
        /// What is to be done, as the issue's checklist says it; GitLab's Markdown.
        text: String,
        /// The environment in which it was verified, for a verification.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        environment: Option<String>,
    },
    /// The merge request that removes the flag is merged.
    RemovalMerged,
    /// … and deployed wherever the flag exists.
    RemovalDeployed,
    /// … and part of the release of the plan's milestone.
    RemovalReleased,
}

impl Precondition {
    /// What it is called in commands, in the issue and in the database.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Deployed => "deployed",
            Self::NoIncident => "no-incident",
            Self::NoChangeInProgress => "no-change-in-progress",
            Self::NoChangeLock => "no-change-lock",
            Self::Healthy => "healthy",
            Self::OnCall => "on-call",
            Self::Watched => "watched",
            Self::Documentation => "documentation",
            Self::Milestone => "milestone",
            Self::ChangeIssue => "change-issue",
            Self::Announced => "announced",
            Self::Notified => "notified",
            Self::Http { item, .. } | Self::Manual { item, .. } => item.as_str(),
            Self::RemovalMerged => "removal-merged",
            Self::RemovalDeployed => "removal-deployed",
            Self::RemovalReleased => "removal-released",
        }
    }

    /// Whether a person's tick is what decides.
    #[must_use]
    pub fn is_manual(&self) -> bool {
        matches!(self, Self::Manual { .. })
    }
}
