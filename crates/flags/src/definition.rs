//! What a flag's definition file says.

mod file;
mod flag_type;
mod parse;
mod problem;
mod warnings;
mod write;

use serde::{Deserialize, Serialize};

use crate::ids::FlagKey;

pub use flag_type::{FlagType, UnknownType};
pub use problem::Problem;

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
