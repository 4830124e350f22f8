//! The answer to a post: `ok`, or Slack's word and its status.

use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::response::{IntoResponse, Response};

use crate::slack::faults::Harm;
use crate::slack::web_api::hang_up;

/// What goes back: one word.
pub struct Reply {
    /// 0: the connection is closed without an answer.
    pub status: u16,
    pub body: String,
    retry_after: Option<u64>,
}

impl Reply {
    /// It was done.
    pub fn ok() -> Self {
        Self {
            status: 200,
            body: "ok".to_owned(),
            retry_after: None,
        }
    }

    /// It was not, and why.
    pub fn refused(error: &str, retry_after: Option<u64>) -> Self {
        Self {
            status: status_of(error),
            body: error.to_owned(),
            retry_after,
        }
    }

    /// What a fault asks for.
    pub fn harmed(harm: &Harm) -> Self {
        match harm {
            Harm::Error(error, _) => Self::refused(error, None),
            Harm::Status(429, retry_after) => {
                Self::refused("rate_limited", Some(retry_after.unwrap_or(1)))
            }
            Harm::Status(status, _) => Self {
                status: *status,
                ..Self::refused("Internal Server Error", None)
            },
            Harm::None | Harm::Drop => Self {
                status: 0,
                ..Self::refused("dropped", None)
            },
        }
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        if self.status == 0 {
            return hang_up();
        }
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, [(CONTENT_TYPE, "text/html")], self.body).into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        response
    }
}

/// The status that goes with Slack's word.
fn status_of(error: &str) -> u16 {
    match error {
        "action_prohibited" | "invalid_token" => 403,
        "channel_not_found" | "expired_url" | "no_service" | "no_team" | "used_url" => 404,
        "channel_is_archived" => 410,
        "rate_limited" => 429,
        "rollup_error" => 500,
        _ => 400,
    }
}
