//! `GET /api/v1/audit` and `/api/v1/schedules`: who changed what, and what is to be changed.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use clock::Clock;
use serde::Deserialize;
use store::{
    AuditEntry, AuditFilter, Cursor, ScheduleError, ScheduleFilter, ScheduleRecord, Store,
};

use super::{LONGEST_PAGE, Page, parse};
use crate::access::{Operator, Reader};
use crate::error::ApiError;

/// What narrows a list; all of it optional.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AuditQuery {
    environment: Option<String>,
    flag: Option<String>,
    author: Option<String>,
    /// The path of a project or group, for its integrations.
    place: Option<String>,
    before: Option<i64>,
    limit: Option<u32>,
}

pub(super) async fn list(
    _: Reader,
    State(store): State<Store>,
    query: Result<Query<AuditQuery>, QueryRejection>,
) -> Result<Json<Page<AuditEntry>>, ApiError> {
    let Query(query) =
        query.map_err(|error| ApiError::bad_request("bad_filter", error.body_text()))?;
    let filter = AuditFilter {
        environment: parse("environment", query.environment.as_deref())?,
        flag: parse("flag", query.flag.as_deref())?,
        author: query.author.filter(|author| !author.is_empty()),
        place: parse("place", query.place.as_deref())?,
        before: query.before.map(Cursor),
        limit: page(query.limit),
    };
    let page = store.audit(filter).await?;
    Ok(Json(Page {
        items: page.entries,
        next: page.next,
    }))
}

/// What narrows a list; all of it optional.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ScheduleQuery {
    environment: Option<String>,
    flag: Option<String>,
    state: Option<String>,
    before: Option<i64>,
    limit: Option<u32>,
}

pub(super) async fn list_schedules(
    _: Reader,
    State(store): State<Store>,
    query: Result<Query<ScheduleQuery>, QueryRejection>,
) -> Result<Json<Page<ScheduleRecord>>, ApiError> {
    let Query(query) =
        query.map_err(|error| ApiError::bad_request("bad_filter", error.body_text()))?;
    let filter = ScheduleFilter {
        environment: parse("environment", query.environment.as_deref())?,
        flag: parse("flag", query.flag.as_deref())?,
        state: parse("state", query.state.as_deref())?,
        before: query.before.map(Cursor),
        limit: page(query.limit),
    };
    let page = store.schedules(filter).await?;
    Ok(Json(Page {
        items: page.schedules,
        next: page.next,
    }))
}

/// Takes back what was put off; answers with it.
pub(super) async fn cancel_schedule(
    operator: Operator,
    State(store): State<Store>,
    State(clock): State<Clock>,
    Path(id): Path<String>,
) -> Result<Json<ScheduleRecord>, ApiError> {
    let unknown = || {
        let message = format!("there is no schedule {id:?}");
        ApiError::not_found("unknown_schedule", message)
    };
    let schedule = id.parse().map_err(|_| unknown())?;
    let by = operator.author().clone();
    match store.cancel_schedule(&schedule, by, clock.now()).await {
        Ok(cancelled) => Ok(Json(cancelled)),
        Err(ScheduleError::Unknown(_)) => Err(unknown()),
        Err(error @ ScheduleError::Over { .. }) => Err(ApiError::new(
            StatusCode::CONFLICT,
            "schedule_over",
            error.to_string(),
        )),
        Err(ScheduleError::Store(error)) => Err(error.into()),
    }
}

fn page(limit: Option<u32>) -> u32 {
    limit.unwrap_or(50).clamp(1, LONGEST_PAGE)
}
