//! What is to be done next, and what whoever does it has to know.

use std::collections::BTreeMap;

use domain::{AuditId, EnvironmentName};
use flags::Gates;
use flags::request::Request;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::event::Event;
use crate::evidence;
use crate::plan::{MonitorName, Precondition};

/// What is to be done next. Whoever does it records what came of it, and asks again.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Nothing, before this moment or before something happens.
    Wait { until: Option<Timestamp> },
    /// Ask whether these hold, tell [`Rollout::asked`](crate::Rollout::asked), and come back with
    /// the answers. What a person ticks and who watches is no part of it: the rollout knows.
    Check(Vec<Precondition>),
    /// Write these down. Nothing else is done.
    Record(Vec<Event>),
    /// Make this change, which is intended already, and record [`Event::Applied`] or
    /// [`Event::NotApplied`]. Making it a second time has no effect: each environment's part has
    /// its audit entry's id.
    Apply(Change),
    /// It is over.
    Over,
}

/// A change of the flag, in every environment that it concerns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// What it is for, in words: `25 percent of actors`.
    pub what: String,
    pub parts: Vec<Part>,
    /// Only closes: is held up by nothing.
    pub closes: bool,
}

/// What is changed in one environment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part {
    pub environment: EnvironmentName,
    /// The entry of the audit that it is written down with.
    pub entry: AuditId,
    pub act: FlagAct,
}

/// What is done to the flag.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FlagAct {
    Set(Request),
    /// Back to exactly this; `None`: as if nobody had ever touched it.
    Restore(Option<Gates>),
    Delete,
}

/// Whether something that must hold does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckResult {
    /// [`Precondition::id`].
    pub id: String,
    pub outcome: CheckOutcome,
    /// What was found, in one line of plain words; a link may be in it.
    pub found: String,
    pub at: Timestamp,
}

/// What a check says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckOutcome {
    Holds,
    /// Nobody was asked, since nobody is configured. A pass only where the plan says that this is
    /// optional.
    Skipped,
    /// Somebody has to do something.
    Waits,
    Fails,
    /// Its source did not answer; never a pass.
    Silent,
}

/// What is so right now, outside of the rollout.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Situation {
    /// The flag, where the rollout has changed it or is about to.
    pub gates: BTreeMap<EnvironmentName, Standing>,
    /// The answers to the last [`Step::Check`], if they are for this very moment.
    pub checks: Option<Vec<CheckResult>>,
    /// Ids for audit entries that the step may need, one an environment of the plan.
    pub fresh_ids: Vec<AuditId>,
}

/// How a flag stands in an environment.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    pub gates: Option<Gates>,
    /// Who changed it last, if that was not the rollout.
    pub by: Option<String>,
}

/// A reading that is due. Windows of one monitor follow each other without gaps, also after an
/// outage, one at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedReading {
    pub monitor: MonitorName,
    pub what: Wanted,
    /// The window is `[from, to)`.
    pub from: Timestamp,
    pub to: Timestamp,
    /// Since when an actor counts as newly failed, and an issue as new.
    pub since: Timestamp,
    /// The number of the stage whose change is in force, counted from 0.
    pub stage: usize,
}

/// What is wanted of a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// What came during it.
    Window,
    /// What it was like before the change, in windows of this length.
    Baseline { step: SignedDuration },
}

/// What a monitor said of one window, or that it said nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    pub monitor: MonitorName,
    /// The window is `[from, to)`.
    pub from: Timestamp,
    pub to: Timestamp,
    /// When it was read.
    pub at: Timestamp,
    pub got: evidence::Reading,
    /// In words, when nothing came: what the provider said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}
