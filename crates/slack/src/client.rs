//! The client: one token, one base address, one call.
//!
//! Typed methods are in the files named after Slack's families (`chat`, `conversations`, …);
//! reading an answer is `wire`'s. Nothing here waits or tries again: when, is the caller's.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{RequestBuilder, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::CallError;
use crate::scopes::Scopes;
use crate::wire;

/// Slack's Web API for one installation. Clones share connections and what is remembered.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    base: Arc<Url>,
    authorization: HeaderValue,
    scopes: Arc<RwLock<Option<KnownScopes>>>,
}

struct KnownScopes {
    header: HeaderValue,
    scopes: Arc<Scopes>,
}

/// Why a client cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum InvalidClient {
    #[error("{0:?} is not a web address such as https://slack.com/api/")]
    BaseUrl(String),
    #[error("the bot token has characters that no token has")]
    Token,
}

/// How long a call may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// Until there is a connection, TLS included.
    pub connect: Duration,
    /// From the first attempt to connect to the last byte of the answer.
    pub total: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            total: Duration::from_secs(10),
        }
    }
}

/// The HTTP client for any number of [`Client`]s: no redirects (Slack sends none, and following
/// one would repeat a post as a GET), and no proxy for an address on this machine.
///
/// # Panics
/// When no rustls provider is installed: `main` does that first.
///
/// # Errors
/// When the system's certificates or proxy settings cannot be used.
pub fn http_client(base_url: &str, timeouts: Timeouts) -> Result<reqwest::Client, reqwest::Error> {
    outgoing::client(base_url, timeouts.connect, timeouts.total)
}

impl Client {
    /// A client that calls `{base_url}/{method}` with `token`, which goes nowhere but into the
    /// header `Authorization`.
    ///
    /// # Errors
    /// When `base_url` is not a web address, or `token` cannot stand in a header.
    pub fn new(
        http: reqwest::Client,
        base_url: &str,
        token: &SecretString,
    ) -> Result<Self, InvalidClient> {
        let base = Self::base(base_url)?;
        let mut authorization = HeaderValue::try_from(format!("Bearer {}", token.expose_secret()))
            .map_err(|_| InvalidClient::Token)?;
        authorization.set_sensitive(true);
        Ok(Self {
            http,
            base: Arc::new(base),
            authorization,
            scopes: Arc::default(),
        })
    }

    /// The address that methods are below.
    pub(crate) fn base(base_url: &str) -> Result<Url, InvalidClient> {
        let slash = if base_url.ends_with('/') { "" } else { "/" };
        Url::parse(&format!("{base_url}{slash}"))
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https"))
            .ok_or_else(|| InvalidClient::BaseUrl(base_url.to_owned()))
    }

    /// What calls Slack, for what is no method of the Web API.
    pub(crate) fn http(&self) -> &reqwest::Client {
        &self.http
    }

    /// Where this client's Slack is.
    pub(crate) fn base_url(&self) -> &Url {
        &self.base
    }

    /// The token's scopes as the latest answer told them; `None` before the first.
    #[must_use]
    pub fn scopes(&self) -> Option<Arc<Scopes>> {
        let known = self.scopes.read().unwrap_or_else(PoisonError::into_inner);
        known.as_ref().map(|known| Arc::clone(&known.scopes))
    }

    /// Calls a method that takes JSON.
    pub(crate) async fn call_json<T: DeserializeOwned>(
        &self,
        method: &'static str,
        arguments: &impl Serialize,
    ) -> Result<T, CallError> {
        // Without the charset Slack adds a warning to every answer.
        let request = self
            .request(method)
            .header(CONTENT_TYPE, "application/json; charset=utf-8")
            .json(arguments);
        self.call(method, request).await
    }

    /// Calls a method that takes a form only. As a POST, so that no argument, such as a
    /// person's email address, stands in an address that proxies log.
    pub(crate) async fn call_form<T: DeserializeOwned>(
        &self,
        method: &'static str,
        arguments: &impl Serialize,
    ) -> Result<T, CallError> {
        self.call(method, self.request(method).form(arguments))
            .await
    }

    fn request(&self, method: &'static str) -> RequestBuilder {
        let mut url = Url::clone(&self.base);
        url.set_path(&format!("{}{method}", self.base.path()));
        self.http
            .post(url)
            .header(AUTHORIZATION, self.authorization.clone())
    }

    async fn call<T: DeserializeOwned>(
        &self,
        method: &'static str,
        request: RequestBuilder,
    ) -> Result<T, CallError> {
        let response = request.send().await.map_err(not_answered)?;
        tracing::debug!(
            slack.method = method,
            status = response.status().as_u16(),
            "Slack answered"
        );
        if let Some(scopes) = response.headers().get("x-oauth-scopes") {
            self.remember_scopes(scopes);
        }
        wire::read(response).await
    }

    fn remember_scopes(&self, header: &HeaderValue) {
        let known = self.scopes.read().unwrap_or_else(PoisonError::into_inner);
        if known.as_ref().is_some_and(|known| known.header == *header) {
            return;
        }
        drop(known);
        let Ok(text) = header.to_str() else { return };
        let learned = KnownScopes {
            header: header.clone(),
            scopes: Arc::new(Scopes::from_list(text)),
        };
        *self.scopes.write().unwrap_or_else(PoisonError::into_inner) = Some(learned);
    }
}

/// Whether Slack can have seen a request that failed.
pub(crate) fn not_answered(error: reqwest::Error) -> CallError {
    if error.is_connect() || error.is_builder() {
        CallError::Unreachable(error)
    } else {
        CallError::NoAnswer(error)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base", &self.base.as_str())
            .finish_non_exhaustive()
    }
}
