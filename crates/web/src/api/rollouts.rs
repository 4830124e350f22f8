//! `/api/v1/rollouts`: how rollouts stand, what happened to them, and what people ask of them.

mod acts;
mod start;
mod views;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use domain::RolloutId;
use flags::FlagKey;
use jiff::Timestamp;
use rollouts::plan::MonitorName;
use rollouts::{Entry, Rollout};
use serde::{Deserialize, Serialize};
use steering::{ListFilter, ReadingAt, Rollouts, SteeringError};
use store::Cursor;

use super::{Page, parse};
use crate::access::Reader;
use crate::error::{ApiError, Chain};
use crate::steered::Steered;

pub(super) use acts::act;
pub(crate) use start::line as start_line;
pub(super) use start::{list_plans, start};
pub(crate) use views::RolloutView;

/// How many entries or readings an answer has at most.
const MOST: u32 = 1_000;
/// How many rollouts an answer has at most: each is told in full.
const MOST_ROLLOUTS: u32 = 50;

/// What narrows the list; all of it optional.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ListQuery {
    flag: Option<String>,
    /// Those that are not over, or that are.
    open: Option<bool>,
    before: Option<i64>,
    limit: Option<u32>,
}

pub(super) async fn list(
    _: Reader,
    Steered { rollouts, .. }: Steered,
    query: Result<Query<ListQuery>, QueryRejection>,
) -> Result<Json<Page<RolloutView>>, ApiError> {
    let Query(query) = query.map_err(|error| bad_filter(&error))?;
    let filter = ListFilter {
        open: query.open,
        flag: parse("flag", query.flag.as_deref())?,
        before: query.before.map(Cursor),
        limit: Some(query.limit.unwrap_or(20).clamp(1, MOST_ROLLOUTS)),
    };
    let listed = rollouts.list(filter).await?;
    let view = |status| RolloutView::new(status, &rollouts);
    Ok(Json(Page {
        items: listed.rollouts.into_iter().map(view).collect(),
        next: listed.next,
    }))
}

pub(super) async fn show(
    _: Reader,
    Steered { rollouts, .. }: Steered,
    State(clock): State<clock::Clock>,
    Path(name): Path<String>,
) -> Result<Json<RolloutView>, ApiError> {
    let rollout = find(&rollouts, &name).await?;
    let status = rollout.status(clock.now());
    Ok(Json(RolloutView::new(status, &rollouts)))
}

/// Where a part of a history begins; both optional.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HistoryQuery {
    after: Option<u64>,
    limit: Option<u32>,
}

/// A part of a rollout's history, oldest first.
#[derive(Serialize)]
pub(super) struct History {
    items: Vec<Entry>,
    /// Pass it as `after` for what follows; null at the end.
    next: Option<u64>,
}

pub(super) async fn history(
    _: Reader,
    Steered { rollouts, .. }: Steered,
    Path(name): Path<String>,
    query: Result<Query<HistoryQuery>, QueryRejection>,
) -> Result<Json<History>, ApiError> {
    let Query(query) = query.map_err(|error| bad_filter(&error))?;
    let rollout = find(&rollouts, &name).await?;
    let limit = query.limit.unwrap_or(100).clamp(1, MOST);
    let items = rollouts
        .history(&rollout.id, query.after.unwrap_or(0), limit)
        .await?;
    let last = items.last().filter(|_| is_full(items.len(), limit));
    Ok(Json(History {
        next: last.map(|last| last.number),
        items,
    }))
}

/// What narrows readings; all of it optional.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReadingsQuery {
    monitor: Option<String>,
    /// Windows that end after this.
    since: Option<Timestamp>,
    limit: Option<u32>,
}

/// What a rollout's monitors said, oldest first.
#[derive(Serialize)]
pub(super) struct Readings {
    items: Vec<ReadingAt>,
    /// Pass it as `since` for what follows; null at the end.
    next: Option<Timestamp>,
}

pub(super) async fn readings(
    _: Reader,
    Steered { rollouts, .. }: Steered,
    Path(name): Path<String>,
    query: Result<Query<ReadingsQuery>, QueryRejection>,
) -> Result<Json<Readings>, ApiError> {
    let Query(query) = query.map_err(|error| bad_filter(&error))?;
    let rollout = find(&rollouts, &name).await?;
    let monitor: Option<MonitorName> = parse("monitor", query.monitor.as_deref())?;
    // A page ends with a whole moment, so it has room for a window of each monitor.
    let least = u32::try_from(rollout.plan.monitors.len()).unwrap_or(MOST) + 1;
    let limit = query.limit.unwrap_or(100).clamp(least.min(MOST), MOST);
    let mut items = rollouts
        .readings(&rollout.id, monitor.as_ref(), query.since, limit)
        .await?;
    let next = is_full(items.len(), limit).then(|| whole_moments(&mut items));
    Ok(Json(Readings {
        items,
        next: next.flatten(),
    }))
}

fn is_full(length: usize, limit: u32) -> bool {
    limit as usize <= length
}

/// Leaves off the readings of the last moment, which may not be all there, and answers the moment
/// before; all of one moment stay.
fn whole_moments(items: &mut Vec<ReadingAt>) -> Option<Timestamp> {
    let last = items.last()?.kept.reading.to;
    let earlier = items
        .iter()
        .filter(|item| item.kept.reading.to < last)
        .count();
    if 0 < earlier {
        items.truncate(earlier);
    }
    items.last().map(|item| item.kept.reading.to)
}

/// The rollout of a flag, the open one or else the last; or the one with this id.
pub(super) async fn find(rollouts: &Rollouts, name: &str) -> Result<Rollout, ApiError> {
    let unknown = || {
        let short: String = name.chars().take(80).collect();
        let message = format!("{short:?} has no rollout; start one first");
        ApiError::not_found("unknown_rollout", message)
    };
    if name.starts_with(RolloutId::PREFIX)
        && let Ok(id) = name.parse()
        && let Some(rollout) = rollouts.rollout_of(&id).await?
    {
        return Ok(rollout);
    }
    let flag: FlagKey = name.parse().map_err(|_| unknown())?;
    rollouts.rollout(&flag).await?.ok_or_else(unknown)
}

fn bad_filter(error: &QueryRejection) -> ApiError {
    ApiError::bad_request("bad_filter", error.body_text())
}

impl From<SteeringError> for ApiError {
    fn from(error: SteeringError) -> Self {
        match error {
            SteeringError::Store(error) => error.into(),
            SteeringError::Unreadable { .. } => {
                tracing::error!(error = %Chain(&error), "a rollout cannot be read");
                Self::new(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "unreadable_rollout",
                    "what is stored of the rollout cannot be read; the service's log has the reason",
                )
            }
        }
    }
}
