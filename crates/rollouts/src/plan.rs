//! What a release engineer writes down before anything is changed: the stages, what must hold
//! before each, who watches, and what happens when the evidence is bad.
//!
//! A plan is data. It never holds an address that is called: monitors and gates name what the
//! configuration knows.

mod cleanup;
mod duration;
mod keys;
mod lint;
mod monitor;
mod parse;
mod people;
mod precondition;
mod provider;
mod reference;
mod schema;
mod shelf;
mod stage;
mod standard;
mod write;

use std::collections::BTreeSet;

use flags::FlagKey;
use serde::{Deserialize, Serialize};

use crate::preparation::ChangeIssue;

pub use cleanup::CleanUp;
pub use duration::{InvalidDuration, parse_duration, write_duration};
pub use lint::{Defined, Facts, Finding, Weight};
pub use monitor::{Counting, Empty, FlagTerm, Monitor, MonitorName, OnBad, Query, Source, Sums};
pub use parse::{PlanFile, SUFFIX};
pub use people::{Approval, Channels, Group, People, Person};
pub use precondition::{ItemId, Precondition};
pub use provider::Provider;
pub use reference::reference;
pub use schema::schema;
pub use shelf::{Plans, Shelved};
pub use stage::{Actors, OnBreach, Stage, StageKind, StageName};
pub use standard::{Basics, Logs, Watching, standard, team_channel};

/// A flag's planned way to everybody, and out of the code.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    pub flag: FlagKey,
    /// What is hashed for a percentage.
    pub by: By,
    pub people: People,
    pub channels: Channels,
    pub links: Links,
    /// The milestone in which the flag is enabled and removed: `15.8`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub milestone: Option<String>,
    /// What the rollout issue says in words.
    #[serde(default)]
    pub prose: Prose,
    /// Whether it needs a change management issue.
    #[serde(default)]
    pub change: ChangeIssue,
    /// Who approves the stages that need it.
    #[serde(default)]
    pub approval: Approval,
    /// What a breach does where a stage does not say otherwise.
    #[serde(default)]
    pub on_breach: OnBreach,
    /// At least one; in the order in which they are gone through.
    pub stages: Vec<Stage>,
    #[serde(default)]
    pub monitors: Vec<Monitor>,
    /// What is skipped, and said to be, when nobody who answers it is configured: ids of
    /// preconditions. Anything else then stands in the way.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub optional: BTreeSet<ItemId>,
}

/// How a percentage opens a flag.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// The same actors at every evaluation: both arms can be compared.
    #[default]
    Actors,
    /// A share of all evaluations, for a flag that is asked without an actor: there are no arms,
    /// so that only before/after monitors and hard limits watch it.
    Time,
}

/// Where the rollout is talked about. Web addresses of GitLab, for people and for its API; they
/// are only ever read as names of things in the GitLab that is configured.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Links {
    /// The merge request that brought the feature; it must be deployed before it is enabled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merge_request: Option<String>,
    /// Hears the expected time, hears when it is done, and is closed at the release.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub feature_issue: Option<String>,
    /// Kept in step; it is created in `issue_project` when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rollout_issue: Option<String>,
    /// A project's path: `gitlab-org/gitlab`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issue_project: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub docs_merge_request: Option<String>,
    /// The change management issue, if the rollout needs one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change_issue: Option<String>,
}

/// What the rollout issue says in words; GitLab's Markdown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Prose {
    /// The issue's title; made from the flag's name when there is none.
    pub title: String,
    pub summary: String,
    /// What are we expecting to happen?
    pub expectations: String,
    /// When is the feature viable?
    pub viable: String,
    /// What might happen if this goes wrong?
    pub risks: String,
    /// What can we monitor to detect problems with this?
    pub monitoring: String,
    /// What can we check for monitoring production after rollouts?
    pub checking: String,
    /// What an administrator or a support engineer can do for one customer.
    pub support: String,
    /// Availability and testing.
    pub testing: String,
}

impl Plan {
    /// The stage with this number, counted from 0.
    #[must_use]
    pub fn stage(&self, number: usize) -> Option<&Stage> {
        self.stages.get(number)
    }

    /// The monitor with this name.
    #[must_use]
    pub fn monitor(&self, name: &MonitorName) -> Option<&Monitor> {
        self.monitors.iter().find(|monitor| monitor.name == *name)
    }

    /// Whether the rollout goes on without this when nobody who answers it is configured. Never
    /// without knowing that no code asks for the flag.
    #[must_use]
    pub fn is_optional(&self, of: &Precondition) -> bool {
        match of {
            Precondition::RemovalMerged
            | Precondition::RemovalDeployed
            | Precondition::Http { .. }
            | Precondition::Manual { .. } => false,
            Precondition::Deployed
            | Precondition::NoIncident
            | Precondition::NoChangeInProgress
            | Precondition::NoChangeLock
            | Precondition::Healthy
            | Precondition::OnCall
            | Precondition::Watched
            | Precondition::Documentation
            | Precondition::Milestone
            | Precondition::ChangeIssue
            | Precondition::Announced
            | Precondition::Notified
            | Precondition::RemovalReleased => {
                self.optional.iter().any(|id| id.as_str() == of.id())
            }
        }
    }

    /// What a breach in this stage does.
    #[must_use]
    pub fn on_breach(&self, stage: &Stage) -> OnBreach {
        stage.on_breach.unwrap_or(self.on_breach)
    }
}
