//! Points in time in a message.

use domain::Mrkdwn;
use domain::mrkdwn;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::text;

/// `23 April 2020, 01:06 UTC`.
pub(super) fn of(moment: Timestamp) -> Mrkdwn {
    let moment = moment.to_zoned(TimeZone::UTC);
    mrkdwn::escape(&moment.strftime("%-d %B %Y, %H:%M UTC").to_string())
}

/// A day that GitLab wrote, without the time that some payloads put behind it.
pub(super) fn day(text: &str) -> Mrkdwn {
    let day = text.get(..10).filter(|day| day.parse::<Date>().is_ok());
    text::name(day.unwrap_or(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_name_their_zone() {
        let moment: Timestamp = "2020-04-23T01:06:17Z".parse().unwrap();
        assert_eq!(
            of(moment).as_str().replace('\u{2060}', ""),
            "23 April 2020, 01:06 UTC"
        );
    }

    #[test]
    fn days_lose_their_time() {
        for (text, expected) in [
            ("2026-06-30", "2026-06-30"),
            ("2020-12-14T00:00:00Z", "2020-12-14"),
            ("2025-08-03 07:57:25 UTC", "2025-08-03"),
            ("some day in May", "some day in May"),
        ] {
            assert_eq!(day(text).as_str(), expected);
        }
    }
}
