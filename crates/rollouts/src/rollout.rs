//! A rollout as it stands: the fold of its history.

use std::collections::{BTreeMap, BTreeSet};

use domain::{EnvironmentName, RolloutId};
use flags::Gates;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::event::{Author, Hold, Link, Overridden};
use crate::evidence::{Evidence, Severity, Verdict};
use crate::plan::{ItemId, MonitorName, Person, Plan};
use crate::status::State;
use crate::step::{Change, CheckResult, FlagAct};

/// A rollout of one flag.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rollout {
    pub id: RolloutId,
    pub plan: Plan,
    /// The number of its newest entry.
    pub version: u64,
    pub state: State,
    pub hold: Option<Hold>,
    /// The present stage's number, counted from 0.
    pub stage: usize,
    /// How far the present stage is.
    pub point: Point,
    /// The stage whose change is in force, and which is watched; its number, counted from 0.
    pub in_force: Option<usize>,
    pub started_by: Author,
    pub started_at: Timestamp,
    pub ended_at: Option<Timestamp>,
    /// When each stage began, was changed and ended, and whose doing its begin was.
    pub stages: Vec<StageRecord>,
    /// How the flag stood before.
    pub origin: BTreeMap<EnvironmentName, Option<Gates>>,
    /// How the rollout left it, where it changed it.
    pub left: BTreeMap<EnvironmentName, Option<Gates>>,
    /// The change that is being made.
    pub intended: Option<Intended>,
    /// What was intended and given up for something else before anybody knew whether it was made.
    pub unsure: BTreeMap<EnvironmentName, Vec<FlagAct>>,
    /// Where the rollback has put the flag back already.
    pub taken_down: BTreeSet<EnvironmentName>,
    /// The last answers, by id; those of the present stage.
    pub checks: BTreeMap<String, CheckResult>,
    /// When they were asked for; `None` when they are to be asked for at once. Not part of the
    /// history.
    pub asked_at: Option<Timestamp>,
    /// Manual items, whenever they were ticked.
    pub ticks: BTreeMap<ItemId, Tick>,
    /// Of the present stage.
    pub approvals: Vec<Person>,
    /// Of the present stage. A monitor's stays until the next change is made.
    pub overridden: Vec<OverrideRecord>,
    /// How often a monitor's evidence began anew after an override, whole rollout.
    pub generations: BTreeMap<MonitorName, u32>,
    pub monitors: BTreeMap<MonitorName, Watched>,
    /// Who watches after a change in production.
    pub watch: Option<Watch>,
    /// Environments with a change of somebody else's that nobody has decided about.
    pub outside: BTreeMap<EnvironmentName, Outside>,
    /// The others' changes are being taken back.
    pub restoring: bool,
    pub links: BTreeMap<Link, String>,
    /// Stages that went back after they had begun.
    pub taken_back: BTreeSet<usize>,
}

/// How far a stage is, as its history says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Point {
    /// What must hold before it is asked for, then its change is made.
    Asking,
    /// The rollout went back to it, and how it left the flag is made so again. Nothing is asked.
    Returning,
    /// Its change is made, if it makes one: it is watched.
    Watching,
}

/// A change that was written down before it is made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Intended {
    pub change: Change,
    pub purpose: Purpose,
    pub at: Timestamp,
    /// A hold came between, or it could not be made: what must hold is asked for again before
    /// this very change is tried again.
    pub interrupted: bool,
    /// How often it could not be made.
    pub failures: u32,
    /// When it is tried again, and why it could not be made.
    pub retry: Option<(Timestamp, String)>,
}

/// What a change is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// The present stage.
    Stage,
    /// Going back to the present stage.
    Return,
    /// Taking back what others changed.
    Restore,
    RollBack,
}

/// What others made of the flag in one environment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outside {
    pub gates: Option<Gates>,
    /// Who, as far as it is known.
    pub by: Option<String>,
}

/// When things happened to a stage.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StageRecord {
    pub began_at: Option<Timestamp>,
    /// When its change was made, or when it was entered if it makes none.
    pub changed_at: Option<Timestamp>,
    pub soak_until: Option<Timestamp>,
    pub ended_at: Option<Timestamp>,
    pub by: Option<String>,
    /// The flag as the stage left it, in every environment that was changed so far.
    pub left: BTreeMap<EnvironmentName, Option<Gates>>,
}

/// Something that is not heeded in the present stage, by somebody's decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverrideRecord {
    pub what: Overridden,
    pub by: String,
    pub reason: String,
}

/// A manual item that is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tick {
    pub by: Author,
    pub at: Timestamp,
    pub evidence: String,
}

/// What is known by one monitor. Evidence is that of the present stage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Watched {
    pub evidence: Evidence,
    /// The evidence of harm after each of the newest readings, at most 24, the oldest first.
    #[serde(default)]
    pub recent: Vec<f64>,
    /// Since when failures count: when the change in force was made, or its evidence began anew.
    pub since: Timestamp,
    /// It has what is needed from before the change, or needs nothing.
    pub has_baseline: bool,
    /// The end of the newest window that was taken.
    pub read_to: Option<Timestamp>,
    /// Tries without a usable answer in a row.
    pub failures: u32,
    /// When the last of these was, and what came of it.
    pub trouble: Option<(Timestamp, String)>,
    /// Why it is silent, once that was said.
    pub silent: Option<String>,
    /// What was last said of it.
    pub said: Option<(Verdict, Option<Severity>)>,
}

/// Who watches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watch {
    pub by: Option<Person>,
    /// Until when it was acknowledged.
    pub until: Option<Timestamp>,
    /// Since when an acknowledgement is waited for.
    pub asked_at: Timestamp,
    /// Until when somebody has to watch, after the newest change in production.
    pub needed_until: Option<Timestamp>,
    /// The on-call group was called.
    pub called: bool,
}
