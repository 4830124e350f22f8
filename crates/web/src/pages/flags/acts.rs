//! What the buttons of a flag's page do.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Redirect;
use domain::{EffectId, ScheduleId};
use store::{EffectError, ScheduleError};

use super::one::flag_key;
use crate::access::Operator;
use crate::error::ApiError;
use crate::pages::{Site, address, author_of};

/// `POST /flags/{flag}/schedules/{id}/cancellations`
pub(in crate::pages) async fn cancel(
    by: Operator,
    State(site): State<Site>,
    Path((flag, id)): Path<(String, String)>,
) -> Result<Redirect, ApiError> {
    let flag = flag_key(&flag)?;
    let unknown = || ApiError::not_found("unknown_schedule", "there is no such scheduled change");
    let id: ScheduleId = id.parse().map_err(|_| unknown())?;
    match site
        .pages
        .store
        .cancel_schedule(&id, author_of(by.author()), site.pages.clock.now())
        .await
    {
        Ok(_) => Ok(Redirect::to(&address::flag(flag.as_str()))),
        Err(ScheduleError::Unknown(_)) => Err(unknown()),
        Err(error @ ScheduleError::Over { .. }) => Err(ApiError::new(
            StatusCode::CONFLICT,
            "schedule_over",
            error.to_string(),
        )),
        Err(ScheduleError::Store(error)) => Err(error.into()),
    }
}

/// `POST /flags/{flag}/effects/{id}/retries`
pub(in crate::pages) async fn retry(
    _: Operator,
    State(site): State<Site>,
    Path((flag, id)): Path<(String, String)>,
) -> Result<Redirect, ApiError> {
    let flag = flag_key(&flag)?;
    let unknown = || ApiError::not_found("unknown_effect", "there is no such effect of a change");
    let id: EffectId = id.parse().map_err(|_| unknown())?;
    match site
        .pages
        .store
        .retry_effect(&id, site.pages.clock.now())
        .await
    {
        Ok(()) => Ok(Redirect::to(&address::flag(flag.as_str()))),
        Err(EffectError::Unknown(_)) => Err(unknown()),
        Err(error @ (EffectError::NotDead { .. } | EffectError::Stale(_))) => Err(ApiError::new(
            StatusCode::CONFLICT,
            "not_dead",
            error.to_string(),
        )),
        Err(EffectError::Store(error)) => Err(error.into()),
    }
}
