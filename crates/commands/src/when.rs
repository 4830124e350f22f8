//! Times and durations as people type them.

use jiff::civil::{DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp, Zoned};

use crate::grammar::BadInput;
use crate::wording::Name;

/// The furthest that a change can be put off, and the longest that one can be for.
const FURTHEST: SignedDuration = SignedDuration::from_hours(24 * 92);
/// The shortest: anything nearer is over before people have read the answer.
const NEAREST: SignedDuration = SignedDuration::from_secs(60);

/// Reads `18:00` (the next one), `+2h`, `2026-01-31T18:00` (or with a space), or a time with its
/// zone. `zone` holds where none is given.
pub(crate) fn time(text: &str, now: Timestamp, zone: &TimeZone) -> Result<Timestamp, BadInput> {
    let text = text.trim();
    let at = read_time(text, now, zone).ok_or_else(|| {
        BadInput::Value(format!(
            "{} is no time: give `18:00`, `+2h`, `2026-01-31T18:00` or one with a zone such as \
             `2026-01-31T18:00+01:00`",
            Name(text)
        ))
    })?;
    let ahead = at.duration_since(now);
    if ahead <= SignedDuration::ZERO {
        return Err(BadInput::Value(format!("{} is over", Name(text))));
    }
    if FURTHEST < ahead {
        return Err(BadInput::Value(format!(
            "{} is more than three months away",
            Name(text)
        )));
    }
    Ok(at)
}

fn read_time(text: &str, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    if let Some(ahead) = text.strip_prefix('+') {
        return now.checked_add(read_duration(ahead)?).ok();
    }
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at);
    }
    if let Ok(at) = text.parse::<Zoned>() {
        return Some(at.timestamp());
    }
    if is_clock(text) {
        return next(text.parse().ok()?, now, zone);
    }
    let local: DateTime = text.parse().ok()?;
    Some(zone.to_zoned(local).ok()?.timestamp())
}

/// Whether a text is hours and minutes: jiff's own reading would take a year for a time.
fn is_clock(text: &str) -> bool {
    text.split_once(':')
        .is_some_and(|(hours, _)| hours.len() == 2)
        && text.len() <= 8
}

fn next(time: Time, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    let today = now.to_zoned(zone.clone()).date();
    let at =
        |date: jiff::civil::Date| Some(zone.to_zoned(date.to_datetime(time)).ok()?.timestamp());
    let at_today = at(today)?;
    if now < at_today {
        Some(at_today)
    } else {
        at(today.tomorrow().ok()?)
    }
}

/// Reads `30m`, `2h`, `1d`, `1h 30m`.
pub(crate) fn duration(text: &str) -> Result<SignedDuration, BadInput> {
    let shown = Name(text);
    let long = read_duration(text.trim()).ok_or_else(|| {
        BadInput::Value(format!("{shown} is no duration: give `30m`, `2h` or `1d`"))
    })?;
    if (NEAREST..=FURTHEST).contains(&long) {
        Ok(long)
    } else {
        let line = format!(
            "a change is for a minute at least and three months at most, {shown} is neither"
        );
        Err(BadInput::Value(line))
    }
}

fn read_duration(text: &str) -> Option<SignedDuration> {
    let span: Span = text.parse().ok()?;
    let long = span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?;
    (SignedDuration::ZERO < long).then_some(long)
}

/// A moment for people: `2026-01-31 18:00 UTC`.
pub(crate) fn shown(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone())
        .strftime("%Y-%m-%d %H:%M %Z")
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_write_them() {
        let now: Timestamp = "2026-01-31T17:30:00Z".parse().unwrap();
        for (text, expected) in [
            ("18:00", Ok("2026-01-31T18:00:00Z")),
            ("17:30", Ok("2026-02-01T17:30:00Z")),
            ("+2h", Ok("2026-01-31T19:30:00Z")),
            ("+1d 30m", Ok("2026-02-01T18:00:00Z")),
            ("2026-02-01T10:00", Ok("2026-02-01T10:00:00Z")),
            ("2026-02-01 10:00", Ok("2026-02-01T10:00:00Z")),
            ("2026-02-01T10:00+01:00", Ok("2026-02-01T09:00:00Z")),
            (
                "2026-02-01T10:00[Europe/Berlin]",
                Ok("2026-02-01T09:00:00Z"),
            ),
            ("2026-01-01T10:00", Err("`2026-01-01T10:00` is over")),
            (
                "2027-01-01T10:00",
                Err("`2027-01-01T10:00` is more than three months away"),
            ),
        ] {
            let read = time(text, now, &TimeZone::UTC)
                .map(|at| at.to_string())
                .map_err(|error| error.to_string());
            let expected = expected.map(str::to_owned).map_err(str::to_owned);
            assert_eq!(read, expected, "{text:?}");
        }
        for text in ["", "later", "2026", "25:00", "+", "+-1h", "18"] {
            let error = time(text, now, &TimeZone::UTC).unwrap_err().to_string();
            assert!(error.contains("is no time"), "{text:?}: {error}");
        }
    }

    #[test]
    fn durations_are_a_minute_to_three_months() {
        assert_eq!(duration("1h 30m").unwrap(), SignedDuration::from_mins(90));
        assert_eq!(duration("1d").unwrap(), SignedDuration::from_hours(24));
        for text in ["", "5", "1s", "-2h", "1y", "100d", "soon"] {
            assert!(duration(text).is_err(), "{text:?}");
        }
    }
}
