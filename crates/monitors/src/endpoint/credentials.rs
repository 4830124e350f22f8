//! How a server is told who asks.

use reqwest::RequestBuilder;
use reqwest::header::{AUTHORIZATION, HeaderValue};
use secrecy::{ExposeSecret, SecretString};

/// How we say who we are. `Debug` shows no secret.
#[derive(Clone, Debug)]
pub enum Credentials {
    None,
    /// `Authorization: Bearer …`.
    Bearer(SecretString),
    Basic {
        user: String,
        password: SecretString,
    },
    /// Elasticsearch's: the encoded form, base64 of `id:key`.
    ApiKey(SecretString),
    /// PagerDuty's: `Authorization: Token token=…`.
    Token(SecretString),
    /// Opsgenie's: `Authorization: GenieKey …`.
    GenieKey(SecretString),
}

impl Credentials {
    /// Whether the token is a text that a header can carry.
    pub(super) fn can_be_sent(&self) -> bool {
        match self {
            Self::None | Self::Basic { .. } => true,
            Self::Bearer(token)
            | Self::ApiKey(token)
            | Self::Token(token)
            | Self::GenieKey(token) => {
                let token = token.expose_secret();
                !token.is_empty() && token.bytes().all(|b| b.is_ascii_graphic())
            }
        }
    }

    pub(super) fn sign(&self, request: RequestBuilder) -> RequestBuilder {
        match self {
            Self::None => request,
            Self::Bearer(token) => request.bearer_auth(token.expose_secret()),
            Self::Basic { user, password } => {
                request.basic_auth(user, Some(password.expose_secret()))
            }
            Self::ApiKey(key) => request.header(AUTHORIZATION, secret("ApiKey ", key)),
            Self::Token(token) => request.header(AUTHORIZATION, secret("Token token=", token)),
            Self::GenieKey(key) => request.header(AUTHORIZATION, secret("GenieKey ", key)),
        }
    }
}

fn secret(scheme: &str, key: &SecretString) -> HeaderValue {
    // `can_be_sent` took visible ASCII only, of which every text is a header.
    let mut value = HeaderValue::try_from(format!("{scheme}{}", key.expose_secret()))
        .unwrap_or_else(|_| HeaderValue::from_static(""));
    value.set_sensitive(true);
    value
}
