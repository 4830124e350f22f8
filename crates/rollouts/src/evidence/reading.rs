//! What a monitor brought at one check, and where in the rollout it was.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::exact::{number, optional};
use super::mean::Samples;
use super::new_issue::Issue;
use super::{Arm, Window};

/// One answer of a monitor, as the rule behind it needs it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reading {
    /// Failures and exposures of both arms.
    Arms(Window),
    /// Failures and exposures of everybody, where nothing tells the arms apart.
    Everybody(Arm),
    /// Windows of everybody from before the change, to compare with.
    Baseline(Vec<Arm>),
    /// How large something was, for each arm.
    Samples(Samples),
    /// One number against an absolute limit; over how many requests, where that is known.
    Value {
        #[serde(with = "number")]
        value: f64,
        #[serde(default, with = "optional")]
        requests: Option<f64>,
    },
    /// The issues of the error tracker that are as new as the stage.
    Issues(Vec<Issue>),
    /// Nothing came.
    Nothing(Silence),
}

/// Why a monitor says nothing. Never a pass, never a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Silence {
    /// It answered, but with no data, and its plan takes that for silence.
    Empty,
    /// It could not be asked: down, slow, or it refused.
    Unanswered,
    /// Its answer makes no sense.
    Nonsense,
    /// There is nothing from before the rollout to compare with.
    NoBaseline,
}

impl fmt::Display for Silence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "the monitor has no data",
            Self::Unanswered => "the monitor could not be asked",
            Self::Nonsense => "the monitor's answer makes no sense",
            Self::NoBaseline => "there is nothing from before the change to compare with",
        })
    }
}

/// Whether a reading taught anything, or why it says nothing.
pub(super) type Learned = Result<bool, Silence>;

/// Where in the rollout the following readings are.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// The share of actors who have the flag by chance (0 to 1). None where they were named, or
    /// where everybody has it: then no two arms can be compared.
    #[serde(default, with = "optional")]
    pub share: Option<f64>,
    /// When the stage's change was made.
    pub since: Timestamp,
}

impl Stage {
    /// The share of actors with the flag, where chance says who they are and there are others.
    pub(super) fn chance(&self) -> Option<f64> {
        self.share.filter(|share| 0.0 < *share && *share < 1.0)
    }
}

/// What evidence is made of, in the order in which it came. Stored, it can be replayed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    Stage(Stage),
    Reading(Reading),
}
