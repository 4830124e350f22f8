//! Many messages as one, for a channel that is behind.
//!
//! When a lane cannot keep up, people want to know what they missed, not to read it an hour
//! late. When that is, is the lane's business.

use std::cmp::Reverse;

use domain::message::Tone;
use domain::mrkdwn::{self, Mrkdwn};
use domain::{Message, say};
use jiff::{SignedDuration, Timestamp, Unit};

/// A message that waited.
#[derive(Clone, Debug)]
pub struct DigestItem {
    pub message: Message,
    /// Since when it waited.
    pub at: Timestamp,
}

/// Lines that are shown at most.
const LINES: usize = 12;
/// Characters of all lines together: a body has room for 3,000 in Slack.
const ROOM: usize = 2_600;
/// A longer line is only counted.
const LONGEST_LINE: usize = 400;

/// One message that stands for all of `items`. `log_url` is the page that shows each of them;
/// empty when there is none.
#[must_use]
pub fn digest(items: &[DigestItem], log_url: &str) -> Message {
    let count = items.len();
    let (noun, verb) = if count == 1 {
        ("message", "was")
    } else {
        ("messages", "were")
    };
    let when = span(items);
    let what = say!("{} {} {} folded into this one", count, noun, verb);
    let headline = mrkdwn::join(
        [
            say!("*{} {}* {} folded into this one", count, noun, verb),
            when,
        ],
        ", ",
    );
    let tone = items.iter().map(|item| item.message.tone).max();
    let (lines, shown) = lines(items);
    let body = mrkdwn::join([lines, rest(count - shown, log_url)], "\n");
    let counted = mrkdwn::join([what, counts(items)], ": ");
    Message::new(counted, headline)
        .tone(tone.unwrap_or(Tone::Neutral))
        .body(body)
        .context(say!(
            "This channel was behind: Slack takes one message a second."
        ))
        .link("Open the log", log_url)
}

/// The most important lines, the newest of them first, and how many they are.
fn lines(items: &[DigestItem]) -> (Mrkdwn, usize) {
    let mut order: Vec<&DigestItem> = items.iter().collect();
    order.sort_by_key(|item| (Reverse(importance(item.message.tone)), Reverse(item.at)));
    let mut room = ROOM;
    let mut shown = Vec::new();
    for item in order {
        let line = say!("• {}{}", sign(item.message.tone), item.message.summary);
        let length = line.as_str().chars().count() + 1;
        if shown.len() < LINES && length <= room.min(LONGEST_LINE) && !line.as_str().contains('\n')
        {
            room -= length;
            shown.push(line);
        }
    }
    let count = shown.len();
    (mrkdwn::join(shown, "\n"), count)
}

fn importance(tone: Tone) -> u8 {
    match tone {
        Tone::Danger => 2,
        Tone::Warning => 1,
        Tone::Neutral | Tone::Work | Tone::Good => 0,
    }
}

/// What a line begins with, so that failures are found among the others.
fn sign(tone: Tone) -> &'static str {
    match tone {
        Tone::Danger => "✗ ",
        Tone::Warning => "! ",
        Tone::Good => "✓ ",
        Tone::Neutral | Tone::Work => "",
    }
}

fn rest(count: usize, log_url: &str) -> Mrkdwn {
    if count == 0 {
        return Mrkdwn::empty();
    }
    let more = say!("{} more", count);
    say!("… and {}", mrkdwn::linked(log_url, &more))
}

/// "2 failures, 1 warning, 9 others"; nothing when none stands out.
fn counts(items: &[DigestItem]) -> Mrkdwn {
    let of = |tone| {
        items
            .iter()
            .filter(|item| item.message.tone == tone)
            .count()
    };
    let (failures, warnings) = (of(Tone::Danger), of(Tone::Warning));
    if failures + warnings == 0 {
        return Mrkdwn::empty();
    }
    let counted = |count, one, many| match count {
        0 => Mrkdwn::empty(),
        1 => say!("1 {}", one),
        count => say!("{} {}", count, many),
    };
    mrkdwn::join(
        [
            counted(failures, "failure", "failures"),
            counted(warnings, "warning", "warnings"),
            counted(items.len() - failures - warnings, "other", "others"),
        ],
        ", ",
    )
}

/// Over which time: "14:02 to 14:09 UTC (7 minutes)".
fn span(items: &[DigestItem]) -> Mrkdwn {
    let times = || items.iter().map(|item| item.at);
    let (Some(first), Some(last)) = (times().min(), times().max()) else {
        return Mrkdwn::empty();
    };
    let first_day = first.strftime("%Y-%m-%d").to_string();
    let format = if first_day == last.strftime("%Y-%m-%d").to_string() {
        "%H:%M"
    } else {
        "%Y-%m-%d %H:%M"
    };
    // Digits of our own: escaped, `10:30` would get a word joiner.
    let moment = |at: Timestamp| Mrkdwn::from_trusted(at.strftime(format).to_string());
    let lasted = lasted(last.duration_since(first));
    say!(
        "from {} to {} UTC ({})",
        moment(first),
        moment(last),
        lasted
    )
}

fn lasted(duration: SignedDuration) -> Mrkdwn {
    let minutes = duration.round(Unit::Minute).unwrap_or(duration).as_mins();
    let (number, one, many) = match minutes {
        0 => return say!("less than a minute"),
        1..120 => (minutes, "minute", "minutes"),
        120..2_880 => (minutes / 60, "hour", "hours"),
        _ => (minutes / 1_440, "day", "days"),
    };
    say!("{} {}", number, if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(summary: &str, tone: Tone, minute: i64) -> DigestItem {
        let summary = mrkdwn::escape(summary);
        DigestItem {
            message: Message::new(summary.clone(), summary).tone(tone),
            at: Timestamp::from_second(1_700_000_000 + 60 * minute).unwrap(),
        }
    }

    #[test]
    fn a_digest_shows_failures_first_and_counts_the_rest() {
        let mut items: Vec<_> = (0..40)
            .map(|minute| item(&format!("ada pushed {minute}"), Tone::Neutral, minute))
            .collect();
        items.insert(3, item("pipeline 5 failed", Tone::Danger, 3));
        items.insert(9, item("pipeline 6 was canceled", Tone::Warning, 9));
        let digest = digest(&items, "https://s.ex/events");
        assert_eq!(digest.tone, Tone::Danger);
        assert_eq!(
            digest.summary.as_str(),
            "42 messages were folded into this one: 1 failure, 1 warning, 40 others"
        );
        assert_eq!(
            digest.headline.as_str(),
            "*42 messages* were folded into this one, from 22:13 to 22:52 UTC (39 minutes)"
        );
        let body = digest.body.unwrap().to_string();
        let lines: Vec<_> = body.lines().collect();
        assert_eq!(
            lines[..3],
            [
                "• ✗ pipeline 5 failed",
                "• ! pipeline 6 was canceled",
                "• ada pushed 39"
            ]
        );
        assert_eq!(lines.last(), Some(&"… and <https://s.ex/events|30 more>"));
        assert_eq!(digest.links[0].url, "https://s.ex/events");
    }

    #[test]
    fn a_digest_of_anything_is_within_its_limits() {
        let long = "x&".repeat(2_000);
        let items: Vec<_> = (0..2_000)
            .map(|minute| {
                item(
                    if minute % 3 == 0 { &long } else { "a <b> c" },
                    Tone::Good,
                    minute,
                )
            })
            .collect();
        for items in [&items[..], &items[..1], &[]] {
            let digest = digest(items, "");
            let body = digest
                .body
                .as_ref()
                .map_or(0, |body| body.as_str().chars().count());
            assert!(body < 3_000 && digest.headline.as_str().len() < 200);
            assert!(digest.links.is_empty());
        }
    }

    #[test]
    fn time_is_said_as_people_say_it() {
        for (minutes, expected) in [
            (0, "less than a minute"),
            (1, "1 minute"),
            (119, "119 minutes"),
            (150, "2 hours"),
            (4_320, "3 days"),
        ] {
            assert_eq!(
                lasted(SignedDuration::from_mins(minutes)).as_str(),
                expected
            );
        }
        let days = span(&[item("", Tone::Good, 0), item("", Tone::Good, 3_000)]);
        assert_eq!(
            days.as_str(),
            "from 2023-11-14 22:13 to 2023-11-17 00:13 UTC (2 days)"
        );
    }
}
