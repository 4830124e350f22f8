//! What a sign-in gives.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use secrecy::SecretString;
use serde::Deserialize;

/// The tokens of a person.
#[derive(Clone, Deserialize)]
#[serde(from = "Answer")]
pub struct Tokens {
    /// What [`crate::rest::Client::as_user`] takes.
    pub access: SecretString,
    /// What [`super::Application::refresh`] takes, once.
    pub refresh: Option<SecretString>,
    /// How long `access` is good for from when it was made; for ever when GitLab does not say.
    pub expires_in: Option<Duration>,
    /// The scopes that were given, with spaces between; empty when GitLab does not say.
    pub scope: String,
    /// When they were made, by GitLab's clock.
    pub created_at: Option<Timestamp>,
}

#[derive(Deserialize)]
struct Answer {
    access_token: SecretString,
    #[serde(default)]
    refresh_token: Option<SecretString>,
    #[serde(default)]
    expires_in: Option<u64>,
    #[serde(default)]
    scope: Option<String>,
    #[serde(default)]
    created_at: Option<i64>,
}

impl From<Answer> for Tokens {
    fn from(answer: Answer) -> Self {
        Self {
            access: answer.access_token,
            refresh: answer.refresh_token,
            expires_in: answer.expires_in.map(Duration::from_secs),
            scope: answer.scope.unwrap_or_default(),
            created_at: answer
                .created_at
                .and_then(|second| Timestamp::from_second(second).ok()),
        }
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens")
            .field("expires_in", &self.expires_in)
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}
