//! Events that wait to be sent, for the first time or again.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use tokio::sync::watch;

use crate::slack::outgoing::{Failure, Retry};

/// How long after a failed try the next one is made.
const RETRIES: [SignedDuration; 3] = [
    SignedDuration::ZERO,
    SignedDuration::from_mins(1),
    SignedDuration::from_mins(5),
];

/// An event on its way to one app.
#[derive(Clone, Debug)]
pub struct Waiting {
    pub app: String,
    pub envelope: Value,
    /// How many tries failed, and why the last one did.
    failed: u8,
    reason: &'static str,
    due: Timestamp,
}

impl Waiting {
    /// An event that was not sent yet.
    pub fn first(app: &str, envelope: Value, due: Timestamp) -> Self {
        Self {
            app: app.to_owned(),
            envelope,
            failed: 0,
            reason: "",
            due,
        }
    }

    /// What the request says about earlier tries.
    pub fn retry(&self) -> Option<Retry> {
        (0 < self.failed).then_some(Retry {
            number: self.failed,
            reason: self.reason,
        })
    }

    /// The next try after a failed one, unless that was the last.
    pub fn again(mut self, failure: &Failure, now: Timestamp) -> Option<Self> {
        let pause = *RETRIES.get(usize::from(self.failed))?;
        if failure.is_final() {
            return None;
        }
        self.failed += 1;
        self.reason = failure.reason();
        self.due = now.saturating_add(pause).unwrap_or(now);
        Some(self)
    }
}

/// All of them.
#[derive(Debug, Default)]
pub struct Queue {
    waiting: Vec<Waiting>,
    under_way: watch::Sender<usize>,
}

impl Queue {
    /// Adds one.
    pub fn add(&mut self, waiting: Waiting) {
        self.waiting.push(waiting);
    }

    /// When the next one is to be sent.
    pub fn next_due(&self) -> Option<Timestamp> {
        self.waiting.iter().map(|waiting| waiting.due).min()
    }

    /// Whether one is to be sent now.
    pub fn is_due(&self, now: Timestamp) -> bool {
        self.next_due().is_some_and(|due| due <= now)
    }

    /// Those to be sent now, in order; each is under way until [`Queue::done`].
    pub fn take_due(&mut self, now: Timestamp) -> Vec<Waiting> {
        let (due, later) = std::mem::take(&mut self.waiting)
            .into_iter()
            .partition(|waiting| waiting.due <= now);
        self.waiting = later;
        let due: Vec<Waiting> = due;
        self.under_way.send_modify(|events| *events += due.len());
        due
    }

    /// One was sent, and waits again or not.
    pub fn done(&mut self, again: Option<Waiting>) {
        self.waiting.extend(again);
        self.under_way
            .send_modify(|events| *events = events.saturating_sub(1));
    }

    /// How many are under way.
    pub fn under_way(&self) -> watch::Receiver<usize> {
        self.under_way.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_tried_four_times_at_growing_intervals() {
        let start = Timestamp::from_second(1_700_000_000).unwrap();
        let mut waiting = Waiting::first("A1", Value::Null, start);
        assert_eq!(waiting.retry(), None);
        for (number, pause) in [(1, 0), (2, 60), (3, 300)] {
            waiting = waiting.again(&Failure::TimedOut, start).unwrap();
            let reason = "http_timeout";
            assert_eq!(waiting.retry(), Some(Retry { number, reason }));
            assert_eq!(waiting.due, start + SignedDuration::from_secs(pause));
        }
        assert!(waiting.again(&Failure::TimedOut, start).is_none());
    }

    #[test]
    fn an_app_can_ask_for_no_further_try() {
        let start = Timestamp::from_second(1_700_000_000).unwrap();
        let status = |is_final| Failure::Status {
            status: 500,
            is_final,
        };
        let first = Waiting::first("A1", Value::Null, start);
        assert!(first.clone().again(&status(false), start).is_some());
        assert!(first.again(&status(true), start).is_none());
    }

    #[test]
    fn what_is_due_is_taken_once() {
        let now = Timestamp::from_second(1_700_000_000).unwrap();
        let later = now + SignedDuration::from_secs(60);
        let mut queue = Queue::default();
        queue.add(Waiting::first("A1", Value::Null, now));
        queue.add(Waiting::first("A2", Value::Null, later));
        assert!(queue.is_due(now));
        assert_eq!(queue.take_due(now).len(), 1);
        assert!(!queue.is_due(now) && queue.take_due(now).is_empty());
        assert_eq!(
            (queue.next_due(), *queue.under_way().borrow()),
            (Some(later), 1)
        );
        queue.done(None);
        assert_eq!(*queue.under_way().borrow(), 0);
    }
}
