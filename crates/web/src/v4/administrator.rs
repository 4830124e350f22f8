//! Proof that a request comes from an administrator's program.

use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use store::Author;

use super::refusal::Refusal;
use crate::access::{Access, Role, program_token};

/// Whose doing a request is. Only what a program sends counts: a browser's password would let
/// any page of another site use it.
pub(crate) struct Administrator(pub(crate) Author);

impl<S> FromRequestParts<S> for Administrator
where
    Access: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Refusal;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let access = Access::from_ref(state);
        let token = program_token(&parts.headers).ok_or_else(Refusal::unauthorized)?;
        let holder = access.holder(token).ok_or_else(Refusal::unauthorized)?;
        match holder.role {
            Role::Administrator => Ok(Self(holder.author())),
            Role::Evaluate => Err(Refusal::forbidden()),
        }
    }
}
