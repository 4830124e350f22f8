//! The span of time that a question is about.

use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// From a moment up to another one, which belongs to the next window: windows that follow each
/// other count nothing twice and leave nothing out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    pub from: Timestamp,
    /// Not included.
    pub until: Timestamp,
}

impl Window {
    /// The last `length` of what has certainly been taken in by `now`, when that takes `lag`.
    #[must_use]
    pub fn before(now: Timestamp, lag: Duration, length: Duration) -> Self {
        let until = now.saturating_sub(lag).unwrap_or(Timestamp::MIN);
        Self {
            from: until.saturating_sub(length).unwrap_or(Timestamp::MIN),
            until,
        }
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.until <= self.from
    }

    #[must_use]
    pub fn length(&self) -> Duration {
        Duration::try_from(self.from.duration_until(self.until)).unwrap_or_default()
    }
}

/// In UTC without saying so, which is what Sentry's searches take: `2026-11-24T10:00:00`.
pub(crate) fn without_zone(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC)
        .strftime("%Y-%m-%dT%H:%M:%S%.f")
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_with_the_same_lag_follow_each_other() {
        let now: Timestamp = "2026-11-24T10:02:30Z".parse().unwrap();
        let (lag, minute) = (Duration::from_secs(90), Duration::from_secs(60));
        let first = Window::before(now, lag, minute);
        let second = Window::before(now + minute, lag, minute);
        assert_eq!(first.from.to_string(), "2026-11-24T10:00:00Z");
        assert_eq!(first.until.to_string(), "2026-11-24T10:01:00Z");
        assert_eq!(first.until, second.from);
        assert_eq!(first.length(), minute);
        assert!(!first.is_empty());
    }

    #[test]
    fn a_window_that_ends_before_it_begins_is_empty() {
        let now: Timestamp = "2026-11-24T10:02:30Z".parse().unwrap();
        let window = Window {
            from: now,
            until: now - Duration::from_secs(1),
        };
        assert!(window.is_empty());
        assert_eq!(window.length(), Duration::ZERO);
    }

    #[test]
    fn a_moment_is_written_without_a_zone_and_without_needless_digits() {
        for (at, expected) in [
            ("2026-11-24T10:00:00Z", "2026-11-24T10:00:00"),
            ("2026-11-24T12:00:00.25+02:00", "2026-11-24T10:00:00.25"),
        ] {
            assert_eq!(without_zone(at.parse().unwrap()), expected);
        }
    }
}
