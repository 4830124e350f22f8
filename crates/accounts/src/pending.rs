//! People whom we have sent to GitLab, until they come back.
//!
//! Whoever comes back must be the browser that was sent, with the secret that it was sent with,
//! once, within ten minutes. What is remembered meanwhile is sealed: an address to go back to may
//! hold a secret of its own.

use gitlab::oauth::{OauthError, Request, Tokens};
use jiff::{SignedDuration, Timestamp};
use outgoing::pkce::Verifier;
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use store::{Pending, Purpose, SecretHash};
use subtle::ConstantTimeEq;
use url::Url;

use crate::{Accounts, AccountsError, FinishError, secret};

/// How long somebody may take at GitLab.
pub(crate) const WITHIN: SignedDuration = SignedDuration::from_mins(10);
/// What this program asks to be granted: commands act as the person.
const SCOPES: &str = "api";

/// Somebody who has come back from GitLab.
pub(crate) struct Returned {
    pub(crate) purpose: Purpose,
    details: serde_json::Value,
    verifier: Verifier,
}

/// What is sealed.
#[derive(Serialize, Deserialize)]
struct Remembered {
    verifier: String,
    details: serde_json::Value,
}

impl Returned {
    /// What was to be remembered.
    pub(crate) fn details<T: DeserializeOwned>(&self) -> Result<T, FinishError> {
        serde_json::from_value(self.details.clone()).map_err(|_| FinishError::State)
    }
}

impl Accounts {
    /// Remembers why a browser is sent to GitLab, and says where that is.
    pub(crate) async fn send_away(
        &self,
        browser: &str,
        purpose: Purpose,
        details: serde_json::Value,
    ) -> Result<Url, AccountsError> {
        let gitlab = self.gitlab()?;
        let state = secret::mint(&self.0.chance, "");
        let verifier = Verifier::from_bytes(&self.0.chance.secret());
        let remembered = serde_json::json!(Remembered {
            verifier: verifier.secret().expose_secret().to_owned(),
            details,
        });
        let remembered = SecretString::from(remembered.to_string());
        let row = Pending::verifier_row(&state.hash);
        let now = self.0.clock.now();
        let pending = Pending {
            state_hash: state.hash,
            purpose,
            browser_hash: SecretHash::of(browser),
            verifier: Some(self.seal(&remembered, &row)?),
            details: "{}".to_owned(),
            expires_at: in_time(now, WITHIN),
        };
        self.0.store.put_pending(pending, now).await?;
        Ok(gitlab.application.authorize_url(Request {
            state: state.text.expose_secret(),
            verifier: &verifier,
            scopes: SCOPES,
        }))
    }

    /// Takes a browser back. What it was sent for is used up, whoever brings it.
    pub(crate) async fn take_back(
        &self,
        state: &str,
        browser: &str,
    ) -> Result<Returned, FinishError> {
        let hash = secret::hash_of_given(state).ok_or(FinishError::State)?;
        let now = self.0.clock.now();
        let pending = self.0.store.take_pending(&hash, now).await;
        let pending = pending.map_err(AccountsError::from)?;
        let pending = pending.ok_or(FinishError::State)?;
        let given = SecretHash::of(browser);
        let is_same = given.as_bytes().ct_eq(pending.browser_hash.as_bytes());
        if !bool::from(is_same) {
            tracing::warn!("a browser came back from GitLab that was not sent there");
            return Err(FinishError::State);
        }
        let sealed = pending.verifier.as_ref().ok_or(FinishError::State)?;
        let opened = self.open(sealed, &Pending::verifier_row(&hash))?;
        let remembered = serde_json::from_str(opened.expose_secret());
        let remembered: Remembered = remembered.map_err(|_| FinishError::State)?;
        let verifier = Verifier::from_secret(remembered.verifier.into());
        Ok(Returned {
            purpose: pending.purpose,
            details: remembered.details,
            verifier: verifier.map_err(|_| FinishError::State)?,
        })
    }

    /// What GitLab grants for the code that a browser has brought.
    pub(crate) async fn redeem(
        &self,
        code: &SecretString,
        returned: &Returned,
    ) -> Result<Tokens, FinishError> {
        let gitlab = self.gitlab()?;
        let code = code.expose_secret();
        let exchange = gitlab.application.exchange(code, &returned.verifier);
        exchange.await.map_err(|error| match error {
            OauthError::InvalidGrant { .. } => FinishError::Code,
            error => AccountsError::OAuth(error).into(),
        })
    }
}

pub(crate) fn in_time(now: Timestamp, left: SignedDuration) -> Timestamp {
    now.saturating_add(left).unwrap_or(Timestamp::MAX)
}
