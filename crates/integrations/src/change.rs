//! How people set integrations up: by GitLab's integrations API, or on a project's page.

use domain::{AuditId, IntegrationId};
use notify::Integration;
use notify::settings::api::{self, Editor, NewWebhook, Parameters, Refused, Saved, Stored};
use store::{IntegrationWrite, Note, Place, StoreError, WebhookWrite, WorkspaceWrite};

use crate::Integrations;
use crate::held::{integration, via};
use crate::moved::origin;

/// Why an integration was not changed; nothing was.
#[derive(Debug, thiserror::Error)]
pub enum PutError {
    /// In GitLab's words.
    #[error(transparent)]
    Refused(#[from] Refused),
    #[error("a webhook is a secret, and nothing is set to keep it with: set secret_key")]
    NoKey,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An integration as it is stored, to be shown.
#[derive(Clone, Debug)]
pub struct Shown {
    pub integration: Integration,
    pub place: Place,
    pub stored: store::Integration,
}

impl Shown {
    pub(crate) fn of(stored: store::Integration) -> Self {
        Self {
            integration: integration(stored.via),
            place: stored.place.clone(),
            stored,
        }
    }

    /// As GitLab's API shows an integration.
    #[must_use]
    pub fn record(&self) -> api::Record<'_> {
        api::Record {
            // GitLab counts them; an id of ours tells when it was made, which is as good.
            id: self
                .stored
                .id
                .millisecond()
                .and_then(|millisecond| u64::try_from(millisecond).ok())
                .unwrap_or(0),
            integration: self.integration,
            active: self.stored.active,
            properties: &self.stored.properties,
            has_webhook: self.stored.webhook.is_some(),
            created_at: self.stored.created_at,
            updated_at: self.stored.updated_at,
        }
    }
}

impl Integrations {
    /// What is set up at a place.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn of(
        &self,
        place: &Place,
        integration: Integration,
    ) -> Result<Option<Shown>, StoreError> {
        let stored = self
            .parts
            .store
            .integration(place, via(integration))
            .await?;
        Ok(stored.map(Shown::of))
    }

    /// Changes what is given of an integration, or sets it up. The app is installed for the whole
    /// workspace here, so any place may have its integration: as GitLab's API has no switch for
    /// it, a change by the API switches it on.
    ///
    /// # Errors
    /// See [`PutError`].
    pub async fn put(
        &self,
        place: Place,
        integration: Integration,
        editor: Editor,
        parameters: &Parameters,
        note: Note,
    ) -> Result<Shown, PutError> {
        let _changing = self.changing.lock().await;
        let before = self.of(&place, integration).await?;
        let is_switched_on = integration == Integration::App && editor == Editor::Api;
        let fresh = Stored {
            active: is_switched_on,
            properties: "{}",
            has_webhook: false,
        };
        let stored = match &before {
            Some(before) => Some(Stored {
                active: before.stored.active || is_switched_on,
                properties: &before.stored.properties,
                has_webhook: before.stored.webhook.is_some(),
            }),
            None => (integration == Integration::App).then_some(fresh),
        };
        let base = self.parts.slack_url.as_deref().and_then(origin);
        let base = base.as_deref();
        let saved = api::put(integration, editor, stored.as_ref(), parameters, base)?;
        self.save(place, integration, saved, WorkspaceWrite::Keep, note)
            .await
    }

    /// Switches an integration off and forgets its settings; `None` when it never was set up.
    ///
    /// # Errors
    /// See [`PutError`].
    pub async fn reset(
        &self,
        place: Place,
        integration: Integration,
        note: Note,
    ) -> Result<Option<Shown>, PutError> {
        let _changing = self.changing.lock().await;
        if self.of(&place, integration).await?.is_none() {
            return Ok(None);
        }
        let saved = api::deleted(integration);
        self.save(place, integration, saved, WorkspaceWrite::Keep, note)
            .await
            .map(Some)
    }

    pub(crate) async fn save(
        &self,
        place: Place,
        integration: Integration,
        saved: Saved,
        workspace: WorkspaceWrite,
        note: Note,
    ) -> Result<Shown, PutError> {
        let (clock, chance) = (&self.parts.clock, &self.parts.chance);
        let now = clock.now();
        let via = via(integration);
        let webhook = match saved.webhook {
            NewWebhook::Kept => WebhookWrite::Keep,
            NewWebhook::Forgotten => WebhookWrite::Clear,
            NewWebhook::Set(url) => {
                let keys = self.parts.keys.as_ref().ok_or(PutError::NoKey)?;
                let nonce = chance.secret();
                WebhookWrite::Set(keys.seal(url.reveal(), nonce, &place.seal_row(via)))
            }
        };
        let write = IntegrationWrite {
            id: IntegrationId::mint(now.as_millisecond(), chance.next_u128()),
            via,
            place,
            active: saved.active,
            properties: saved.properties,
            webhook,
            workspace,
            note,
        };
        let entry = AuditId::mint(now.as_millisecond(), chance.next_u128());
        let stored = self.parts.store.save_integration(write, now, entry).await?;
        if let Err(error) = self.catch_up().await {
            // It is changed; whoever is poked reads it again.
            tracing::warn!(%error, "a change of an integration holds later, as the database does not answer");
        }
        Ok(Shown::of(stored))
    }

    async fn catch_up(&self) -> Result<(), StoreError> {
        let revisions = self.parts.store.revisions().await?;
        self.reload(&revisions).await
    }
}
