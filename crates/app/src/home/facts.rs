//! What somebody's Home tells of, as far as it could be found out.

use domain::{DeliveryId, EnvironmentName, Mrkdwn, ProjectPath};
use flags::{FlagKey, Percentage};
use gitlab::rest::{Issue, Listed, MergeRequest, Pipeline};

/// Who opened it, and what there is to tell.
#[derive(Clone, Debug)]
pub(crate) enum Facts {
    /// Nobody knows who that is in GitLab.
    Unlinked,
    /// GitLab takes the tokens of this user name no more.
    Relink(String),
    /// GitLab is still being asked.
    Loading,
    Linked(Box<Board>),
}

/// All that is shown to somebody whose account is linked.
#[derive(Clone, Debug)]
pub(crate) struct Board {
    /// The name in GitLab, without the at sign.
    pub(crate) username: String,
    pub(crate) to_review: Found<OfProject<MergeRequest>>,
    /// Written by or assigned to them.
    pub(crate) mine: Found<OfProject<MergeRequest>>,
    pub(crate) issues: Found<OfProject<Issue>>,
    pub(crate) failed_pipelines: Found<OfProject<Pipeline>>,
    /// The connected ones that they maintain.
    pub(crate) projects: Found<Health>,
    pub(crate) flags: Found<OwnedFlag>,
    pub(crate) rollouts: Found<RolloutLine>,
}

/// Some of a kind, or nothing when whoever was asked gave no answer.
pub(crate) type Found<T> = Option<Listed<T>>;

/// Something in a project, as GitLab tells of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct OfProject<T> {
    /// The full path.
    pub(crate) project: String,
    /// The project as it is connected to the workspace: only then do its buttons work.
    pub(crate) connected: Option<ProjectPath>,
    pub(crate) it: T,
}

/// How news of a project get through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Health {
    pub(crate) project: ProjectPath,
    /// Messages that did not reach their channels, newest first.
    pub(crate) undelivered: Vec<Undelivered>,
    /// Whether there are more of them.
    pub(crate) has_more: bool,
}

/// A message that did not reach its channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Undelivered {
    pub(crate) delivery: DeliveryId,
    pub(crate) channel: Mrkdwn,
    /// What it would have told of.
    pub(crate) title: String,
    pub(crate) reason: String,
    /// What a person can do about it.
    pub(crate) remedy: String,
}

/// A flag whose last change was theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OwnedFlag {
    pub(crate) environment: EnvironmentName,
    pub(crate) flag: FlagKey,
    pub(crate) state: FlagState,
    /// The owners that its definition names.
    pub(crate) group: Option<String>,
}

/// A rollout that goes on, and concerns them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RolloutLine {
    pub(crate) flag: FlagKey,
    /// Its own page.
    pub(crate) page: String,
    pub(crate) standing: Standing,
    pub(crate) stage: String,
    pub(crate) percentage: Percentage,
    /// What it waits for them with, if it does.
    pub(crate) waits: Option<String>,
}

/// Whether a rollout goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    GoesOn,
    Held,
    GoesBack,
}

/// How a flag stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FlagState {
    Enabled,
    Disabled,
    /// For some, by its gates.
    Conditional,
    /// Nobody keeps gates for it: its definition decides.
    Untouched,
}

/// Where the pages and commands are that the Home points at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Places {
    /// Without a final slash.
    pub(crate) public_url: String,
    /// The workspace's own page.
    pub(crate) workspace_url: String,
    pub(crate) workspace_name: String,
    /// `/gitlab`.
    pub(crate) command: String,
}

impl Board {
    /// What nobody gave an answer about, in words.
    pub(crate) fn missing(&self) -> Vec<&'static str> {
        [
            (self.to_review.is_none(), "reviews"),
            (self.mine.is_none(), "your merge requests"),
            (self.issues.is_none(), "your issues"),
            (self.failed_pipelines.is_none(), "your pipelines"),
            (self.projects.is_none(), "your connected projects"),
            (self.flags.is_none(), "your flags"),
            (self.rollouts.is_none(), "your rollouts"),
        ]
        .into_iter()
        .filter_map(|(is_missing, name)| is_missing.then_some(name))
        .collect()
    }
}
