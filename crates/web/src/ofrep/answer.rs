//! What an answer looks like.
//!
//! Providers read the specification narrowly: Python's fails without a `variant`, Node's without a
//! `value`, both take a failure without `errorDetails` for another one. So all of it is always
//! there, and reasons are those that every provider knows.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// What was decided for one flag.
#[derive(Clone, Copy)]
pub(super) struct Decided {
    pub(super) enabled: bool,
    pub(super) said: Said,
    pub(super) gate: &'static str,
}

/// Why a flag is what it is, in `OpenFeature`'s words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Said {
    Static,
    TargetingMatch,
    Split,
    Disabled,
    Default,
}

/// A flag's value.
#[derive(Serialize)]
pub(super) struct Flag<'a> {
    key: &'a str,
    value: bool,
    reason: Said,
    variant: &'static str,
    metadata: FlagMetadata<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FlagMetadata<'a> {
    environment: &'a str,
    flag_version: u64,
    gate: &'static str,
}

impl<'a> Flag<'a> {
    pub(super) fn new(key: &'a str, decided: Decided, environment: &'a str, revision: u64) -> Self {
        Self {
            key,
            value: decided.enabled,
            reason: decided.said,
            variant: if decided.enabled { "on" } else { "off" },
            metadata: FlagMetadata {
                environment,
                flag_version: revision,
                gate: decided.gate,
            },
        }
    }
}

impl IntoResponse for Flag<'_> {
    fn into_response(self) -> Response {
        json(StatusCode::OK, &self)
    }
}

/// What went wrong, by the specification's codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Code {
    ParseError,
    TargetingKeyMissing,
    InvalidContext,
    FlagNotFound,
}

/// Why a flag has no value; of no flag in particular when the whole request is wrong.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Failure<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<&'a str>,
    error_code: Code,
    error_details: String,
}

impl Failure<'static> {
    pub(super) fn new(code: Code, details: String) -> Self {
        Self {
            key: None,
            error_code: code,
            error_details: details,
        }
    }

    pub(super) fn of_flag(self, key: &str) -> Failure<'_> {
        Failure {
            key: Some(key),
            ..self
        }
    }
}

impl Failure<'_> {
    pub(super) fn status(&self) -> StatusCode {
        match self.error_code {
            Code::FlagNotFound => StatusCode::NOT_FOUND,
            Code::ParseError | Code::TargetingKeyMissing | Code::InvalidContext => {
                StatusCode::BAD_REQUEST
            }
        }
    }
}

/// Every flag, and where to hear of changes.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Bulk<'a> {
    flags: Vec<Evaluated<'a>>,
    metadata: BulkMetadata<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_streams: Option<[Stream; 1]>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Evaluated<'a> {
    Flag(Flag<'a>),
    Failure(Failure<'a>),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BulkMetadata<'a> {
    environment: &'a str,
    flag_version: u64,
}

/// A stream of changes.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Stream {
    r#type: &'static str,
    endpoint: Endpoint,
    inactivity_delay_sec: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Endpoint {
    request_uri: String,
}

impl Stream {
    /// The stream at `path`, from `revision` on. The address is a secret.
    pub(super) fn new(path: &str, secret: &str, revision: u64) -> Self {
        Self {
            r#type: "sse",
            endpoint: Endpoint {
                request_uri: format!("{path}?secret={secret}&since={revision}"),
            },
            inactivity_delay_sec: 120,
        }
    }
}

impl<'a> Bulk<'a> {
    pub(super) fn new(
        flags: impl Iterator<Item = Result<Flag<'a>, Failure<'a>>>,
        environment: &'a str,
        revision: u64,
        stream: Option<Stream>,
    ) -> Self {
        let evaluated = |flag| match flag {
            Ok(flag) => Evaluated::Flag(flag),
            Err(failure) => Evaluated::Failure(failure),
        };
        Self {
            flags: flags.map(evaluated).collect(),
            metadata: BulkMetadata {
                environment,
                flag_version: revision,
            },
            event_streams: stream.map(|stream| [stream]),
        }
    }
}

impl IntoResponse for Bulk<'_> {
    fn into_response(self) -> Response {
        json(StatusCode::OK, &self)
    }
}

/// A refusal of the whole request, whoever asks and for whatever flag.
pub(super) fn refused(status: StatusCode, details: &str) -> Response {
    json(status, &serde_json::json!({ "errorDetails": details }))
}

/// A body that is too large, or did not come whole.
pub(super) fn too_large(limit: usize) -> Response {
    let details = format!("the body is longer than {limit} bytes, or broke off");
    refused(StatusCode::PAYLOAD_TOO_LARGE, &details)
}

pub(super) fn json(status: StatusCode, body: &impl Serialize) -> Response {
    const JSON: HeaderValue = HeaderValue::from_static("application/json");
    let mut bytes = Vec::with_capacity(192);
    match serde_json::to_writer(&mut bytes, body) {
        Ok(()) => (status, [(header::CONTENT_TYPE, JSON)], bytes).into_response(),
        Err(error) => {
            tracing::error!(%error, "an evaluation could not be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
