//! Who changed a flag, told to Sentry, which then shows the change beside the errors that follow.
//!
//! Sentry's generic provider, version 1. Sentry answers 200 to a body that it cannot use, and
//! says in the answer what it misses.

use std::collections::BTreeMap;

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use reqwest::Method;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use sha2::Sha256;

use crate::endpoint::{Credentials, Endpoint, InvalidEndpoint};
use crate::error::{CallError, Host, Reason, Retry};

/// The longest name and author that Sentry takes, in characters.
const LONGEST: usize = 100;

/// Sentry's web hook for changes of flags. Clones share connections.
#[derive(Clone, Debug)]
pub struct FlagHook {
    endpoint: Endpoint,
    secret: SecretString,
}

/// A flag was changed.
#[derive(Clone, Copy, Debug)]
pub struct FlagChange<'a> {
    /// Our own number of the change.
    pub id: u64,
    pub action: FlagAction,
    pub at: Timestamp,
    pub by: FlagAuthor<'a>,
    pub flag: &'a str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FlagAction {
    Created,
    Updated,
    Deleted,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlagAuthor<'a> {
    Email(&'a str),
    Name(&'a str),
}

/// Why Sentry has not taken a change. Nothing prevents Sentry from showing one twice that is told
/// again after [`CallError::NoAnswer`].
#[derive(Debug, thiserror::Error)]
pub enum TellError {
    #[error("{host} does not take the change: {reason}; report this to the maintainers")]
    Invalid { host: Host, reason: Reason },
    #[error(transparent)]
    Call(#[from] CallError),
}

impl TellError {
    /// What to do with the change.
    #[must_use]
    pub fn retry(&self) -> Retry {
        match self {
            Self::Invalid { .. } => Retry::Never,
            Self::Call(error) => error.retry(),
        }
    }
}

#[derive(Serialize)]
struct Body {
    data: [Change; 1],
    meta: Meta,
}

#[derive(Serialize)]
struct Change {
    action: FlagAction,
    change_id: u64,
    created_at: Timestamp,
    created_by: Author,
    flag: String,
}

#[derive(Serialize)]
struct Author {
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
}

#[derive(Serialize)]
struct Meta {
    version: u8,
}

impl FlagHook {
    /// The hook at `url`, as Sentry shows it in the organization's settings, with the secret that
    /// was entered there.
    ///
    /// # Errors
    /// See [`InvalidEndpoint`].
    pub fn new(
        http: reqwest::Client,
        url: &str,
        secret: SecretString,
    ) -> Result<Self, InvalidEndpoint> {
        let needed = "of the hook's signing secret";
        let endpoint = Endpoint::new(http, url, Credentials::None, "Sentry", needed)?;
        Ok(Self { endpoint, secret })
    }

    /// Tells Sentry of `change`.
    ///
    /// # Errors
    /// See [`TellError`].
    pub async fn tell(&self, change: FlagChange<'_>) -> Result<(), TellError> {
        let body = serde_json::to_vec(&body(change)).map_err(|e| self.invalid(&e.to_string()))?;
        let request = self
            .endpoint
            // Sentry's addresses end with a slash.
            .request(Method::POST, &[""])
            .header("content-type", "application/json")
            .header("x-sentry-signature", self.signature(&body))
            .body(body);
        let answer = self.endpoint.send(request).await?;
        let missed = answer.object::<BTreeMap<String, serde_json::Value>>();
        match (answer.status.as_u16(), missed) {
            (200..=299, None) if answer.is_empty() => Ok(()),
            (200..=299, Some(missed)) if missed.is_empty() => Ok(()),
            (200..=299 | 400, Some(missed)) => {
                let words = serde_json::to_string(&missed).unwrap_or_default();
                Err(self.invalid(&words))
            }
            _ => Err(self.endpoint.unexpected(&answer, None).into()),
        }
    }

    fn invalid(&self, reason: &str) -> TellError {
        TellError::Invalid {
            host: self.endpoint.host(),
            reason: Reason::new(reason),
        }
    }

    /// Hexadecimal HMAC-SHA256 of the body.
    fn signature(&self, body: &[u8]) -> String {
        // An HMAC takes a key of any length.
        Hmac::<Sha256>::new_from_slice(self.secret.expose_secret().as_bytes())
            .map(|mac| hex::encode(mac.chain_update(body).finalize().into_bytes()))
            .unwrap_or_default()
    }
}

fn body(change: FlagChange<'_>) -> Body {
    let (id, kind) = match change.by {
        FlagAuthor::Email(email) => (email, "email"),
        FlagAuthor::Name(name) => (name, "name"),
    };
    Body {
        data: [Change {
            action: change.action,
            change_id: change.id,
            created_at: change.at,
            created_by: Author {
                id: id.chars().take(LONGEST).collect(),
                kind,
            },
            flag: change.flag.chars().take(LONGEST).collect(),
        }],
        meta: Meta { version: 1 },
    }
}
