//! Proof that a request comes from a program that may change flags.

use accounts::Scope;
use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use store::Author;

use super::refusal::Refusal;
use crate::access::{Access, program_token};

/// Whose doing a request about flags is. Only what a program sends counts: a browser's password would let
/// any page of another site use it.
pub(crate) struct Operator(pub(crate) Author);

impl<S> FromRequestParts<S> for Operator
where
    Access: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Refusal;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let access = Access::from_ref(state);
        let token = program_token(&parts.headers).ok_or_else(Refusal::unauthorized)?;
        let holder = access.holder(token).await?;
        let holder = holder.ok_or_else(Refusal::unauthorized)?;
        if holder.may(Scope::Flags) {
            Ok(Self(holder.author().clone()))
        } else {
            Err(Refusal::forbidden())
        }
    }
}
