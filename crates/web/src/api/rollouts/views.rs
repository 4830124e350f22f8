//! What the API says of a rollout. These shapes are promises.

use std::collections::BTreeMap;

use domain::RolloutId;
use flags::{FlagKey, Percentage};
use jiff::Timestamp;
use rollouts::evidence::Judgement;
use rollouts::plan::{ItemId, MonitorName, Person, StageName};
use rollouts::{
    CheckOutcome, Hold, ItemStatus, Link, MonitorStatus, Offer, Phase, StageStatus, State, Status,
    Waiting,
};
use serde::Serialize;
use steering::Rollouts;

/// A rollout at one moment.
#[derive(Serialize)]
pub(crate) struct RolloutView {
    id: RolloutId,
    flag: FlagKey,
    /// `running`, `held`, `rolling_back`, `rolled_back`, `completed` or `cancelled`.
    state: State,
    /// Counts the entries of its history.
    version: u64,
    /// The present stage's name.
    stage: StageName,
    /// Its number, counted from 1.
    stage_number: usize,
    phase: Phase,
    /// The share that has the flag in production.
    percentage: Percentage,
    hold: Option<Hold>,
    /// The most urgent first.
    waiting_for: Vec<Waiting>,
    soak_until: Option<Timestamp>,
    stages: Vec<StageStatus>,
    preconditions: Vec<ItemView>,
    monitors: Vec<MonitorView>,
    approvals: Vec<Person>,
    approvals_needed: u32,
    watched: Option<WatchView>,
    links: BTreeMap<Link, String>,
    owner: Person,
    started_by: Person,
    started_at: Timestamp,
    ended_at: Option<Timestamp>,
    /// What may be asked of it now, whoever asks.
    may: Vec<Offer>,
    /// Where people see it.
    page: String,
}

/// Something that must hold in the present stage.
#[derive(Serialize)]
struct ItemView {
    id: String,
    stage: StageName,
    title: String,
    outcome: CheckOutcome,
    found: String,
    at: Option<Timestamp>,
    item: Option<ItemId>,
    ticked_by: Option<Person>,
    overridden: Option<OverrideView>,
}

/// What a monitor says.
#[derive(Serialize)]
struct MonitorView {
    name: MonitorName,
    shadow: bool,
    active: bool,
    judgement: Judgement,
    recent: Vec<f64>,
    read_at: Option<Timestamp>,
    silent: Option<String>,
    overridden: Option<OverrideView>,
}

#[derive(Serialize)]
struct OverrideView {
    by: String,
    reason: String,
}

#[derive(Serialize)]
struct WatchView {
    by: Person,
    until: Timestamp,
}

impl RolloutView {
    pub(crate) fn new(status: Status, rollouts: &Rollouts) -> Self {
        let page = rollouts.page(&status.id);
        Self {
            id: status.id,
            flag: status.flag,
            state: status.state,
            version: status.version,
            stage: status.stage,
            stage_number: status.stage_number,
            phase: status.phase,
            percentage: status.percentage,
            hold: status.hold,
            waiting_for: status.waiting_for,
            soak_until: status.soak_until,
            stages: status.stages,
            preconditions: status.preconditions.into_iter().map(Into::into).collect(),
            monitors: status.monitors.into_iter().map(Into::into).collect(),
            approvals: status.approvals,
            approvals_needed: status.approvals_needed,
            watched: status.watched.map(|(by, until)| WatchView { by, until }),
            links: status.links.into_iter().collect(),
            owner: status.owner,
            started_by: status.started_by,
            started_at: status.started_at,
            ended_at: status.ended_at,
            may: status.may,
            page,
        }
    }
}

impl From<ItemStatus> for ItemView {
    fn from(item: ItemStatus) -> Self {
        Self {
            id: item.id,
            stage: item.stage,
            title: item.title,
            outcome: item.outcome,
            found: item.found,
            at: item.at,
            item: item.item,
            ticked_by: item.ticked_by,
            overridden: item.overridden.map(Into::into),
        }
    }
}

impl From<MonitorStatus> for MonitorView {
    fn from(monitor: MonitorStatus) -> Self {
        Self {
            name: monitor.name,
            shadow: monitor.shadow,
            active: monitor.active,
            judgement: monitor.judgement,
            recent: monitor.recent,
            read_at: monitor.read_at,
            silent: monitor.silent,
            overridden: monitor.overridden.map(Into::into),
        }
    }
}

impl From<(String, String)> for OverrideView {
    fn from((by, reason): (String, String)) -> Self {
        Self { by, reason }
    }
}
