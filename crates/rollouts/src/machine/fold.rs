//! A rollout's state from the beginning of its history.

use std::collections::{BTreeMap, BTreeSet};

use domain::RolloutId;
use jiff::Timestamp;

use super::readings::needs_baseline;
use crate::event::{Entry, Event};
use crate::evidence::{Budget, Evidence, Rule};
use crate::plan::{MonitorName, Plan};
use crate::rollout::{Point, Rollout, StageRecord, Watched};
use crate::status::State;

impl Rollout {
    /// The rollout after its first entry; `None` when that is not [`Event::Started`].
    #[must_use]
    pub fn begin(id: RolloutId, entry: &Entry) -> Option<Self> {
        let Event::Started { plan, origin, .. } = &entry.event else {
            return None;
        };
        let mut stages = vec![StageRecord::default(); plan.stages.len()];
        if let Some(first) = stages.first_mut() {
            first.began_at = Some(entry.at);
            first.by = Some(entry.by.name.clone());
        }
        Some(Self {
            id,
            plan: plan.as_ref().clone(),
            version: entry.number,
            state: State::Running,
            hold: None,
            stage: 0,
            point: Point::Asking,
            in_force: None,
            started_by: entry.by.clone(),
            started_at: entry.at,
            ended_at: None,
            stages,
            origin: origin.clone(),
            left: BTreeMap::new(),
            intended: None,
            unsure: BTreeMap::new(),
            taken_down: BTreeSet::new(),
            checks: BTreeMap::new(),
            asked_at: None,
            ticks: BTreeMap::new(),
            approvals: Vec::new(),
            overridden: Vec::new(),
            generations: BTreeMap::new(),
            monitors: monitors(plan, entry.at),
            watch: None,
            outside: BTreeMap::new(),
            restoring: false,
            links: BTreeMap::new(),
            taken_back: BTreeSet::new(),
        })
    }

    /// The state after all of these entries; evidence, which is no part of the history, aside.
    #[must_use]
    pub fn fold(id: RolloutId, entries: &[Entry]) -> Option<Self> {
        let (first, later) = entries.split_first()?;
        let mut rollout = Self::begin(id, first)?;
        for entry in later {
            rollout.record(entry);
        }
        Some(rollout)
    }

    /// Whether nothing can happen to it any more.
    #[must_use]
    pub fn is_over(&self) -> bool {
        match self.state {
            State::Running | State::Held | State::RollingBack => false,
            State::RolledBack | State::Completed | State::Cancelled => true,
        }
    }
}

fn monitors(plan: &Plan, at: Timestamp) -> BTreeMap<MonitorName, Watched> {
    let budget = budget(plan);
    let monitors = plan.monitors.iter();
    monitors
        .map(|monitor| {
            let watched = Watched {
                evidence: Evidence::new(&monitor.rule, budget),
                recent: Vec::new(),
                since: at,
                has_baseline: !needs_baseline(&monitor.rule),
                read_to: None,
                failures: 0,
                trouble: None,
                silent: None,
                said: None,
            };
            (monitor.name.clone(), watched)
        })
        .collect()
}

/// The false alarms of a rollout, shared by the monitors that can raise one by chance.
fn budget(plan: &Plan) -> Budget {
    let shares = plan
        .monitors
        .iter()
        .filter(|monitor| !monitor.shadow && spends(&monitor.rule));
    Budget::new(u32::try_from(shares.count()).unwrap_or(u32::MAX).max(1))
}

fn spends(rule: &Rule) -> bool {
    match rule {
        Rule::TwoArm(_) | Rule::BeforeAfter(_) | Rule::Mean(_) => true,
        Rule::HardLimit(_) | Rule::NewIssue(_) | Rule::SampleRatio(_) => false,
    }
}
