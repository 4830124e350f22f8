//! Prometheus' query API, which Thanos and Mimir speak too.
//!
//! Whether a reading is good is the caller's to say. A query without a result is no reading at
//! all ([`Reading::Silent`]), which is not the same as a healthy one.

mod answer;
mod fill;
mod measure;
mod wire;

use std::time::Duration;

use jiff::Timestamp;
use reqwest::Method;
use serde::Serialize;

pub use answer::{Answer, InstantSample, Labels, QueryResult, Reading, Sample, Series, Value};
pub use fill::fill;

use crate::endpoint::{Credentials, Endpoint, InvalidEndpoint};
use crate::error::{CallError, Host, Reason, Retry};

/// A Prometheus. Clones share connections.
#[derive(Clone, Debug)]
pub struct Client(Endpoint);

/// A query at one moment.
#[derive(Clone, Copy, Debug)]
pub struct InstantQuery<'a> {
    /// PromQL.
    pub query: &'a str,
    /// The server's own time when `None`.
    pub at: Option<Timestamp>,
    /// After which the server gives up; its own limit when `None` or longer.
    pub timeout: Option<Duration>,
}

/// A query over a span, both ends included.
#[derive(Clone, Copy, Debug)]
pub struct RangeQuery<'a> {
    /// PromQL.
    pub query: &'a str,
    pub start: Timestamp,
    pub end: Timestamp,
    /// Between two samples; the server takes at most 11,000 of them.
    pub step: Duration,
    /// As [`InstantQuery::timeout`].
    pub timeout: Option<Duration>,
}

/// Why a query gave nothing.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    #[error("{host} does not take the query: {reason}; correct it in the configuration")]
    BadQuery { host: Host, reason: Reason },
    #[error("{host} cannot execute the query: {reason}; correct it in the configuration")]
    CannotExecute { host: Host, reason: Reason },
    #[error("{host} gave up on the query: {reason}; make it cheaper or let it take longer")]
    TimedOut { host: Host, reason: Reason },
    #[error("{host} cannot answer right now: {reason}; look into its log if it lasts")]
    Unavailable { host: Host, reason: Reason },
    /// The server said itself that its answer may leave something out.
    #[error("{host} is not sure of its answer: {reason}; look into its health")]
    Incomplete { host: Host, reason: Reason },
    #[error(transparent)]
    Call(#[from] CallError),
}

impl QueryError {
    /// What to do with the query.
    #[must_use]
    pub fn retry(&self) -> Retry {
        match self {
            Self::BadQuery { .. } | Self::CannotExecute { .. } => Retry::Never,
            Self::TimedOut { .. } | Self::Unavailable { .. } | Self::Incomplete { .. } => {
                Retry::Backoff
            }
            Self::Call(error) => error.retry(),
        }
    }
}

#[derive(Serialize)]
struct QueryArguments<'a> {
    query: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    step: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timeout: Option<String>,
}

impl Client {
    /// The Prometheus at `base_url`, a path before `/api/v1` included.
    ///
    /// # Errors
    /// See [`InvalidEndpoint`].
    pub fn new(
        http: reqwest::Client,
        base_url: &str,
        credentials: Credentials,
    ) -> Result<Self, InvalidEndpoint> {
        let needed = "the right to query";
        Endpoint::new(http, base_url, credentials, "Prometheus", needed).map(Self)
    }

    /// `POST /api/v1/query`. As a form, so that no query stands in an address that proxies log.
    ///
    /// # Errors
    /// See [`QueryError`].
    pub async fn query(&self, query: InstantQuery<'_>) -> Result<Answer, QueryError> {
        let arguments = QueryArguments {
            query: query.query,
            time: query.at.map(|at| at.to_string()),
            start: None,
            end: None,
            step: None,
            timeout: query.timeout.map(in_milliseconds),
        };
        self.call("query", &arguments).await
    }

    /// `POST /api/v1/query_range`.
    ///
    /// # Errors
    /// See [`QueryError`].
    pub async fn query_range(&self, query: RangeQuery<'_>) -> Result<Answer, QueryError> {
        let arguments = QueryArguments {
            query: query.query,
            time: None,
            start: Some(query.start.to_string()),
            end: Some(query.end.to_string()),
            step: Some(query.step.as_secs_f64()),
            timeout: query.timeout.map(in_milliseconds),
        };
        self.call("query_range", &arguments).await
    }

    async fn call(
        &self,
        method: &str,
        arguments: &QueryArguments<'_>,
    ) -> Result<Answer, QueryError> {
        let request = self.0.request(Method::POST, &["api", "v1", method]);
        let answer = self.0.send(request.form(arguments)).await?;
        wire::read(&self.0, &answer)
    }
}

/// Prometheus' durations know no fractions.
fn in_milliseconds(duration: Duration) -> String {
    format!("{}ms", duration.as_millis())
}
