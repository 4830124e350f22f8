//! Installing the app: Slack's OAuth 2.0, version 2.
//!
//! [`Application::authorize_url`] is where a person is sent; what they bring back,
//! [`Application::exchange`] turns into a bot token. Tokens that expire are renewed with
//! [`Application::refresh`]. Binding a state to a browser, keeping tokens and asking again are
//! the caller's.

mod grant;

use std::fmt;
use std::sync::Arc;

use domain::WorkspaceId;
use reqwest::{RequestBuilder, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde::de::DeserializeOwned;

pub use grant::{Grant, GrantedWorkspace, Rotation, Tokens};

use crate::client::{Client, InvalidClient, not_answered};
use crate::error::{CallError, OauthError};
use crate::hook_url::slack_domain;
use crate::wire;

/// The app as Slack's settings page knows it: its credentials, and where its Slack is.
#[derive(Clone)]
pub struct Application {
    http: reqwest::Client,
    base: Arc<Url>,
    client_id: Arc<str>,
    client_secret: SecretString,
}

/// What a person is asked to allow.
#[derive(Clone, Copy, Debug)]
pub struct Authorize<'a> {
    pub scopes: &'a [&'a str],
    /// Comes back as it is.
    pub state: &'a str,
    /// One of the app's redirect URLs.
    pub redirect_uri: &'a str,
    /// base64url of SHA-256 of the verifier; only apps with PKCE switched on may send one.
    pub challenge: Option<&'a str>,
    /// The workspace that is offered first.
    pub workspace: Option<&'a WorkspaceId>,
}

/// What a person brought back from Slack.
#[derive(Clone, Copy)]
pub struct Exchange<'a> {
    pub code: &'a str,
    /// The same as in [`Authorize`].
    pub redirect_uri: &'a str,
    pub verifier: Option<&'a SecretString>,
}

#[derive(Serialize)]
struct ExchangeArguments<'a> {
    code: &'a str,
    redirect_uri: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code_verifier: Option<&'a str>,
}

#[derive(Serialize)]
struct RefreshArguments<'a> {
    grant_type: &'static str,
    refresh_token: &'a str,
}

#[derive(Serialize)]
struct Credentials<'a> {
    client_id: &'a str,
    client_secret: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<&'a str>,
}

impl Application {
    /// An app of the Slack whose Web API is at `base_url`.
    ///
    /// # Errors
    /// When `base_url` is not a web address.
    pub fn new(
        http: reqwest::Client,
        base_url: &str,
        client_id: &str,
        client_secret: SecretString,
    ) -> Result<Self, InvalidClient> {
        Ok(Self {
            http,
            base: Arc::new(Client::base(base_url)?),
            client_id: client_id.into(),
            client_secret,
        })
    }

    /// Slack's page that asks the person.
    #[must_use]
    pub fn authorize_url(&self, authorize: Authorize<'_>) -> Url {
        let mut url = self.authorize_page();
        let mut query = url.query_pairs_mut();
        query
            .append_pair("client_id", &self.client_id)
            .append_pair("scope", &authorize.scopes.join(","))
            .append_pair("redirect_uri", authorize.redirect_uri)
            .append_pair("state", authorize.state);
        if let Some(challenge) = authorize.challenge {
            query
                .append_pair("code_challenge", challenge)
                .append_pair("code_challenge_method", "S256");
        }
        if let Some(workspace) = authorize.workspace {
            query.append_pair("team", workspace.as_str());
        }
        drop(query);
        url
    }

    /// `https://slack.com/oauth/v2/authorize`, or beside the API of any other Slack.
    fn authorize_page(&self) -> Url {
        let mut url = Url::clone(&self.base);
        url.set_query(None);
        let domain = self.base.host_str().and_then(slack_domain);
        let above = match domain {
            Some(domain) if url.set_host(Some(domain)).is_ok() => "/",
            _ => {
                let path = self.base.path();
                path.strip_suffix("api/").unwrap_or(path)
            }
        };
        url.set_path(&format!("{above}oauth/v2/authorize"));
        url
    }

    /// `oauth.v2.access`: a code for a bot token. A code works once, within ten minutes.
    ///
    /// # Errors
    /// See [`OauthError`].
    pub async fn exchange(&self, exchange: Exchange<'_>) -> Result<Grant, OauthError> {
        let arguments = ExchangeArguments {
            code: exchange.code,
            redirect_uri: exchange.redirect_uri,
            code_verifier: exchange.verifier.map(ExposeSecret::expose_secret),
        };
        let answer: grant::Answer = self
            .access(&arguments)
            .await
            .map_err(|error| OauthError::new(error, exchange.redirect_uri))?;
        answer.grant()
    }

    /// `oauth.v2.access`: new tokens for a refresh token, which is good for nothing afterwards.
    ///
    /// # Errors
    /// See [`OauthError`].
    pub async fn refresh(&self, refresh_token: &SecretString) -> Result<Tokens, OauthError> {
        let arguments = RefreshArguments {
            grant_type: "refresh_token",
            refresh_token: refresh_token.expose_secret(),
        };
        let answer: grant::Answer = self
            .access(&arguments)
            .await
            .map_err(|error| OauthError::new(error, ""))?;
        answer.tokens()
    }

    /// `oauth.v2.exchange`: tokens that expire for one that does not, which is good for nothing
    /// afterwards. For apps that have switched token rotation on since they were installed.
    ///
    /// # Errors
    /// See [`OauthError`].
    pub async fn exchange_long_lived(&self, token: &SecretString) -> Result<Tokens, OauthError> {
        let request = self
            .request("oauth.v2.exchange")
            .form(&self.credentials(Some(token.expose_secret())));
        let answer: grant::Answer = read(request)
            .await
            .map_err(|error| OauthError::new(error, ""))?;
        answer.tokens()
    }

    /// `apps.uninstall`: removes the app, with all its tokens, from the workspace of `client`.
    ///
    /// # Errors
    /// See [`OauthError`].
    pub async fn uninstall(&self, client: &Client) -> Result<(), OauthError> {
        let answer: Result<Done, _> = client
            .call_form("apps.uninstall", &self.credentials(None))
            .await;
        answer.map(drop).map_err(|error| OauthError::new(error, ""))
    }

    fn credentials<'a>(&'a self, token: Option<&'a str>) -> Credentials<'a> {
        Credentials {
            client_id: &self.client_id,
            client_secret: self.client_secret.expose_secret(),
            token,
        }
    }

    async fn access<T: DeserializeOwned>(
        &self,
        arguments: &impl Serialize,
    ) -> Result<T, CallError> {
        let request = self
            .request("oauth.v2.access")
            .basic_auth(&self.client_id, Some(self.client_secret.expose_secret()))
            .form(arguments);
        read(request).await
    }

    fn request(&self, method: &str) -> RequestBuilder {
        let mut url = Url::clone(&self.base);
        url.set_path(&format!("{}{method}", self.base.path()));
        self.http.post(url)
    }
}

/// An answer that says no more than that it was done.
#[derive(serde::Deserialize)]
struct Done {}

async fn read<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, CallError> {
    let response = request.send().await.map_err(not_answered)?;
    wire::read(response).await
}

impl Client {
    /// `auth.revoke`: this client's token is good for nothing afterwards.
    ///
    /// # Errors
    /// See [`CallError`]; [`CallError::TokenRefused`] when it was good for nothing before.
    pub async fn revoke(&self) -> Result<(), CallError> {
        #[derive(Serialize)]
        struct NoArguments {}
        let answer: Result<Done, _> = self.call_form("auth.revoke", &NoArguments {}).await;
        answer.map(drop)
    }
}

impl fmt::Debug for Application {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Application")
            .field("base", &self.base.as_str())
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Exchange<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exchange")
            .field("redirect_uri", &self.redirect_uri)
            .finish_non_exhaustive()
    }
}
