//! Dates as the search engine reads them: ISO 8601 with parts left out, numbers since 1970, and
//! sums such as `now-15m/m`.
//!
//! A date that leaves parts out is a span of time: `2026-11-20` is that whole day. Which end of
//! it counts is the comparison's business.

use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};
use jiff::{Span, Timestamp, Unit, Zoned};

/// The milliseconds that a date stands for, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spell {
    pub first: i64,
    pub last: i64,
}

/// How dates are read.
#[derive(Clone, Debug)]
pub(super) struct Reading {
    pub now: Timestamp,
    pub zone: TimeZone,
    /// Formats to try in turn; the default ones unless given.
    pub formats: Vec<Format>,
}

/// The formats that are known here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Iso,
    Millis,
    Seconds,
}

impl Format {
    /// `strict_date_optional_time||epoch_millis`; none for one that is not known.
    pub fn parse(text: &str) -> Option<Vec<Self>> {
        let formats = text.split("||").map(|format| match format {
            "strict_date_optional_time"
            | "date_optional_time"
            | "strict_date_optional_time_nanos"
            | "strict_date_time"
            | "strict_date_time_no_millis"
            | "strict_date"
            | "iso8601" => Some(Self::Iso),
            "epoch_millis" => Some(Self::Millis),
            "epoch_second" => Some(Self::Seconds),
            _ => None,
        });
        formats.collect()
    }
}

/// A zone as an offset (`+01:00`) or UTC; names of places are not known here.
pub(super) fn zone(text: &str) -> Option<TimeZone> {
    if matches!(text, "UTC" | "Z" | "GMT" | "Etc/UTC") {
        return Some(TimeZone::UTC);
    }
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = match rest.split_once(':') {
        Some(parts) => parts,
        None => rest.split_at_checked(2)?,
    };
    let minutes: i32 = match minutes {
        "" => 0,
        minutes => digits(minutes, 2)?,
    };
    let seconds = (digits::<i32>(hours, 2)? * 60 + minutes) * 60;
    Offset::from_seconds(sign * seconds)
        .ok()
        .map(TimeZone::fixed)
}

impl Reading {
    /// The default formats, in UTC.
    pub fn at(now: Timestamp) -> Self {
        Self {
            now,
            zone: TimeZone::UTC,
            formats: vec![Format::Iso, Format::Millis],
        }
    }

    /// A date, or a sum that begins with one; none when it is neither.
    pub fn date(&self, text: &str) -> Option<Spell> {
        if let Some(sum) = text.strip_prefix("now") {
            let now = self.now.as_millisecond();
            return self.sum(
                Spell {
                    first: now,
                    last: now,
                },
                sum,
            );
        }
        match text.split_once("||") {
            Some((date, sum)) => self.sum(self.plain(date)?, sum),
            None => self.plain(text),
        }
    }

    fn plain(&self, text: &str) -> Option<Spell> {
        let moment = |millis: i64| Spell {
            first: millis,
            last: millis,
        };
        let mut formats = self.formats.iter();
        formats.find_map(|format| match format {
            Format::Iso => self.iso(text),
            Format::Millis => text.parse().ok().filter(|_| 4 < text.len()).map(moment),
            Format::Seconds => {
                let seconds: i64 = text.parse().ok()?;
                seconds.checked_mul(1000).map(moment)
            }
        })
    }

    /// `yyyy[-MM[-dd[THH[:mm[:ss[.fraction]]][zone]]]]`
    fn iso(&self, text: &str) -> Option<Spell> {
        let (date, time) = match text.split_once('T') {
            Some((date, time)) => (date, Some(time)),
            None => (text, None),
        };
        let (day, unit) = day(date)?;
        let Some(time) = time else {
            return self.spell(
                day.to_datetime(jiff::civil::Time::midnight()),
                unit,
                &self.zone,
            );
        };
        if unit != Unit::Day {
            return None;
        }
        let end = time.find(['Z', '+', '-']).unwrap_or(time.len());
        let (clock, given) = time.split_at(end);
        let zone = match given {
            "" => self.zone.clone(),
            given => zone(given)?,
        };
        let (at, unit) = time_of_day(day, clock)?;
        self.spell(at, unit, &zone)
    }

    fn spell(&self, at: DateTime, unit: Unit, zone: &TimeZone) -> Option<Spell> {
        let first = at.to_zoned(zone.clone()).ok()?;
        spell_of(&first, unit)
    }

    /// `-1d/d` and the like.
    fn sum(&self, spell: Spell, sum: &str) -> Option<Spell> {
        let at = Timestamp::from_millisecond(spell.first).ok()?;
        let mut at = at.to_zoned(self.zone.clone());
        let mut rounded = None;
        let mut rest = sum;
        while let Some(sign) = rest.chars().next() {
            rest = rest.get(1..)?;
            if sign == '/' {
                let unit = unit(rest.get(..1)?)?;
                rest = rest.get(1..)?;
                at = floor(&at, unit)?;
                rounded = Some(unit);
                continue;
            }
            let end = rest.find(|c: char| !c.is_ascii_digit())?;
            let count: i64 = match rest.get(..end)? {
                "" => 1,
                count => count.parse().ok()?,
            };
            let unit = unit(rest.get(end..=end)?)?;
            rest = rest.get(end + 1..)?;
            let count = match sign {
                '+' => count,
                '-' => -count,
                _ => return None,
            };
            at = at.checked_add(span(unit, count)?).ok()?;
        }
        match rounded {
            Some(unit) => spell_of(&at, unit),
            None => {
                let at = at.timestamp().as_millisecond();
                Some(Spell {
                    first: at,
                    last: at,
                })
            }
        }
    }
}

/// From `first` to just before the next one.
fn spell_of(first: &Zoned, unit: Unit) -> Option<Spell> {
    let next = first.checked_add(span(unit, 1)?).ok()?;
    let first = first.timestamp().as_millisecond();
    let last = match unit {
        Unit::Millisecond => first,
        _ => next.timestamp().as_millisecond() - 1,
    };
    Some(Spell { first, last })
}

fn day(date: &str) -> Option<(Date, Unit)> {
    let mut parts = date.split('-');
    let year = digits(parts.next()?, 4)?;
    let month = parts.next();
    let day = parts.next();
    if parts.next().is_some() {
        return None;
    }
    let unit = match (month, day) {
        (None, _) => Unit::Year,
        (Some(_), None) => Unit::Month,
        (Some(_), Some(_)) => Unit::Day,
    };
    let month = month.map_or(Some(1), |month| digits(month, 2))?;
    let day = day.map_or(Some(1), |day| digits(day, 2))?;
    Some((Date::new(year, month, day).ok()?, unit))
}

fn time_of_day(day: Date, clock: &str) -> Option<(DateTime, Unit)> {
    let (clock, fraction) = match clock.split_once(['.', ',']) {
        Some((clock, fraction)) => (clock, Some(fraction)),
        None => (clock, None),
    };
    let mut parts = clock.split(':');
    let hour = digits(parts.next()?, 2)?;
    let minute = parts.next();
    let second = parts.next();
    if parts.next().is_some() || fraction.is_some() && second.is_none() {
        return None;
    }
    let unit = match (minute, second, fraction) {
        (None, _, _) => Unit::Hour,
        (Some(_), None, _) => Unit::Minute,
        (Some(_), Some(_), None) => Unit::Second,
        (Some(_), Some(_), Some(_)) => Unit::Millisecond,
    };
    let minute = minute.map_or(Some(0), |minute| digits(minute, 2))?;
    let second = second.map_or(Some(0), |second| digits(second, 2))?;
    let nanos = fraction.map_or(Some(0), nanos)?;
    let time = jiff::civil::Time::new(hour, minute, second, nanos).ok()?;
    Some((day.to_datetime(time), unit))
}

fn nanos(fraction: &str) -> Option<i32> {
    let all = fraction.bytes().all(|c| c.is_ascii_digit());
    if !all || fraction.is_empty() || 9 < fraction.len() {
        return None;
    }
    format!("{fraction:0<9}").parse().ok()
}

fn digits<T: std::str::FromStr>(text: &str, count: usize) -> Option<T> {
    let all = text.len() == count && text.bytes().all(|c| c.is_ascii_digit());
    all.then(|| text.parse().ok()).flatten()
}

fn unit(letter: &str) -> Option<Unit> {
    match letter {
        "y" => Some(Unit::Year),
        "M" => Some(Unit::Month),
        "w" => Some(Unit::Week),
        "d" => Some(Unit::Day),
        "h" | "H" => Some(Unit::Hour),
        "m" => Some(Unit::Minute),
        "s" => Some(Unit::Second),
        _ => None,
    }
}

fn span(unit: Unit, count: i64) -> Option<Span> {
    let span = Span::new();
    match unit {
        Unit::Year => span.try_years(count).ok(),
        Unit::Month => span.try_months(count).ok(),
        Unit::Week => span.try_weeks(count).ok(),
        Unit::Day => span.try_days(count).ok(),
        Unit::Hour => span.try_hours(count).ok(),
        Unit::Minute => span.try_minutes(count).ok(),
        Unit::Second => span.try_seconds(count).ok(),
        Unit::Millisecond => span.try_milliseconds(count).ok(),
        Unit::Microsecond | Unit::Nanosecond => None,
    }
}

fn floor(at: &Zoned, unit: Unit) -> Option<Zoned> {
    let date = at.date();
    let day = match unit {
        Unit::Year => date.first_of_year(),
        Unit::Month => date.first_of_month(),
        Unit::Week => {
            let back = i64::from(date.weekday().to_monday_zero_offset());
            date.checked_sub(Span::new().try_days(back).ok()?).ok()?
        }
        Unit::Day => date,
        Unit::Hour | Unit::Minute | Unit::Second => {
            let length = match unit {
                Unit::Hour => 3600,
                Unit::Minute => 60,
                _ => 1,
            };
            let seconds = at.timestamp().as_second();
            let offset = i64::from(at.offset().seconds());
            let floored = (seconds + offset).div_euclid(length) * length - offset;
            let floored = Timestamp::from_second(floored).ok()?;
            return Some(floored.to_zoned(at.time_zone().clone()));
        }
        Unit::Millisecond | Unit::Microsecond | Unit::Nanosecond => return None,
    };
    day.to_zoned(at.time_zone().clone()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading() -> Reading {
        Reading::at("2026-11-20T09:30:15.5Z".parse().unwrap())
    }

    #[track_caller]
    fn check(text: &str, expected: Option<(&str, &str)>) {
        let show = |millis| Timestamp::from_millisecond(millis).unwrap().to_string();
        let found = reading()
            .date(text)
            .map(|spell| (show(spell.first), show(spell.last)));
        let expected = expected.map(|(first, last)| (first.to_owned(), last.to_owned()));
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_date_that_leaves_parts_out_is_a_span() {
        check(
            "2026",
            Some(("2026-01-01T00:00:00Z", "2026-12-31T23:59:59.999Z")),
        );
        check(
            "2026-02",
            Some(("2026-02-01T00:00:00Z", "2026-02-28T23:59:59.999Z")),
        );
        check(
            "2026-11-20",
            Some(("2026-11-20T00:00:00Z", "2026-11-20T23:59:59.999Z")),
        );
        check(
            "2026-11-20T09",
            Some(("2026-11-20T09:00:00Z", "2026-11-20T09:59:59.999Z")),
        );
        check(
            "2026-11-20T09:00+01:00",
            Some(("2026-11-20T08:00:00Z", "2026-11-20T08:00:59.999Z")),
        );
        check(
            "2026-11-20T09:00:00Z",
            Some(("2026-11-20T09:00:00Z", "2026-11-20T09:00:00.999Z")),
        );
        check(
            "2026-11-20T09:00:00.25Z",
            Some(("2026-11-20T09:00:00.25Z", "2026-11-20T09:00:00.25Z")),
        );
        check(
            "1795165200000",
            Some(("2026-11-20T09:00:00Z", "2026-11-20T09:00:00Z")),
        );
    }

    #[test]
    fn a_sum_begins_with_now_or_a_date() {
        check(
            "now",
            Some(("2026-11-20T09:30:15.5Z", "2026-11-20T09:30:15.5Z")),
        );
        check(
            "now-1m",
            Some(("2026-11-20T09:29:15.5Z", "2026-11-20T09:29:15.5Z")),
        );
        check(
            "now/d",
            Some(("2026-11-20T00:00:00Z", "2026-11-20T23:59:59.999Z")),
        );
        check(
            "now-1h/h",
            Some(("2026-11-20T08:00:00Z", "2026-11-20T08:59:59.999Z")),
        );
        check(
            "now/w",
            Some(("2026-11-16T00:00:00Z", "2026-11-22T23:59:59.999Z")),
        );
        check(
            "2026-11-20||+1M/M",
            Some(("2026-12-01T00:00:00Z", "2026-12-31T23:59:59.999Z")),
        );
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "yesterday",
            "26-1-1",
            "2026-13-01",
            "2026-11-20 09:00",
            "2026-11-20T9",
            "now-",
            "now-1x",
            "now*2",
            "2026-11T09",
            "nowé",
            "now-1é",
            "2026-11-20T09:00:00.",
            "é",
        ] {
            check(text, None);
        }
        assert!(zone("Europe/Berlin").is_none() && zone("+é").is_none());
        assert_eq!(Format::parse("yyyy"), None);
    }
}
