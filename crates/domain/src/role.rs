//! What somebody may do in Signalbox itself, beyond what GitLab lets them do there.

use serde::{Deserialize, Serialize};

/// What somebody may do in Signalbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// See every event, flag and change.
    Viewer,
    /// Change flags and run rollouts; see what a viewer sees.
    Operator,
    /// Approve what needs a second person; see what a viewer sees.
    Approver,
}

impl Role {
    /// Every role there is.
    pub const ALL: [Self; 3] = [Self::Viewer, Self::Operator, Self::Approver];

    /// The role as a word in a sentence.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Operator => "operator",
            Self::Approver => "approver",
        }
    }
}
