//! Removing the app, from here or in Slack.

use domain::WorkspaceId;
use jiff::Timestamp;
use slack::OauthError;
use store::{Author, Installation, NewInstallation, Note, Origin, StoreError};

use crate::error::says_gone;
use crate::{Installations, Installed, RemoveError};

/// What Slack says of an app that goes. Both come, in either order.
#[derive(Clone, Copy, Debug)]
pub enum SlackSays<'a> {
    /// The event `app_uninstalled`.
    Uninstalled,
    /// The event `tokens_revoked` with the bots whose tokens are good for nothing.
    TokensRevoked { bots: &'a [String] },
}

/// The app is gone from a workspace, which had it until now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gone {
    pub workspace: WorkspaceId,
    pub name: String,
    /// In words, for whoever connected projects.
    pub because: String,
}

impl Installations {
    /// Removes the app from a workspace, in Slack first. `reason` is for people.
    ///
    /// # Errors
    /// See [`RemoveError`].
    pub async fn remove(
        &self,
        workspace: &WorkspaceId,
        reason: &str,
        note: Note,
    ) -> Result<Gone, RemoveError> {
        let installed = self.get(workspace);
        let installed = installed.ok_or_else(|| RemoveError::NotInstalled(workspace.clone()))?;
        match self.uninstall(&installed).await {
            Ok(()) => (),
            Err(error) if says_gone(&error) => {
                tracing::info!(%workspace, %error, "the app had been removed in Slack before");
            }
            Err(error) => return Err(RemoveError::Slack(error)),
        }
        let gone = self.forget(&installed, reason, note).await?;
        gone.ok_or_else(|| RemoveError::NotInstalled(workspace.clone()))
    }

    /// Takes note that Slack says the app is gone, at `at` in Slack's time. `None` if it was gone
    /// before, was installed again since, or if it is not about this app's bot.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn removed_by_slack(
        &self,
        workspace: &WorkspaceId,
        says: SlackSays<'_>,
        at: Timestamp,
        request_id: &str,
    ) -> Result<Option<Gone>, StoreError> {
        let Some(installed) = self.get(workspace) else {
            return Ok(None);
        };
        // Slack tells late, too, and its time has seconds only.
        let is_late = installed
            .installed_at
            .is_some_and(|installed_at| at.as_second() < installed_at.as_second());
        let because = match says {
            _ if is_late => return Ok(None),
            SlackSays::TokensRevoked { bots } if !names(bots, &installed) => return Ok(None),
            SlackSays::TokensRevoked { .. } => "the app's token was revoked in Slack",
            SlackSays::Uninstalled => "the app was removed in Slack",
        };
        let note = Note {
            author: Author {
                name: "Slack".to_owned(),
                origin: Origin::Api {
                    token: "slack".to_owned(),
                },
            },
            reason: Some(because.to_owned()),
            request_id: request_id.to_owned(),
            overrides: Vec::new(),
            command: None,
        };
        self.forget(&installed, because, note).await
    }

    async fn uninstall(&self, installed: &Installed) -> Result<(), OauthError> {
        match &self.parts.application {
            Some(application) => application.slack.uninstall(&installed.client).await,
            None => installed.client.revoke().await.map_err(OauthError::Call),
        }
    }

    /// Switches the workspace off, on this node at once and on the others when they hear of it.
    pub(crate) async fn forget(
        &self,
        installed: &Installed,
        because: &str,
        note: Note,
    ) -> Result<Option<Gone>, StoreError> {
        let store = &self.parts.store;
        let workspace = &installed.workspace;
        if installed.is_fixed {
            self.write_down(installed, &note).await?;
        }
        let entry = self.entry(note);
        let before = store.remove_installation(workspace, because, entry).await?;
        if self.held.load().is_fixed(workspace) {
            let _reading = self.reading.lock().await;
            let held = self.held.load_full();
            let next = held.without_fixed(because.to_owned(), self.parts.clock.now());
            self.held.store(std::sync::Arc::new(next));
        }
        self.read().await?;
        if before.is_none() && !installed.is_fixed {
            return Ok(None);
        }
        tracing::warn!(%workspace, because, "the app is gone from a workspace");
        Ok(Some(Gone {
            workspace: workspace.clone(),
            name: installed.name.clone(),
            because: because.to_owned(),
        }))
    }

    /// Gives the configured workspace a row, so that its removal is known to every node and after
    /// a restart.
    async fn write_down(&self, installed: &Installed, note: &Note) -> Result<(), StoreError> {
        let Some(keys) = &self.parts.keys else {
            tracing::warn!(
                workspace = %installed.workspace,
                "other nodes are not told that the app was removed: secret_key is not set"
            );
            return Ok(());
        };
        let row = Installation::token_row(&installed.workspace);
        let new = NewInstallation {
            workspace: installed.workspace.clone(),
            name: installed.name.clone(),
            enterprise: None,
            app_id: String::new(),
            bot_user: installed.bot_user.clone().unwrap_or_default(),
            bot_id: installed.bot_id.clone(),
            scopes: installed.scopes().iter().map(str::to_owned).collect(),
            // It is the configuration's, and forgotten again at once.
            token: self.seal(keys, "", &row),
            refresh_token: None,
            expires_at: None,
            installed_by: String::new(),
        };
        let entry = self.entry(note.clone());
        self.parts
            .store
            .put_installation(new, entry)
            .await
            .map(drop)
    }
}

/// Whether our bot is among them; one whose id is not known yet may be any.
fn names(bots: &[String], installed: &Installed) -> bool {
    match &installed.bot_user {
        Some(bot) => bots.contains(bot),
        None => !bots.is_empty(),
    }
}
