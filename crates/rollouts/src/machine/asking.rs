//! Before a change: what must hold, who must approve, and the intention.

use super::guards::Guard;
use super::step::Turn;
use crate::event::Event;
use crate::plan::Precondition;
use crate::step::{CheckOutcome, CheckResult, Step};

/// What came of asking what must hold.
pub(super) enum Answers {
    /// Somebody has to be asked first, or it is too early to ask again.
    Step(Step),
    All {
        results: Vec<CheckResult>,
        /// Nothing stands in the way.
        hold: bool,
        /// An answer differs from the one before.
        differ: bool,
    },
}

impl Turn<'_> {
    /// Asks for everything that must hold, and intends the change in the same breath.
    pub(super) fn ask_before_change(&self) -> Step {
        let Some(stage) = self.rollout.present() else {
            return self.wait();
        };
        let up_to_date = |guard: &Guard<'_>| guard.is_up_to_date(self.rollout, self.now);
        if !self.guards.iter().all(up_to_date) {
            return self.wait();
        }
        match self.answers(&stage.must_hold()) {
            Answers::Step(step) => step,
            Answers::All {
                results,
                hold: true,
                differ,
            } if 0 < self.rollout.approvals_missing() => self.note(results, differ),
            Answers::All {
                results,
                hold: true,
                ..
            } => self.begin_stage(results),
            Answers::All {
                results,
                hold: false,
                differ,
            } => self.note(results, differ),
        }
    }

    fn begin_stage(&self, results: Vec<CheckResult>) -> Step {
        let Some(begins) = self.stage_change() else {
            return self.wait_a_second();
        };
        Step::Record(vec![Event::Checked { results }, begins])
    }

    pub(super) fn note(&self, results: Vec<CheckResult>, differ: bool) -> Step {
        if differ {
            Step::Record(vec![Event::Checked { results }])
        } else {
            self.wait()
        }
    }

    /// What is known by itself, and what somebody who was asked in this very pass says.
    pub(super) fn answers(&self, of: &[&Precondition]) -> Answers {
        let own = |precondition: &&Precondition| self.rollout.own_answer(precondition, self.now);
        let others: Vec<Precondition> = of
            .iter()
            .filter(|precondition| own(precondition).is_none())
            .map(|precondition| (*precondition).clone())
            .collect();
        if !others.is_empty() && self.situation.checks.is_none() {
            let early = self.rollout.next_check().is_some_and(|at| self.now < at);
            return Answers::Step(if early {
                self.wait()
            } else {
                Step::Check(others)
            });
        }
        let results: Vec<CheckResult> = of
            .iter()
            .map(|precondition| own(precondition).unwrap_or_else(|| self.told(precondition)))
            .collect();
        let in_the_way = |(of, result): (&&Precondition, &CheckResult)| {
            self.rollout.stands_in_the_way(of, result.outcome)
        };
        let hold = !of.iter().zip(&results).any(in_the_way);
        let differ = results.iter().any(|result| self.is_news(result));
        Answers::All {
            results,
            hold,
            differ,
        }
    }

    fn told(&self, of: &Precondition) -> CheckResult {
        let told = self.situation.checks.iter().flatten();
        told.into_iter()
            .find(|result| result.id == of.id())
            .cloned()
            .unwrap_or_else(|| CheckResult {
                id: of.id().to_owned(),
                outcome: CheckOutcome::Silent,
                found: "nobody answered".to_owned(),
                at: self.now,
            })
    }

    fn is_news(&self, result: &CheckResult) -> bool {
        let known = self.rollout.checks.get(&result.id);
        known.is_none_or(|known| known.outcome != result.outcome)
    }
}
