//! Who may read and who may change things, until people sign in with GitLab.
//!
//! The configuration has one administrator's token. It comes as `PRIVATE-TOKEN`, as
//! `Authorization: Bearer`, or, from a browser, as the password of HTTP Basic. Reading can be
//! opened to everyone, as the demo does.

use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;

use crate::error::ApiError;

/// The rules of access.
#[derive(Clone)]
pub struct Access {
    token: Option<Arc<SecretString>>,
    open: bool,
}

impl Access {
    /// The administrator's token may do everything. Without one nobody may.
    #[must_use]
    pub fn administrator(token: Option<SecretString>) -> Self {
        Self {
            token: token.map(Arc::new),
            open: false,
        }
    }

    /// Everyone may read, and use the pages' buttons from the pages themselves.
    #[must_use]
    pub fn open_to_readers(mut self) -> Self {
        self.open = true;
        self
    }

    fn knows(&self, headers: &HeaderMap) -> bool {
        let Some(token) = &self.token else {
            return false;
        };
        let token = token.expose_secret().as_bytes();
        given_token(headers).is_some_and(|given| bool::from(given.as_bytes().ct_eq(token)))
    }
}

fn given_token(headers: &HeaderMap) -> Option<String> {
    if let Some(token) = headers.get("private-token") {
        return token.to_str().ok().map(str::to_owned);
    }
    let authorization = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, value) = authorization.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(value.trim().to_owned());
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = String::from_utf8(BASE64_STANDARD.decode(value.trim()).ok()?).ok()?;
    pair.split_once(':')
        .map(|(_, password)| password.to_owned())
}

/// Proof that the request may change things.
pub struct Administrator(());

/// Proof that the request may see things.
pub struct Reader(());

/// Why a request may not do what it asks.
#[derive(Debug)]
pub enum Refused {
    /// It has no token, or a wrong one.
    Unknown,
    /// A browser sent it from another site's page.
    OtherSite,
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        match self {
            Self::Unknown => (
                [(header::WWW_AUTHENTICATE, "Basic realm=\"Signalbox\", charset=\"UTF-8\"")],
                ApiError::new(
                    StatusCode::UNAUTHORIZED,
                    "unauthorized",
                    "send the administrator's token as PRIVATE-TOKEN, as a bearer token, or as the password",
                ),
            )
                .into_response(),
            Self::OtherSite => ApiError::new(
                StatusCode::FORBIDDEN,
                "other_site",
                "this was sent from another site's page; use the button on the page itself",
            )
            .into_response(),
        }
    }
}

impl<S> FromRequestParts<S> for Administrator
where
    Access: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Refused;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refused> {
        let access = Access::from_ref(state);
        if is_from_another_site(&parts.headers) {
            return Err(Refused::OtherSite);
        }
        let by_page = access.open && is_from_our_page(&parts.headers);
        if by_page || access.knows(&parts.headers) {
            Ok(Self(()))
        } else {
            Err(Refused::Unknown)
        }
    }
}

impl<S> FromRequestParts<S> for Reader
where
    Access: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Refused;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refused> {
        let access = Access::from_ref(state);
        if access.open || access.knows(&parts.headers) {
            Ok(Self(()))
        } else {
            Err(Refused::Unknown)
        }
    }
}

/// A browser says so of every request that a page of another site makes.
fn is_from_another_site(headers: &HeaderMap) -> bool {
    match headers.get("sec-fetch-site") {
        Some(site) => site != "same-origin" && site != "none",
        None => headers.contains_key(header::ORIGIN) && !origin_is_host(headers),
    }
}

fn is_from_our_page(headers: &HeaderMap) -> bool {
    headers
        .get("sec-fetch-site")
        .is_some_and(|site| site == "same-origin")
        || origin_is_host(headers)
}

fn origin_is_host(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let origin = text(header::ORIGIN).and_then(|origin| origin.split_once("://"));
    matches!((origin, text(header::HOST)), (Some((_, origin)), Some(host)) if origin == host)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|&(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value)))
            .collect::<HeaderMap>()
    }

    #[test]
    fn the_token_comes_in_three_ways() {
        let access = Access::administrator(Some("secret".into()));
        for (pairs, known) in [
            (&[("private-token", "secret")][..], true),
            (&[("authorization", "Bearer secret")], true),
            (&[("authorization", "Basic YWRtaW46c2VjcmV0")], true),
            (&[("private-token", "Secret")], false),
            (&[("authorization", "Basic c2VjcmV0")], false),
            (&[], false),
        ] {
            assert_eq!(access.knows(&headers(pairs)), known, "{pairs:?}");
        }
        assert!(!Access::administrator(None).knows(&headers(&[("private-token", "")])));
    }

    #[test]
    fn another_sites_page_is_told_from_our_own() {
        for (pairs, other) in [
            (&[("sec-fetch-site", "cross-site")][..], true),
            (&[("sec-fetch-site", "same-site")], true),
            (&[("sec-fetch-site", "same-origin")], false),
            (
                &[("origin", "https://evil.example"), ("host", "box.example")],
                true,
            ),
            (
                &[("origin", "https://box.example"), ("host", "box.example")],
                false,
            ),
            (&[], false),
        ] {
            assert_eq!(is_from_another_site(&headers(pairs)), other, "{pairs:?}");
        }
    }
}
