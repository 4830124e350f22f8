//! How GitLab says no.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use environments::{ChangeError, EnvironmentError, NotResolved};
use serde_json::{Value, json};

use crate::access::Refused;
use crate::error::Chain;

/// A refusal in GitLab's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    status: StatusCode,
    body: Value,
}

impl Refusal {
    /// `{"message": "404 Not found"}`.
    pub(crate) fn message(status: StatusCode, words: &str) -> Self {
        Self {
            status,
            body: json!({ "message": format!("{} {words}", status.as_u16()) }),
        }
    }

    /// What GitLab says of a request that is well-formed but cannot be done.
    pub(crate) fn bad_request(reason: impl std::fmt::Display) -> Self {
        Self::message(StatusCode::BAD_REQUEST, &format!("Bad request - {reason}"))
    }

    /// What GitLab says of parameters: `{"error": "value is missing"}`.
    pub(crate) fn parameters(reason: impl std::fmt::Display) -> Self {
        Self::of(
            StatusCode::BAD_REQUEST,
            json!({ "error": reason.to_string() }),
        )
    }

    pub(crate) fn of(status: StatusCode, body: Value) -> Self {
        Self { status, body }
    }

    pub(crate) fn unauthorized() -> Self {
        Self::message(StatusCode::UNAUTHORIZED, "Unauthorized")
    }

    pub(crate) fn forbidden() -> Self {
        Self::message(StatusCode::FORBIDDEN, "Forbidden")
    }

    fn unavailable(reason: &dyn std::error::Error) -> Self {
        tracing::error!(error = %Chain(reason), "a request could not be served");
        Self::message(
            StatusCode::SERVICE_UNAVAILABLE,
            "Service Unavailable - the database cannot take or give data now",
        )
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.status, Json(self.body)).into_response()
    }
}

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Self {
        if matches!(refused, Refused::Unknown) {
            return Self::unauthorized();
        }
        let error = refused.into_error();
        let body = json!({ "message": format!("{} {}", error.status().as_u16(), error.message()) });
        Self::of(error.status(), body)
    }
}

impl From<store::StoreError> for Refusal {
    fn from(error: store::StoreError) -> Self {
        Self::unavailable(&error)
    }
}

impl From<EnvironmentError> for Refusal {
    fn from(error: EnvironmentError) -> Self {
        match error {
            EnvironmentError::Store(error) => error.into(),
            EnvironmentError::Remote(_) | EnvironmentError::Strange { .. } => bad_gateway(&error),
        }
    }
}

impl From<gitlab::rest::RestError> for Refusal {
    fn from(error: gitlab::rest::RestError) -> Self {
        bad_gateway(&error)
    }
}

fn bad_gateway(error: &dyn std::error::Error) -> Refusal {
    Refusal::message(StatusCode::BAD_GATEWAY, &format!("Bad Gateway - {error}"))
}

impl From<ChangeError> for Refusal {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::BadRequest(error) if error.is_about_parameters() => {
                Self::parameters(error)
            }
            ChangeError::BadRequest(error) => Self::bad_request(error),
            ChangeError::UnknownFlag { .. } | ChangeError::UnknownGroup { .. } => {
                Self::bad_request(format_args!("{error}; force=true takes it as it is"))
            }
            ChangeError::NotResolved(NotResolved::Unanswered(error)) => error.into(),
            ChangeError::NotResolved(error) => Self::bad_request(error),
            ChangeError::Refused(error) => Self::bad_request(error),
            ChangeError::Conflict { .. }
            | ChangeError::ScheduleOver(_)
            | ChangeError::Fenced(_)
            | ChangeError::NoWayBack { .. } => {
                Self::message(StatusCode::CONFLICT, &format!("Conflict - {error}"))
            }
            ChangeError::Environment(error) => error.into(),
            ChangeError::Uncertain { .. } | ChangeError::Partly { .. } => bad_gateway(&error),
        }
    }
}
