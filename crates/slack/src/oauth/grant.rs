//! What Slack grants.

use std::time::Duration;

use domain::WorkspaceId;
use secrecy::SecretString;
use serde::Deserialize;

use crate::error::OauthError;
use crate::scopes::Scopes;

/// A bot token with all that Slack says about it.
#[derive(Clone, Debug)]
pub struct Grant {
    pub tokens: Tokens,
    /// As people granted them, which may be fewer than were asked for.
    pub scopes: Scopes,
    /// The bot's id as a person.
    pub bot_user: String,
    pub app_id: String,
    pub workspace: GrantedWorkspace,
    /// The organization that the workspace belongs to.
    pub enterprise: Option<String>,
    /// Slack's id of whoever installed the app.
    pub installer: String,
}

/// Where the app was installed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantedWorkspace {
    pub id: WorkspaceId,
    pub name: String,
}

/// A token, and how it is renewed if it expires.
#[derive(Clone, Debug)]
pub struct Tokens {
    pub token: SecretString,
    pub rotation: Option<Rotation>,
}

/// How a token is renewed.
#[derive(Clone, Debug)]
pub struct Rotation {
    pub refresh_token: SecretString,
    /// From the answer on.
    pub lifetime: Duration,
}

/// The answers of `oauth.v2.access` and `oauth.v2.exchange`.
#[derive(Deserialize)]
pub(super) struct Answer {
    access_token: Option<SecretString>,
    #[serde(default)]
    scope: String,
    #[serde(default)]
    bot_user_id: String,
    #[serde(default)]
    app_id: String,
    team: Option<Team>,
    enterprise: Option<Enterprise>,
    #[serde(default)]
    is_enterprise_install: bool,
    authed_user: Option<AuthedUser>,
    refresh_token: Option<SecretString>,
    expires_in: Option<u64>,
}

#[derive(Deserialize)]
struct Team {
    id: WorkspaceId,
    #[serde(default)]
    name: String,
}

#[derive(Deserialize)]
struct Enterprise {
    id: String,
}

#[derive(Deserialize)]
struct AuthedUser {
    id: String,
}

impl Answer {
    pub(super) fn tokens(self) -> Result<Tokens, OauthError> {
        let token = self.access_token.ok_or(OauthError::NoBotToken)?;
        let rotation = match (self.refresh_token, self.expires_in) {
            (Some(refresh_token), Some(seconds)) => Some(Rotation {
                refresh_token,
                lifetime: Duration::from_secs(seconds),
            }),
            _ => None,
        };
        Ok(Tokens { token, rotation })
    }

    pub(super) fn grant(mut self) -> Result<Grant, OauthError> {
        let workspace = match self.team.take() {
            Some(Team { id, name }) if !self.is_enterprise_install => GrantedWorkspace { id, name },
            _ => return Err(OauthError::WholeOrganization),
        };
        Ok(Grant {
            scopes: Scopes::from_list(&self.scope),
            bot_user: std::mem::take(&mut self.bot_user_id),
            app_id: std::mem::take(&mut self.app_id),
            workspace,
            enterprise: self.enterprise.take().map(|enterprise| enterprise.id),
            installer: self
                .authed_user
                .take()
                .map(|user| user.id)
                .unwrap_or_default(),
            tokens: self.tokens()?,
        })
    }
}
