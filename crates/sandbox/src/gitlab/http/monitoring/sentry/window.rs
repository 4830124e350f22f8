//! Which events a call is about: when they happened, where, and in which project.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::access::Access;
use super::refused::Refused;
use super::{PROJECTS, project};
use crate::gitlab::world::ErrorEvent;

/// Events are kept so long, at most.
const LONGEST: SignedDuration = SignedDuration::from_hours(90 * 24);

/// The parameters that are read here.
pub(super) const PARAMS: [&str; 6] = [
    "project",
    "projectSlug",
    "environment",
    "statsPeriod",
    "start",
    "end",
];

/// What a call is about.
#[derive(Clone, Debug)]
pub(super) struct Window {
    pub from: Timestamp,
    /// Not in it any more.
    pub until: Timestamp,
    pub projects: Vec<u64>,
    pub environments: Vec<String>,
}

impl Window {
    pub fn read(access: &Access, now: Timestamp) -> Result<Self, Refused> {
        let (from, until) = times(access, now)?;
        let environments = access.params("environment").into_iter();
        Ok(Self {
            from,
            until,
            projects: projects(access)?,
            environments: environments.map(str::to_owned).collect(),
        })
    }

    /// Whether the event is in a place that is meant.
    pub fn has_place(&self, event: &ErrorEvent) -> bool {
        let environment = event.tags.get("environment");
        self.projects.contains(&event.project)
            && (self.environments.is_empty()
                || environment.is_some_and(|environment| self.environments.contains(environment)))
    }

    pub fn has(&self, event: &ErrorEvent) -> bool {
        self.from <= event.at && event.at < self.until && self.has_place(event)
    }
}

fn times(access: &Access, now: Timestamp) -> Result<(Timestamp, Timestamp), Refused> {
    let earliest = now.saturating_sub(LONGEST).unwrap_or(Timestamp::MIN);
    // What happened at this very moment is in a window that ends with the present.
    let present = now
        .saturating_add(SignedDuration::from_millis(1))
        .unwrap_or(now);
    if let Some(text) = access.param("statsPeriod") {
        let wrong = || Refused::bad(format!("Invalid statsPeriod: {text:?}"));
        let period = period(text)
            .filter(|period| *period <= LONGEST)
            .ok_or_else(wrong)?;
        return Ok((now.saturating_sub(period).unwrap_or(earliest), present));
    }
    let read = |name: &str| match access.param(name) {
        None => Ok(None),
        Some(text) => {
            let wrong = || Refused::bad(format!("Invalid date: {text:?}"));
            moment(text).map(Some).ok_or_else(wrong)
        }
    };
    match (read("start")?, read("end")?) {
        (None, None) => Ok((earliest, present)),
        (Some(start), Some(end)) if start < end => Ok((start, end)),
        (Some(_), Some(_)) => Err(Refused::bad("start must be before end")),
        (Some(_), None) | (None, Some(_)) => Err(Refused::bad("start and end are both required")),
    }
}

fn projects(access: &Access) -> Result<Vec<u64>, Refused> {
    let (ids, slugs) = (access.params("project"), access.params("projectSlug"));
    if !ids.is_empty() && !slugs.is_empty() {
        return Err(Refused::bad("Cannot query for both ids and slugs"));
    }
    let mut projects = Vec::new();
    for id in ids {
        let wrong = "Invalid project parameter. Values must be numbers.";
        match id.parse::<i64>().map_err(|_| Refused::bad(wrong))? {
            -1 => return Ok(PROJECTS.iter().map(|project| project.id).collect()),
            id => projects.extend(u64::try_from(id)),
        }
    }
    for slug in &slugs {
        let found = PROJECTS.iter().find(|project| project.slug == *slug);
        projects.push(found.map_or(0, |project| project.id));
    }
    if projects.iter().any(|id| project(*id).is_none()) {
        let detail = "You do not have permission to perform this action.";
        let status = axum::http::StatusCode::FORBIDDEN;
        return Err(Refused(status, detail.to_owned()));
    }
    if projects.is_empty() {
        projects = PROJECTS.iter().map(|project| project.id).collect();
    }
    Ok(projects)
}

/// `90`, `90s`, `15m`, `24h`, `14d`, `2w`
pub(super) fn period(text: &str) -> Option<SignedDuration> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (count, unit) = text.split_at(end);
    let unit = match unit {
        "" | "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        "w" => 7 * 86_400,
        _ => return None,
    };
    let seconds = count.parse::<i64>().ok()?.checked_mul(unit)?;
    (0 < seconds).then(|| SignedDuration::from_secs(seconds))
}

/// A moment in ISO 8601; without a zone it is in UTC.
pub(super) fn moment(text: &str) -> Option<Timestamp> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at);
    }
    let at = text.parse::<DateTime>().ok().or_else(|| {
        let date: Date = text.parse().ok()?;
        Some(date.to_datetime(jiff::civil::Time::midnight()))
    })?;
    Some(at.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_without_a_zone_is_in_utc() {
        let nine = Timestamp::from_second(1_795_165_200).unwrap();
        for text in [
            "2026-11-20T09:00:00",
            "2026-11-20T09:00:00.000",
            "2026-11-20T09:00:00Z",
            "2026-11-20T10:00:00+01:00",
        ] {
            assert_eq!(moment(text), Some(nine), "{text}");
        }
        assert!(moment("2026-11-20").is_some_and(|at| at < nine));
        assert_eq!(moment("now"), None);
    }

    #[test]
    fn a_period_is_a_number_with_a_unit() {
        assert_eq!(period("24h"), Some(SignedDuration::from_hours(24)));
        assert_eq!(period("60"), Some(SignedDuration::from_secs(60)));
        for wrong in ["", "h", "0s", "1y", "-1h", "99999999999999999999w"] {
            assert_eq!(period(wrong), None, "{wrong}");
        }
    }
}
