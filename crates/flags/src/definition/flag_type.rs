//! The types of flags, and the rules that come with each.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

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
        match self {
            Self::Beta | Self::Ops | Self::Development => true,
            Self::GitlabComDerisk
            | Self::Wip
            | Self::Experiment
            | Self::Worker
            | Self::Undefined => false,
        }
    }

    /// Whether the application may ask for a flag of this type that no file defines.
    #[must_use]
    pub fn may_lack_a_definition(self) -> bool {
        match self {
            Self::Experiment | Self::Worker | Self::Undefined => true,
            Self::GitlabComDerisk | Self::Wip | Self::Beta | Self::Ops | Self::Development => false,
        }
    }

    /// Whether a flag of this type is rolled out along an issue.
    #[must_use]
    pub fn needs_a_rollout_issue(self) -> bool {
        match self {
            Self::GitlabComDerisk | Self::Beta | Self::Experiment => true,
            Self::Wip | Self::Ops | Self::Worker | Self::Undefined | Self::Development => false,
        }
    }

    /// The months that a flag of this type may live. `None`: as long as it is needed; one for
    /// operators is justified anew every twelve months by raising its milestone.
    #[must_use]
    pub fn lifespan(self) -> Option<u8> {
        match self {
            Self::GitlabComDerisk => Some(2),
            Self::Wip => Some(4),
            Self::Beta | Self::Experiment | Self::Development => Some(6),
            Self::Ops | Self::Worker | Self::Undefined => None,
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_read_as_they_are_written() {
        for flag_type in FlagType::ALL {
            assert_eq!(flag_type.to_string().parse(), Ok(*flag_type));
            let json = serde_json::to_string(flag_type).unwrap();
            assert_eq!(json, format!("\"{flag_type}\""));
        }
        assert!("licensed".parse::<FlagType>().is_err());
    }
}
