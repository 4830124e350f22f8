//! Moments that come again and again, as GitLab writes them: five fields, minute to weekday.

use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// A moment is looked for this far back: the 29th of February comes within.
const DAYS: usize = 4 * 366;

/// A moment that comes again and again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cron {
    minutes: Vec<i8>,
    hours: Vec<i8>,
    days: Vec<i8>,
    months: Vec<i8>,
    /// From Sunday, which is 0.
    weekdays: Vec<i8>,
    /// Both are restricted: then either is enough, as in every cron.
    either_day: bool,
}

const MONTHS: &[&str] = &[
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];
const WEEKDAYS: &[&str] = &["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

impl Cron {
    /// `None` when that is no cron expression.
    pub(super) fn read(text: &str) -> Option<Self> {
        let fields: Vec<&str> = text.split_whitespace().collect();
        let [minutes, hours, days, months, weekdays] = fields.as_slice() else {
            return None;
        };
        let mut of_week = field(weekdays, 0..=7, WEEKDAYS, 0)?;
        for day in &mut of_week {
            *day %= 7;
        }
        Some(Self {
            minutes: field(minutes, 0..=59, &[], 0)?,
            hours: field(hours, 0..=23, &[], 0)?,
            days: field(days, 1..=31, &[], 0)?,
            months: field(months, 1..=12, MONTHS, 1)?,
            weekdays: of_week,
            either_day: !days.starts_with('*') && !weekdays.starts_with('*'),
        })
    }

    /// The last moment up to `now`.
    pub(super) fn last(&self, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let local = now.to_zoned(zone.clone()).datetime();
        let mut day = local.date();
        for _ in 0..DAYS {
            let before = if day == local.date() {
                local
            } else {
                day.at(23, 59, 59, 0)
            };
            if let Some(found) = self.last_of_day(day, before) {
                return Some(zone.to_zoned(found).ok()?.timestamp());
            }
            day = day.yesterday().ok()?;
        }
        None
    }

    /// The first moment after `now`.
    pub(super) fn next(&self, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let start = now.to_zoned(zone.clone()).datetime();
        let mut day = start.date();
        for _ in 0..DAYS {
            let found = self.of_day(day).find(|found| start < *found);
            if let Some(found) = found {
                return Some(zone.to_zoned(found).ok()?.timestamp());
            }
            day = day.tomorrow().ok()?;
        }
        None
    }

    fn last_of_day(&self, day: Date, before: DateTime) -> Option<DateTime> {
        self.of_day(day).filter(|found| *found <= before).last()
    }

    fn of_day(&self, day: Date) -> impl Iterator<Item = DateTime> + '_ {
        let is_day = self.is_day(day);
        let hours = self.hours.iter().filter(move |_| is_day);
        hours.flat_map(move |hour| {
            let minutes = self.minutes.iter();
            minutes.map(move |minute| day.at(*hour, *minute, 0, 0))
        })
    }

    fn is_day(&self, day: Date) -> bool {
        let weekday = sunday_based(day.weekday());
        let (of_month, of_week) = (
            self.days.contains(&day.day()),
            self.weekdays.contains(&weekday),
        );
        let is_day = if self.either_day {
            of_month || of_week
        } else {
            of_month && of_week
        };
        is_day && self.months.contains(&day.month())
    }
}

fn sunday_based(weekday: Weekday) -> i8 {
    weekday.to_sunday_zero_offset()
}

/// One field's numbers in rising order: lists of numbers, names and ranges, with steps.
fn field(
    text: &str,
    range: std::ops::RangeInclusive<i8>,
    names: &[&str],
    first: i8,
) -> Option<Vec<i8>> {
    let number = |word: &str| -> Option<i8> {
        let word = word.to_ascii_lowercase();
        let named = names.iter().position(|name| *name == word);
        let number = match named {
            Some(place) => i8::try_from(place).ok()? + first,
            None => word.parse().ok()?,
        };
        range.contains(&number).then_some(number)
    };
    let mut numbers = Vec::new();
    for part in text.split(',') {
        let (span, step) = match part.split_once('/') {
            Some((span, step)) => (span, step.parse::<usize>().ok().filter(|step| 0 < *step)?),
            None => (part, 1),
        };
        let (from, to) = match span.split_once('-') {
            _ if span == "*" => (*range.start(), *range.end()),
            Some((from, to)) => (number(from)?, number(to)?),
            None if step == 1 => (number(span)?, number(span)?),
            None => (number(span)?, *range.end()),
        };
        numbers.extend((from..=to).step_by(step));
    }
    numbers.sort_unstable();
    numbers.dedup();
    (!numbers.is_empty()).then_some(numbers)
}

/// How long both ends of a question may lie apart.
pub(super) fn is_between(
    start: &Cron,
    end: &Cron,
    now: Timestamp,
    zone: &TimeZone,
) -> Option<Timestamp> {
    let began = start.last(now, zone)?;
    let is_open = end.last(now, zone).is_none_or(|ended| ended < began);
    // The minute of the end still belongs to it, as GitLab has it.
    let last_minute = now - SignedDuration::from_secs(60);
    let until = end.next(last_minute.max(began), zone)?;
    (is_open || now == until).then_some(until)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(cron: &str, now: &str, last: &str, next: &str) {
        let cron = Cron::read(cron).unwrap();
        let (now, zone) = (now.parse().unwrap(), TimeZone::UTC);
        let found = (cron.last(now, &zone), cron.next(now, &zone));
        let expected = (last.parse().ok(), next.parse().ok());
        assert_eq!(found, expected, "{cron:?}");
    }

    #[test]
    fn the_moments_before_and_after_now_are_found() {
        // 2026-11-27 is a Friday.
        for (cron, last, next) in [
            ("0 23 * * 5", "2026-11-20T23:00:00Z", "2026-11-27T23:00:00Z"),
            ("0 7 * * 1", "2026-11-23T07:00:00Z", "2026-11-30T07:00:00Z"),
            (
                "*/15 * * * *",
                "2026-11-27T18:00:00Z",
                "2026-11-27T18:15:00Z",
            ),
            (
                "0 0 23 dec *",
                "2025-12-23T00:00:00Z",
                "2026-12-23T00:00:00Z",
            ),
            (
                "30 9-17/4 * * mon-fri",
                "2026-11-27T17:30:00Z",
                "2026-11-30T09:30:00Z",
            ),
            (
                "0 0 1 * sun",
                "2026-11-22T00:00:00Z",
                "2026-11-29T00:00:00Z",
            ),
            ("0 0 29 2 *", "2024-02-29T00:00:00Z", "2028-02-29T00:00:00Z"),
            ("0 12 * * 7", "2026-11-22T12:00:00Z", "2026-11-29T12:00:00Z"),
        ] {
            check(cron, "2026-11-27T18:00:00Z", last, next);
        }
    }

    #[test]
    fn what_is_no_cron_expression_is_none() {
        for text in [
            "",
            "* * * *",
            "60 * * * *",
            "* 24 * * *",
            "* * 0 * *",
            "* * * 13 *",
            "* * * * 8",
            "a * * * *",
            "*/0 * * * *",
            "5-1 * * * *",
            "* * * * * *",
        ] {
            assert_eq!(Cron::read(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_span_between_two_crons_is_open_from_its_start_to_its_end() {
        let (start, end) = (
            Cron::read("0 23 * * 5").unwrap(),
            Cron::read("0 7 * * 1").unwrap(),
        );
        let until = "2026-11-30T07:00:00Z";
        for (now, expected) in [
            ("2026-11-27T22:59:59Z", None),
            ("2026-11-27T23:00:00Z", Some(until)),
            ("2026-11-29T12:00:00Z", Some(until)),
            ("2026-11-30T06:59:59Z", Some(until)),
            ("2026-11-30T07:00:00Z", Some(until)),
            ("2026-11-30T07:00:01Z", None),
        ] {
            let found = is_between(&start, &end, now.parse().unwrap(), &TimeZone::UTC);
            let expected: Option<Timestamp> = expected.map(|until| until.parse().unwrap());
            assert_eq!(found, expected, "{now}");
        }
    }
}
