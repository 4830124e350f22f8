//! How long something took.

use domain::Mrkdwn;
use domain::say;

/// ` in 02:00:10`: `MM:SS` below an hour, then `HH:MM:SS` in which the hours go on counting
/// after 24, so that a day and a minute is `24:01:00`. Nothing when it is not known: a pipeline
/// without a duration did not take no time.
pub(super) fn within(seconds: Option<u64>) -> Mrkdwn {
    match seconds {
        Some(seconds) => say!(" in {}", clock(seconds)),
        None => Mrkdwn::empty(),
    }
}

fn clock(seconds: u64) -> Mrkdwn {
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if hours == 0 {
        say!("{:02}:{:02}", minutes, seconds)
    } else {
        say!("{:02}:{:02}:{:02}", hours, minutes, seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_keep_their_shape_and_go_on_past_a_day() {
        for (seconds, expected) in [
            (0, "00:00"),
            (59, "00:59"),
            (3_599, "59:59"),
            (3_600, "01:00:00"),
            (7_210, "02:00:10"),
            (86_399, "23:59:59"),
            (86_460, "24:01:00"),
            (360_000, "100:00:00"),
        ] {
            assert_eq!(clock(seconds).as_str(), expected);
        }
        assert!(within(None).is_empty());
    }
}
