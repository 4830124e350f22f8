//! What a flag's definition file says.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::ids::FlagKey;

/// A flag as its definition file declares it (`flags/<type>/<name>.yml`). The fields are those of
/// GitLab's definitions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Definition {
    pub name: FlagKey,
    /// What the flag is for.
    #[serde(default)]
    pub description: Option<String>,
    /// The issue of the feature behind the flag.
    #[serde(default)]
    pub feature_issue_url: Option<String>,
    /// The merge request that brought the flag.
    #[serde(default)]
    pub introduced_by_url: Option<String>,
    /// The issue that tracks the rollout; every change is told there.
    #[serde(default)]
    pub rollout_issue_url: Option<String>,
    /// Major and minor version that brought the flag, such as `15.8`.
    #[serde(default)]
    pub milestone: Option<String>,
    #[serde(default)]
    pub log_state_changes: Option<bool>,
    #[serde(rename = "type")]
    pub flag_type: FlagType,
    /// The owners: `group::integrations`.
    #[serde(default)]
    pub group: Option<String>,
    /// Whether the flag is enabled while nobody has touched it.
    pub default_enabled: bool,
    /// A date (`2026-01-31`).
    #[serde(default)]
    pub intended_to_rollout_by: Option<String>,
}

/// What a flag is for, and so how long it may live.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FlagType {
    /// Takes the risk out of a deploy to GitLab.com.
    GitlabComDerisk,
    /// Hides unfinished work over several merge requests.
    Wip,
    /// Released, but may have to be switched off.
    Beta,
    /// A switch for operators, for good.
    Ops,
    Experiment,
    /// Defers or drops the jobs of one worker; the names are generated.
    Worker,
    /// Flags that no file defines.
    Undefined,
    /// What most flags were before the types above.
    Development,
}

impl FlagType {
    pub const ALL: &'static [Self] = &[
        Self::GitlabComDerisk,
        Self::Wip,
        Self::Beta,
        Self::Ops,
        Self::Experiment,
        Self::Worker,
        Self::Undefined,
        Self::Development,
    ];

    /// The name in files and in the API.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::GitlabComDerisk => "gitlab_com_derisk",
            Self::Wip => "wip",
            Self::Beta => "beta",
            Self::Ops => "ops",
            Self::Experiment => "experiment",
            Self::Worker => "worker",
            Self::Undefined => "undefined",
            Self::Development => "development",
        }
    }

    /// Whether a flag of this type may be enabled before anybody has touched it.
    #[must_use]
    pub fn may_be_enabled_by_default(self) -> bool {
        matches!(self, Self::Beta | Self::Ops | Self::Development)
    }
}

impl fmt::Display for FlagType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A text that names no type of flags.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no type of flags")]
pub struct UnknownType(pub String);

impl FromStr for FlagType {
    type Err = UnknownType;
    fn from_str(name: &str) -> Result<Self, UnknownType> {
        let known = Self::ALL.iter().find(|known| known.name() == name);
        known.copied().ok_or_else(|| UnknownType(name.to_owned()))
    }
}
