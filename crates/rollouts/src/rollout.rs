//! A rollout as it stands: the fold of its history.

use std::collections::{BTreeMap, BTreeSet};

use domain::{EnvironmentName, RolloutId};
use flags::Gates;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::event::{Author, Hold, Link, Overridden};
use crate::evidence::Evidence;
use crate::plan::{ItemId, MonitorName, Person, Plan};
use crate::status::{Phase, State};
use crate::step::{Change, CheckResult};

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
    pub phase: Phase,
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
    pub intended: Option<Change>,
    /// The last answers, by id; those of the present stage.
    pub checks: BTreeMap<String, CheckResult>,
    /// Manual items, whenever they were ticked.
    pub ticks: BTreeMap<ItemId, Tick>,
    /// Of the present stage.
    pub approvals: Vec<Person>,
    /// Of the present stage.
    pub overridden: Vec<OverrideRecord>,
    /// How often a monitor's evidence began anew after an override, whole rollout.
    pub generations: BTreeMap<MonitorName, u32>,
    pub monitors: BTreeMap<MonitorName, Watched>,
    /// Who watches after a change in production.
    pub watch: Option<Watch>,
    /// Environments with a change of somebody else's that nobody has decided about.
    pub outside: BTreeMap<EnvironmentName, Option<Gates>>,
    pub links: BTreeMap<Link, String>,
    /// Stages that went back after they had begun.
    pub taken_back: BTreeSet<usize>,
}

/// When things happened to a stage.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageRecord {
    pub began_at: Option<Timestamp>,
    pub changed_at: Option<Timestamp>,
    pub soak_until: Option<Timestamp>,
    pub ended_at: Option<Timestamp>,
    pub by: Option<String>,
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
    /// The end of the newest window that was taken.
    pub read_to: Option<Timestamp>,
    /// Tries without a usable answer in a row.
    pub failures: u32,
    pub silent: Option<String>,
}

/// Who watches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watch {
    pub by: Option<Person>,
    /// Until when it was acknowledged.
    pub until: Option<Timestamp>,
    /// Since when an acknowledgement is waited for.
    pub asked_at: Timestamp,
    /// The on-call group was called.
    pub called: bool,
}
