//! GitLab's deploy freezes of the project that is deployed: what may not be deployed is not
//! enabled either.

use gitlab::rest::FreezePeriod;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::chatops::Parts;
use crate::code::Code;
use crate::when;
use crate::wording::Name;

use super::Verdict;
use super::cron::{self, Cron};

/// More than anybody has.
const MOST: usize = 100;

pub(crate) async fn check(parts: &Parts) -> Verdict {
    let Ok(code) = Code::of(parts) else {
        return Verdict::Skipped("no project with the code is configured".to_owned());
    };
    let project = match code.main() {
        Ok(project) => project,
        Err(refused) => return Verdict::Skipped(refused.0),
    };
    match code.gitlab.freeze_periods(&project.lookup, MOST).await {
        Ok(periods) => judge(&periods.items, parts.clock.now(), &parts.rules.time_zone),
        Err(error) => Verdict::Silent(format!("freeze periods cannot be asked for: {error}")),
    }
}

fn judge(periods: &[FreezePeriod], now: Timestamp, shown_in: &TimeZone) -> Verdict {
    for period in periods {
        let (start, end) = (
            Cron::read(&period.freeze_start),
            Cron::read(&period.freeze_end),
        );
        let zone = zone(period.cron_timezone.as_deref().unwrap_or("UTC"));
        let (Some(start), Some(end), Some(zone)) = (start, end, zone) else {
            return Verdict::Silent(format!(
                "the freeze period {} to {} ({}) cannot be understood; rewrite it in GitLab",
                Name(&period.freeze_start),
                Name(&period.freeze_end),
                Name(period.cron_timezone.as_deref().unwrap_or("UTC"))
            ));
        };
        if let Some(until) = cron::is_between(&start, &end, now, &zone) {
            return Verdict::Blocked(format!(
                "deploy freeze in GitLab until {}",
                when::shown(until, shown_in)
            ));
        }
    }
    Verdict::Passed
}

/// GitLab takes Rails' names of zones, too, which are mostly those of cities.
fn zone(name: &str) -> Option<TimeZone> {
    const OTHERS: &[(&str, &str)] = &[
        ("Eastern Time (US & Canada)", "America/New_York"),
        ("Central Time (US & Canada)", "America/Chicago"),
        ("Mountain Time (US & Canada)", "America/Denver"),
        ("Pacific Time (US & Canada)", "America/Los_Angeles"),
        ("Alaska", "America/Juneau"),
        ("Hawaii", "Pacific/Honolulu"),
        ("Edinburgh", "Europe/London"),
        ("Bern", "Europe/Zurich"),
        ("Beijing", "Asia/Shanghai"),
        ("Osaka", "Asia/Tokyo"),
        ("Mumbai", "Asia/Kolkata"),
        ("Chennai", "Asia/Kolkata"),
        ("New Delhi", "Asia/Kolkata"),
        ("Wellington", "Pacific/Auckland"),
    ];
    if let Ok(zone) = TimeZone::get(name) {
        return Some(zone);
    }
    if let Some((_, known)) = OTHERS.iter().find(|(rails, _)| *rails == name) {
        return TimeZone::get(known).ok();
    }
    let city = name.replace(' ', "_");
    jiff::tz::db()
        .available()
        .find(|known| known.as_str().rsplit('/').next() == Some(city.as_str()))
        .and_then(|known| TimeZone::get(known.as_str()).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(zone: &str) -> FreezePeriod {
        FreezePeriod {
            id: 1,
            freeze_start: "0 23 * * 5".to_owned(),
            freeze_end: "0 7 * * 1".to_owned(),
            cron_timezone: Some(zone.to_owned()),
        }
    }

    #[test]
    fn a_freeze_counts_in_its_own_time_zone() {
        let now: Timestamp = "2026-11-27T22:30:00Z".parse().unwrap();
        let frozen =
            Verdict::Blocked("deploy freeze in GitLab until 2026-11-30 06:00 UTC".to_owned());
        for (zone, expected) in [
            ("UTC", Verdict::Passed),
            ("Europe/Berlin", frozen.clone()),
            ("Berlin", frozen),
            ("Pacific Time (US & Canada)", Verdict::Passed),
            (
                "Mars",
                Verdict::Silent(
                    "the freeze period `0 23 * * 5` to `0 7 * * 1` (`Mars`) cannot be understood; rewrite it in GitLab"
                        .to_owned(),
                ),
            ),
        ] {
            assert_eq!(judge(&[period(zone)], now, &TimeZone::UTC), expected, "{zone}");
        }
    }
}
