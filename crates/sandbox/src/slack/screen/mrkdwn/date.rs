//! `<!date^unix^format^link|fallback>`: a time in the reader's words.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use super::super::markup::{Node, element, link};
use super::super::reader::Reader;
use super::scan;

/// Draws what follows `!date^`; a date that cannot be read shows its fallback.
pub fn read(rest: &str, fallback: Option<&str>, reader: &Reader<'_>) -> Node {
    let mut parts = rest.splitn(3, '^');
    let unix = parts.next().and_then(|unix| unix.parse().ok());
    let format = parts.next().map(scan::decode).unwrap_or_default();
    let fallback = scan::decode(fallback.unwrap_or_default());
    let shown = match unix {
        Some(unix) => date(unix, &format, &fallback, reader),
        None => return Node::Text(fallback),
    };
    match parts.next() {
        Some(address) => link(&scan::decode(address), vec![shown]),
        None => shown,
    }
}

/// A time (Unix seconds) in a format such as `{date_short} at {time}`.
#[must_use]
pub fn date(unix: i64, format: &str, fallback: &str, reader: &Reader<'_>) -> Node {
    match Timestamp::from_second(unix) {
        Ok(time) if !format.is_empty() => element("time")
            .attr("datetime", time.to_string())
            .text(fill(format, time, reader.now))
            .into(),
        _ => Node::Text(fallback.to_owned()),
    }
}

/// `Nov 24, 2026 at 10:42 AM`
#[must_use]
pub fn day_and_time(time: Timestamp) -> String {
    time.to_zoned(TimeZone::UTC)
        .strftime("%b %-d, %Y at %-I:%M %p")
        .to_string()
}

/// The day as it stands between messages: `Today`, `Monday, November 23rd`.
#[must_use]
pub fn day(day: Date, today: Date) -> String {
    match near(day, today) {
        Some("today") => "Today".to_owned(),
        Some("yesterday") => "Yesterday".to_owned(),
        _ if day.year() == today.year() => {
            format!("{} {}", day.strftime("%A, %B"), ordinal(day.day()))
        }
        _ => format!(
            "{} {}, {}",
            day.strftime("%A, %B"),
            ordinal(day.day()),
            day.year()
        ),
    }
}

/// Fills the `{…}` of a format; unknown ones stay.
fn fill(format: &str, time: Timestamp, now: Timestamp) -> String {
    let mut out = String::new();
    let mut rest = format;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, after)) = after.split_once('}') else {
            out.push('{');
            rest = after;
            continue;
        };
        match field(name, time, now) {
            Some(words) => out.push_str(&words),
            None => out.push_str(&format!("{{{name}}}")),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

fn field(name: &str, time: Timestamp, now: Timestamp) -> Option<String> {
    let at = time.to_zoned(TimeZone::UTC);
    let pretty = |otherwise: &str| match near(at.date(), now.to_zoned(TimeZone::UTC).date()) {
        Some(day) => Some(day.to_owned()),
        None => field(otherwise, time, now),
    };
    match name {
        "date_num" => Some(at.strftime("%Y-%m-%d").to_string()),
        "date_slash" => Some(at.strftime("%m/%d/%Y").to_string()),
        "date" => Some(day_of(&at, "%B")),
        "date_short" => Some(at.strftime("%b %-d, %Y").to_string()),
        "date_long" => Some(format!("{}, {}", at.strftime("%A"), day_of(&at, "%B"))),
        "date_pretty" => pretty("date"),
        "date_short_pretty" => pretty("date_short"),
        "date_long_pretty" => pretty("date_long"),
        "time" => Some(clock_time(time)),
        "time_secs" => Some(at.strftime("%-I:%M:%S %p").to_string()),
        "ago" => Some(ago(time, now)),
        _ => None,
    }
}

/// `10:42 AM`
#[must_use]
pub fn clock_time(time: Timestamp) -> String {
    time.to_zoned(TimeZone::UTC)
        .strftime("%-I:%M %p")
        .to_string()
}

/// `today`, `yesterday`, `tomorrow`.
fn near(day: Date, today: Date) -> Option<&'static str> {
    if day == today {
        Some("today")
    } else if today.yesterday().is_ok_and(|yesterday| day == yesterday) {
        Some("yesterday")
    } else if today.tomorrow().is_ok_and(|tomorrow| day == tomorrow) {
        Some("tomorrow")
    } else {
        None
    }
}

fn day_of(at: &Zoned, month: &str) -> String {
    format!(
        "{} {}, {}",
        at.strftime(month),
        ordinal(at.day()),
        at.year()
    )
}

/// `1st`, `2nd`, `11th`.
fn ordinal(day: i8) -> String {
    let ending = match (day % 10, day) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{day}{ending}")
}

/// `3 minutes ago`, `in 2 days`.
#[must_use]
pub fn ago(time: Timestamp, now: Timestamp) -> String {
    const UNITS: [(i64, &str); 4] = [
        (86_400, "day"),
        (3_600, "hour"),
        (60, "minute"),
        (1, "second"),
    ];
    let seconds = now.as_second() - time.as_second();
    let size = seconds.abs();
    let Some((unit, name)) = UNITS.into_iter().find(|(unit, _)| *unit <= size) else {
        return "just now".to_owned();
    };
    let count = size / unit;
    let plural = if count == 1 { "" } else { "s" };
    if seconds < 0 {
        format!("in {count} {name}{plural}")
    } else {
        format!("{count} {name}{plural} ago")
    }
}
