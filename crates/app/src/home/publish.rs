//! Showing somebody their Home, and remembering what is shown.
//!
//! What is shown already is not published again. Slack's hash keeps what was gathered earlier from
//! taking the place of what was gathered later.

use accounts::AccountsError;
use domain::WorkspaceId;
use jiff::Timestamp;
use slack::{UserId, View, ViewError, ViewRef};
use store::{Home, StoreError};

use super::facts::{Facts, Places};
use super::gather::gather;
use super::shown::{self, Shown};
use super::view::view;
use crate::app::App;

/// Why a Home was not made.
#[derive(Debug, thiserror::Error)]
pub(super) enum HomeError {
    #[error(transparent)]
    Accounts(#[from] AccountsError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Slack(#[from] ViewError),
}

/// Whose Home is made.
#[derive(Clone, Copy)]
pub(super) struct Owner<'a> {
    pub(super) app: &'a App,
    pub(super) workspace: &'a WorkspaceId,
    pub(super) user: &'a UserId,
}

/// What is known of a Home before it is made anew.
struct Before {
    /// Slack's hash of what is shown.
    hash: Option<String>,
    remembered: Option<Shown>,
}

impl Owner<'_> {
    /// Makes the Home of somebody who looks at it; `on_screen` is what Slack shows them.
    pub(super) async fn open(&self, on_screen: Option<&ViewRef>) -> Result<(), HomeError> {
        let now = self.app.parts().clock.now();
        let mut before = Before {
            hash: on_screen.map(|view| view.hash.clone()),
            remembered: self.remembered().await?,
        };
        let mut gathering = std::pin::pin!(gather(self.app, self.workspace, self.user));
        let quick = tokio::select! {
            biased;
            facts = &mut gathering => Some(facts),
            () = (self.app.parts().patience)() => None,
        };
        if quick.is_none() && on_screen.is_none() {
            let loading = view(&Facts::Loading, &self.places());
            before.hash = self.publish(&loading, None).await?;
        }
        let facts = match quick {
            Some(facts) => facts?,
            None => gathering.await?,
        };
        self.show(&facts, &before, Some(now)).await
    }

    /// Makes anew what somebody looked at before; nothing for those who never did.
    pub(super) async fn renew(&self) -> Result<(), HomeError> {
        let Some(remembered) = self.remembered().await? else {
            return Ok(());
        };
        let facts = gather(self.app, self.workspace, self.user).await?;
        let before = Before {
            hash: Some(remembered.hash.clone()),
            remembered: Some(remembered),
        };
        self.show(&facts, &before, None).await
    }

    async fn remembered(&self) -> Result<Option<Shown>, StoreError> {
        let store = &self.app.parts().store;
        let home = store.home(self.workspace, self.user.as_str()).await?;
        Ok(home.as_ref().and_then(Shown::of))
    }

    async fn show(
        &self,
        facts: &Facts,
        before: &Before,
        opened_at: Option<Timestamp>,
    ) -> Result<(), HomeError> {
        let view = view(facts, &self.places());
        let content = shown::content(&view);
        let remembered = before.remembered.as_ref();
        let is_shown = remembered.is_some_and(|remembered| {
            remembered.content == content && before.hash.as_ref() == Some(&remembered.hash)
        });
        let hash = if is_shown {
            before.hash.clone()
        } else {
            match self.publish(&view, before.hash.as_deref()).await {
                Err(ViewError::HashConflict) if !self.is_outdone(before).await? => {
                    self.publish(&view, None).await?
                }
                // Something that was gathered later is shown.
                Err(ViewError::HashConflict) => return Ok(()),
                published => published?,
            }
        };
        let opened_before = remembered.map(|remembered| remembered.opened_at);
        let now = self.app.parts().clock.now();
        self.remember(Shown {
            opened_at: opened_at.or(opened_before).unwrap_or(now),
            hash: hash.unwrap_or_default(),
            content,
            is_linked: shown::is_linked(facts),
            pages: shown::pages(facts),
        })
        .await
    }

    /// Whether somebody else has shown something since.
    async fn is_outdone(&self, before: &Before) -> Result<bool, StoreError> {
        let now = self.remembered().await?;
        let hash = |shown: Option<&Shown>| shown.map(|shown| shown.hash.clone());
        Ok(hash(now.as_ref()) != hash(before.remembered.as_ref()))
    }

    /// The hash of what is shown then; nothing in a workspace without the app.
    async fn publish(&self, view: &View, over: Option<&str>) -> Result<Option<String>, ViewError> {
        let installations = &self.app.parts().installations;
        let Some(client) = installations.client(self.workspace) else {
            return Ok(None);
        };
        let over = over.filter(|hash| !hash.is_empty());
        let shown = client.publish_home(self.user, over, view).await?;
        Ok(Some(shown.hash))
    }

    async fn remember(&self, shown: Shown) -> Result<(), HomeError> {
        let parts = self.app.parts();
        let home = Home {
            workspace: self.workspace.clone(),
            slack_user: self.user.as_str().to_owned(),
            digest: shown.text(),
            published_at: parts.clock.now(),
        };
        Ok(parts.store.put_home(home).await?)
    }

    fn places(&self) -> Places {
        let parts = self.app.parts();
        let installed = parts.installations.get(self.workspace);
        let name = installed.map(|installed| installed.name.clone());
        Places {
            public_url: parts.public_url.clone(),
            workspace_url: format!("{}/workspaces/{}", parts.public_url, self.workspace),
            workspace_name: name.unwrap_or_else(|| self.workspace.to_string()),
            command: parts.names.gitlab.clone(),
        }
    }
}
