//! GitLab's refusals.
//!
//! `error` is what a parameter lacks, `message` what GitLab itself says; what the asker may not
//! see is not found.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::gitlab::args::DoError;

/// A refusal as it is answered.
#[derive(Debug)]
pub(in crate::gitlab::http) struct Refused(pub StatusCode, pub Json<Value>);

impl Refused {
    fn message(status: StatusCode, message: impl Into<Value>) -> Self {
        Self(status, Json(json!({ "message": message.into() })))
    }

    /// A parameter is missing or wrong: `{"error": "title is missing"}`.
    pub fn error(problem: impl Into<String>) -> Self {
        Self(
            StatusCode::BAD_REQUEST,
            Json(json!({ "error": problem.into() })),
        )
    }

    /// What was asked for cannot be: `{"message": …}`.
    pub fn bad(message: impl Into<Value>) -> Self {
        Self::message(StatusCode::BAD_REQUEST, message)
    }

    /// A value that a record does not take: `{"message": {"title": ["is too long …"]}}`.
    pub fn invalid(field: &str, problem: &str) -> Self {
        Self::bad(json!({ field: [problem] }))
    }

    pub fn unauthorized() -> Self {
        Self::message(StatusCode::UNAUTHORIZED, "401 Unauthorized")
    }

    pub fn forbidden() -> Self {
        Self::message(StatusCode::FORBIDDEN, "403 Forbidden")
    }

    pub fn forbidden_because(reason: &str) -> Self {
        let message = format!("403 Forbidden - {reason}");
        Self::message(StatusCode::FORBIDDEN, message)
    }

    /// An OAuth token that is no longer good.
    pub fn bad_token(description: &str) -> Self {
        let body = json!({ "error": "invalid_token", "error_description": description });
        Self(StatusCode::UNAUTHORIZED, Json(body))
    }

    /// An OAuth token whose scopes do not cover the call.
    pub fn insufficient_scope() -> Self {
        let body = json!({
            "error": "insufficient_scope",
            "error_description": "The request requires higher privileges than provided by the access token.",
            "scope": "api",
        });
        Self(StatusCode::FORBIDDEN, Json(body))
    }

    /// `what` is GitLab's name of it: "Project", "Branch" …
    pub fn not_found(what: &str) -> Self {
        Self::message(StatusCode::NOT_FOUND, format!("404 {what} Not Found"))
    }

    /// What GitLab says to a trigger token that it does not know.
    pub fn bad_trigger() -> Self {
        Self::message(StatusCode::NOT_FOUND, "404 Not Found")
    }

    /// Nothing had to change.
    pub fn unchanged() -> Self {
        Self(StatusCode::NOT_MODIFIED, Json(Value::Null))
    }

    /// What was asked for cannot be done with it as it is.
    pub fn not_allowed() -> Self {
        Self::message(StatusCode::METHOD_NOT_ALLOWED, "405 Method Not Allowed")
    }

    /// It could be done, but not with this.
    pub fn unprocessable(message: impl Into<Value>) -> Self {
        Self::message(StatusCode::UNPROCESSABLE_ENTITY, message)
    }

    /// It is there already.
    pub fn conflict(message: impl Into<Value>) -> Self {
        Self::message(StatusCode::CONFLICT, message)
    }
}

impl From<DoError> for Refused {
    fn from(error: DoError) -> Self {
        Self::bad(error.to_string())
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        if self.0 == StatusCode::NOT_MODIFIED {
            return self.0.into_response();
        }
        (self.0, self.1).into_response()
    }
}
