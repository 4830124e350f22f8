//! After a change: the soak, what the guards say at its end, and what people verify.

use super::asking::Answers;
use super::guards::Guard;
use super::step::Turn;
use crate::event::{Event, Hold, HoldReason, Overridden};
use crate::plan::{Precondition, Stage};
use crate::rollout::{Point, Rollout};
use crate::step::{CheckResult, Step};

impl Turn<'_> {
    pub(super) fn watch(&self) -> Step {
        let Some(stage) = self.rollout.present() else {
            return self.wait();
        };
        if !self.is_soaked() {
            return self.wait();
        }
        if let Some(hold) = self.weak_evidence() {
            return Step::Record(vec![Event::Held { hold }]);
        }
        let verify: Vec<&Precondition> = stage.verify.iter().collect();
        match self.answers(&verify) {
            Answers::Step(step) => step,
            Answers::All {
                results,
                hold: true,
                differ,
            } => self.is_verified(stage, results, differ),
            Answers::All {
                results,
                hold: false,
                differ,
            } => self.note(results, differ),
        }
    }

    fn is_verified(&self, stage: &Stage, results: Vec<CheckResult>, differ: bool) -> Step {
        if stage.by_hand {
            return self.note(results, differ);
        }
        let checked = differ.then_some(Event::Checked { results });
        let events = checked.into_iter().chain([self.rollout.after_stage()]);
        Step::Record(events.collect())
    }

    /// The soak is over, and every guard has read to its end: what nobody saw does not count.
    pub(super) fn is_soaked(&self) -> bool {
        let Some(until) = self.rollout.soak_until() else {
            return false;
        };
        let is_watched = self.rollout.present().is_some_and(is_watched);
        until <= self.now && (!is_watched || self.guards.iter().all(|guard| guard.covers(until)))
    }

    /// The monitors that have seen too little.
    pub(super) fn weak_guards(&self) -> impl Iterator<Item = &Guard<'_>> {
        let counted = self.guards.iter().any(Guard::has_counted);
        self.guards
            .iter()
            .filter(move |guard| guard.is_weak(counted))
    }

    /// Going on with too little evidence is a named person's decision.
    pub(super) fn weak_evidence(&self) -> Option<Hold> {
        let is_watched = self.rollout.present().is_some_and(is_watched);
        if !is_watched || self.rollout.is_overridden(&Overridden::Evidence) {
            return None;
        }
        let weak: Vec<&Guard<'_>> = self.weak_guards().collect();
        let first = weak.first()?;
        let others = match weak.len() {
            0 | 1 => String::new(),
            number => format!(" So do {} more.", number - 1),
        };
        let note = format!(
            "the soak is over and {} has too little evidence: {}{others}",
            first.monitor.name, first.judgement.sentence
        );
        Some(Hold {
            reason: HoldReason::WeakEvidence,
            note,
        })
    }

    /// All is well, and the stage ends when somebody says so.
    pub(super) fn is_ready(&self) -> bool {
        let Some(stage) = self.rollout.present() else {
            return false;
        };
        let is_verified = |precondition: &Precondition| {
            let own = self.rollout.own_answer(precondition, self.now);
            let known = own.or_else(|| self.rollout.checks.get(precondition.id()).cloned());
            known.is_some_and(|of| !self.rollout.stands_in_the_way(precondition, of.outcome))
        };
        let objects = |guard: &Guard<'_>| guard.severity().is_some() || guard.silences();
        self.rollout.point == Point::Watching
            && self.rollout.outside.is_empty()
            && self.is_soaked()
            && !self.guards.iter().any(objects)
            && self.weak_evidence().is_none()
            && stage.verify.iter().all(is_verified)
    }
}

impl Rollout {
    /// What follows when the present stage is over.
    pub(super) fn after_stage(&self) -> Event {
        if self.is_last_stage() {
            Event::Completed
        } else {
            Event::Advanced { to: self.stage + 1 }
        }
    }
}

/// A stage without a soak is not watched for itself.
fn is_watched(stage: &Stage) -> bool {
    stage.soak.is_positive()
}
