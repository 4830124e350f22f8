//! Who asks: tokens, what they may, and the parameters of a call.

use std::collections::BTreeMap;

use axum::RequestPartsExt as _;
use axum::body::Bytes;
use axum::extract::{FromRequest, Path, Request};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use subtle::ConstantTimeEq as _;

use super::ORGANIZATION;
use super::refused::Refused;
use crate::gitlab::GitLabSandbox;

/// Tokens with what they may do.
const TOKENS: [(&str, &[&str]); 2] = [
    (
        "demo-sentry-token",
        &[
            "event:read",
            "event:write",
            "org:ci",
            "org:read",
            "project:read",
            "project:releases",
        ],
    ),
    ("demo-sentry-ci-token", &["org:ci"]),
];

/// A call with a token that is good, to the organization that is there.
pub(super) struct Access {
    scopes: &'static [&'static str],
    parts: BTreeMap<String, String>,
    params: Vec<(String, String)>,
    pub path: String,
    pub body: Bytes,
}

impl FromRequest<GitLabSandbox> for Access {
    type Rejection = Response;

    async fn from_request(request: Request, state: &GitLabSandbox) -> Result<Self, Response> {
        let (mut head, body) = request.into_parts();
        let given = head.headers.get(header::AUTHORIZATION);
        let given = given.and_then(|value| value.to_str().ok());
        let unauthorized =
            |detail: &str| Refused(StatusCode::UNAUTHORIZED, detail.to_owned()).into_response();
        let token = given.and_then(|given| given.strip_prefix("Bearer "));
        let token =
            token.ok_or_else(|| unauthorized("Authentication credentials were not provided."))?;
        let known = TOKENS
            .iter()
            .find(|(known, _)| bool::from(known.as_bytes().ct_eq(token.as_bytes())));
        let (_, scopes) = known.ok_or_else(|| unauthorized("Invalid token"))?;
        let parts = head.extract::<Path<BTreeMap<String, String>>>().await;
        let parts = parts.map(|Path(parts)| parts).unwrap_or_default();
        let organization = parts.get("organization").map_or("", String::as_str);
        if organization != ORGANIZATION && organization != "1" {
            return Err(Refused::not_found().into_response());
        }
        let query = head.uri.query().unwrap_or_default();
        let params = url::form_urlencoded::parse(query.as_bytes());
        let params = params.into_owned().collect();
        let path = head.uri.path().to_owned();
        let body = Bytes::from_request(Request::from_parts(head, body), state).await;
        Ok(Self {
            scopes,
            parts,
            params,
            path,
            body: body.map_err(IntoResponse::into_response)?,
        })
    }
}

impl Access {
    /// Refuses a token that may none of these.
    pub fn needs(&self, scopes: &[&str]) -> Result<(), Refused> {
        if scopes.iter().any(|scope| self.scopes.contains(scope)) {
            return Ok(());
        }
        let detail = "You do not have permission to perform this action.";
        Err(Refused(StatusCode::FORBIDDEN, detail.to_owned()))
    }

    /// Refuses a parameter that is not among these.
    pub fn only(&self, known: &[&str]) -> Result<(), Refused> {
        let mut names = self.params.iter().map(|(name, _)| name.as_str());
        match names.find(|name| !known.contains(name)) {
            None => Ok(()),
            Some(unknown) => Err(Refused::bad(format!("Unknown parameter: {unknown}"))),
        }
    }

    pub fn part(&self, name: &str) -> &str {
        self.parts.get(name).map_or("", String::as_str)
    }

    /// The last value of a parameter.
    pub fn param(&self, name: &str) -> Option<&str> {
        let mut params = self.params.iter().rev();
        params
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    pub fn params(&self, name: &str) -> Vec<&str> {
        let params = self.params.iter().filter(|(key, _)| key == name);
        params.map(|(_, value)| value.as_str()).collect()
    }

    /// Everything but the cursor, as it stands in an address.
    pub fn query(&self) -> String {
        let params = self.params.iter().filter(|(name, _)| name != "cursor");
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(params).finish()
    }

    /// How many things a page has, at most 100.
    pub fn page_size(&self, name: &str, unless_given: usize) -> Result<usize, Refused> {
        let given = match self.param(name) {
            None => return Ok(unless_given),
            Some(given) => given.parse().ok().filter(|size| (1..=100).contains(size)),
        };
        let wrong = "Invalid per_page value. Must be between 1 and 100.";
        given.ok_or_else(|| Refused::bad(wrong))
    }

    /// Where a page begins: `0:100:0`.
    pub fn offset(&self) -> Result<usize, Refused> {
        let Some(cursor) = self.param("cursor") else {
            return Ok(0);
        };
        let parts: Vec<Option<usize>> = cursor.split(':').map(|part| part.parse().ok()).collect();
        match parts.as_slice() {
            [Some(_), Some(offset), Some(0 | 1)] => Ok(*offset),
            _ => Err(Refused::bad("Invalid cursor parameter.")),
        }
    }
}
