//! The two cookies: who is signed in, and which browser began an authorization.
//!
//! Neither is for scripts, and no other site's form or picture makes a browser send them. The one
//! of the browser is there before anybody signs in: whoever comes back from GitLab or Slack must
//! be whom we have sent there.

use std::convert::Infallible;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponseParts, ResponseParts};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use clock::Chance;
use secrecy::{ExposeSecret, SecretString};

use super::Access;

pub(crate) const SESSION: &str = "signalbox_session";
const BROWSER: &str = "signalbox_browser";
/// How long a browser is sent away at most: as long as an authorization may take, and some more.
const BROWSER_FOR: u32 = 3600;
/// How long a browser keeps a session; the service may end it before.
const SESSION_FOR: u32 = 30 * 24 * 3600;
/// How many characters the secret of a browser has.
const LENGTH: usize = 43;

/// A cookie to be set.
pub(crate) struct SetCookie(HeaderValue);

/// The browser that a request comes from. What somebody allows elsewhere is bound to it.
pub(crate) struct Browser {
    secret: SecretString,
    cookie: SetCookie,
}

impl Browser {
    /// What an authorization is bound to.
    pub(crate) fn secret(&self) -> &str {
        self.secret.expose_secret()
    }

    /// The cookie, for the answer.
    pub(crate) fn cookie(self) -> SetCookie {
        self.cookie
    }
}

/// The value of a cookie.
pub(crate) fn value<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let lines = headers.get_all(header::COOKIE).iter();
    let pairs = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'));
    let mut pairs = pairs.filter_map(|pair| pair.trim().split_once('='));
    pairs
        .find(|(known, _)| *known == name)
        .map(|(_, value)| value)
}

impl SetCookie {
    /// Signs a browser in.
    pub(crate) fn session(secret: &SecretString, access: &Access) -> Self {
        Self::new(SESSION, secret.expose_secret(), SESSION_FOR, access)
    }

    /// Signs a browser out.
    pub(crate) fn no_session(access: &Access) -> Self {
        Self::new(SESSION, "", 0, access)
    }

    fn new(name: &str, value: &str, seconds: u32, access: &Access) -> Self {
        let secure = if access.is_https() { "; Secure" } else { "" };
        let text =
            format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
        let mut value =
            HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static(""));
        value.set_sensitive(true);
        Self(value)
    }
}

impl IntoResponseParts for SetCookie {
    type Error = Infallible;
    fn into_response_parts(self, mut response: ResponseParts) -> Result<ResponseParts, Infallible> {
        response.headers_mut().append(header::SET_COOKIE, self.0);
        Ok(response)
    }
}

impl<S> FromRequestParts<S> for Browser
where
    Access: FromRef<S>,
    Chance: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let access = Access::from_ref(state);
        let is_ours = |secret: &&str| {
            secret.len() == LENGTH
                && secret
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        };
        let known = value(&parts.headers, BROWSER).filter(is_ours);
        let secret = known.map_or_else(
            || BASE64_URL_SAFE_NO_PAD.encode(Chance::from_ref(state).secret::<32>()),
            str::to_owned,
        );
        Ok(Self {
            cookie: SetCookie::new(BROWSER, &secret, BROWSER_FOR, &access),
            secret: secret.into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(
            "cookie",
            HeaderValue::from_static("a=1; signalbox_session=abc; b=2"),
        );
        headers.append("cookie", HeaderValue::from_static("c=3"));
        assert_eq!(value(&headers, SESSION), Some("abc"));
        assert_eq!(value(&headers, "c"), Some("3"));
        assert_eq!(value(&headers, "session"), None);
    }

    #[test]
    fn cookies_are_no_business_of_scripts_and_other_sites() {
        let access = Access::administrator(None);
        let SetCookie(cookie) = SetCookie::session(&"abc".into(), &access);
        assert_eq!(
            cookie.to_str().unwrap(),
            "signalbox_session=abc; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax"
        );
        assert!(!format!("{cookie:?}").contains("abc"));
    }
}
