//! What people say: that they watch, that something is done, that it may go on.

use jiff::Timestamp;

use crate::event::{Author, Event, Overridden};
use crate::plan::Precondition;
use crate::rollout::{Rollout, Watch};
use crate::step::{CheckOutcome, CheckResult};
use crate::wording::moment;

use super::{WATCH_WAITS, words};

impl Rollout {
    /// Takes what was answered, for the next time that somebody looks. No entry of the history: an
    /// answer that differs becomes one by [`next_step`](crate::next_step).
    pub fn asked(&mut self, results: &[CheckResult], now: Timestamp) {
        self.asked_at = Some(now);
        for result in results {
            let known = self.checks.get_mut(&result.id);
            if let Some(known) = known.filter(|known| known.outcome == result.outcome) {
                known.clone_from(result);
            }
        }
    }

    /// Whoever watches now, and until when.
    pub(super) fn watching_person(
        &self,
        now: Timestamp,
    ) -> Option<(crate::plan::Person, Timestamp)> {
        let watch = self.watch.as_ref()?;
        let until = watch.until.filter(|until| now < *until)?;
        Some((watch.by.clone()?, until))
    }

    pub(super) fn acknowledge(&mut self, by: &Author, at: Timestamp, until: Timestamp) {
        let watch = self.watch.get_or_insert(Watch {
            by: None,
            until: None,
            asked_at: at,
            needed_until: None,
            called: false,
        });
        watch.by = by.person();
        watch.until = Some(until);
        watch.asked_at = until;
    }

    /// When the on-call group is to be called, if nobody says that they watch.
    pub(super) fn calls_at(&self) -> Option<Timestamp> {
        let watch = self.watch.as_ref().filter(|watch| !watch.called)?;
        let needed = watch.needed_until?;
        (watch.asked_at < needed).then(|| watch.asked_at + WATCH_WAITS)
    }

    pub(super) fn nobody_watches(&self, now: Timestamp) -> Option<Event> {
        let due = self.calls_at().is_some_and(|at| at <= now);
        (due && self.watching_person(now).is_none()).then_some(Event::NobodyWatches)
    }

    /// The answer to what the rollout knows by itself; `None` when somebody has to be asked.
    pub(super) fn own_answer(&self, of: &Precondition, now: Timestamp) -> Option<CheckResult> {
        let (outcome, found) = match of {
            Precondition::Manual { item, text, .. } => match self.ticks.get(item) {
                Some(tick) => {
                    let found = format!("ticked by {}: {}", tick.by.name, tick.evidence);
                    (CheckOutcome::Holds, found)
                }
                None => (CheckOutcome::Waits, words::to_be_ticked(item, text)),
            },
            Precondition::Watched => match self.watching_person(now) {
                Some((person, until)) => {
                    let found = format!("{person} watches until {}", moment(until));
                    (CheckOutcome::Holds, found)
                }
                None => {
                    let watcher = self.plan.people.watcher();
                    let found = format!("{watcher} has to acknowledge that they watch");
                    (CheckOutcome::Waits, found)
                }
            },
            Precondition::Deployed
            | Precondition::NoIncident
            | Precondition::NoChangeInProgress
            | Precondition::NoChangeLock
            | Precondition::Healthy
            | Precondition::OnCall
            | Precondition::Documentation
            | Precondition::Milestone
            | Precondition::ChangeIssue
            | Precondition::Announced
            | Precondition::Notified
            | Precondition::Http { .. }
            | Precondition::RemovalMerged
            | Precondition::RemovalDeployed
            | Precondition::RemovalReleased => return None,
        };
        Some(CheckResult {
            id: of.id().to_owned(),
            outcome,
            found,
            at: now,
        })
    }

    /// Whether this stands in the way, with that answer.
    pub(super) fn stands_in_the_way(&self, of: &Precondition, answer: CheckOutcome) -> bool {
        let holds = match answer {
            CheckOutcome::Holds => true,
            CheckOutcome::Skipped => self.plan.is_optional(of),
            CheckOutcome::Waits | CheckOutcome::Fails | CheckOutcome::Silent => false,
        };
        !holds && !self.is_overridden(&Overridden::Precondition(of.id().to_owned()))
    }

    pub(super) fn approvals_missing(&self) -> u32 {
        let needed = self.present().map_or(0, |stage| stage.approvals);
        let given = u32::try_from(self.approvals.len()).unwrap_or(u32::MAX);
        needed.saturating_sub(given)
    }
}
