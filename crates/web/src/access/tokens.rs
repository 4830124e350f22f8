//! Tokens of programs: the administrator's, those of the configuration, and those that people
//! make here.

use accounts::{Scope, Scopes};
use axum::http::{HeaderMap, header};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use secrecy::SecretString;
use store::{Author, Origin};

/// What a token of the configuration is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Everything.
    Administrator,
    /// Asking what flags are, and nothing else: what an application has.
    Evaluate,
}

/// A program's token that the configuration has.
pub struct ApiToken {
    /// What the audit calls its holder.
    pub name: String,
    pub token: SecretString,
    pub role: Role,
}

/// Whoever holds a token, and what it is good for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Holder {
    author: Author,
    scopes: Scopes,
    is_configured: bool,
}

impl Holder {
    /// Whether the configuration has the token, so that it is known in full.
    pub(crate) fn is_configured(&self) -> bool {
        self.is_configured
    }

    /// Whether the token is good for that.
    pub(crate) fn may(&self, scope: Scope) -> bool {
        self.scopes.allow(scope)
    }

    /// The author of what comes with the token.
    pub(crate) fn author(&self) -> &Author {
        &self.author
    }
}

impl From<&ApiToken> for Holder {
    fn from(token: &ApiToken) -> Self {
        let scopes = match token.role {
            Role::Administrator => Scopes::all(),
            Role::Evaluate => [Scope::Evaluate].into_iter().collect(),
        };
        let origin = Origin::Api {
            token: token.name.clone(),
        };
        Self {
            author: Author {
                name: token.name.clone(),
                origin,
            },
            scopes,
            is_configured: true,
        }
    }
}

impl From<accounts::ApiToken> for Holder {
    fn from(token: accounts::ApiToken) -> Self {
        let origin = Origin::Api { token: token.name };
        Self {
            author: Author {
                name: token.owner,
                origin,
            },
            scopes: token.scopes,
            is_configured: false,
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

/// The token of a request, which a browser may send as the password of HTTP Basic.
pub(super) fn given_token(headers: &HeaderMap) -> Option<String> {
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

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn the_token_comes_in_three_ways() {
        for (pair, given) in [
            (("private-token", "secret"), Some("secret")),
            (("authorization", "Bearer secret"), Some("secret")),
            (("authorization", "Basic YWRtaW46c2VjcmV0"), Some("secret")),
            (("authorization", "Basic c2VjcmV0"), None),
            (("accept", "text/html"), None),
        ] {
            let (name, value) = pair;
            let headers = [(name.parse().unwrap(), HeaderValue::from_static(value))];
            let headers: HeaderMap = headers.into_iter().collect();
            assert_eq!(given_token(&headers).as_deref(), given, "{pair:?}");
        }
    }
}
