//! A bounded queue of reports for one place, which may have to be left alone for a while.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use tokio::sync::Notify;

use super::Report;

/// So many reports wait for one place, about a kilobyte each; later ones are dropped.
const CAPACITY: usize = 4_096;

#[derive(Default)]
pub(super) struct Queue {
    state: Mutex<State>,
    pushed: Notify,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Arc<Report>>,
    /// How many were taken and may come back.
    taken: usize,
    /// Until when the place is left alone.
    rests_until: Option<Timestamp>,
}

impl State {
    fn rests(&self, now: Timestamp) -> bool {
        self.rests_until.is_some_and(|until| now < until)
    }
}

impl Queue {
    /// Adds a report at the end; `false` when there is no room for it.
    #[must_use]
    pub(super) fn push(&self, report: Arc<Report>) -> bool {
        let mut state = self.lock();
        if CAPACITY <= state.waiting.len() + state.taken {
            return false;
        }
        state.waiting.push_back(report);
        drop(state);
        self.pushed.notify_one();
        true
    }

    /// Takes up to `most` reports, none while the place is left alone. They count until they are
    /// [given back](Self::give_back).
    pub(super) fn take(&self, most: usize, now: Timestamp) -> Vec<Arc<Report>> {
        let mut state = self.lock();
        if state.rests(now) {
            return Vec::new();
        }
        let count = most.min(state.waiting.len());
        let reports: Vec<_> = state.waiting.drain(..count).collect();
        state.taken += reports.len();
        reports
    }

    /// Ends what was taken: what is `left` of it comes first again, and the place is left alone
    /// until then.
    pub(super) fn give_back(
        &self,
        taken: usize,
        left: Vec<Arc<Report>>,
        rests_until: Option<Timestamp>,
    ) {
        let mut state = self.lock();
        state.taken = state.taken.saturating_sub(taken);
        state.rests_until = rests_until;
        for report in left.into_iter().rev() {
            state.waiting.push_front(report);
        }
    }

    /// Whether nothing can be told now.
    pub(super) fn is_settled(&self, now: Timestamp) -> bool {
        let state = self.lock();
        state.taken == 0 && (state.waiting.is_empty() || state.rests(now))
    }

    /// When the place is tried again, if something waits for it.
    pub(super) fn next_due(&self) -> Option<Timestamp> {
        let state = self.lock();
        let until = state.rests_until;
        until.filter(|_| !state.waiting.is_empty())
    }

    /// Takes away what nobody will tell any more; answers how many reports that were.
    pub(super) fn clear(&self) -> usize {
        std::mem::take(&mut self.lock().waiting).len()
    }

    pub(super) async fn pushed(&self) {
        self.pushed.notified().await;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::super::What;
    use super::*;
    use monitors::sentry::EventId;

    fn report(number: usize) -> Arc<Report> {
        Arc::new(Report {
            id: EventId(number as u128),
            at: Timestamp::UNIX_EPOCH,
            what: What::Started,
        })
    }

    fn ids(reports: &[Arc<Report>]) -> Vec<u128> {
        reports.iter().map(|report| report.id.0).collect()
    }

    #[test]
    fn what_could_not_be_told_comes_first_again_when_the_rest_is_over() {
        let queue = Queue::default();
        let (now, later) = (Timestamp::UNIX_EPOCH, Timestamp::from_second(5).unwrap());
        assert!((1..=4).all(|number| queue.push(report(number))));
        let taken = queue.take(3, now);
        assert!(!queue.is_settled(now), "three are being told");
        queue.give_back(3, taken[1..].to_vec(), Some(later));
        assert!(queue.is_settled(now), "nothing can be told now");
        assert_eq!(ids(&queue.take(9, now)), [0; 0]);
        assert_eq!(queue.next_due(), Some(later));
        assert!(!queue.is_settled(later));
        let taken = queue.take(9, later);
        assert_eq!(ids(&taken), [2, 3, 4]);
        queue.give_back(3, Vec::new(), None);
        assert!(queue.is_settled(later));
        assert_eq!(queue.next_due(), None);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let queue = Queue::default();
        let taken = (0..CAPACITY).filter(|number| queue.push(report(*number)));
        assert_eq!(taken.count(), CAPACITY);
        let taken = queue.take(2, Timestamp::UNIX_EPOCH);
        assert!(
            !queue.push(report(0)),
            "those that were taken may come back"
        );
        queue.give_back(2, taken, None);
        assert_eq!(queue.clear(), CAPACITY);
        assert!(queue.push(report(0)));
    }
}
