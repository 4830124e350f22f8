//! Grafana's annotations: marks on every graph that asks for their tags.
//!
//! Only those of the organization, which belong to no dashboard. Grafana knows no idempotency:
//! who is not sure whether an annotation was made looks for it ([`Client::find`]).

use jiff::Timestamp;
use reqwest::Method;
use serde::{Deserialize, Serialize};

use crate::endpoint::{Answer, Credentials, Endpoint, InvalidEndpoint};
use crate::error::{CallError, Host, Reason, Retry};

/// A Grafana. Clones share connections.
#[derive(Clone, Debug)]
pub struct Client(Endpoint);

/// A mark on the graphs.
#[derive(Clone, Copy, Debug)]
pub struct Annotation<'a> {
    pub at: Timestamp,
    /// The end of what lasted; `None` marks a moment.
    pub until: Option<Timestamp>,
    /// By which dashboards ask for it: `feature-flag`, the flag, the environment.
    pub tags: &'a [&'a str],
    /// Grafana shows it as HTML of which it takes out what is dangerous.
    pub text: &'a str,
}

/// Grafana's number of an annotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct AnnotationId(pub i64);

/// Why there is no annotation.
#[derive(Debug, thiserror::Error)]
pub enum AnnotateError {
    #[error("{host} does not take the annotation: {reason}; report this to the maintainers")]
    Invalid { host: Host, reason: Reason },
    #[error(transparent)]
    Call(#[from] CallError),
}

impl AnnotateError {
    /// What to do with the annotation.
    #[must_use]
    pub fn retry(&self) -> Retry {
        match self {
            Self::Invalid { .. } => Retry::Never,
            Self::Call(error) => error.retry(),
        }
    }

    /// Whether Grafana certainly made nothing. `false` means that it may have: look for it
    /// before making it again.
    #[must_use]
    pub fn certainly_not_made(&self) -> bool {
        match self {
            Self::Invalid { .. } => true,
            Self::Call(error) => match error {
                CallError::Busy { .. }
                | CallError::Unreachable { .. }
                | CallError::CredentialsRefused { .. }
                | CallError::Forbidden { .. }
                | CallError::Refused { .. } => true,
                CallError::NoAnswer { .. }
                | CallError::ServerFailed { .. }
                | CallError::Unreadable { .. } => false,
            },
        }
    }
}

/// Times are Unix milliseconds.
#[derive(Serialize)]
struct AnnotationArguments<'a> {
    time: i64,
    #[serde(rename = "timeEnd", skip_serializing_if = "Option::is_none")]
    time_end: Option<i64>,
    tags: &'a [&'a str],
    text: &'a str,
}

#[derive(Deserialize)]
struct Made {
    id: AnnotationId,
}

#[derive(Deserialize)]
struct Found {
    id: AnnotationId,
    time: i64,
    #[serde(default)]
    text: String,
}

#[derive(Deserialize)]
struct Complaint {
    message: String,
}

impl Client {
    /// The Grafana at `base_url`, with a service account's token as [`Credentials::Bearer`].
    ///
    /// # Errors
    /// See [`InvalidEndpoint`].
    pub fn new(
        http: reqwest::Client,
        base_url: &str,
        credentials: Credentials,
    ) -> Result<Self, InvalidEndpoint> {
        let needed = "the permissions annotations:create and annotations:read";
        Endpoint::new(http, base_url, credentials, "Grafana", needed).map(Self)
    }

    /// `POST /api/annotations`.
    ///
    /// # Errors
    /// See [`AnnotateError`].
    pub async fn annotate(
        &self,
        annotation: Annotation<'_>,
    ) -> Result<AnnotationId, AnnotateError> {
        let arguments = AnnotationArguments {
            time: annotation.at.as_millisecond(),
            time_end: annotation.until.map(Timestamp::as_millisecond),
            tags: annotation.tags,
            text: annotation.text,
        };
        let request = self.0.request(Method::POST, &["api", "annotations"]);
        let answer = self.0.send(request.json(&arguments)).await?;
        let made: Made = self.read(&answer, Answer::object)?;
        Ok(made.id)
    }

    /// The annotation with these tags, this moment and this text, if there is one: what an
    /// attempt whose answer was lost may have made.
    ///
    /// # Errors
    /// See [`AnnotateError`].
    pub async fn find(
        &self,
        annotation: Annotation<'_>,
    ) -> Result<Option<AnnotationId>, AnnotateError> {
        let at = annotation.at.as_millisecond();
        let mut query = vec![
            ("from", at.to_string()),
            (
                "to",
                annotation
                    .until
                    .map_or(at, Timestamp::as_millisecond)
                    .to_string(),
            ),
            ("type", "annotation".to_owned()),
            ("limit", "100".to_owned()),
        ];
        query.extend(
            annotation
                .tags
                .iter()
                .map(|tag| ("tags", (*tag).to_owned())),
        );
        let request = self.0.request(Method::GET, &["api", "annotations"]);
        let answer = self.0.send(request.query(&query)).await?;
        let found: Vec<Found> = self.read(&answer, Answer::json)?;
        let same = found
            .iter()
            .find(|found| found.time == at && found.text == annotation.text);
        Ok(same.map(|found| found.id))
    }

    fn read<T>(
        &self,
        answer: &Answer,
        body: impl Fn(&Answer) -> Option<T>,
    ) -> Result<T, AnnotateError> {
        if let Some(value) = body(answer).filter(|_| answer.status.is_success()) {
            return Ok(value);
        }
        let complaint = answer
            .object::<Complaint>()
            .map(|complaint| complaint.message);
        match (answer.status.as_u16(), &complaint) {
            (400 | 422, Some(message)) => Err(AnnotateError::Invalid {
                host: self.0.host(),
                reason: Reason::new(message),
            }),
            _ => Err(self.0.unexpected(answer, complaint.as_deref()).into()),
        }
    }
}
