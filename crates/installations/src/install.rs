//! Installing the app: away to Slack, and back with a code.
//!
//! Whoever comes back must be the browser that went: the state is known by its hash alone, works
//! once, and belongs to a cookie of that browser. Otherwise somebody could be made to finish
//! another's installation, and connect their projects to a stranger's workspace.

use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use domain::WorkspaceId;
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use slack::oauth::{Authorize, Exchange, Grant, Tokens};
use store::seal::Keys;
use store::{Installation, NewInstallation, NewTokens, Note, Pending, Purpose, SecretHash};
use subtle::ConstantTimeEq;
use url::Url;

use crate::{Application, InstallError, Installations, Installed};

/// How long a person may take in Slack: as long as a code lives.
const PATIENCE: SignedDuration = SignedDuration::from_mins(10);

/// What a person comes back from Slack with.
#[derive(Clone, Copy)]
pub struct Callback<'a> {
    pub state: &'a str,
    pub code: Option<&'a str>,
    /// Slack's reason when there is no code: `access_denied` when the person said no.
    pub error: Option<&'a str>,
}

/// The app was installed.
#[derive(Debug)]
pub struct Finished {
    pub installed: Arc<Installed>,
    /// What was given when it was begun.
    pub details: String,
    /// Whether the workspace had the app before, now or once.
    pub is_again: bool,
}

impl Installations {
    /// Where to send a person who wants to install the app. `browser` is the value of a secret
    /// cookie of theirs; `details` (JSON) come back when they do.
    ///
    /// # Errors
    /// See [`InstallError`].
    pub async fn begin_install(
        &self,
        browser: &str,
        details: String,
        workspace: Option<&WorkspaceId>,
    ) -> Result<Url, InstallError> {
        let (application, keys) = self.ready()?;
        let now = self.parts.clock.now();
        let state = self.secret();
        let state_hash = SecretHash::of(&state);
        let verifier = application.pkce.then(|| self.secret());
        let pending = Pending {
            state_hash,
            purpose: Purpose::Install,
            browser_hash: SecretHash::of(browser),
            verifier: verifier
                .as_ref()
                .map(|verifier| self.seal(keys, verifier, &Pending::verifier_row(&state_hash))),
            details,
            expires_at: now + PATIENCE,
        };
        self.parts.store.put_pending(pending, now).await?;
        let challenge = verifier.as_deref().map(challenge);
        Ok(application.slack.authorize_url(Authorize {
            scopes: &slack::manifest::scopes_to_ask(),
            state: &state,
            redirect_uri: &application.redirect_uri,
            challenge: challenge.as_deref(),
            workspace,
        }))
    }

    /// Finishes an installation in the browser that began it. Settings of a workspace that had
    /// the app before stay as they are.
    ///
    /// # Errors
    /// See [`InstallError`].
    pub async fn finish_install(
        &self,
        callback: Callback<'_>,
        browser: &str,
        note: Note,
    ) -> Result<Finished, InstallError> {
        let (application, keys) = self.ready()?;
        let pending = self.take(callback.state, browser).await?;
        let code = match (callback.code, callback.error) {
            (_, Some("access_denied")) => {
                return Err(InstallError::Cancelled {
                    details: pending.details,
                });
            }
            (Some(code), None) => code,
            (_, error) => {
                let code = error.unwrap_or("no_code");
                return Err(InstallError::Refused {
                    code: code
                        .chars()
                        .filter(char::is_ascii_graphic)
                        .take(80)
                        .collect(),
                });
            }
        };
        let verifier = match &pending.verifier {
            Some(sealed) => Some(keys.open(sealed, &Pending::verifier_row(&pending.state_hash))?),
            None => None,
        };
        let verifier = verifier.map(SecretString::from);
        let exchange = Exchange {
            code,
            redirect_uri: &application.redirect_uri,
            verifier: verifier.as_ref(),
        };
        let granted = application.slack.exchange(exchange).await;
        let grant = granted.map_err(InstallError::Oauth)?;
        check_app(application, &grant)?;
        self.keep(grant, keys, pending.details, note).await
    }

    fn ready(&self) -> Result<(&Application, &Keys), InstallError> {
        let application = self.parts.application.as_ref();
        let application = application.ok_or(InstallError::NoApplication)?;
        let keys = self.parts.keys.as_deref().ok_or(InstallError::NoKey)?;
        Ok((application, keys))
    }

    /// 256 bits that nobody can guess.
    fn secret(&self) -> String {
        hex::encode(self.parts.chance.secret::<32>())
    }

    async fn take(&self, state: &str, browser: &str) -> Result<Pending, InstallError> {
        let now = self.parts.clock.now();
        let hash = SecretHash::of(state);
        let pending = self.parts.store.take_pending(&hash, now).await?;
        let Some(pending) = pending.filter(|pending| pending.purpose == Purpose::Install) else {
            tracing::warn!("an installation with an unknown state was refused");
            return Err(InstallError::UnknownState);
        };
        let browser_hash = SecretHash::of(browser);
        let is_same = browser_hash
            .as_bytes()
            .ct_eq(pending.browser_hash.as_bytes());
        if !bool::from(is_same) {
            tracing::warn!("an installation that was begun in another browser was refused");
            return Err(InstallError::OtherBrowser);
        }
        Ok(pending)
    }

    async fn keep(
        &self,
        grant: Grant,
        keys: &Keys,
        details: String,
        note: Note,
    ) -> Result<Finished, InstallError> {
        let workspace = grant.workspace.id.clone();
        let bot_id = self.bot_id(&grant).await?;
        let is_again =
            self.held.load().stored(&workspace).is_some() || self.get(&workspace).is_some();
        let now = self.parts.clock.now();
        let tokens = self.sealed(keys, &workspace, &grant.tokens, now);
        let new = NewInstallation {
            workspace: workspace.clone(),
            name: grant.workspace.name,
            enterprise: grant.enterprise,
            app_id: grant.app_id,
            bot_user: grant.bot_user,
            bot_id,
            scopes: grant.scopes.iter().map(str::to_owned).collect(),
            token: tokens.access,
            refresh_token: tokens.refresh,
            expires_at: tokens.expires_at,
            installed_by: grant.installer,
        };
        self.parts
            .store
            .put_installation(new, self.entry(note))
            .await?;
        tracing::info!(%workspace, is_again, "the app was installed");
        self.read().await?;
        // Somebody else may have removed it at once.
        let installed = self.get(&workspace).ok_or(InstallError::UnknownState)?;
        Ok(Finished {
            installed,
            details,
            is_again,
        })
    }

    /// Asks with the new token who it is: the grant does not say the bot's id.
    async fn bot_id(&self, grant: &Grant) -> Result<Option<String>, InstallError> {
        let (http, base_url) = (self.parts.http.clone(), &self.parts.base_url);
        let client = slack::Client::new(http, base_url, &grant.tokens.token)?;
        let identity = client.auth_test().await.map_err(InstallError::Token)?;
        if identity.workspace_id == grant.workspace.id {
            Ok(identity.bot_id)
        } else {
            Err(InstallError::OtherWorkspace {
                expected: grant.workspace.id.clone(),
                found: identity.workspace_id,
            })
        }
    }

    /// Tokens as they are stored.
    pub(crate) fn sealed(
        &self,
        keys: &Keys,
        workspace: &WorkspaceId,
        tokens: &Tokens,
        now: Timestamp,
    ) -> NewTokens {
        let (row, refresh_row) = (
            Installation::token_row(workspace),
            Installation::refresh_row(workspace),
        );
        let rotation = tokens.rotation.as_ref();
        let ends = |lifetime| {
            SignedDuration::try_from(lifetime)
                .ok()
                .and_then(|lifetime| now.checked_add(lifetime).ok())
        };
        NewTokens {
            access: self.seal(keys, tokens.token.expose_secret(), &row),
            refresh: rotation.map(|rotation| {
                self.seal(keys, rotation.refresh_token.expose_secret(), &refresh_row)
            }),
            expires_at: rotation.and_then(|rotation| ends(rotation.lifetime)),
        }
    }
}

/// PKCE's challenge of a verifier.
fn challenge(verifier: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}

fn check_app(application: &Application, grant: &Grant) -> Result<(), InstallError> {
    match &application.app_id {
        Some(expected) if *expected != grant.app_id => Err(InstallError::OtherApp {
            expected: expected.clone(),
            found: grant.app_id.chars().take(80).collect(),
        }),
        Some(_) | None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::challenge;

    #[test]
    fn a_challenge_is_that_of_the_standard() {
        // RFC 7636, appendix B.
        assert_eq!(
            challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }
}
