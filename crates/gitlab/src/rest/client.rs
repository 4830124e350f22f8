//! The client: one GitLab, one token, one call.
//!
//! Typed methods are in the files named after GitLab's chapters (`issues`, `repository`, …);
//! reading an answer is `wire`'s.

mod token;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderName};
use reqwest::{Method, RequestBuilder, Response, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::base_url::{BaseUrl, InvalidBaseUrl};
use super::error::RestError;
use super::message::one_line;
use super::paging::{Listed, MOST_A_PAGE, next_page};
use super::resource::Resource;
use super::wire::{Answer, Bytes, Call, Part};
use token::Token;

/// GitLab's REST API with one token. Clones share connections.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    base: Arc<BaseUrl>,
    /// Without one GitLab tells what everybody may know.
    token: Option<Token>,
}

/// Why a client cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidClient {
    /// The address is none.
    #[error(transparent)]
    BaseUrl(#[from] InvalidBaseUrl),
    /// A line break, or nothing at all.
    #[error("the token is empty or has characters that no token has")]
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
            total: Duration::from_secs(15),
        }
    }
}

/// The HTTP client for any number of [`Client`]s: no redirects (following one could carry the
/// token to another host, and would repeat a POST as a GET), and no proxy for an address on this
/// machine.
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
    /// A client of the GitLab at `base_url` with `token` (a personal, project or group access
    /// token), which goes nowhere but into the header `PRIVATE-TOKEN`.
    ///
    /// # Errors
    /// When `base_url` is not a web address, or `token` cannot stand in a header.
    pub fn new(
        http: reqwest::Client,
        base_url: &str,
        token: &SecretString,
    ) -> Result<Self, InvalidClient> {
        let token = Token::new(HeaderName::from_static("private-token"), "", token)?;
        Self::with(http, base_url, token)
    }

    /// A client that acts as the person who signed in with GitLab: `access_token` is what
    /// [`crate::oauth`] gives, and goes nowhere but into the header `Authorization`.
    ///
    /// # Errors
    /// As for [`Client::new`].
    pub fn as_user(
        http: reqwest::Client,
        base_url: &str,
        access_token: &SecretString,
    ) -> Result<Self, InvalidClient> {
        let token = Token::new(AUTHORIZATION, "Bearer ", access_token)?;
        Self::with(http, base_url, token)
    }

    fn with(http: reqwest::Client, base_url: &str, token: Token) -> Result<Self, InvalidClient> {
        let base = Arc::new(base_url.parse()?);
        Ok(Self {
            http,
            base,
            token: Some(token),
        })
    }

    /// A client of the same GitLab without a token: it sees what is public, and changes nothing.
    #[must_use]
    pub fn as_nobody(&self) -> Self {
        Self {
            token: None,
            ..self.clone()
        }
    }

    /// Where this GitLab is.
    #[must_use]
    pub fn base_url(&self) -> &BaseUrl {
        &self.base
    }

    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        resource: &Resource,
        query: &[(&str, &str)],
    ) -> Result<T, RestError> {
        let call = self.call(resource);
        let url = with_query(self.url(resource)?, query);
        let answer = self.answer(&call, self.request(Method::GET, url)).await?;
        call.parse(&answer)
    }

    /// Follows a list from page to page until its end or until it has `limit` items.
    pub(super) async fn list<T: DeserializeOwned>(
        &self,
        resource: &Resource,
        query: &[(&str, &str)],
        limit: usize,
    ) -> Result<Listed<T>, RestError> {
        let call = self.call(resource);
        let a_page = limit.clamp(1, MOST_A_PAGE).to_string();
        let url = with_query(self.url(resource)?, query);
        let mut next = Some(with_query(url, &[("per_page", &a_page)]));
        let mut items: Vec<T> = Vec::new();
        while let Some(url) = next.take() {
            let request = self.request(Method::GET, url.clone());
            let answer = self.answer(&call, request).await?;
            let page: Vec<T> = call.parse(&answer)?;
            // An empty page ends a list: nothing else bounds how many of them could follow.
            let goes_on = !page.is_empty();
            items.extend(page);
            next = next_page(&url, &answer.headers).filter(|_| goes_on);
            if limit <= items.len() {
                break;
            }
        }
        let is_complete = next.is_none() && items.len() <= limit;
        items.truncate(limit);
        Ok(Listed { items, is_complete })
    }

    pub(super) async fn send<T: DeserializeOwned>(
        &self,
        method: Method,
        resource: &Resource,
        body: &impl Serialize,
    ) -> Result<T, RestError> {
        let call = self.call(resource);
        let request = self.request(method, self.url(resource)?).json(body);
        let answer = self.answer(&call, request).await?;
        call.parse(&answer)
    }

    /// Asks GitLab's GraphQL API, for the little that the other one does not know.
    pub(super) async fn graphql<T: DeserializeOwned>(
        &self,
        resource: &Resource,
        body: &impl Serialize,
    ) -> Result<T, RestError> {
        let call = self.call(resource);
        let url = self.base.page("api/graphql");
        let request = self.request(Method::POST, url).json(body);
        let answer = self.answer(&call, request).await?;
        call.parse(&answer)
    }

    /// The error for what GitLab objects to in an answer that is none.
    pub(super) fn refused(&self, messages: &[String]) -> RestError {
        let messages: Vec<String> = messages.iter().map(|said| one_line(said)).collect();
        RestError::Refused {
            host: self.base.host().to_owned(),
            status: 200,
            message: messages.join("; "),
            messages,
        }
    }

    /// Sends what carries a secret of its own in place of the client's token.
    pub(super) async fn post_without_token<T: DeserializeOwned>(
        &self,
        resource: &Resource,
        secret: &SecretString,
        body: &impl Serialize,
    ) -> Result<T, RestError> {
        let call = Call {
            token: secret.expose_secret(),
            ..self.call(resource)
        };
        let request = self.http.post(self.url(resource)?).json(body);
        let answer = self.answer(&call, request).await?;
        call.parse(&answer)
    }

    /// Sends what nothing is read of the answer to.
    pub(super) async fn tell(
        &self,
        method: Method,
        resource: &Resource,
        body: &impl Serialize,
    ) -> Result<(), RestError> {
        let call = self.call(resource);
        let request = self.request(method, self.url(resource)?).json(body);
        let answer = self.answer(&call, request).await?;
        call.done(&answer)
    }

    /// How many items a list has, of which none is wanted; `None` when GitLab does not count
    /// that far.
    pub(super) async fn count(
        &self,
        resource: &Resource,
        query: &[(&str, &str)],
    ) -> Result<Option<u64>, RestError> {
        let call = self.call(resource);
        let url = with_query(with_query(self.url(resource)?, query), &[("per_page", "1")]);
        let answer = self.answer(&call, self.request(Method::GET, url)).await?;
        call.done(&answer)?;
        let total = answer.headers.get("x-total");
        Ok(total.and_then(|total| total.to_str().ok()?.trim().parse().ok()))
    }

    /// Reads what is no JSON, as much of it as `part` says.
    pub(super) async fn bytes(
        &self,
        resource: &Resource,
        query: &[(&str, &str)],
        part: Part,
    ) -> Result<Bytes, RestError> {
        let call = self.call(resource);
        let url = with_query(self.url(resource)?, query);
        let response = self.respond(&call, self.request(Method::GET, url)).await?;
        call.read_part(response, part).await
    }

    pub(super) async fn delete(&self, resource: &Resource) -> Result<(), RestError> {
        let call = self.call(resource);
        let request = self.request(Method::DELETE, self.url(resource)?);
        let answer = self.answer(&call, request).await?;
        call.done(&answer)
    }

    /// Tells a dead token from a person who may not: merging and approving answer 401 to
    /// both. A token that GitLab still knows was denied.
    pub(super) async fn as_denial(&self, error: RestError, resource: &Resource) -> RestError {
        let RestError::Unauthorized { host, said } = error else {
            return error;
        };
        match self.current_user().await {
            Ok(_) => RestError::Forbidden {
                host,
                what: resource.name.clone(),
                needs: resource.needs.clone(),
                said,
            },
            Err(_) => RestError::Unauthorized { host, said },
        }
    }

    /// The error for a resource that turned out not to be there.
    pub(super) fn not_found(&self, resource: Resource) -> RestError {
        RestError::NotFound {
            host: self.base.host().to_owned(),
            what: resource.name,
            said: None,
        }
    }

    fn call<'a>(&'a self, resource: &'a Resource) -> Call<'a> {
        Call {
            host: self.base.host(),
            resource,
            token: self.token.as_ref().map_or("", Token::secret),
        }
    }

    fn url(&self, resource: &Resource) -> Result<Url, RestError> {
        match resource.path() {
            Some(path) => Ok(self.base.api(path)),
            None => Err(self.not_found(resource.clone())),
        }
    }

    fn request(&self, method: Method, url: Url) -> RequestBuilder {
        let request = self.http.request(method, url);
        match &self.token {
            Some(token) => request.header(token.header.clone(), token.value.clone()),
            None => request,
        }
    }

    async fn answer(&self, call: &Call<'_>, request: RequestBuilder) -> Result<Answer, RestError> {
        let response = self.respond(call, request).await?;
        call.read(response).await
    }

    async fn respond(
        &self,
        call: &Call<'_>,
        request: RequestBuilder,
    ) -> Result<Response, RestError> {
        let response = request.send().await;
        let response = response.map_err(|error| call.not_answered(&error))?;
        tracing::debug!(
            gitlab.host = call.host,
            gitlab.resource = call.resource.name,
            status = response.status().as_u16(),
            "GitLab answered"
        );
        Ok(response)
    }
}

fn with_query(mut url: Url, query: &[(&str, &str)]) -> Url {
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
    url
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base", &self.base.as_str())
            .finish_non_exhaustive()
    }
}
