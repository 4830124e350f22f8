//! Refusals in Sentry's shape.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// `{"detail": …}`
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refused(pub StatusCode, pub String);

impl Refused {
    pub fn bad(detail: impl Into<String>) -> Self {
        Self(StatusCode::BAD_REQUEST, detail.into())
    }

    pub fn not_found() -> Self {
        let detail = "The requested resource does not exist";
        Self(StatusCode::NOT_FOUND, detail.to_owned())
    }

    /// A search that cannot be read.
    pub fn search(problem: impl std::fmt::Display) -> Self {
        Self::bad(format!("Error parsing search query: {problem}"))
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        (self.0, Json(json!({ "detail": self.1 }))).into_response()
    }
}
