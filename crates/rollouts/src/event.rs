//! What happened to a rollout. Its state is a fold over these; nothing else changes it.

use std::collections::BTreeMap;

use domain::{AuditId, EnvironmentName};
use flags::Gates;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::evidence::Judgement;
use crate::plan::{ItemId, MonitorName, Person, Plan};
use crate::step::{Change, CheckResult};

/// One entry of a rollout's history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Counted from 1, without gaps: the rollout's version after it.
    pub number: u64,
    pub at: Timestamp,
    pub by: Author,
    pub event: Event,
}

/// Whose doing an event is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Author {
    /// The user name in GitLab; `signalbox` for what happens by itself.
    pub name: String,
    pub through: Through,
}

/// By what way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Through {
    Slack,
    Shell,
    Page,
    Api,
    /// A tick, a comment or a merge request there.
    GitLab,
    /// Time, a monitor or a check.
    Itself,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// Always the first.
    Started {
        plan: Box<Plan>,
        /// How the flag stood in every environment of the plan.
        origin: BTreeMap<EnvironmentName, Option<Gates>>,
        reason: Option<String>,
    },
    /// What must hold was asked. Written when an answer differs from the one before.
    Checked {
        results: Vec<CheckResult>,
    },
    Approved {
        note: Option<String>,
    },
    /// The watcher says that they watch until then.
    Acknowledged {
        until: Timestamp,
    },
    /// Nobody said so in time: the on-call group is called, once a change.
    NobodyWatches,
    /// A person says that an item is done, and how they know.
    Ticked {
        item: ItemId,
        evidence: String,
    },
    Unticked {
        item: ItemId,
    },
    /// A change is about to be made: after this it is made exactly once, or found undoable.
    Intended {
        change: Change,
    },
    /// It was made, in every environment of the change.
    Applied {
        entries: Vec<AuditId>,
        gates: BTreeMap<EnvironmentName, Option<Gates>>,
    },
    /// It could not be made everywhere. It is tried again after a while, and what was made then
    /// counts as made.
    NotApplied {
        reason: String,
    },
    /// What must hold before a stage that changes nothing holds: it is watched from now on.
    Entered,
    /// The stage is over and the next one begins.
    Advanced {
        to: usize,
    },
    Held {
        hold: Hold,
    },
    Resumed {
        note: Option<String>,
    },
    /// Back to an earlier stage; its change is made again.
    WentBack {
        to: usize,
        cause: Cause,
    },
    /// From now on the flag is put back to how it stood.
    RollbackBegan {
        cause: Cause,
    },
    RolledBack,
    /// Something is not heeded in this stage, by somebody's decision. A monitor's evidence begins
    /// anew with half the budget: what it proves from now on is heeded again, its silence is not.
    Overridden {
        what: Overridden,
        reason: String,
    },
    /// A monitor says something else than before.
    Judged {
        monitor: MonitorName,
        judgement: Box<Judgement>,
    },
    /// A monitor gives no reading, since when and why; told after several tries.
    Silent {
        monitor: MonitorName,
        reason: String,
    },
    /// A silent monitor answers again.
    Answers {
        monitor: MonitorName,
    },
    /// The flag was changed by somebody else.
    EditedOutside {
        environment: EnvironmentName,
        gates: Option<Gates>,
        /// Who, as far as it is known.
        by: Option<String>,
    },
    /// The others' change stays, and is part of the rollout from now on.
    Adopted,
    /// The others' change is taken back.
    Restored,
    /// The rollout issue, the feature issue, the removal's merge request: found or made.
    Linked {
        link: Link,
        url: String,
    },
    /// So many deliveries that the app could not make are made by whoever speaks now.
    Rerouted {
        deliveries: u64,
    },
    /// The last stage is over.
    Completed,
    /// Given up, leaving the flag as it stands.
    Cancelled {
        reason: String,
    },
}

/// Why a rollout does not go on by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    pub reason: HoldReason,
    /// In words, one sentence.
    pub note: String,
}

/// What kind of reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HoldReason {
    /// Somebody asked for it.
    Manual,
    /// The evidence of harm is over the limit for a hold.
    Regression,
    /// The soak is over and there is too little evidence: advancing is a named decision.
    WeakEvidence,
    /// The arms are not split as planned: the instrumentation is suspect.
    SampleRatio,
    /// A monitor gives no reading.
    Silent,
    /// Something must hold and does not any more, or a change could not be made.
    Blocked,
    /// The flag was changed outside.
    Conflict,
    /// After going back a stage, or after others closed the flag: going on is a person's decision.
    WentBack,
}

/// Why a rollout goes back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// A person asked for it.
    Asked { reason: Option<String> },
    Breach {
        monitor: MonitorName,
        sentence: String,
    },
}

/// What somebody decided not to heed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Overridden {
    /// By [`Precondition::id`](crate::plan::Precondition::id).
    Precondition(String),
    Monitor(MonitorName),
    /// Goes on with weak evidence.
    Evidence,
    /// Ends the soak early.
    Soak,
}

/// What a rollout is linked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Link {
    RolloutIssue,
    ChangeIssue,
    /// The issue or merge request that removes the flag.
    Removal,
    /// The Slack thread.
    Thread,
}

impl Author {
    /// What happens by itself.
    #[must_use]
    pub fn itself() -> Self {
        Self {
            name: "signalbox".to_owned(),
            through: Through::Itself,
        }
    }

    /// The person, if it is one.
    #[must_use]
    pub fn person(&self) -> Option<Person> {
        (self.through != Through::Itself)
            .then(|| self.name.parse().ok())
            .flatten()
    }
}

impl Overridden {
    /// As in commands: a precondition's id, a monitor's name, `evidence` or `soak`.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Precondition(id) => id,
            Self::Monitor(name) => name.as_str(),
            Self::Evidence => "evidence",
            Self::Soak => "soak",
        }
    }
}
