//! Sign-in with GitLab (OAuth 2.0 with PKCE): this program as one of GitLab's applications.
//!
//! Here are the addresses and the calls. Which browser began a sign-in, where tokens are kept
//! and when they are refreshed is decided elsewhere.

mod error;
mod tokens;

use std::fmt;

use outgoing::pkce::{METHOD, Verifier};
use reqwest::{StatusCode, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::rest::{BaseUrl, Call, InvalidBaseUrl, Resource, RestError};
pub use error::OauthError;
pub use tokens::Tokens;

/// What GitLab calls an application: it may ask people to sign in.
#[derive(Clone)]
pub struct Application {
    http: reqwest::Client,
    base: BaseUrl,
    credentials: Credentials,
}

/// How GitLab knows the application.
#[derive(Clone, Debug)]
pub struct Credentials {
    pub client_id: String,
    pub client_secret: SecretString,
    /// Where GitLab sends browsers back to; entered there, too.
    pub redirect_uri: String,
}

/// What a person is asked for before a browser leaves for GitLab.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Comes back with the browser; nobody else may know it.
    pub state: &'a str,
    /// Whose challenge goes along.
    pub verifier: &'a Verifier,
    /// GitLab's scopes with spaces between: `api`.
    pub scopes: &'a str,
}

impl Application {
    /// The application at the GitLab of this address.
    ///
    /// # Errors
    /// When the address is none.
    pub fn new(
        http: reqwest::Client,
        base_url: &str,
        credentials: Credentials,
    ) -> Result<Self, InvalidBaseUrl> {
        Ok(Self {
            http,
            base: base_url.parse()?,
            credentials,
        })
    }

    /// Where the GitLab is.
    #[must_use]
    pub fn base_url(&self) -> &BaseUrl {
        &self.base
    }

    /// Where to send a browser, so that its person signs in and agrees.
    #[must_use]
    pub fn authorize_url(&self, request: Request<'_>) -> Url {
        let mut url = self.base.page("oauth/authorize");
        url.query_pairs_mut()
            .append_pair("client_id", &self.credentials.client_id)
            .append_pair("redirect_uri", &self.credentials.redirect_uri)
            .append_pair("response_type", "code")
            .append_pair("state", request.state)
            .append_pair("scope", request.scopes)
            .append_pair("code_challenge", &request.verifier.challenge())
            .append_pair("code_challenge_method", METHOD);
        url
    }

    /// Gives the code that a browser brought back for tokens.
    ///
    /// # Errors
    /// [`OauthError::InvalidGrant`] when the code is used, old or another's; see
    /// [`OauthError`] for the rest.
    pub async fn exchange(&self, code: &str, verifier: &Verifier) -> Result<Tokens, OauthError> {
        let parameters = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &self.credentials.redirect_uri),
            ("code_verifier", verifier.secret().expose_secret()),
        ];
        self.post("token", &parameters).await
    }

    /// Gives a refresh token for new tokens. Both old ones are dead afterwards, so that the
    /// answer must be kept.
    ///
    /// # Errors
    /// [`OauthError::InvalidGrant`] when the token was used or revoked, so that the person has
    /// to sign in again; see [`OauthError`] for the rest.
    pub async fn refresh(&self, refresh_token: &SecretString) -> Result<Tokens, OauthError> {
        let parameters = [
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh_token.expose_secret()),
            ("redirect_uri", &self.credentials.redirect_uri),
        ];
        self.post("token", &parameters).await
    }

    /// Makes a token worthless, and the tokens that belong to it. No error when it is already.
    ///
    /// # Errors
    /// See [`OauthError`].
    pub async fn revoke(&self, token: &SecretString) -> Result<(), OauthError> {
        let parameters = [("token", token.expose_secret())];
        let _: IgnoredAny = self.post("revoke", &parameters).await?;
        Ok(())
    }

    async fn post<T: DeserializeOwned>(
        &self,
        what: &str,
        parameters: &[(&str, &str)],
    ) -> Result<T, OauthError> {
        let resource = Resource::named("sign-in");
        let secret = self.credentials.client_secret.expose_secret();
        let call = Call {
            host: self.base.host(),
            resource: &resource,
            token: secret,
        };
        let mut form = parameters.to_vec();
        form.push(("client_id", &self.credentials.client_id));
        form.push(("client_secret", secret));
        let request = self.http.post(self.base.page(&format!("oauth/{what}")));
        let response = request.form(&form).send().await;
        let response = response.map_err(|error| call.not_answered(&error))?;
        let status = response.status();
        if matches!(
            status,
            StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN
        ) {
            let body = call.read_body(response).await?;
            return Err(error::refused(call.host, status, &body, &form));
        }
        let answer = call.read(response).await?;
        Ok(call.parse(&answer).map_err(without_values)?)
    }
}

/// An answer that has tokens is not quoted, be it ever so odd.
fn without_values(error: RestError) -> RestError {
    match error {
        RestError::Malformed { host, .. } => RestError::Malformed {
            host,
            why: "no tokens in it".to_owned(),
        },
        error => error,
    }
}

impl fmt::Debug for Application {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Application")
            .field("base", &self.base.as_str())
            .field("client_id", &self.credentials.client_id)
            .finish_non_exhaustive()
    }
}
