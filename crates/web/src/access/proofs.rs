//! Proofs that a handler takes as arguments.

use accounts::{Accounts, Person};
use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use domain::Role;
use store::Author;

use super::caller::{self, Who};
use super::{Access, Caller, Refused};

/// Proof that the request may change everything, and whose doing that is.
pub struct Administrator(Author);

/// Proof that the request may change flags, and whose doing that is.
pub struct Operator {
    author: Author,
    names_others: bool,
    approves: bool,
}

/// Proof that the request may see things.
pub struct Reader(());

/// Proof that somebody is signed in.
pub struct SignedIn {
    person: accounts::SignedIn,
    accounts: Accounts,
}

impl Administrator {
    /// The author of what the request changes.
    #[must_use]
    pub fn author(&self) -> &Author {
        &self.0
    }
}

impl Operator {
    /// The author of what the request changes.
    #[must_use]
    pub fn author(&self) -> &Author {
        &self.author
    }

    /// Whether the request may say for whom it comes: the configuration's tokens may, which
    /// several people share; one that somebody has made for themselves is theirs.
    pub(crate) fn names_others(&self) -> bool {
        self.names_others
    }

    /// Whether it may approve as well: a second person is to look, so that whoever may change
    /// flags need not be allowed to.
    pub(crate) fn approves(&self) -> bool {
        self.approves
    }
}

impl SignedIn {
    /// Who that is.
    #[must_use]
    pub fn person(&self) -> &accounts::SignedIn {
        &self.person
    }

    /// Where they are known.
    #[must_use]
    pub fn accounts(&self) -> &Accounts {
        &self.accounts
    }
}

impl From<&SignedIn> for Person {
    fn from(signed_in: &SignedIn) -> Self {
        Self::from(&signed_in.person)
    }
}

impl<S> FromRequestParts<S> for Administrator
where
    Access: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Refused;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refused> {
        let caller = Caller::from_request_parts(parts, state).await?;
        let access = Access::from_ref(state);
        let may = caller.is_administrator(&access).await?;
        let refused = || Refused::NotAllowed {
            needs: "only an administrator may do this".to_owned(),
        };
        caller.author(may, refused).map(Self)
    }
}

impl<S> FromRequestParts<S> for Operator
where
    Access: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Refused;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refused> {
        let caller = Caller::from_request_parts(parts, state).await?;
        let access = Access::from_ref(state);
        let may = caller.is_operator(&access).await?;
        let refused = || Refused::NotAllowed {
            needs: "to do this you need the role of an operator, or a token with the scope flags"
                .to_owned(),
        };
        Ok(Self {
            author: caller.author(may, refused)?,
            names_others: caller.is_configured_program(),
            approves: caller.roles(&access).await?.contains(&Role::Approver),
        })
    }
}

impl<S> FromRequestParts<S> for Reader
where
    Access: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Refused;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refused> {
        let caller = Caller::from_request_parts(parts, state).await?;
        let may = caller.is_reader(&Access::from_ref(state)).await?;
        caller.author(may, caller::not_a_reader).map(|_| Self(()))
    }
}

impl<S> FromRequestParts<S> for SignedIn
where
    Access: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Refused;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refused> {
        let Caller(who) = Caller::from_request_parts(parts, state).await?;
        let access = Access::from_ref(state);
        match (who, access.accounts()) {
            (Who::Person(person), Some(accounts)) => Ok(Self {
                person: *person,
                accounts: accounts.clone(),
            }),
            (Who::Person(_) | Who::Program(_) | Who::Visitor | Who::Nobody, _) => {
                Err(Refused::NotSignedIn)
            }
        }
    }
}
