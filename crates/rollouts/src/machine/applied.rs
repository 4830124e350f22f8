//! What changes of the flag, made or given up, do to the state.

use std::collections::BTreeMap;

use domain::EnvironmentName;
use flags::Gates;
use jiff::{SignedDuration, Timestamp};

use super::WATCH_LASTS;
use super::readings::needs_baseline;
use super::stages::is_production;
use crate::event::{Author, Cause, Hold, HoldReason, Overridden};
use crate::plan::{MonitorName, Stage, StageKind};
use crate::rollout::{Point, Purpose, Rollout, StageRecord, Watch};
use crate::status::State;

const FIRST_RETRY: SignedDuration = SignedDuration::from_mins(1);
const LAST_RETRY: SignedDuration = SignedDuration::from_hours(1);
/// What closes is tried again sooner: the flag is open meanwhile.
const LAST_RETRY_OF_CLOSING: SignedDuration = SignedDuration::from_mins(5);

/// Longer than any plan may say.
const LONGEST_SOAK: SignedDuration = SignedDuration::from_hours(365 * 24);

impl Rollout {
    pub(super) fn applied(
        &mut self,
        gates: &BTreeMap<EnvironmentName, Option<Gates>>,
        at: Timestamp,
    ) {
        let Some(intended) = self.intended.take() else {
            return;
        };
        for (environment, gates) in gates {
            self.left.insert(environment.clone(), gates.clone());
            self.unsure.remove(environment);
            self.outside.remove(environment);
        }
        match intended.purpose {
            Purpose::Stage | Purpose::Return => self.put_in_force(at),
            Purpose::Restore => self.restoring = false,
            Purpose::RollBack => self.taken_down.extend(gates.keys().cloned()),
        }
    }

    pub(super) fn not_applied(&mut self, reason: &str, at: Timestamp) {
        if let Some(intended) = &mut self.intended {
            let doublings = intended.failures.min(8);
            let longest = if intended.change.closes {
                LAST_RETRY_OF_CLOSING
            } else {
                LAST_RETRY
            };
            let pause = (FIRST_RETRY * (1 << doublings)).min(longest);
            intended.failures = intended.failures.saturating_add(1);
            intended.interrupted = true;
            intended.retry = Some((at + pause, reason.to_owned()));
        }
    }

    /// The present stage's change is made, or it makes none: it is watched from now on.
    pub(super) fn put_in_force(&mut self, at: Timestamp) {
        let Some(stage) = self.plan.stages.get(self.stage) else {
            return;
        };
        let soak = stage.soak.clamp(SignedDuration::ZERO, LONGEST_SOAK);
        let needs_watch = is_production(stage) && stage.changes_flag();
        let is_clean_up = matches!(stage.kind, StageKind::CleanUp(_));
        self.point = Point::Watching;
        // A flag that is being deleted has nothing to be compared with.
        self.in_force = (!is_clean_up).then_some(self.stage);
        if let Some(record) = self.stages.get_mut(self.stage) {
            record.changed_at = Some(at);
            record.soak_until = Some(at + soak);
            record.left.clone_from(&self.left);
        }
        let is_monitors = |what: &Overridden| matches!(what, Overridden::Monitor(_));
        self.overridden.retain(|record| !is_monitors(&record.what));
        self.begin_evidence(at);
        if needs_watch {
            self.ask_for_watch(at);
        }
    }

    fn begin_evidence(&mut self, at: Timestamp) {
        let stage = self.evidence_stage(at);
        for watched in self.monitors.values_mut() {
            watched.evidence.begin(&stage);
            watched.since = at;
            watched.read_to = Some(at);
            watched.said = None;
        }
    }

    /// Somebody decided not to heed what a monitor says: its evidence begins anew, and it takes
    /// twice as much.
    pub(super) fn restart_evidence(&mut self, name: &MonitorName, at: Timestamp) {
        let stage = self.evidence_stage(at);
        let rule = self.plan.monitor(name).map(|monitor| &monitor.rule);
        let has_baseline = rule.is_none_or(|rule| !needs_baseline(rule));
        if let Some(watched) = self.monitors.get_mut(name) {
            watched.evidence = watched.evidence.overridden();
            watched.evidence.begin(&stage);
            watched.since = at;
            watched.has_baseline = has_baseline;
            watched.read_to = Some(at);
            watched.said = None;
            let generation = self.generations.entry(name.clone()).or_default();
            *generation = generation.saturating_add(1);
        }
    }

    fn ask_for_watch(&mut self, at: Timestamp) {
        let (by, until) = match self.watch.take() {
            Some(watch) => (watch.by, watch.until),
            None => (None, None),
        };
        self.watch = Some(Watch {
            by,
            until,
            // Whoever watches already is asked when they stop.
            asked_at: until.map_or(at, |until| until.max(at)),
            needed_until: Some(at + WATCH_LASTS),
            called: false,
        });
    }

    pub(super) fn advance(&mut self, to: usize, at: Timestamp, by: &Author) {
        if let Some(record) = self.stages.get_mut(self.stage) {
            record.ended_at = Some(at);
        }
        self.forget_stage();
        self.stage = to;
        self.point = Point::Asking;
        self.taken_back.remove(&to);
        if let Some(record) = self.stages.get_mut(to) {
            *record = StageRecord {
                began_at: Some(at),
                by: Some(by.name.clone()),
                ..StageRecord::default()
            };
        }
    }

    pub(super) fn go_back(&mut self, to: usize, cause: &Cause, at: Timestamp) {
        self.taken_back.extend(to + 1..=self.stage);
        for number in to + 1..=self.stage {
            if let Some(record) = self.stages.get_mut(number) {
                record.ended_at = Some(at);
            }
        }
        self.give_up_intended();
        self.forget_stage();
        self.overridden.clear();
        self.restoring = false;
        self.hold = None;
        self.state = State::Running;
        self.stage = to;
        self.point = Point::Returning;
        self.in_force = None;
        if let Some(record) = self.stages.get_mut(to) {
            record.soak_until = None;
            record.ended_at = None;
        }
        match cause {
            Cause::Asked { .. } => (),
            Cause::Breach { monitor, .. } => self.restart_evidence(monitor, at),
        }
    }

    pub(super) fn begin_rollback(&mut self) {
        self.give_up_intended();
        self.restoring = false;
        self.hold = None;
        self.state = State::RollingBack;
    }

    /// What others changed counts as the rollout's. Where they closed, the stage begins again.
    pub(super) fn adopt(&mut self) {
        let closed = self.others_closed();
        self.restoring = false;
        if self
            .intended
            .as_ref()
            .is_some_and(|of| of.purpose == Purpose::Restore)
        {
            self.give_up_intended();
        }
        for (environment, outside) in std::mem::take(&mut self.outside) {
            self.unsure.remove(&environment);
            let known = if self.left.contains_key(&environment) {
                &mut self.left
            } else {
                &mut self.origin
            };
            known.insert(environment, outside.gates);
        }
        if closed {
            self.begin_stage_again();
        } else if let Some(record) = self.in_force.and_then(|stage| self.stages.get_mut(stage)) {
            record.left.clone_from(&self.left);
        }
        let is_conflict = |hold: &Hold| hold.reason == HoldReason::Conflict;
        if self.hold.take_if(|hold| is_conflict(hold)).is_some() {
            self.state = State::Running;
        }
    }

    fn begin_stage_again(&mut self) {
        let redoes =
            |stage: &Stage| stage.changes_flag() || matches!(stage.kind, StageKind::CleanUp(_));
        let redone = (0..=self.stage)
            .rev()
            .find(|number| self.plan.stage(*number).is_some_and(redoes));
        if let Some(redone) = redone.filter(|redone| *redone < self.stage) {
            self.taken_back.extend(redone + 1..=self.stage);
            self.forget_stage();
            self.stage = redone;
        }
        self.give_up_intended();
        self.point = Point::Asking;
        self.in_force = None;
        if let Some(record) = self.stages.get_mut(self.stage) {
            record.changed_at = None;
            record.soak_until = None;
            record.ended_at = None;
        }
    }

    /// Nobody knows whether it was made, in part or wholly.
    pub(super) fn give_up_intended(&mut self) {
        let intended = self.intended.take();
        for part in intended.into_iter().flat_map(|of| of.change.parts) {
            let acts = self.unsure.entry(part.environment).or_default();
            if !acts.contains(&part.act) {
                acts.push(part.act);
            }
        }
    }

    /// Answers, approvals and decisions are for one stage; what is decided of a monitor is for as
    /// long as the change that it watches.
    fn forget_stage(&mut self) {
        self.checks.clear();
        self.approvals.clear();
        self.asked_at = None;
        self.overridden
            .retain(|record| matches!(record.what, Overridden::Monitor(_)));
    }

    pub(super) fn end(&mut self, state: State, at: Timestamp) {
        self.state = state;
        self.hold = None;
        self.ended_at = Some(at);
        self.intended = None;
        if let Some(record) = self.stages.get_mut(self.stage) {
            record.ended_at = Some(at);
        }
    }
}
