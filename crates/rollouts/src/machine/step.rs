//! What is to be done next.

use jiff::{SignedDuration, Timestamp};

use super::INTENT_LASTS;
use super::guards::Guard;
use crate::event::{Event, Hold, HoldReason};
use crate::rollout::{Intended, Point, Purpose, Rollout};
use crate::status::State;
use crate::step::{Situation, Step};

/// What is to be done next. The state has taken every reading that came in, and the situation is
/// of this very moment.
///
/// Asked again after each step, it comes to [`Step::Wait`] after a few; a step that was not
/// carried out to the end is said again.
#[must_use]
pub fn next_step(rollout: &Rollout, situation: &Situation, now: Timestamp) -> Step {
    let turn = Turn::new(rollout, situation, now);
    match rollout.state {
        State::RolledBack | State::Completed | State::Cancelled => Step::Over,
        State::RollingBack => turn.roll_back(),
        State::Running | State::Held => turn.go_on(),
    }
}

/// Everything that a step is decided from.
pub(super) struct Turn<'a> {
    pub rollout: &'a Rollout,
    pub situation: &'a Situation,
    pub now: Timestamp,
    pub guards: Vec<Guard<'a>>,
}

impl<'a> Turn<'a> {
    pub(super) fn new(rollout: &'a Rollout, situation: &'a Situation, now: Timestamp) -> Self {
        Self {
            rollout,
            situation,
            now,
            guards: rollout.guards(),
        }
    }
}

impl Turn<'_> {
    fn go_on(&self) -> Step {
        let noticed = self.noticed();
        if !noticed.is_empty() {
            return Step::Record(noticed);
        }
        if self.rollout.restoring || self.intended_for(Purpose::Restore).is_some() {
            return self.restore();
        }
        if self.rollout.point == Point::Returning {
            return self.go_back();
        }
        if let Some(hold) = &self.rollout.hold {
            return self.held(hold);
        }
        match (&self.rollout.intended, self.rollout.point) {
            (Some(intended), _) if self.is_good(intended) => Step::Apply(intended.change.clone()),
            (Some(_), _) | (None, Point::Asking | Point::Returning) => self.ask_before_change(),
            (None, Point::Watching) => self.watch(),
        }
    }

    /// Most holds wait for a person; those that do not end when their reason does.
    fn held(&self, hold: &Hold) -> Step {
        let is_over = match hold.reason {
            HoldReason::Silent => !self.guards.iter().any(Guard::silences),
            HoldReason::Blocked => {
                let retry = self
                    .rollout
                    .intended
                    .as_ref()
                    .and_then(|of| of.retry.as_ref());
                retry.is_none_or(|(at, _)| *at <= self.now)
            }
            HoldReason::Conflict => self.rollout.outside.is_empty(),
            HoldReason::Manual
            | HoldReason::Regression
            | HoldReason::WeakEvidence
            | HoldReason::SampleRatio
            | HoldReason::WentBack => false,
        };
        if is_over {
            Step::Record(vec![Event::Resumed { note: None }])
        } else {
            self.wait()
        }
    }

    /// What held when it was intended still does, as far as anybody can know.
    fn is_good(&self, intended: &Intended) -> bool {
        let is_fresh = self.now < intended.at + INTENT_LASTS;
        intended.purpose == Purpose::Stage && !intended.interrupted && is_fresh
    }

    pub(super) fn wait(&self) -> Step {
        Step::Wait {
            until: self.rollout.next_look(self.now),
        }
    }

    /// Somebody has to bring what the step needs; until then there is nothing to do.
    pub(super) fn wait_a_second(&self) -> Step {
        Step::Wait {
            until: Some(self.now + SignedDuration::from_secs(1)),
        }
    }
}
