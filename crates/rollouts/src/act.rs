//! What people ask of a rollout.

use std::collections::BTreeSet;

use domain::Role;
use serde::{Deserialize, Serialize};

use crate::event::{Author, Link, Overridden};
use crate::plan::{ItemId, StageName};

/// Who asks, and what they may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asker {
    pub author: Author,
    /// Whether the author's name is theirs for sure: configured, linked or signed in. People
    /// choose the name that Slack sends along.
    pub known: bool,
    pub roles: BTreeSet<Role>,
}

/// What people ask of a rollout that was started.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum Act {
    /// Go on to the next stage now, as far as nothing stands in the way.
    Advance,
    Hold {
        reason: String,
    },
    /// Take up a held rollout where it is.
    Resume {
        note: Option<String>,
    },
    /// Back to this earlier stage.
    Back {
        to: StageName,
        reason: Option<String>,
    },
    /// Back to how the flag stood; always possible.
    RollBack {
        reason: Option<String>,
    },
    Approve {
        note: Option<String>,
    },
    /// Do not heed this, because of that.
    Override {
        what: Overridden,
        reason: String,
    },
    /// I watch for two hours.
    Acknowledge,
    Tick {
        item: ItemId,
        evidence: String,
    },
    Untick {
        item: ItemId,
    },
    /// What others changed stays.
    Adopt,
    /// What others changed is taken back.
    Restore,
    /// Tell the rollout of an issue or merge request.
    Link {
        link: Link,
        url: String,
    },
    /// Give up, leaving the flag as it stands.
    Cancel {
        reason: String,
    },
}

/// Why something was not done. Says what to do instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ActRefused {
    #[error("the rollout of `{flag}` is over ({state}); start a new one")]
    Over { flag: String, state: &'static str },
    #[error("you need the role {needed} for that; ask an administrator of Signalbox")]
    Role { needed: &'static str },
    #[error("you asked for this rollout yourself; somebody else has to approve it")]
    OwnApproval,
    #[error("{0}")]
    NotNow(String),
    #[error("the plan has no stage `{given}`; it has {known}")]
    UnknownStage { given: String, known: String },
    #[error("nothing here is called `{given}`; there is {known}")]
    Unknown { given: String, known: String },
    #[error("{what} is empty; say {remedy}")]
    Empty {
        what: &'static str,
        remedy: &'static str,
    },
}
