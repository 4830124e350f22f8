//! Errors of our own, sent to a project of Sentry's.

use jiff::Timestamp;
use reqwest::Method;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::{Dsn, Event};
use crate::endpoint::{Credentials, Endpoint, InvalidEndpoint};
use crate::error::{CallError, Host, Reason, Retry};

use super::event::Payload;

/// A project that errors are sent to. Clones share connections.
#[derive(Clone, Debug)]
pub struct Reporter {
    endpoint: Endpoint,
    key: SecretString,
    project: String,
}

/// Why Sentry has not taken an event. Whatever the reason, it may be sent again: Sentry knows an
/// event by its id.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    #[error("{host} does not take the event: {reason}; report this to the maintainers")]
    Invalid { host: Host, reason: Reason },
    #[error(transparent)]
    Call(#[from] CallError),
}

impl ReportError {
    /// What to do with the event.
    #[must_use]
    pub fn retry(&self) -> Retry {
        match self {
            Self::Invalid { .. } => Retry::Never,
            Self::Call(error) => error.retry(),
        }
    }
}

#[derive(Serialize)]
struct EnvelopeHeader<'a> {
    event_id: &'a str,
    sent_at: Timestamp,
}

#[derive(Serialize)]
struct ItemHeader {
    #[serde(rename = "type")]
    kind: &'static str,
    content_type: &'static str,
    length: usize,
}

/// Sentry answers with an object, whatever is in it.
#[derive(Deserialize)]
struct Taken {}

#[derive(Deserialize)]
struct Refusal {
    detail: String,
    #[serde(default)]
    causes: Vec<String>,
}

impl Reporter {
    /// The project of `dsn`.
    ///
    /// # Errors
    /// See [`InvalidEndpoint`].
    pub fn new(http: reqwest::Client, dsn: &Dsn) -> Result<Self, InvalidEndpoint> {
        let needed = "of an active client key";
        let base = dsn.base.as_str();
        Ok(Self {
            endpoint: Endpoint::new(http, base, Credentials::None, "Sentry", needed)?,
            key: dsn.key.clone(),
            project: dsn.project.clone(),
        })
    }

    /// `POST /api/{project}/envelope/`.
    ///
    /// # Errors
    /// See [`ReportError`].
    pub async fn report(&self, event: &Event<'_>, now: Timestamp) -> Result<(), ReportError> {
        self.send(self.envelope(event, now)?).await
    }

    /// Asks whether the project takes what is sent with this key, and adds nothing to it: sends a
    /// report of an SDK that it has discarded nothing.
    ///
    /// # Errors
    /// See [`ReportError`].
    pub async fn check(&self, now: Timestamp) -> Result<(), ReportError> {
        let nothing = format!(r#"{{"timestamp":"{now}","discarded_events":[]}}"#);
        let length = nothing.len();
        let item = format!(r#"{{"type":"client_report","length":{length}}}"#);
        self.send(format!("{{}}\n{item}\n{nothing}\n").into_bytes())
            .await
    }

    async fn send(&self, envelope: Vec<u8>) -> Result<(), ReportError> {
        let path = ["api", &self.project, "envelope", ""];
        let request = self
            .endpoint
            .request(Method::POST, &path)
            .header("content-type", "application/x-sentry-envelope")
            .header("x-sentry-auth", self.credentials())
            .body(envelope);
        let answer = self.endpoint.send(request).await?;
        if answer.status.is_success() && answer.object::<Taken>().is_some() {
            return Ok(());
        }
        let refusal = answer.object::<Refusal>();
        let reason =
            refusal.map(|refusal| [&[refusal.detail], &*refusal.causes].concat().join(": "));
        match (answer.status.as_u16(), &reason) {
            (400 | 413, Some(reason)) => Err(ReportError::Invalid {
                host: self.endpoint.host(),
                reason: Reason::new(reason),
            }),
            _ => Err(self.endpoint.unexpected(&answer, reason.as_deref()).into()),
        }
    }

    fn credentials(&self) -> String {
        let key = self.key.expose_secret();
        format!("Sentry sentry_version=7, sentry_client=signalbox/1.0, sentry_key={key}")
    }

    /// A header, the header of the only item, the item: a line each.
    fn envelope(&self, event: &Event<'_>, now: Timestamp) -> Result<Vec<u8>, ReportError> {
        let event_id = event.id.to_string();
        let write = || -> serde_json::Result<Vec<u8>> {
            let payload = serde_json::to_vec(&Payload::of(event))?;
            let mut envelope = serde_json::to_vec(&EnvelopeHeader {
                event_id: &event_id,
                sent_at: now,
            })?;
            let item = serde_json::to_vec(&ItemHeader {
                kind: "event",
                content_type: "application/json",
                length: payload.len(),
            })?;
            for line in [item, payload, Vec::new()] {
                envelope.push(b'\n');
                envelope.extend(line);
            }
            Ok(envelope)
        };
        write().map_err(|error| ReportError::Invalid {
            host: self.endpoint.host(),
            reason: Reason::new(&error.to_string()),
        })
    }
}
