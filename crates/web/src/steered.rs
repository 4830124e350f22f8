//! The rollouts and their plans, for handlers: they come with the commands, once a service has
//! set them up.

use axum::extract::{FromRef, FromRequestParts};
use axum::http::StatusCode;
use axum::http::request::Parts;
use commands::ChatOps;
use rollouts::plan::Plans;
use steering::Rollouts;

use crate::error::ApiError;

/// The rollouts there are, and the plans of those that may begin.
pub(crate) struct Steered {
    pub(crate) rollouts: Rollouts,
    pub(crate) plans: Plans,
}

impl<S> FromRequestParts<S> for Steered
where
    ChatOps: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = ApiError;
    async fn from_request_parts(_: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let chatops = ChatOps::from_ref(state);
        let steered = chatops.steered().ok_or_else(|| {
            let message = "rollouts are not set up in this service";
            ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "no_rollouts", message)
        })?;
        Ok(Self {
            rollouts: steered.rollouts.clone(),
            plans: steered.plans.clone(),
        })
    }
}
