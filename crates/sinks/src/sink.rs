//! One receiver, and sending an event to it.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::{StatusCode, Url};
use secrecy::{ExposeSecret, SecretString};

use crate::error::SendError;
use crate::key::Key;

const ID: HeaderName = HeaderName::from_static("webhook-id");
const TIMESTAMP: HeaderName = HeaderName::from_static("webhook-timestamp");
const SIGNATURE: HeaderName = HeaderName::from_static("webhook-signature");

/// The longest pause that a receiver may ask for: what it says is not believed for ever.
const LONGEST_PAUSE: Duration = Duration::from_secs(24 * 60 * 60);

/// How long a call may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// Until there is a connection, TLS included.
    pub connect: Duration,
    /// From the first attempt to connect to the receiver's status.
    pub total: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            total: Duration::from_secs(20),
        }
    }
}

/// The HTTP client for a sink: no redirects, which would carry events elsewhere.
///
/// # Panics
/// When no rustls provider is installed: `main` does that first.
///
/// # Errors
/// When the system's certificates or proxy settings cannot be used.
pub fn http_client(address: &str, timeouts: Timeouts) -> Result<reqwest::Client, reqwest::Error> {
    outgoing::client(address, timeouts.connect, timeouts.total)
}

/// A receiver of events. `Debug` shows its name alone: its address may hold a secret.
#[derive(Clone)]
pub struct Sink {
    http: reqwest::Client,
    name: String,
    url: Url,
    key: Key,
}

/// Why a sink cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSink {
    #[error("must be a web address that begins with http:// or https://")]
    NotAnAddress,
    #[error("must not have a user name or a password in it; events are signed")]
    CredentialsInAddress,
}

/// An event on its way to a sink.
#[derive(Clone, Copy, Debug)]
pub struct Notice<'a> {
    /// The same at every try: by it a receiver knows what it has heard already.
    pub id: &'a str,
    /// When it is sent; a receiver refuses what is older than a few minutes.
    pub at: Timestamp,
    /// JSON.
    pub body: &'a str,
}

impl Sink {
    /// # Errors
    /// When the address cannot be used.
    pub fn new(
        http: reqwest::Client,
        name: &str,
        address: &SecretString,
        key: Key,
    ) -> Result<Self, InvalidSink> {
        let url = Url::parse(address.expose_secret().trim())
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https"))
            .ok_or(InvalidSink::NotAnAddress)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(InvalidSink::CredentialsInAddress);
        }
        Ok(Self {
            http,
            name: name.to_owned(),
            url,
            key,
        })
    }

    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Tells the sink of an event. An answer of 2xx means that it has it.
    ///
    /// # Errors
    /// See [`SendError`]; it may have it all the same.
    pub async fn send(&self, notice: Notice<'_>) -> Result<(), SendError> {
        let sent = self
            .http
            .post(self.url.clone())
            .headers(self.headers(&notice))
            .body(notice.body.to_owned())
            .send()
            .await;
        let sink = self.name.clone();
        match sent {
            Ok(answer) => self.judge(answer.status(), answer.headers()),
            // The address may hold a secret, so that it is in no error.
            Err(error) if error.is_connect() => Err(SendError::Unreachable {
                sink,
                source: error.without_url(),
            }),
            Err(error) => Err(SendError::NoAnswer {
                sink,
                source: error.without_url(),
            }),
        }
    }

    fn headers(&self, notice: &Notice<'_>) -> HeaderMap {
        let seconds = notice.at.as_second();
        let signature = self.key.sign(notice.id, seconds, notice.body);
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(TIMESTAMP, HeaderValue::from(seconds));
        for (name, text) in [(ID, notice.id), (SIGNATURE, &signature)] {
            if let Ok(value) = HeaderValue::from_str(text) {
                headers.insert(name, value);
            }
        }
        headers
    }

    fn judge(&self, status: StatusCode, headers: &HeaderMap) -> Result<(), SendError> {
        let sink = self.name.clone();
        let code = status.as_u16();
        Err(match code {
            200..=299 => return Ok(()),
            410 => SendError::Gone { sink },
            300..=399 => SendError::Redirects { sink, status: code },
            429 | 502..=504 => SendError::Busy {
                sink,
                status: code,
                retry_after: named_pause(headers),
            },
            _ => SendError::Refused { sink, status: code },
        })
    }
}

/// The pause that the answer names in seconds; at least one, so that none becomes no loop.
fn named_pause(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?;
    let seconds: u64 = text.trim().parse().ok()?;
    Some(Duration::from_secs(seconds.max(1)).min(LONGEST_PAUSE))
}

impl fmt::Debug for Sink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sink")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
