//! The token that says who asks, as a header.

use reqwest::header::{HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};

use super::InvalidClient;

/// What says who asks.
#[derive(Clone)]
pub(super) struct Token {
    pub(super) header: HeaderName,
    scheme: &'static str,
    pub(super) value: HeaderValue,
}

impl Token {
    pub(super) fn new(
        header: HeaderName,
        scheme: &'static str,
        secret: &SecretString,
    ) -> Result<Self, InvalidClient> {
        let secret = secret.expose_secret();
        let mut value = Some(secret)
            .filter(|secret| !secret.is_empty())
            .and_then(|secret| HeaderValue::from_str(&format!("{scheme}{secret}")).ok())
            .filter(|value| value.to_str().is_ok())
            .ok_or(InvalidClient::Token)?;
        value.set_sensitive(true);
        Ok(Self {
            header,
            scheme,
            value,
        })
    }

    /// The token itself, to be taken out of texts from outside.
    pub(super) fn secret(&self) -> &str {
        let value = self.value.to_str().unwrap_or_default();
        value.strip_prefix(self.scheme).unwrap_or(value)
    }
}
