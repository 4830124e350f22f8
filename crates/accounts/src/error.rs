//! What keeps this program from asking GitLab for somebody.

use gitlab::rest::{InvalidClient, RestError};
use store::StoreError;
use store::seal::UnsealError;

/// Why GitLab cannot be asked for somebody, or who they are cannot be told.
#[derive(Debug, thiserror::Error)]
pub enum AccountsError {
    #[error(
        "nobody can sign in with GitLab here yet; set client_id and client_secret of [[gitlab]] \
         and a key that seals secrets"
    )]
    NotSetUp,
    /// What was granted is over: it was revoked in GitLab, or has ended. Whoever it is links, or
    /// signs in, again.
    #[error("GitLab no longer takes what was granted to Signalbox; link the account again")]
    GrantOver,
    /// The account is blocked, deactivated or must do something first, in GitLab's words.
    #[error("GitLab does not let this account in: {said}")]
    Blocked { said: String },
    /// Roles are given to groups, and this program has no token of its own to ask for members.
    #[error(
        "roles are given to groups of GitLab's, and [[gitlab]] has no token to ask for members"
    )]
    NoServiceClient,
    /// This program is stopping, or something is wrong with it.
    #[error("what GitLab granted was not renewed to the end; try again")]
    Interrupted,
    #[error(transparent)]
    Sealed(#[from] UnsealError),
    #[error("the client for GitLab cannot be made")]
    Client(#[from] InvalidClient),
    #[error(transparent)]
    GitLab(RestError),
    #[error(transparent)]
    OAuth(gitlab::oauth::OauthError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<RestError> for AccountsError {
    fn from(error: RestError) -> Self {
        match error {
            RestError::Unauthorized { .. } => Self::GrantOver,
            error => Self::GitLab(error),
        }
    }
}
