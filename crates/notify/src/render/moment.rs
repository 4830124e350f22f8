//! Points in time in a message.

use domain::Mrkdwn;
use domain::mrkdwn;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// `23 April 2020, 01:06 UTC`.
pub(super) fn of(moment: Timestamp) -> Mrkdwn {
    let moment = moment.to_zoned(TimeZone::UTC);
    mrkdwn::escape(&moment.strftime("%-d %B %Y, %H:%M UTC").to_string())
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
}
