//! Proof that a request is Slack's.

use axum::RequestExt;
use axum::body::Bytes;
use axum::extract::{FromRef, FromRequest, Request};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use slack::{command, signature};

use super::SlackApp;
use crate::error::ApiError;

/// A request whose size is within the limit and whose signature is one of the app's, made within
/// five minutes of now.
pub struct SlackRequest {
    pub body: Bytes,
}

/// Why a request is not handled.
#[derive(Debug)]
pub enum NotHandled {
    /// It only checks the address, unsigned; nothing else in it is read.
    AddressCheck,
    Refused(ApiError),
}

impl IntoResponse for NotHandled {
    fn into_response(self) -> Response {
        match self {
            Self::AddressCheck => StatusCode::OK.into_response(),
            Self::Refused(error) => error.into_response(),
        }
    }
}

impl<S> FromRequest<S> for SlackRequest
where
    SlackApp: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = NotHandled;
    async fn from_request(request: Request, state: &S) -> Result<Self, NotHandled> {
        let app = SlackApp::from_ref(state);
        let headers = request.headers().clone();
        let body: Bytes = request.with_limited_body().extract().await.map_err(
            |error: axum::extract::rejection::BytesRejection| {
                NotHandled::Refused(ApiError::new(
                    error.status(),
                    "unreadable_body",
                    error.body_text(),
                ))
            },
        )?;
        if command::is_address_check(&body) {
            return Err(NotHandled::AddressCheck);
        }
        let (timestamp, given) = (
            text(&headers, "x-slack-request-timestamp"),
            text(&headers, "x-slack-signature"),
        );
        let now = app.clock.now();
        match signature::verify(&app.signing_secrets, timestamp, &body, given, now) {
            Ok(()) => Ok(Self { body }),
            Err(error) => {
                tracing::warn!(%error, "a request to Slack's endpoint is not Slack's");
                let status = StatusCode::UNAUTHORIZED;
                let refusal = ApiError::new(status, "bad_signature", error.to_string());
                Err(NotHandled::Refused(refusal))
            }
        }
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    value.unwrap_or_default()
}
