//! How a rollout stands, for whoever shows it.

mod offers;
mod waiting;

use flags::{Gates, Percentage, State as FlagState};
use jiff::Timestamp;

use super::step::Turn;
use super::words;
use crate::event::Overridden;
use crate::plan::{By, Monitor, Precondition, Stage, StageName};
use crate::rollout::{Point, Rollout};
use crate::status::{ItemStatus, MonitorStatus, Phase, StageProgress, StageStatus, State, Status};
use crate::step::{CheckOutcome, Situation};
use crate::wording::stage_title;

impl Rollout {
    /// How it stands at this moment.
    #[must_use]
    pub fn status(&self, now: Timestamp) -> Status {
        let situation = Situation::default();
        let turn = Turn::new(self, &situation, now);
        let phase = turn.phase();
        let owner = &self.plan.people.owner;
        Status {
            id: self.id.clone(),
            flag: self.plan.flag.clone(),
            state: self.state,
            version: self.version,
            stage: self
                .present()
                .map_or_else(StageName::none, |stage| stage.name.clone()),
            stage_number: self.stage + 1,
            phase,
            percentage: self.percentage(),
            hold: self.hold.clone(),
            waiting_for: turn.waiting_for(phase),
            soak_until: self.soak_until().filter(|until| now < *until),
            stages: self.stage_statuses(),
            preconditions: self.item_statuses(now),
            monitors: self.monitor_statuses(),
            approvals: self.approvals.clone(),
            approvals_needed: self.present().map_or(0, |stage| stage.approvals),
            watched: self.watching_person(now),
            links: self
                .links
                .iter()
                .map(|(of, url)| (*of, url.clone()))
                .collect(),
            owner: owner.clone(),
            started_by: self.started_by.person().unwrap_or_else(|| owner.clone()),
            started_at: self.started_at,
            ended_at: self.ended_at,
            may: turn.offers(),
        }
    }

    /// The largest share that has the flag where customers are.
    pub(super) fn percentage(&self) -> Percentage {
        let production = self.production();
        let shares = self
            .left
            .iter()
            .filter(|(environment, _)| production.contains(environment))
            .filter_map(|(_, gates)| gates.as_ref())
            .map(share);
        shares.fold(
            Percentage::ZERO,
            |most, share| {
                if most < share { share } else { most }
            },
        )
    }

    fn stage_statuses(&self) -> Vec<StageStatus> {
        let stages = self.plan.stages.iter().enumerate();
        stages
            .map(|(number, stage)| self.stage_status(number, stage))
            .collect()
    }

    fn stage_status(&self, number: usize, stage: &Stage) -> StageStatus {
        let record = self.stages.get(number).cloned().unwrap_or_default();
        StageStatus {
            name: stage.name.clone(),
            title: stage_title(stage, self.plan.by == By::Time),
            progress: self.progress(number),
            began_at: record.began_at,
            changed_at: record.changed_at,
            ended_at: record.ended_at,
            by: record.by,
        }
    }

    fn progress(&self, number: usize) -> StageProgress {
        let is_rolled_back = number == self.stage && self.state == State::RolledBack;
        if is_rolled_back || self.taken_back.contains(&number) {
            StageProgress::TakenBack
        } else if number < self.stage || number == self.stage && self.state == State::Completed {
            StageProgress::Done
        } else if number == self.stage {
            StageProgress::Present
        } else {
            StageProgress::Pending
        }
    }

    fn item_statuses(&self, now: Timestamp) -> Vec<ItemStatus> {
        let Some(stage) = self.present() else {
            return Vec::new();
        };
        let before = stage.must_hold().into_iter();
        before
            .chain(&stage.verify)
            .map(|precondition| self.item_status(stage, precondition, now))
            .collect()
    }

    fn item_status(&self, stage: &Stage, of: &Precondition, now: Timestamp) -> ItemStatus {
        let known = self.checks.get(of.id()).cloned();
        let answer = self.own_answer(of, now).or(known);
        let item = match of {
            Precondition::Manual { item, .. } => Some(item.clone()),
            _others => None,
        };
        let tick = item.as_ref().and_then(|item| self.ticks.get(item));
        let id = of.id().to_owned();
        ItemStatus {
            stage: stage.name.clone(),
            title: words::title(of),
            outcome: answer.as_ref().map_or(CheckOutcome::Waits, |of| of.outcome),
            at: answer.as_ref().map(|of| of.at),
            found: answer.map_or_else(|| "was not asked yet".to_owned(), |of| of.found),
            item: item.clone(),
            ticked_by: tick.and_then(|tick| tick.by.person()),
            overridden: self.override_of(&Overridden::Precondition(id.clone())),
            id,
        }
    }

    fn monitor_statuses(&self) -> Vec<MonitorStatus> {
        let monitors = self.plan.monitors.iter();
        monitors
            .filter_map(|monitor| self.monitor_status(monitor))
            .collect()
    }

    fn monitor_status(&self, monitor: &Monitor) -> Option<MonitorStatus> {
        let watched = self.monitors.get(&monitor.name)?;
        Some(MonitorStatus {
            name: monitor.name.clone(),
            shadow: monitor.shadow,
            active: self.is_read(monitor),
            judgement: watched.evidence.judge(),
            recent: watched.recent.clone(),
            read_at: watched.read_to,
            silent: watched.silent.clone(),
            overridden: self.override_of(&Overridden::Monitor(monitor.name.clone())),
        })
    }

    fn override_of(&self, what: &Overridden) -> Option<(String, String)> {
        let record = self.overridden.iter().find(|record| record.what == *what)?;
        Some((record.by.clone(), record.reason.clone()))
    }
}

impl Turn<'_> {
    fn phase(&self) -> Phase {
        let rollout = self.rollout;
        if rollout.intended.as_ref().is_some_and(|of| !of.interrupted) {
            return Phase::Applying;
        }
        match rollout.point {
            Point::Returning => Phase::Applying,
            Point::Asking if rollout.waits_for_approval_only() => Phase::AwaitingApproval,
            Point::Asking => Phase::Checking,
            Point::Watching if self.is_ready() => Phase::Ready,
            Point::Watching if self.is_soaked() => Phase::Verifying,
            Point::Watching => Phase::Soaking,
        }
    }
}

fn share(gates: &Gates) -> Percentage {
    let (of_actors, of_time) = (gates.percentage_of_actors, gates.percentage_of_time);
    if gates.state() == FlagState::On {
        Percentage::HUNDRED
    } else if of_actors < of_time {
        of_time
    } else {
        of_actors
    }
}
