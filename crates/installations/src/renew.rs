//! Renewing tokens before they expire.
//!
//! A refresh token works once, so one node takes the turn for each: it is written down before
//! Slack is asked. What Slack gives is kept only in the place of the token that was renewed; a
//! workspace that was removed or installed again in the meantime is left alone.

use std::sync::Arc;

use domain::WorkspaceId;
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use slack::{OauthError, Retry};
use store::seal::Keys;
use store::{Author, Installation, Note, Origin, RequestKind, StoreError};

use crate::Installations;

/// How long before its end a token is renewed.
const AHEAD: SignedDuration = SignedDuration::from_hours(2);

/// How long a node has for one renewal, before another one tries.
const TURN: SignedDuration = SignedDuration::from_mins(1);

/// What a round of renewals did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Renewed {
    pub renewed: Vec<WorkspaceId>,
    /// Those whose renewal failed; the log says why.
    pub failed: Vec<WorkspaceId>,
    /// When the next round has something to do.
    pub next: Option<Timestamp>,
}

/// What became of one renewal.
enum Turn {
    Renewed,
    Failed,
    /// Another node has the turn, or had it.
    Anothers,
}

impl Installations {
    /// Renews the tokens that end soon.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn renew_due(&self, now: Timestamp) -> Result<Renewed, StoreError> {
        let mut round = Renewed::default();
        let (Some(application), Some(keys)) = (&self.parts.application, &self.parts.keys) else {
            return Ok(round);
        };
        let held = self.held.load_full();
        for stored in held.active() {
            let (Some(expires_at), Some(_)) = (stored.expires_at, &stored.refresh_token) else {
                continue;
            };
            let due_at = expires_at - AHEAD;
            if now < due_at {
                round.next = round.next.into_iter().chain([due_at]).min();
                continue;
            }
            match self
                .take_turn(&application.slack, keys, stored, now)
                .await?
            {
                Turn::Renewed => round.renewed.push(stored.workspace.clone()),
                Turn::Failed => round.failed.push(stored.workspace.clone()),
                Turn::Anothers => (),
            }
        }
        if !(round.renewed.is_empty() && round.failed.is_empty()) {
            self.read().await?;
        }
        Ok(round)
    }

    async fn take_turn(
        &self,
        application: &slack::oauth::Application,
        keys: &Keys,
        stored: &Installation,
        now: Timestamp,
    ) -> Result<Turn, StoreError> {
        let store = &self.parts.store;
        let workspace = &stored.workspace;
        let key = format!("{workspace}:{}", stored.updated_at.as_microsecond());
        if store
            .seen_before(RequestKind::Renewal, &key, now, TURN)
            .await?
        {
            return Ok(Turn::Anothers);
        }
        let row = Installation::refresh_row(workspace);
        let opened = stored
            .refresh_token
            .as_ref()
            .map(|sealed| keys.open(sealed, &row));
        let refresh_token = match opened {
            Some(Ok(token)) => SecretString::from(token),
            Some(Err(error)) => {
                self.trouble(stored, error.to_string()).await;
                return Ok(Turn::Failed);
            }
            None => return Ok(Turn::Anothers),
        };
        let tokens = match application.refresh(&refresh_token).await {
            Ok(tokens) => tokens,
            Err(error) => return self.not_renewed(stored, error, now).await,
        };
        let sealed = self.sealed(keys, workspace, &tokens, now);
        if store
            .rotate_installation(workspace, &stored.token, sealed, now)
            .await?
        {
            tracing::info!(%workspace, "a workspace's token was renewed");
            Ok(Turn::Renewed)
        } else {
            tracing::info!(%workspace, "a renewed token is not kept: the app was removed or reinstalled");
            Ok(Turn::Anothers)
        }
    }

    /// What cannot be renewed speaks until its token ends, and is gone then.
    async fn not_renewed(
        &self,
        stored: &Installation,
        error: OauthError,
        now: Timestamp,
    ) -> Result<Turn, StoreError> {
        let workspace = &stored.workspace;
        let current = self.parts.store.installation(workspace).await?;
        if current.is_none_or(|current| current.token != stored.token) {
            return Ok(Turn::Anothers);
        }
        let why = format!(
            "the app's token cannot be renewed: {error}; {}",
            error.remedy()
        );
        let is_over = stored.expires_at.is_some_and(|end| end <= now);
        let is_final = error.retry() == Retry::Never;
        if is_over
            && is_final
            && let Some(installed) = self.get(workspace)
        {
            self.forget(&installed, &why, renewal_note(workspace))
                .await?;
        } else {
            self.trouble(stored, why).await;
        }
        Ok(Turn::Failed)
    }

    async fn trouble(&self, stored: &Installation, why: String) {
        tracing::error!(workspace = %stored.workspace, why, "a workspace's token was not renewed");
        let _reading = self.reading.lock().await;
        let next = self.held.load_full().with_trouble(stored, why);
        self.held.store(Arc::new(next));
    }
}

fn renewal_note(workspace: &WorkspaceId) -> Note {
    Note {
        author: Author {
            name: "Signalbox".to_owned(),
            origin: Origin::Schedule {
                of: "token renewal".to_owned(),
            },
        },
        reason: None,
        request_id: format!("renewal-{workspace}"),
        overrides: Vec::new(),
        command: None,
    }
}
