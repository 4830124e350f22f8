//! Who asks, in which words: credentials, media types, parameters of the address.

use std::collections::BTreeMap;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, Path, Request};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use subtle::ConstantTimeEq as _;

use super::super::TOKEN;
use super::refused::Refused;
use crate::gitlab::GitLabSandbox;

/// An API key as Elasticsearch gives them out: its id and its secret.
const API_KEY: &str = "demo:demo-elasticsearch-key";

/// A request with credentials that are good, and a media type that is known.
pub(super) struct Access {
    path: String,
    parts: BTreeMap<String, String>,
    pub params: BTreeMap<String, String>,
    pub body: Bytes,
    /// Some of the shards are to fail.
    pub partial: bool,
}

/// Says to the handlers that some of the shards are to fail.
#[derive(Clone, Copy, Debug)]
pub(in crate::gitlab::http) struct Partial;

impl FromRequest<GitLabSandbox> for Access {
    type Rejection = Response;

    async fn from_request(request: Request, state: &GitLabSandbox) -> Result<Self, Response> {
        let path = request.uri().path().to_owned();
        if !has_key(request.headers()) {
            let reason = format!("missing authentication credentials for REST request [{path}]");
            let status = StatusCode::UNAUTHORIZED;
            return Err(Refused::new(status, "security_exception", reason).into_response());
        }
        let query = request.uri().query().unwrap_or_default();
        let params = url::form_urlencoded::parse(query.as_bytes());
        let params = params.into_owned().collect();
        let kind = text(request.headers(), header::CONTENT_TYPE);
        let partial = request.extensions().get::<Partial>().is_some();
        let (mut head, body) = request.into_parts();
        let parts = axum::RequestPartsExt::extract::<Path<BTreeMap<String, String>>>(&mut head);
        let parts = parts.await.map(|Path(parts)| parts).unwrap_or_default();
        let body = Bytes::from_request(Request::from_parts(head, body), state).await;
        let body = body.map_err(IntoResponse::into_response)?;
        if !body.is_empty() && !is_json(&kind) {
            let error = format!("Content-Type header [{kind}] is not supported");
            let status = StatusCode::NOT_ACCEPTABLE;
            let body = json!({ "error": error, "status": status.as_u16() });
            return Err((status, Json(body)).into_response());
        }
        Ok(Self {
            path,
            parts,
            params,
            body,
            partial,
        })
    }
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> String {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    value.unwrap_or_default().to_owned()
}

/// `ApiKey` with the key's id and secret in Base64, or the token of the other doubles.
fn has_key(headers: &HeaderMap) -> bool {
    let given = text(headers, header::AUTHORIZATION);
    let is = |key: &str, wanted: &str| bool::from(key.as_bytes().ct_eq(wanted.as_bytes()));
    match given.split_once(' ') {
        Some(("Bearer", key)) => is(key, TOKEN),
        Some(("ApiKey", key)) => is(key, TOKEN) || is(key, &STANDARD.encode(API_KEY)),
        Some(_) | None => false,
    }
}

fn is_json(kind: &str) -> bool {
    let known = [
        "application/json",
        "application/x-ndjson",
        "application/vnd.elasticsearch+json",
        "application/vnd.elasticsearch+x-ndjson",
    ];
    let plain = kind.split(';').next().unwrap_or(kind).trim();
    let version = kind.split("compatible-with=").nth(1);
    known.contains(&plain) && version.is_none_or(|version| version.trim().starts_with('8'))
}

/// Every request takes these.
const COMMON: [&str; 4] = ["pretty", "human", "error_trace", "filter_path"];

impl Access {
    /// The indices that the address names; empty for all.
    pub fn index(&self) -> &str {
        self.part("index")
    }

    pub fn part(&self, name: &str) -> &str {
        self.parts.get(name).map_or("", String::as_str)
    }

    /// Refuses a parameter that is not among these.
    pub fn only(&self, known: &[&str]) -> Result<(), Refused> {
        if self.params.contains_key("filter_path") {
            return Err(Refused::argument("this sandbox knows no [filter_path]"));
        }
        let is_known = |name: &str| known.contains(&name) || COMMON.contains(&name);
        match self.params.keys().find(|name| !is_known(name)) {
            None => Ok(()),
            Some(unknown) => {
                let path = &self.path;
                let reason =
                    format!("request [{path}] contains unrecognized parameter: [{unknown}]");
                Err(Refused::argument(reason))
            }
        }
    }

    pub fn flag(&self, name: &str, unless_given: bool) -> Result<bool, Refused> {
        match self.params.get(name).map(String::as_str) {
            None => Ok(unless_given),
            Some("" | "true") => Ok(true),
            Some("false") => Ok(false),
            Some(value) => {
                let reason = format!(
                    "Failed to parse value [{value}] as only [true] or [false] are allowed."
                );
                Err(Refused::argument(reason))
            }
        }
    }

    /// The body as an object; nothing is an empty one.
    pub fn object(&self) -> Result<Map<String, Value>, Refused> {
        if self.body.iter().all(u8::is_ascii_whitespace) {
            return Ok(Map::new());
        }
        serde_json::from_slice(&self.body).map_err(|error| {
            let reason = format!("could not parse the body: {error}");
            Refused::new(StatusCode::BAD_REQUEST, "x_content_parse_exception", reason)
        })
    }
}
