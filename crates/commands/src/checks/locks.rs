//! Change locks: weekly and dated times in which nothing is opened.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::{DateTime, Time, Weekday};
use jiff::tz::TimeZone;
use serde::Deserialize;

use crate::chatops::Parts;
use crate::when;

use super::Verdict;

/// A time in which nothing is opened.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(try_from = "Written")]
pub struct Lock {
    window: Window,
    /// The zone of its times, if it is not the configuration's.
    zone: Option<TimeZone>,
    reason: String,
}

#[derive(Clone, Debug, PartialEq)]
enum Window {
    /// From one minute of the week to another (not reached), over its end if need be.
    Weekly {
        from: u32,
        to: u32,
        written: String,
    },
    Dated {
        from: DateTime,
        to: DateTime,
    },
}

/// A lock as the configuration has it: `weekly = "Fri 18:00 - Mon 06:00"`, or `from` and `to`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    weekly: Option<String>,
    from: Option<DateTime>,
    to: Option<DateTime>,
    time_zone: Option<String>,
    reason: String,
}

/// Why a lock is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InvalidLock {
    Weekly(String),
    Shape,
    Zone(String),
}

impl fmt::Display for InvalidLock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Weekly(text) => {
                write!(
                    f,
                    "a weekly lock is written \"Fri 18:00 - Mon 06:00\"; {text:?} is not"
                )
            }
            Self::Shape => f.write_str("a lock has either weekly, or from and to, to being later"),
            Self::Zone(name) => {
                write!(
                    f,
                    "there is no time zone {name:?}; write one such as Europe/Berlin"
                )
            }
        }
    }
}

impl TryFrom<Written> for Lock {
    type Error = InvalidLock;

    fn try_from(written: Written) -> Result<Self, InvalidLock> {
        let window = match (written.weekly, written.from, written.to) {
            (Some(weekly), None, None) => weekly_window(weekly)?,
            (None, Some(from), Some(to)) if from < to => Window::Dated { from, to },
            _ => return Err(InvalidLock::Shape),
        };
        let zone = written
            .time_zone
            .map(|name| TimeZone::get(&name).map_err(|_| InvalidLock::Zone(name.clone())));
        Ok(Self {
            window,
            zone: zone.transpose()?,
            reason: written.reason,
        })
    }
}

fn weekly_window(written: String) -> Result<Window, InvalidLock> {
    let ends = written.split_once('-');
    let ends = ends.and_then(|(from, to)| Some((minute_of_week(from)?, minute_of_week(to)?)));
    match ends {
        Some((from, to)) if from != to => Ok(Window::Weekly { from, to, written }),
        Some(_) | None => Err(InvalidLock::Weekly(written)),
    }
}

/// `Fri 18:00`, counted from Monday.
fn minute_of_week(text: &str) -> Option<u32> {
    const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let (day, time) = text.trim().split_once(' ')?;
    let day = day.to_lowercase();
    let day = DAYS.iter().position(|known| day.get(..3) == Some(known))?;
    let time: Time = time.trim().parse().ok()?;
    Some(minutes(u32::try_from(day).ok()?, time))
}

fn minutes(day: u32, time: Time) -> u32 {
    let (hour, minute) = (time.hour().unsigned_abs(), time.minute().unsigned_abs());
    day * 1_440 + u32::from(hour) * 60 + u32::from(minute)
}

impl Lock {
    /// Until when it locks, in words, if it does now.
    fn locks(&self, now: Timestamp, zone: &TimeZone) -> Option<String> {
        let zone = self.zone.as_ref().unwrap_or(zone);
        let local = now.to_zoned(zone.clone()).datetime();
        match &self.window {
            Window::Dated { from, to } => (*from <= local && local < *to)
                .then(|| zone.to_zoned(*to).ok())
                .flatten()
                .map(|until| format!("until {}", when::shown(until.timestamp(), zone))),
            Window::Weekly { from, to, written } => {
                let now = minutes(u32::from(monday_based(local.weekday())), local.time());
                let is_within = if from < to {
                    *from <= now && now < *to
                } else {
                    *from <= now || now < *to
                };
                is_within.then(|| written.clone())
            }
        }
    }
}

fn monday_based(weekday: Weekday) -> u8 {
    weekday.to_monday_zero_offset().unsigned_abs()
}

pub(crate) fn check(parts: &Parts) -> Verdict {
    judge(
        &parts.rules.checks.locks,
        parts.clock.now(),
        &parts.rules.time_zone,
    )
}

fn judge(locks: &[Lock], now: Timestamp, zone: &TimeZone) -> Verdict {
    let locked = locks
        .iter()
        .find_map(|lock| Some((lock, lock.locks(now, zone)?)));
    match locked {
        None => Verdict::Passed,
        Some((lock, until)) => Verdict::Blocked(format!("{} ({until})", lock.reason)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lock(written: serde_json::Value) -> Lock {
        serde_json::from_value(written).unwrap()
    }

    #[test]
    fn a_lock_locks_from_its_first_minute_until_its_last_is_over() {
        let locks = [
            lock(serde_json::json!({"weekly": "Fri 18:00 - Mon 06:00", "reason": "weekend"})),
            lock(serde_json::json!({
                "from": "2026-12-24T00:00", "to": "2026-12-27T00:00",
                "time_zone": "Europe/Berlin", "reason": "holidays"
            })),
            lock(serde_json::json!({"weekly": "Wed 10:00 - Wed 11:00", "reason": "release day"})),
        ];
        for (now, expected) in [
            ("2026-11-27T17:59:59Z", None),
            (
                "2026-11-27T18:00:00Z",
                Some("weekend (Fri 18:00 - Mon 06:00)"),
            ),
            (
                "2026-11-30T05:59:59Z",
                Some("weekend (Fri 18:00 - Mon 06:00)"),
            ),
            ("2026-11-30T06:00:00Z", None),
            ("2026-12-23T22:59:59Z", None),
            (
                "2026-12-23T23:00:00Z",
                Some("holidays (until 2026-12-27 00:00 CET)"),
            ),
            (
                "2026-11-25T10:30:00Z",
                Some("release day (Wed 10:00 - Wed 11:00)"),
            ),
        ] {
            let verdict = judge(&locks, now.parse().unwrap(), &TimeZone::UTC);
            let expected = match expected {
                None => Verdict::Passed,
                Some(why) => Verdict::Blocked(why.to_owned()),
            };
            assert_eq!(verdict, expected, "{now}");
        }
    }

    #[test]
    fn what_is_no_lock_is_refused_with_what_one_looks_like() {
        for written in [
            serde_json::json!({"reason": "x"}),
            serde_json::json!({"weekly": "Fri - Mon", "reason": "x"}),
            serde_json::json!({"weekly": "Fri 18:00 - Fri 18:00", "reason": "x"}),
            serde_json::json!({"from": "2026-12-24T00:00", "reason": "x"}),
            serde_json::json!({"from": "2026-12-24T00:00", "to": "2026-12-23T00:00", "reason": "x"}),
            serde_json::json!({"weekly": "Fri 18:00 - Mon 06:00", "time_zone": "Mars", "reason": "x"}),
        ] {
            assert!(
                serde_json::from_value::<Lock>(written.clone()).is_err(),
                "{written}"
            );
        }
    }
}
