//! `GET /`: the log of events, with what narrows it, and the channels that wait.
//!
//! Most of what GitLab sends is told to nobody: a job that only started, a pipeline that only
//! waits. The list leaves it out until somebody asks; the tallies count it.

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use domain::EventKind;
use jiff::Timestamp;
use store::{Counts, Cursor, EventFilter, EventOutcome, EventRecord, LaneRecord};

use super::address::percent;
use super::time::{Moment, ago};
use super::{Frame, Pages, html, icon};
use crate::access::{Reader, Viewer};
use crate::api::{EventQuery, Ignored};
use crate::error::ApiError;

/// How many channels that wait are shown.
const LANES: u32 = 8;

#[derive(Template)]
#[template(path = "log.html")]
struct LogPage {
    frame: Frame,
    start: Option<Start>,
    commands: Vec<(String, String)>,
    placeholders: Vec<(String, String)>,
    tallies: Vec<Tally>,
    lanes: Vec<LaneRow>,
    kinds: Vec<(EventKind, bool)>,
    filter: EventFilter,
    filtered: bool,
    /// The same list with or without what was ignored.
    other_list: String,
    /// The project that the list is narrowed to, as a part of an address.
    project_path: String,
    /// The same list for every project.
    any_project: String,
    ignored: u64,
    rows: Vec<EventRow>,
    next: Option<String>,
}

/// Where somebody who sees the demo for the first time may begin.
struct Start {
    gitlab: String,
    slack: String,
}

impl Start {
    fn new(pages: &Pages) -> Option<Self> {
        Some(Self {
            gitlab: pages.setup.place("GitLab")?.to_owned(),
            slack: pages.setup.place("Slack")?.to_owned(),
        })
    }
}

pub(super) async fn show(
    _: Reader,
    viewer: Viewer,
    State(pages): State<Pages>,
    query: Result<Query<EventQuery>, QueryRejection>,
) -> Result<Response, ApiError> {
    let Query(query) =
        query.map_err(|error| ApiError::bad_request("bad_filter", error.body_text()))?;
    let filter = query.filter(Ignored::Hidden)?;
    let counts = pages.store.counts().await?;
    let lanes = pages.store.lanes(LANES).await?;
    let found = pages.store.events(filter.clone()).await?;
    let frame = Frame::new(&pages, &counts, "log", viewer);
    let now = frame.now;
    html(&LogPage {
        start: Start::new(&pages),
        commands: pages.setup.commands.clone(),
        placeholders: pages.setup.placeholders.clone(),
        tallies: tallies(&counts, &filter),
        lanes: LaneRow::waiting(lanes, now),
        kinds: EventKind::ALL
            .iter()
            .map(|&kind| (kind, filter.kind == Some(kind)))
            .collect(),
        filtered: is_narrowed(&filter),
        other_list: address(&EventFilter {
            without_ignored: !filter.without_ignored,
            before: None,
            ..filter.clone()
        }),
        project_path: percent(filter.project.as_deref().unwrap_or_default()),
        any_project: address(&EventFilter {
            project: None,
            before: None,
            ..filter.clone()
        }),
        ignored: counts.ignored,
        rows: found
            .events
            .into_iter()
            .map(|event| EventRow::new(event, now))
            .collect(),
        next: found.next.map(|before| {
            address(&EventFilter {
                before: Some(before),
                ..filter.clone()
            })
        }),
        frame,
        filter,
    })
}

fn is_narrowed(filter: &EventFilter) -> bool {
    filter.kind.is_some()
        || filter.outcome.is_some()
        || filter.project.is_some()
        || filter.text.is_some()
}

/// A count by outcome, as a link that narrows the list to it.
struct Tally {
    name: &'static str,
    href: String,
    count: u64,
    chosen: bool,
}

fn tallies(counts: &Counts, filter: &EventFilter) -> Vec<Tally> {
    let of_outcome = |outcome: EventOutcome, count| Tally {
        name: outcome.name(),
        href: format!("/?outcome={outcome}"),
        count,
        chosen: filter.outcome == Some(outcome),
    };
    vec![
        Tally {
            name: "accepted",
            href: "/?ignored=shown".to_owned(),
            count: counts.events(),
            chosen: filter.outcome.is_none() && !filter.without_ignored,
        },
        of_outcome(EventOutcome::Delivered, counts.delivered),
        of_outcome(EventOutcome::Waiting, counts.waiting),
        of_outcome(EventOutcome::Digested, counts.digested),
        of_outcome(EventOutcome::Dead, counts.dead),
        of_outcome(EventOutcome::Ignored, counts.ignored),
    ]
}

/// An event in a list.
pub(super) struct EventRow {
    pub(super) id: String,
    pub(super) at: Moment,
    pub(super) icon: &'static str,
    pub(super) kind: &'static str,
    pub(super) title: String,
    pub(super) project: Option<Project>,
    pub(super) outcome: EventOutcome,
    pub(super) reason: String,
    pub(super) channels: Vec<String>,
}

/// A project's path, the groups apart from the name.
pub(super) struct Project {
    pub(super) groups: String,
    pub(super) name: String,
    /// The list of its events.
    pub(super) href: String,
}

impl EventRow {
    pub(super) fn new(event: EventRecord, now: Timestamp) -> Self {
        let mut channels: Vec<_> = event
            .deliveries
            .iter()
            .map(|delivery| delivery.channel.to_string())
            .collect();
        channels.dedup();
        Self {
            id: event.id.to_string(),
            at: Moment::new(event.received_at, now),
            icon: icon::of(event.kind),
            kind: event.kind.words(),
            title: event.title,
            project: event.project.map(Project::new),
            outcome: event.outcome,
            reason: event.reason.unwrap_or_default(),
            channels,
        }
    }
}

impl Project {
    fn new(path: String) -> Self {
        let (groups, name) = match path.rsplit_once('/') {
            Some((groups, name)) => (format!("{groups}/"), name.to_owned()),
            None => (String::new(), path.clone()),
        };
        let href = address(&EventFilter {
            project: Some(path),
            without_ignored: true,
            ..EventFilter::default()
        });
        Self { groups, name, href }
    }
}

/// A channel for which messages wait.
struct LaneRow {
    channel: String,
    waiting: u64,
    next: String,
    error: String,
}

impl LaneRow {
    fn waiting(lanes: Vec<LaneRecord>, now: Timestamp) -> Vec<Self> {
        lanes
            .into_iter()
            .filter(|lane| 0 < lane.waiting)
            .map(|lane| Self::new(lane, now))
            .collect()
    }

    fn new(lane: LaneRecord, now: Timestamp) -> Self {
        let busy = lane.lease_until.is_some_and(|until| now < until);
        Self {
            channel: lane.channel.to_string(),
            waiting: lane.waiting,
            next: match (busy, lane.next_at <= now) {
                (true, _) => "being sent".to_owned(),
                (false, true) => "now".to_owned(),
                (false, false) => ago(now.duration_since(lane.next_at)),
            },
            error: lane.last_error.unwrap_or_default(),
        }
    }
}

/// The address of the list that this filter makes.
fn address(filter: &EventFilter) -> String {
    let before = filter.before.map(|Cursor(before)| before.to_string());
    super::address::with(
        "/",
        &[
            ("kind", filter.kind.map_or("", EventKind::name)),
            ("outcome", filter.outcome.map_or("", EventOutcome::name)),
            ("project", filter.project.as_deref().unwrap_or_default()),
            ("text", filter.text.as_deref().unwrap_or_default()),
            ("ignored", if filter.without_ignored { "" } else { "shown" }),
            ("before", before.as_deref().unwrap_or_default()),
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_keeps_the_whole_filter() {
        let everything = EventFilter {
            kind: Some(EventKind::Push),
            outcome: Some(EventOutcome::Dead),
            project: Some("acme/a b&c".into()),
            text: Some("100% #1".into()),
            before: Some(Cursor(7)),
            ..EventFilter::default()
        };
        assert_eq!(
            address(&everything),
            "/?kind=push&outcome=dead&project=acme/a%20b%26c&text=100%25%20%231&ignored=shown&before=7"
        );
        let nothing = EventFilter {
            without_ignored: true,
            ..EventFilter::default()
        };
        assert_eq!(address(&nothing), "/");
    }
}
