//! Whoever may look at and change the integrations of a place.

use accounts::Scope;
use axum::extract::{FromRef, FromRequestParts};
use axum::http::StatusCode;
use axum::http::request::Parts;
use store::{Author, Place};

use super::refusal::Refusal;
use crate::access::{Access, Caller, Refused, program_token};

/// An administrator's program, or somebody who is signed in and whom GitLab lets change the
/// place. Anybody else is told that it is not there: its name may be a secret.
pub(super) enum Requester {
    Program(Author),
    Person(Box<Caller>),
}

impl Requester {
    /// The author of what is changed in `place`.
    pub(super) async fn of(&self, access: &Access, place: &Place) -> Result<Author, Refusal> {
        match self {
            Self::Program(author) => Ok(author.clone()),
            Self::Person(caller) => match caller.may_change(access, place).await {
                Ok(maintainer) => Ok(maintainer.author().clone()),
                Err(Refused::NotAllowed { .. }) => Err(not_there(place)),
                Err(refused) => Err(refused.into()),
            },
        }
    }
}

/// The very words for a place that there is none of.
fn not_there(place: &Place) -> Refusal {
    let words = match place {
        Place::Project { .. } => "Project Not Found",
        Place::Group { .. } => "Group Not Found",
        Place::Instance => "Not Found",
    };
    Refusal::message(StatusCode::NOT_FOUND, words)
}

impl<S> FromRequestParts<S> for Requester
where
    Access: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Refusal;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        if let Some(token) = program_token(&parts.headers) {
            let holder = Access::from_ref(state).holder(token).await?;
            let holder = holder.ok_or_else(Refusal::unauthorized)?;
            return match holder.may(Scope::Admin) {
                true => Ok(Self::Program(holder.author().clone())),
                false => Err(Refusal::forbidden()),
            };
        }
        let caller = Caller::from_request_parts(parts, state).await?;
        match caller.person() {
            Some(_) => Ok(Self::Person(Box::new(caller))),
            None => Err(Refusal::unauthorized()),
        }
    }
}
