//! Who may read and who may change things, until people sign in with GitLab.
//!
//! The configuration has the administrator's token, and named ones for programs. A token comes as
//! `PRIVATE-TOKEN`, as `Authorization: Bearer`, or, from a browser, as the password of HTTP Basic.
//! Reading can be opened to everyone, as the demo does.

use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use secrecy::{ExposeSecret, SecretString};
use store::{Author, Origin};
use subtle::ConstantTimeEq;

use crate::error::ApiError;

/// What a token is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Everything.
    Administrator,
    /// Asking what flags are, and nothing else: what an application has.
    Evaluate,
}

/// A program's token.
pub struct ApiToken {
    /// What the audit calls its holder.
    pub name: String,
    pub token: SecretString,
    pub role: Role,
}

/// The rules of access.
#[derive(Clone)]
pub struct Access {
    tokens: Arc<[Arc<ApiToken>]>,
    open: bool,
}

/// What the audit calls whoever has the administrator's token.
const ADMINISTRATOR: &str = "administrator";
/// What it calls whoever uses a page that is open to everyone.
const VISITOR: &str = "visitor";

impl Access {
    /// The administrator's token may do everything. Without one nobody may.
    #[must_use]
    pub fn administrator(token: Option<SecretString>) -> Self {
        let administrator = token.map(|token| {
            Arc::new(ApiToken {
                name: ADMINISTRATOR.to_owned(),
                token,
                role: Role::Administrator,
            })
        });
        Self {
            tokens: administrator.into_iter().collect(),
            open: false,
        }
    }

    /// The same, and the holders of these tokens may do what their roles allow.
    #[must_use]
    pub fn with_tokens(mut self, tokens: impl IntoIterator<Item = ApiToken>) -> Self {
        let more = tokens.into_iter().map(Arc::new);
        self.tokens = self.tokens.iter().cloned().chain(more).collect();
        self
    }

    /// Everyone may read, and use the pages' buttons from the pages themselves.
    #[must_use]
    pub fn open_to_readers(mut self) -> Self {
        self.open = true;
        self
    }

    /// Whose token this is. Compares with every one of them, each in constant time.
    pub(crate) fn holder(&self, given: &str) -> Option<&ApiToken> {
        let given = given.as_bytes();
        let mut holder = None;
        for known in &*self.tokens {
            if bool::from(known.token.expose_secret().as_bytes().ct_eq(given)) {
                holder = Some(&**known);
            }
        }
        holder
    }

    /// Every token there is.
    pub(crate) fn tokens(&self) -> impl Iterator<Item = &ApiToken> {
        self.tokens.iter().map(|known| &**known)
    }

    fn knows(&self, headers: &HeaderMap) -> Option<&ApiToken> {
        let holder = self.holder(&given_token(headers)?)?;
        (holder.role == Role::Administrator).then_some(holder)
    }
}

impl ApiToken {
    /// The author of what comes with this token.
    pub(crate) fn author(&self) -> Author {
        Author {
            name: self.name.clone(),
            origin: Origin::Api {
                token: self.name.clone(),
            },
        }
    }
}

/// The token of a program: never one that a browser sends by itself.
pub(crate) fn program_token(headers: &HeaderMap) -> Option<&str> {
    if let Some(token) = headers.get("private-token") {
        return token.to_str().ok();
    }
    let authorization = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, value) = authorization.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| value.trim())
}

fn given_token(headers: &HeaderMap) -> Option<String> {
    if let Some(token) = program_token(headers) {
        return Some(token.to_owned());
    }
    let authorization = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, value) = authorization.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = String::from_utf8(BASE64_STANDARD.decode(value.trim()).ok()?).ok()?;
    pair.split_once(':')
        .map(|(_, password)| password.to_owned())
}

/// Proof that the request may change things, and whose doing they are.
pub struct Administrator(Author);

impl Administrator {
    /// The author of what the request changes.
    #[must_use]
    pub fn author(&self) -> &Author {
        &self.0
    }
}

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
        if let Some(holder) = access.knows(&parts.headers) {
            return Ok(Self(holder.author()));
        }
        if access.open && is_from_our_page(&parts.headers) {
            let user = VISITOR.to_owned();
            return Ok(Self(Author {
                name: user.clone(),
                origin: Origin::Page { user },
            }));
        }
        Err(Refused::Unknown)
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
        if access.open || access.knows(&parts.headers).is_some() {
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
            assert_eq!(access.knows(&headers(pairs)).is_some(), known, "{pairs:?}");
        }
        let nobody = Access::administrator(None);
        assert!(nobody.knows(&headers(&[("private-token", "")])).is_none());
    }

    #[test]
    fn a_named_token_is_told_by_its_name_and_role() {
        let token = |name: &str, role| ApiToken {
            name: name.to_owned(),
            token: format!("{name}-secret").into(),
            role,
        };
        let access = Access::administrator(Some("secret".into())).with_tokens([
            token("deploys", Role::Administrator),
            token("shop", Role::Evaluate),
        ]);
        for (given, name) in [
            ("secret", Some("administrator")),
            ("deploys-secret", Some("deploys")),
            ("shop-secret", Some("shop")),
            ("shop", None),
            ("", None),
        ] {
            let holder = access.holder(given);
            assert_eq!(holder.map(|known| known.name.as_str()), name, "{given:?}");
        }
        let of = |token| {
            access
                .knows(&headers(&[("private-token", token)]))
                .is_some()
        };
        assert!(of("deploys-secret"));
        assert!(!of("shop-secret"), "it only evaluates");
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
