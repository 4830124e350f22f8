//! Moments and durations, as people say them.

use jiff::{SignedDuration, Timestamp};

/// A moment: exact for machines, as people say it for people.
pub(super) struct Moment {
    /// To the millisecond, as RFC 3339 writes it.
    pub(super) exact: String,
    pub(super) said: String,
}

impl Moment {
    pub(super) fn new(at: Timestamp, now: Timestamp) -> Self {
        Self {
            exact: format!("{at:.3}"),
            said: ago(now.duration_since(at)),
        }
    }
}

/// How long ago; what is still to come has a negative duration. The script says it with the
/// same words.
pub(super) fn ago(duration: SignedDuration) -> String {
    let seconds = duration.as_secs();
    let amount = match seconds.abs() {
        0..=1 if -1 < seconds => return "just now".to_owned(),
        size @ 0..=59 => format!("{size} s"),
        size @ 60..=3599 => format!("{} min", size / 60),
        size @ 3600..=86_399 => format!("{} h", size / 3600),
        size => format!("{} d", size / 86_400),
    };
    if seconds < 0 {
        format!("in {amount}")
    } else {
        format!("{amount} ago")
    }
}

/// How long something took: `12 ms`, `1.4 s`, `3 min 5 s`.
pub(super) fn took(from: Timestamp, to: Timestamp) -> String {
    let milliseconds = to.duration_since(from).as_millis().max(0);
    let seconds = milliseconds / 1000;
    match milliseconds {
        0 => "under 1 ms".to_owned(),
        1..=999 => format!("{milliseconds} ms"),
        1000..=9_999 => format!("{seconds}.{} s", milliseconds % 1000 / 100),
        10_000..=59_999 => format!("{seconds} s"),
        60_000..=3_599_999 => format!("{} min {} s", seconds / 60, seconds % 60),
        3_600_000..=86_399_999 => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
        _ => format!("{} d {} h", seconds / 86_400, seconds % 86_400 / 3600),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_said_as_people_say_them() {
        for (seconds, expected) in [
            (0, "just now"),
            (1, "just now"),
            (2, "2 s ago"),
            (59, "59 s ago"),
            (60, "1 min ago"),
            (3600, "1 h ago"),
            (90_000, "1 d ago"),
            (-1, "in 1 s"),
            (-30, "in 30 s"),
            (-90, "in 1 min"),
        ] {
            assert_eq!(ago(SignedDuration::from_secs(seconds)), expected);
        }
    }

    #[test]
    fn durations_have_the_size_that_matters() {
        for (milliseconds, expected) in [
            (-5, "under 1 ms"),
            (0, "under 1 ms"),
            (12, "12 ms"),
            (1_400, "1.4 s"),
            (9_999, "9.9 s"),
            (12_345, "12 s"),
            (185_000, "3 min 5 s"),
            (7_500_000, "2 h 5 min"),
            (180_000_000, "2 d 2 h"),
        ] {
            let from = Timestamp::UNIX_EPOCH;
            let to = from + SignedDuration::from_millis(milliseconds);
            assert_eq!(took(from, to), expected, "{milliseconds}");
        }
    }
}
