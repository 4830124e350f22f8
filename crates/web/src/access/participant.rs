//! Whoever asks something of a rollout: what they may is the rollout's to say, by their roles.

use std::collections::BTreeSet;

use accounts::Scope;
use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use domain::Role;
use rollouts::{Asker, Author, Through};
use store::Origin;

use super::caller::Who;
use super::{Access, Caller, Reader, Refused, Viewer};

/// Proof that the request comes from somebody who may see rollouts and ask something of them, or
/// from a program that may change flags.
pub struct Participant {
    asker: Asker,
    names_others: bool,
    may_approve: bool,
}

impl Participant {
    /// Who that is, and their roles.
    #[must_use]
    pub fn asker(&self) -> &Asker {
        &self.asker
    }

    /// Whether it may approve, if the plan lets them: that a second person looks is the point, so
    /// that a token which changes flags is not enough.
    pub(crate) fn may_approve(&self) -> bool {
        self.may_approve
    }

    /// The same, for somebody whom a token of the configuration speaks for; several people share
    /// those. `None` where the request may not say for whom it comes.
    pub(crate) fn speaking_for(&self, name: &str) -> Option<Asker> {
        self.names_others.then(|| {
            let mut asker = self.asker.clone();
            name.clone_into(&mut asker.author.name);
            asker
        })
    }
}

/// Proof that the request may see things, whom its page is made for, and what they may do.
pub(crate) struct Onlooker {
    pub(crate) viewer: Viewer,
    pub(crate) roles: BTreeSet<Role>,
}

impl Caller {
    /// The roles that somebody has in Signalbox.
    pub(crate) async fn roles(&self, access: &Access) -> Result<BTreeSet<Role>, Refused> {
        match (&self.0, access.accounts()) {
            (Who::Program(holder), _) => Ok(Role::ALL
                .into_iter()
                .filter(|role| holder.may(scope_for(*role)))
                .collect()),
            (Who::Visitor, _) => Ok(BTreeSet::from(Role::ALL)),
            (Who::Person(signed_in), Some(accounts)) => {
                if self.is_administrator(access).await? {
                    return Ok(BTreeSet::from(Role::ALL));
                }
                Ok(accounts.roles_of(&**signed_in).await?.iter().collect())
            }
            (Who::Person(_), None) | (Who::Nobody, _) => Ok(BTreeSet::new()),
        }
    }
}

/// What a token must be good for to stand for a role.
fn scope_for(role: Role) -> Scope {
    match role {
        Role::Viewer => Scope::Read,
        Role::Operator => Scope::Flags,
        Role::Approver => Scope::Admin,
    }
}

impl<S> FromRequestParts<S> for Participant
where
    Access: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Refused;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refused> {
        let caller = Caller::from_request_parts(parts, state).await?;
        let roles = caller.roles(&Access::from_ref(state)).await?;
        let is_program = matches!(caller.0, Who::Program(_));
        let may = match is_program {
            true => roles.contains(&Role::Operator),
            false => !roles.is_empty(),
        };
        let refused = || Refused::NotAllowed {
            needs: "to do this you need a role in Signalbox, or a token with the scope flags"
                .to_owned(),
        };
        let author = caller.author(may, refused)?;
        let is_approver = roles.contains(&Role::Approver);
        let through = match author.origin {
            Origin::Page { .. } => Through::Page,
            Origin::Api { .. }
            | Origin::Shell { .. }
            | Origin::Slack { .. }
            | Origin::Schedule { .. }
            | Origin::Rollout { .. } => Through::Api,
        };
        Ok(Self {
            asker: Asker {
                author: Author {
                    name: author.name,
                    through,
                },
                known: true,
                roles,
            },
            names_others: caller.is_configured_program(),
            may_approve: !is_program || is_approver,
        })
    }
}

impl<S> FromRequestParts<S> for Onlooker
where
    Access: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Refused;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refused> {
        Reader::from_request_parts(parts, state).await?;
        let caller = Caller::from_request_parts(parts, state).await?;
        let Ok(viewer) = Viewer::from_request_parts(parts, state).await;
        Ok(Self {
            viewer,
            roles: caller.roles(&Access::from_ref(state)).await?,
        })
    }
}
