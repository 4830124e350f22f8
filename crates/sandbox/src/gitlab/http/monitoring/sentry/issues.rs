//! Issues: found by a search, shown with how often and when, resolved.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::access::Access;
use super::refused::Refused;
use super::search::{Among, Search, Seen};
use super::window::{self, Window};
use super::{ORGANIZATION, project, short_id};
use crate::gitlab::GitLabSandbox;
use crate::gitlab::world::{ErrorEvent, ErrorIssue, IssueStatus, Sentry, users};

/// An issue that a search found, with its events in the window, and those that match.
struct Found<'a> {
    issue: &'a ErrorIssue,
    seen: Seen,
    events: Vec<&'a ErrorEvent>,
    matching: Vec<&'a ErrorEvent>,
}

/// `GET …/issues/`
pub(super) async fn list(
    State(sandbox): State<GitLabSandbox>,
    access: Access,
) -> Result<(HeaderMap, Json<Value>), Refused> {
    access.needs(&["event:read"])?;
    let own = [
        "query",
        "sort",
        "limit",
        "cursor",
        "groupStatsPeriod",
        "expand",
        "collapse",
        "shortIdLookup",
    ];
    access.only(&[&own[..], &window::PARAMS].concat())?;
    let now = sandbox.options().clock.now();
    let window = Window::read(&access, now)?;
    let text = access.param("query").unwrap_or("is:unresolved");
    let search = Search::read(text, Among::Issues, now)?;
    let stats = Stats::read(&access, &window, now)?;
    let (limit, offset) = (access.page_size("limit", 100)?, access.offset()?);
    let state = sandbox.lock();
    let mut all = found(&state.world.sentry, &search, &window);
    sort(&mut all, access.param("sort").unwrap_or("date"))?;
    let url = &sandbox.options().public_url;
    let filtered = !search.is_about_issues_alone();
    let page = all.iter().skip(offset).take(limit);
    let page: Vec<Value> = page
        .map(|found| found.shape(url, filtered, stats))
        .collect();
    let headers = links(&access, url, (offset, limit), offset + limit < all.len());
    Ok((headers, Json(page.into())))
}

fn found<'a>(sentry: &'a Sentry, search: &Search, window: &Window) -> Vec<Found<'a>> {
    let mut by_issue: BTreeMap<u64, Vec<&ErrorEvent>> = BTreeMap::new();
    for event in sentry.events.iter().filter(|event| window.has_place(event)) {
        by_issue.entry(event.issue).or_default().push(event);
    }
    let issues = sentry.issues.iter().filter_map(|issue| {
        let own = by_issue.remove(&issue.id)?;
        let seen = seen(issue, &own, window)?;
        let inside = own.into_iter().filter(|event| window.has(event));
        let events: Vec<&ErrorEvent> = inside.collect();
        let matching = events
            .iter()
            .copied()
            .filter(|event| search.fits(issue, seen, event));
        let matching: Vec<&ErrorEvent> = matching.collect();
        (!matching.is_empty()).then_some(Found {
            issue,
            seen,
            events,
            matching,
        })
    });
    issues.collect()
}

/// In some environments an issue may be younger than it is.
fn seen(issue: &ErrorIssue, own: &[&ErrorEvent], window: &Window) -> Option<Seen> {
    let times = own.iter().map(|event| event.at);
    let (first, last) = (times.clone().min()?, times.max()?);
    Some(match window.environments.is_empty() {
        true => Seen {
            first: issue.first_seen,
            last: issue.last_seen,
            times: issue.count,
        },
        false => Seen {
            first,
            last,
            times: own.len() as u64,
        },
    })
}

fn sort(all: &mut [Found<'_>], by: &str) -> Result<(), Refused> {
    match by {
        "date" => all.sort_by_key(|found| std::cmp::Reverse((found.seen.last, found.issue.id))),
        "new" => all.sort_by_key(|found| std::cmp::Reverse((found.seen.first, found.issue.id))),
        "freq" => all.sort_by_key(|found| std::cmp::Reverse((found.events.len(), found.issue.id))),
        "user" => all.sort_by_key(|found| {
            std::cmp::Reverse((users(found.events.iter().copied()), found.issue.id))
        }),
        other => {
            return Err(Refused::bad(format!(
                "Invalid sort: {other:?}; this sandbox sorts by date, new, freq and user"
            )));
        }
    }
    Ok(())
}

/// The counts that an issue's line is drawn from.
#[derive(Clone, Copy)]
struct Stats {
    name: &'static str,
    until: Timestamp,
    step: SignedDuration,
    points: i64,
}

impl Stats {
    /// None when they are not wanted.
    fn read(access: &Access, window: &Window, now: Timestamp) -> Result<Option<Self>, Refused> {
        let stats = |name, until, step, points| {
            Some(Self {
                name,
                until,
                step,
                points,
            })
        };
        let hour = SignedDuration::from_hours(1);
        match access.param("groupStatsPeriod") {
            None | Some("24h") => Ok(stats("24h", now, hour, 24)),
            Some("14d") => Ok(stats("14d", now, hour * 24, 14)),
            Some("auto") => {
                let step = window.until.duration_since(window.from) / 24;
                Ok(stats(
                    "auto",
                    window.until,
                    step.max(SignedDuration::from_secs(1)),
                    24,
                ))
            }
            Some("") => Ok(None),
            Some(other) => Err(Refused::bad(format!(
                "Invalid stats_period. Valid choices are '', '24h', '14d', and 'auto'; not {other:?}"
            ))),
        }
    }

    fn shape(self, events: &[&ErrorEvent]) -> Value {
        let points = (1..=self.points).rev().map(|back| {
            let from = self
                .until
                .saturating_sub(self.step * i32::try_from(back).unwrap_or(0))
                .unwrap_or(Timestamp::MIN);
            let to = from.saturating_add(self.step).unwrap_or(Timestamp::MAX);
            let inside = events
                .iter()
                .filter(|event| from <= event.at && event.at < to);
            json!([from.as_second(), inside.count()])
        });
        json!({ self.name: points.collect::<Vec<_>>() })
    }
}

impl Found<'_> {
    fn shape(&self, url: &str, filtered: bool, stats: Option<Stats>) -> Value {
        let issue = self.issue;
        let project = project(issue.project);
        let (id, slug) = project.map_or((0, ""), |project| (project.id, project.slug));
        let seen = |events: &[&ErrorEvent]| {
            let times = events.iter().map(|event| event.at);
            json!({
                "count": events.len().to_string(),
                "userCount": users(events.iter().copied()),
                "firstSeen": times.clone().min().map(printed),
                "lastSeen": times.max().map(printed),
            })
        };
        let mut shape = json!({
            "id": issue.id.to_string(),
            "shareId": null,
            "shortId": short_id(issue.project, issue.number),
            "title": issue.title,
            "culprit": issue.culprit,
            "permalink": format!("{url}/-/sentry/organizations/{ORGANIZATION}/issues/{}/", issue.id),
            "logger": issue.logger,
            "level": issue.level,
            "status": issue.status.name(),
            "statusDetails": {},
            "substatus": substatus(issue.status),
            "isPublic": false,
            "platform": issue.platform,
            "project": { "id": id.to_string(), "name": slug, "slug": slug, "platform": "other" },
            "type": "error",
            "metadata": { "type": issue.kind, "value": issue.value },
            "numComments": 0,
            "assignedTo": null,
            "isBookmarked": false,
            "isSubscribed": false,
            "hasSeen": false,
            "annotations": [],
            "isUnhandled": false,
            "count": self.events.len().to_string(),
            "userCount": users(self.events.iter().copied()),
            "firstSeen": printed(self.seen.first),
            "lastSeen": printed(self.seen.last),
            "filtered": filtered.then(|| seen(&self.matching)),
            "lifetime": {
                "count": issue.count.to_string(),
                "userCount": users(self.events.iter().copied()),
                "firstSeen": printed(issue.first_seen),
                "lastSeen": printed(issue.last_seen),
            },
        });
        if let Some(stats) = stats {
            shape["stats"] = stats.shape(&self.events);
        }
        shape
    }
}

fn substatus(status: IssueStatus) -> Option<&'static str> {
    match status {
        IssueStatus::Unresolved => Some("ongoing"),
        IssueStatus::Resolved => None,
        IssueStatus::Ignored => Some("archived_until_escalating"),
    }
}

pub(super) fn printed(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string()
}

/// The pages before and after this one.
pub(super) fn links(
    access: &Access,
    url: &str,
    (offset, limit): (usize, usize),
    more: bool,
) -> HeaderMap {
    let address = format!("{url}/-/sentry{}?{}", access.path, access.query());
    let link = |rel: &str, results: bool, cursor: String| {
        format!(
            "<{address}&cursor={cursor}>; rel=\"{rel}\"; results=\"{results}\"; cursor=\"{cursor}\""
        )
    };
    let before = offset.saturating_sub(limit);
    let previous = link("previous", 0 < offset, format!("0:{before}:1"));
    let next = link("next", more, format!("0:{}:0", offset + limit));
    let mut headers = HeaderMap::new();
    if let Ok(value) = HeaderValue::from_str(&format!("{previous}, {next}")) {
        headers.insert(header::LINK, value);
    }
    headers
}

/// `PUT …/issues/{issue}/`: `{"status": "resolved" | "unresolved" | "ignored"}`
pub(super) async fn change(
    State(sandbox): State<GitLabSandbox>,
    access: Access,
) -> Result<Json<Value>, Refused> {
    access.needs(&["event:write"])?;
    access.only(&[])?;
    let body: Value = serde_json::from_slice(&access.body).unwrap_or_default();
    let mut statuses = IssueStatus::ALL.into_iter();
    let status = statuses.find(|status| Some(status.name()) == body["status"].as_str());
    let keys = body.as_object().map_or(0, serde_json::Map::len);
    let status = status.filter(|_| keys == 1);
    let status = status.ok_or_else(|| {
        Refused::bad("this sandbox changes the status alone: resolved, unresolved or ignored")
    })?;
    let mut state = sandbox.lock();
    let mut issues = state.world.sentry.change().issues.iter_mut();
    let issue = issues.find(|issue| issue.id.to_string() == access.part("issue"));
    let issue = issue.ok_or_else(Refused::not_found)?;
    issue.status = status;
    let answer =
        json!({ "id": issue.id.to_string(), "status": status.name(), "statusDetails": {} });
    state.unsaved = true;
    Ok(Json(answer))
}
