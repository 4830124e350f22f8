//! `GET /rollouts`: every rollout, those that go on first, those that are held before them.

pub(super) mod acts;
mod courses;
mod forms;
mod history;
pub(super) mod new;
pub(super) mod one;
mod plan;
mod stages;
mod tiles;
mod told;
mod waiting;

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use domain::RolloutId;
use jiff::Timestamp;
use rollouts::evidence::Verdict;
use rollouts::sparkline::sparkline;
use rollouts::{Link, State as RolloutState, Status};
use serde::Deserialize;
use steering::ListFilter;
use store::Cursor;

pub(super) use told::state as said;

use super::time::Moment;
use super::{Frame, Site, address, html};
use crate::access::{Reader, Viewer};
use crate::error::ApiError;
use crate::steered::Steered;
use waiting::WaitingRow;

/// How many rollouts that are over a page has.
const OVER: u32 = 30;
/// How many that are not; there is one a flag.
const OPEN: u32 = 500;

#[derive(Template)]
#[template(path = "rollouts.html")]
struct RolloutsPage {
    frame: Frame,
    held: Vec<Row>,
    running: Vec<Row>,
    over: Vec<Row>,
    flag: String,
    next: Option<String>,
}

/// What narrows the list.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Narrow {
    flag: String,
    before: Option<i64>,
}

/// A rollout in the list.
struct Row {
    href: String,
    flag: String,
    said: told::Said,
    stage: String,
    number: usize,
    count: usize,
    percentage: String,
    waiting: Option<WaitingRow>,
    spark: String,
    monitors: String,
    owner: String,
    at: Moment,
}

pub(super) async fn show(
    _: Reader,
    viewer: Viewer,
    State(site): State<Site>,
    Steered { rollouts, .. }: Steered,
    query: Result<Query<Narrow>, QueryRejection>,
) -> Result<Response, ApiError> {
    let Query(narrow) =
        query.map_err(|error| ApiError::bad_request("bad_filter", error.body_text()))?;
    let counts = site.pages.store.counts().await?;
    let frame = Frame::new(&site.pages, &counts, "rollouts", viewer);
    let flag = match narrow.flag.trim() {
        "" => None,
        name => Some(super::flags::one::flag_key(name)?),
    };
    let filter = |open, before, limit| ListFilter {
        open: Some(open),
        flag: flag.clone(),
        before,
        limit: Some(limit),
    };
    let open = rollouts.list(filter(true, None, OPEN)).await?;
    let before = narrow.before.map(Cursor);
    let over = rollouts.list(filter(false, before, OVER)).await?;
    let rows = |statuses: Vec<&Status>| {
        let rows = statuses.into_iter();
        rows.map(|status| Row::of(status, frame.now)).collect()
    };
    let (held, running): (Vec<&Status>, Vec<&Status>) = open
        .rollouts
        .iter()
        .partition(|status| status.state != RolloutState::Running);
    html(&RolloutsPage {
        held: rows(held),
        running: rows(running),
        over: rows(over.rollouts.iter().collect()),
        next: over.next.map(|Cursor(before)| {
            let before = before.to_string();
            address::with("/rollouts", &[("flag", &narrow.flag), ("before", &before)])
        }),
        flag: narrow.flag,
        frame,
    })
}

impl Row {
    fn of(status: &Status, now: Timestamp) -> Self {
        let guards = status.monitors.iter();
        let active = guards.filter(|monitor| monitor.active && !monitor.shadow);
        let worst = active
            .clone()
            .max_by_key(|monitor| monitor.judgement.verdict);
        let recent = worst.map_or(&[][..], |monitor| monitor.recent.as_slice());
        let healthy = active
            .clone()
            .filter(|monitor| monitor.judgement.verdict == Verdict::Healthy);
        let (healthy, all) = (healthy.count(), active.count());
        Self {
            href: href(&status.id),
            flag: status.flag.to_string(),
            said: told::state(status),
            stage: status.stage.to_string(),
            number: status.stage_number,
            count: status.stages.len(),
            percentage: status.percentage.number().to_string(),
            waiting: status.waiting_for.first().map(WaitingRow::of),
            spark: sparkline(recent),
            monitors: match all {
                0 => String::new(),
                all => format!("{healthy} of {all} healthy"),
            },
            owner: status.owner.to_string(),
            at: Moment::new(status.ended_at.unwrap_or(status.started_at), now),
        }
    }
}

/// The page of a rollout.
pub(super) fn href(id: &RolloutId) -> String {
    format!("/rollouts/{id}")
}

/// What a rollout is linked to: what it is, where it is if a browser may go there, and in words.
fn links(status: &Status) -> Vec<(&'static str, Option<String>, String)> {
    let links = status.links.iter();
    links
        .map(|(link, url)| {
            let what = match link {
                Link::RolloutIssue => "Rollout issue",
                Link::ChangeIssue => "Change issue",
                Link::Removal => "Removal",
                Link::Thread => "Thread",
            };
            (what, address::foreign(url).map(str::to_owned), url.clone())
        })
        .collect()
}
