//! Time and chance as arguments.
//!
//! A [`Clock`] tells the time and can be moved forward, so that a demo or a test lives through
//! hours in a moment; whoever waits on it wakes up. [`Chance`] is a seedable source of random
//! numbers for ids and jitter. Both are built in `main` and handed down; nothing else in the
//! project asks the system for either.

mod chance;

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

pub use chance::Chance;

/// A clock that can be moved forward. Clones show the same time.
#[derive(Clone)]
pub struct Clock {
    source: fn() -> Timestamp,
    moved: Arc<watch::Sender<SignedDuration>>,
}

impl Clock {
    /// A clock that reads `source` and has not been moved.
    #[must_use]
    pub fn new(source: fn() -> Timestamp) -> Self {
        Self {
            source,
            moved: Arc::new(watch::Sender::new(SignedDuration::ZERO)),
        }
    }

    /// Another clock, which runs `by` behind this one and is moved on its own.
    #[must_use]
    pub fn behind(&self, by: Duration) -> Self {
        let by = SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX);
        let moved = self.moved().saturating_sub(by);
        Self {
            source: self.source,
            moved: Arc::new(watch::Sender::new(moved)),
        }
    }

    /// The time now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let moved = *self.moved.borrow();
        (self.source)()
            .saturating_add(moved)
            .unwrap_or(Timestamp::MAX)
    }

    /// How far this clock runs ahead of its source.
    #[must_use]
    pub fn moved(&self) -> SignedDuration {
        *self.moved.borrow()
    }

    /// Moves the clock forward and wakes everyone who waits on it.
    pub fn advance(&self, by: Duration) {
        let by = SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX);
        self.moved
            .send_modify(|moved| *moved = moved.saturating_add(by));
    }

    /// Moves the clock forward to `then`; does nothing when that has passed.
    pub fn advance_to(&self, then: Timestamp) {
        if let Ok(ahead) = Duration::try_from(then.duration_since(self.now())) {
            self.advance(ahead);
        }
    }

    /// Waits until this clock shows `then`.
    pub async fn sleep_until(&self, then: Timestamp) {
        let mut moved = self.moved.subscribe();
        loop {
            moved.mark_unchanged();
            let Ok(left) = Duration::try_from(then.duration_since(self.now())) else {
                return;
            };
            if left.is_zero() {
                return;
            }
            // A day at a time: tokio's timer cannot hold the far end of `Timestamp`.
            let nap = left.min(Duration::from_secs(86_400));
            tokio::select! {
                () = tokio::time::sleep(nap) => (),
                _ = moved.changed() => (),
            }
        }
    }

    /// Waits for `pause` on this clock.
    pub async fn sleep(&self, pause: Duration) {
        let pause = SignedDuration::try_from(pause).unwrap_or(SignedDuration::MAX);
        self.sleep_until(self.now().saturating_add(pause).unwrap_or(Timestamp::MAX))
            .await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock() -> Clock {
        Clock::new(|| Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn a_moved_clock_shows_the_later_time_to_every_clone() {
        let clock = clock();
        let other = clock.clone();
        clock.advance(Duration::from_secs(90));
        assert_eq!(other.now().as_second(), 90);
        other.advance_to(Timestamp::from_second(60).unwrap());
        assert_eq!(clock.now().as_second(), 90, "a clock never goes back");
    }

    #[test]
    fn a_clock_behind_another_is_moved_on_its_own() {
        let clock = clock();
        clock.advance(Duration::from_secs(90));
        let behind = clock.behind(Duration::from_secs(60));
        assert_eq!(behind.now().as_second(), 30);
        behind.advance(Duration::from_secs(60));
        assert_eq!(
            (clock.now().as_second(), behind.now().as_second()),
            (90, 90)
        );
    }

    #[tokio::test]
    async fn sleepers_wake_when_the_clock_is_moved_past_them() {
        let clock = clock();
        let then = Timestamp::from_second(3600).unwrap();
        let sleeper = tokio::spawn({
            let clock = clock.clone();
            async move { clock.sleep_until(then).await }
        });
        clock.advance(Duration::from_secs(3599));
        assert!(!sleeper.is_finished());
        clock.advance(Duration::from_secs(1));
        sleeper.await.unwrap();
    }
}
