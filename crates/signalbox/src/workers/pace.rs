//! How fast messages may follow each other in one channel.
//!
//! The generic cell rate algorithm (ITU-T I.371, "virtual scheduling"): the state is one moment,
//! the *theoretical arrival time* of the next message were they evenly spaced, so that a lane's
//! pace is one column in the database and survives restarts.

use jiff::{SignedDuration, Timestamp};

/// A pace: evenly one message every `interval`, and `burst` of them at once after a pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    interval: SignedDuration,
    tolerance: SignedDuration,
}

impl Pace {
    /// `per_second` messages a second; 0 is no limit. `burst` is at least 1.
    #[must_use]
    pub fn new(per_second: f64, burst: u32) -> Self {
        if per_second <= 0.0 {
            return Self {
                interval: SignedDuration::ZERO,
                tolerance: SignedDuration::ZERO,
            };
        }
        let interval = SignedDuration::try_from_secs_f64(1.0 / per_second)
            .unwrap_or(SignedDuration::from_secs(1));
        let burst = i32::try_from(burst.saturating_sub(1)).unwrap_or(i32::MAX);
        Self {
            interval,
            tolerance: interval.saturating_mul(burst),
        }
    }

    /// The first moment at which a message may go out.
    #[must_use]
    pub fn allowed_at(&self, arrival: Timestamp) -> Timestamp {
        arrival
            .saturating_sub(self.tolerance)
            .unwrap_or(Timestamp::MIN)
    }

    /// The state after a message went out at `now`.
    #[must_use]
    pub fn after(&self, arrival: Timestamp, now: Timestamp) -> Timestamp {
        arrival
            .max(now)
            .saturating_add(self.interval)
            .unwrap_or(Timestamp::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// When each of `count` messages goes out, in milliseconds, if they all wait at second 100.
    fn departures(pace: Pace, count: usize) -> Vec<i64> {
        let start = Timestamp::from_second(100).unwrap();
        let (mut arrival, mut now) = (Timestamp::UNIX_EPOCH, start);
        (0..count)
            .map(|_| {
                now = now.max(pace.allowed_at(arrival));
                arrival = pace.after(arrival, now);
                now.duration_since(start).as_millis().try_into().unwrap()
            })
            .collect()
    }

    #[test]
    fn a_burst_goes_out_at_once_and_then_one_each_second() {
        assert_eq!(
            departures(Pace::new(1.0, 4), 7),
            [0, 0, 0, 0, 1000, 2000, 3000]
        );
        assert_eq!(departures(Pace::new(1.0, 1), 3), [0, 1000, 2000]);
        assert_eq!(departures(Pace::new(2.0, 1), 3), [0, 500, 1000]);
        assert_eq!(departures(Pace::new(0.0, 1), 3), [0, 0, 0]);
    }

    #[test]
    fn no_window_holds_more_than_the_burst_and_one_a_second() {
        let pace = Pace::new(1.0, 4);
        let departures = departures(pace, 50);
        for window in 1..40_i64 {
            for &from in &departures {
                let within = departures
                    .iter()
                    .filter(|&&at| from <= at && at < from + window * 1000)
                    .count();
                assert!(
                    within <= usize::try_from(window).unwrap() + 3,
                    "{window} s from {from}"
                );
            }
        }
    }
}
