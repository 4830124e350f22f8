//! Proof that a request may ask what flags are.

use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::answer;
use crate::access::{Access, program_token};

/// Every role may evaluate, so a known token is enough.
pub(super) struct MayEvaluate(());

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
        match access.holder(token) {
            Some(_) => Ok(Self(())),
            None => Err(answer::refused(
                StatusCode::UNAUTHORIZED,
                "the token is none of this service's",
            )),
        }
    }
}
