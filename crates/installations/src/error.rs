//! Why the app was not installed, or not removed.

use domain::WorkspaceId;
use slack::{CallError, ErrorCode, InvalidClient, OauthError};
use store::StoreError;
use store::seal::UnsealError;

/// Why installations cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    #[error("the configured workspace cannot be used")]
    Fixed(#[from] InvalidClient),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why the app was not installed.
#[derive(Debug, thiserror::Error)]
pub enum InstallError {
    #[error("slack.client_id and slack.client_secret are not set")]
    NoApplication,
    #[error("secret_key is not set, so a workspace's token cannot be kept")]
    NoKey,
    /// Never begun here, finished before, or begun too long ago.
    #[error("this installation was finished before, or was begun more than ten minutes ago")]
    UnknownState,
    /// Somebody may have been sent here with another's installation.
    #[error("this installation was begun in another browser")]
    OtherBrowser,
    /// Whoever installs said no.
    #[error("the installation was cancelled in Slack")]
    Cancelled {
        /// What was given when it was begun.
        details: String,
    },
    #[error("Slack did not install the app ({code})")]
    Refused { code: String },
    #[error("another app was installed: {found} instead of {expected}")]
    OtherApp { expected: String, found: String },
    #[error("the new token belongs to {found}, not to {expected}")]
    OtherWorkspace {
        expected: WorkspaceId,
        found: WorkspaceId,
    },
    #[error("Slack gave no token")]
    Oauth(#[source] OauthError),
    #[error("the new token cannot be used")]
    Token(#[source] CallError),
    #[error("the new token cannot be used")]
    Client(#[from] InvalidClient),
    #[error("what was kept of the installation cannot be opened")]
    Unseal(#[from] UnsealError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl InstallError {
    /// What a person can do about it.
    #[must_use]
    pub fn remedy(&self) -> String {
        match self {
            Self::NoApplication => {
                "set client_id and client_secret of [slack] from the app's page Basic Information"
            }
            Self::NoKey => "set secret_key; make one with: openssl rand -base64 32",
            Self::UnknownState | Self::Cancelled { .. } | Self::Unseal(_) => {
                "begin the installation again"
            }
            Self::OtherBrowser => {
                "begin the installation again, in this browser; if you did not begin one, close \
                 this page"
            }
            Self::Refused { .. } => {
                "begin the installation again; if it lasts, ask an administrator of the workspace \
                 to allow the app"
            }
            Self::OtherApp { .. } => "compare app_id and client_id of [slack] with the app's page",
            Self::OtherWorkspace { .. } | Self::Client(_) => {
                "check `base_url` of [slack], and for a proxy that answers in Slack's place"
            }
            Self::Oauth(error) => return error.remedy(),
            Self::Token(error) => return error.remedy(),
            Self::Store(_) => "try again when the database answers",
        }
        .to_owned()
    }
}

/// Why the app was not removed.
#[derive(Debug, thiserror::Error)]
pub enum RemoveError {
    #[error("workspace {0} does not have the app")]
    NotInstalled(WorkspaceId),
    #[error("Slack did not remove the app")]
    Slack(#[source] OauthError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl RemoveError {
    /// What a person can do about it.
    #[must_use]
    pub fn remedy(&self) -> String {
        match self {
            Self::NotInstalled(_) => "nothing to do".to_owned(),
            Self::Slack(error) => error.remedy(),
            Self::Store(_) => "try again when the database answers".to_owned(),
        }
    }
}

/// Whether Slack's refusal says that the app was gone before.
pub(crate) fn says_gone(error: &OauthError) -> bool {
    match error {
        OauthError::Call(CallError::TokenRefused { code }) => is_gone(code),
        OauthError::Call(_)
        | OauthError::Credentials { .. }
        | OauthError::CodeLost { .. }
        | OauthError::RedirectUri { .. }
        | OauthError::Pkce { .. }
        | OauthError::RefreshTokenLost { .. }
        | OauthError::RotationOff
        | OauthError::EmailUnverified
        | OauthError::WholeOrganization
        | OauthError::NoBotToken => false,
    }
}

fn is_gone(code: &ErrorCode) -> bool {
    matches!(
        code.as_str(),
        "invalid_auth" | "account_inactive" | "token_revoked" | "token_expired" | "team_disabled"
    )
}
