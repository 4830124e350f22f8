//! Proof that a request may ask what flags are.

use accounts::Scope;
use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::answer;
use crate::access::{Access, program_token};

/// A token that is good for evaluating.
pub(super) struct MayEvaluate {
    /// Whether it can be given the address of a stream, which is made of the token: of one that
    /// somebody has made here only a hash is known.
    pub(super) has_stream: bool,
}

/// The token that a request comes with.
pub(super) fn token(headers: &HeaderMap) -> Option<&str> {
    let key = || headers.get("x-api-key")?.to_str().ok();
    program_token(headers).or_else(key)
}

impl<S> FromRequestParts<S> for MayEvaluate
where
    Access: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Response;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let access = Access::from_ref(state);
        let Some(token) = token(&parts.headers) else {
            return Err(answer::refused(
                StatusCode::UNAUTHORIZED,
                "send a token as PRIVATE-TOKEN, as a bearer token or as X-API-Key",
            ));
        };
        match access.holder(token).await {
            Ok(Some(holder)) if holder.may(Scope::Evaluate) => Ok(Self {
                has_stream: holder.is_configured(),
            }),
            Ok(Some(_)) => Err(answer::refused(
                StatusCode::FORBIDDEN,
                "the token lacks the scope evaluate",
            )),
            Err(_) => Err(answer::refused(
                StatusCode::SERVICE_UNAVAILABLE,
                "whose the token is cannot be told now; try again in a moment",
            )),
            Ok(None) => Err(answer::refused(
                StatusCode::UNAUTHORIZED,
                "the token is none of this service's",
            )),
        }
    }
}
