//! How a rollout stands, for everybody who shows it: the card in Slack, the issue, the pages and
//! the API say the same because they are made from this.

use domain::RolloutId;
use flags::{FlagKey, Percentage};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::event::{Hold, Link};
use crate::evidence::Judgement;
use crate::plan::{ItemId, MonitorName, Person, StageName};
use crate::step::CheckOutcome;

/// A rollout at one moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Status {
    pub id: RolloutId,
    pub flag: FlagKey,
    pub state: State,
    /// Counts the entries of its history.
    pub version: u64,
    /// The present stage's name.
    pub stage: StageName,
    /// Its number, counted from 1.
    pub stage_number: usize,
    pub phase: Phase,
    /// The share of actors (or of time) that has the flag in production; 100 for everybody.
    pub percentage: Percentage,
    /// Why it does not go on by itself.
    pub hold: Option<Hold>,
    /// What it waits for, the most urgent first, in words that stand alone.
    pub waiting_for: Vec<Waiting>,
    pub soak_until: Option<Timestamp>,
    pub stages: Vec<StageStatus>,
    pub preconditions: Vec<ItemStatus>,
    pub monitors: Vec<MonitorStatus>,
    pub approvals: Vec<Person>,
    pub approvals_needed: u32,
    /// Who watches, until when.
    pub watched: Option<(Person, Timestamp)>,
    pub links: Vec<(Link, String)>,
    pub owner: Person,
    pub started_by: Person,
    pub started_at: Timestamp,
    pub ended_at: Option<Timestamp>,
    /// What may be asked of it now, whoever asks.
    pub may: Vec<Offer>,
}

/// The rollout as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Running,
    Held,
    RollingBack,
    RolledBack,
    Completed,
    Cancelled,
}

impl State {
    /// In words, for `it is …`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Held => "held",
            Self::RollingBack => "rolling back",
            Self::RolledBack => "rolled back",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
        }
    }
}

/// Where the present stage is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// What must hold before it does not hold yet.
    Checking,
    AwaitingApproval,
    /// Its change is being made.
    Applying,
    /// It is watched.
    Soaking,
    /// Watched for long enough; people verify, or evidence is missing.
    Verifying,
    /// All is well; waits for a person's `advance`.
    Ready,
}

/// What a rollout waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    pub what: WaitingKind,
    pub words: String,
    /// Whose turn it is, if it is a person's.
    pub who: Option<Person>,
}

/// What kind of thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitingKind {
    Decision,
    Precondition,
    Approval,
    Verification,
    Evidence,
    Soak,
    Change,
}

/// One stage, as far as it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StageStatus {
    pub name: StageName,
    /// In words: `25 percent of actors on production`.
    pub title: String,
    pub progress: StageProgress,
    pub began_at: Option<Timestamp>,
    pub changed_at: Option<Timestamp>,
    pub ended_at: Option<Timestamp>,
    /// Who made it begin.
    pub by: Option<String>,
}

/// How far a stage is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StageProgress {
    Pending,
    Present,
    Done,
    /// It was begun and taken back.
    TakenBack,
}

/// Something that must hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemStatus {
    /// [`Precondition::id`](crate::plan::Precondition::id).
    pub id: String,
    pub stage: StageName,
    /// In words.
    pub title: String,
    pub outcome: CheckOutcome,
    pub found: String,
    pub at: Option<Timestamp>,
    /// Of a manual item: what to tick.
    pub item: Option<ItemId>,
    pub ticked_by: Option<Person>,
    /// By whom, and why.
    pub overridden: Option<(String, String)>,
}

/// A monitor at one moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MonitorStatus {
    pub name: MonitorName,
    pub shadow: bool,
    /// Whether it guards the present stage.
    pub active: bool,
    pub judgement: Judgement,
    /// The evidence of harm after each of the newest readings, at most 24, the oldest first.
    pub recent: Vec<f64>,
    pub read_at: Option<Timestamp>,
    /// Why it is silent.
    pub silent: Option<String>,
    /// By whom, and why.
    pub overridden: Option<(String, String)>,
}

/// Something that may be asked now, for buttons and help.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// As in commands: `advance`, `hold`, `rollback`.
    pub act: String,
    /// The stage, item, monitor or precondition that it is about.
    pub about: Option<String>,
    /// On a button: `Hold`, `Back to 10-percent`.
    pub label: String,
    /// It needs a reason or evidence.
    pub needs_words: bool,
    pub role: domain::Role,
}
