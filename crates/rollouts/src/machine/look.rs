//! When somebody has to look at a rollout again.

use jiff::{SignedDuration, Timestamp};

use super::{CHECK_EVERY, CHECK_FOR_APPROVAL_EVERY, LOOK_EVERY};
use crate::rollout::{Point, Rollout};
use crate::status::State;

/// Whatever is overdue is done in the pass that finds it; what it cannot do waits this long.
const SOON: SignedDuration = SignedDuration::from_secs(1);

impl Rollout {
    /// When the driver must look again: now when a reading is due, `None` when it is over. Acts of
    /// people make it due at once, besides.
    #[must_use]
    pub fn next_look(&self, now: Timestamp) -> Option<Timestamp> {
        if self.is_over() {
            return None;
        }
        let readings = self
            .next_reading()
            .filter(|_| self.state != State::RollingBack);
        if readings.is_some_and(|at| at <= now) && !self.readings_wanted(now).is_empty() {
            return Some(now);
        }
        let retry = self.intended.as_ref().and_then(|of| of.retry.as_ref());
        let moments = [
            readings,
            self.soak_until().filter(|until| now < *until),
            retry.map(|(at, _)| *at).filter(|at| now < *at),
            self.being_made().then_some(now),
            self.check_due(now),
            self.calls_at().filter(|at| now < *at),
        ];
        let next = moments.into_iter().flatten().min();
        let latest = now + LOOK_EVERY;
        Some(next.map_or(latest, |at| at.min(latest)).max(now + SOON))
    }

    /// What was asked before the change is asked again after the soak: until then an old answer
    /// is no reason to look.
    fn check_due(&self, now: Timestamp) -> Option<Timestamp> {
        let watches = self.point == Point::Watching;
        let check = self.next_check().filter(|_| self.hold.is_none());
        check.filter(|at| !watches || now < *at)
    }

    /// Whoever was about to make a change makes it in the same pass; who died in it left it to
    /// the next one, which is not to be waited for.
    fn being_made(&self) -> bool {
        let intended = self.intended.as_ref();
        intended.is_some_and(|of| !of.interrupted && of.retry.is_none())
    }

    fn next_reading(&self) -> Option<Timestamp> {
        let monitors = self.watching_monitors();
        monitors
            .filter_map(|monitor| {
                let watched = self.monitors.get(&monitor.name)?;
                Some(self.due_at(monitor, watched))
            })
            .min()
    }

    /// When what must hold is asked for again, if it was asked for.
    pub(super) fn next_check(&self) -> Option<Timestamp> {
        let pause = match self.point {
            Point::Asking if self.waits_for_approval_only() => CHECK_FOR_APPROVAL_EVERY,
            Point::Asking | Point::Returning | Point::Watching => CHECK_EVERY,
        };
        self.asked_at.map(|at| at + pause)
    }

    pub(super) fn waits_for_approval_only(&self) -> bool {
        let Some(stage) = self.present() else {
            return false;
        };
        let unmet = stage.must_hold().into_iter().any(|precondition| {
            let answer = self.checks.get(precondition.id());
            answer.is_none_or(|answer| self.stands_in_the_way(precondition, answer.outcome))
        });
        0 < self.approvals_missing() && !unmet
    }
}
