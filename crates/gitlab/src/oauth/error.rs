//! Why GitLab gave no tokens.

use reqwest::StatusCode;
use serde::Deserialize;

use crate::rest::{NotTheApi, RestError, Retry, one_line};

/// Why a sign-in, a refresh or a revocation failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OauthError {
    /// The code or refresh token is used, old, revoked or another's: the person has to sign in
    /// again.
    #[error("{host} does not take the sign-in any more; sign in again")]
    InvalidGrant { host: String },
    /// GitLab does not know the application as it is configured here, or forbids it something.
    /// `code` is the standard's word for it.
    #[error(
        "{host} refuses this application ({code}: {said}); compare client id, client secret, \
         redirect URI and scopes with those entered there"
    )]
    Application {
        host: String,
        code: String,
        said: String,
    },
    /// GitLab was not reached, did not answer, or not as GitLab does.
    #[error(transparent)]
    Call(#[from] RestError),
}

/// The body of a refusal.
#[derive(Deserialize)]
struct Refusal {
    error: String,
    #[serde(default)]
    error_description: Option<String>,
}

impl OauthError {
    /// What to do with the call.
    #[must_use]
    pub fn retry(&self) -> Retry {
        match self {
            Self::InvalidGrant { .. } | Self::Application { .. } => Retry::Never,
            Self::Call(error) => error.retry(),
        }
    }

    /// Whether only the person can help, by signing in again.
    #[must_use]
    pub fn is_dead_grant(&self) -> bool {
        match self {
            Self::InvalidGrant { .. } => true,
            Self::Application { .. } | Self::Call(_) => false,
        }
    }
}

/// Reads a refusal. Nothing of the `form` that was sent is in it.
pub(super) fn refused(
    host: &str,
    status: StatusCode,
    body: &[u8],
    form: &[(&str, &str)],
) -> OauthError {
    let host = host.to_owned();
    let Ok(refusal) = serde_json::from_slice::<Refusal>(body) else {
        return OauthError::Call(RestError::NotGitLab {
            host,
            status: status.as_u16(),
            answer: NotTheApi::Unnamed,
        });
    };
    if refusal.error == "invalid_grant" {
        return OauthError::InvalidGrant { host };
    }
    let told = |text: &str| {
        let secrets = form.iter().filter(|(_, value)| !value.is_empty());
        let text = secrets.fold(text.to_owned(), |text, (name, value)| match *name {
            "grant_type" | "redirect_uri" | "client_id" => text,
            name => text.replace(value, &format!("[{name}]")),
        });
        one_line(&text)
    };
    OauthError::Application {
        host,
        code: told(&refusal.error),
        said: told(
            refusal
                .error_description
                .as_deref()
                .unwrap_or("no reason given"),
        ),
    }
}
