//! Somebody in GitLab, and which of their grants speaks for them.

use domain::WorkspaceId;
use store::SecretHash;

use crate::{Linked, SignedIn};

/// Somebody in GitLab for whom this program can ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// GitLab's number of them.
    pub id: u64,
    /// Their name in GitLab, without the at sign.
    pub username: String,
    pub(crate) grant: GrantOf,
}

/// What a grant belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum GrantOf {
    Session(SecretHash),
    Link {
        workspace: WorkspaceId,
        slack_user: String,
    },
}

impl From<&Linked> for Person {
    fn from(linked: &Linked) -> Self {
        Self {
            id: linked.id,
            username: linked.username.clone(),
            grant: GrantOf::Link {
                workspace: linked.workspace.clone(),
                slack_user: linked.slack_user.clone(),
            },
        }
    }
}

impl From<&SignedIn> for Person {
    fn from(signed_in: &SignedIn) -> Self {
        Self {
            id: signed_in.id,
            username: signed_in.username.clone(),
            grant: GrantOf::Session(signed_in.hash),
        }
    }
}

impl From<&Self> for Person {
    fn from(person: &Self) -> Self {
        person.clone()
    }
}
