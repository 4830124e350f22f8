//! Who hears of what, and through which integration, as it holds now.
//!
//! A place (a project, a group, the instance) has two integrations: the app's, and the older one
//! with an incoming webhook. The configuration names some, people set up others over the API or
//! on a page; here both come together, one that was set up in the place of the configuration's.
//! Which of the two speaks is a flag's decision, made for every event anew by `notify`; here the
//! flag, the settings and the stored events meet.

mod app;
mod change;
mod held;
mod moved;
mod renamed_channel;
mod speaking;

use std::collections::HashMap;
use std::sync::Arc;

use arc_swap::{ArcSwap, Guard};
use clock::{Chance, Clock};
use domain::WorkspaceId;
use flags::Live;
use notify::Settings;
use notify::settings::{InvalidSettings, SubscriptionConfig, Unsubscribed, WebhookUrl};
use store::seal::Keys;
use store::{Store, StoreError};

use held::{Opening, Revision};

pub use app::{AppEdit, EditError};
pub use change::{PutError, Shown};
pub use held::{Held, Webhook};
pub use renamed_channel::RenamedChannel;
pub use speaking::{FLAG, voice};

/// What integrations are made of.
pub struct Parts {
    /// What the configuration says.
    pub fixed: Fixed,
    pub store: Store,
    /// Seals the webhooks that people set up; without it none can be.
    pub keys: Option<Arc<Keys>>,
    /// The flags of the environment that this service is.
    pub flags: Live,
    /// The actor that events without a project or group ask as:
    /// `FlipperGitlabInstance:gitlab.example.com`.
    pub instance: String,
    /// The configured Slack, whose own webhooks need not be encrypted: it may be a sandbox. When
    /// it is on this machine, webhooks there that were stored under another port are its own.
    pub slack_url: Option<String>,
    pub clock: Clock,
    pub chance: Chance,
}

/// What the configuration says of subscriptions.
#[derive(Clone, Debug, Default)]
pub struct Fixed {
    /// The workspace of subscriptions that name none.
    pub workspace: Option<WorkspaceId>,
    pub subscriptions: Vec<SubscriptionConfig>,
    /// What becomes of the events of places that nothing is subscribed to.
    pub unsubscribed: Unsubscribed,
    /// The webhook of places that nothing is subscribed to, when they have one.
    pub webhook_of_unsubscribed: Option<WebhookUrl>,
}

/// Why integrations cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The configuration contradicts itself.
    #[error("the configuration's subscriptions cannot be used")]
    Configuration(#[from] InvalidSettings),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The integrations of every place. Clones are the same ones; reading waits for nobody.
#[derive(Clone)]
pub struct Integrations {
    parts: Arc<Parts>,
    held: Arc<ArcSwap<Held>>,
    /// Whoever changes an integration reads it first.
    changing: Arc<tokio::sync::Mutex<()>>,
}

impl Integrations {
    /// The integrations as configuration and database have them now.
    ///
    /// # Errors
    /// When the configuration's subscriptions contradict each other, or the database does not
    /// answer.
    pub async fn load(parts: Parts) -> Result<Self, LoadError> {
        // The configuration must be usable alone: it is the operator's to mend.
        let Fixed {
            workspace,
            subscriptions,
            ..
        } = &parts.fixed;
        Settings::build(workspace.as_ref(), subscriptions.clone())?;
        let integrations = Self {
            parts: Arc::new(parts),
            held: Arc::default(),
            changing: Arc::default(),
        };
        let revisions = integrations.parts.store.revisions().await?;
        integrations.read(Revision::of(&revisions)).await?;
        Ok(integrations)
    }

    /// The settings as they hold now.
    #[must_use]
    pub fn now(&self) -> Guard<Arc<Held>> {
        self.held.load()
    }

    /// Takes over what has changed in the database since; `revisions` are the store's.
    ///
    /// # Errors
    /// When the database does not answer; what was held stays.
    pub async fn reload(&self, revisions: &HashMap<String, u64>) -> Result<(), StoreError> {
        let revision = Revision::of(revisions);
        if revision == self.now().revision {
            return Ok(());
        }
        self.read(revision).await
    }

    /// The revision was read before what it is of, so that a change in between is read again.
    async fn read(&self, revision: Revision) -> Result<(), StoreError> {
        let parts = &*self.parts;
        let stored = parts.store.integrations().await?;
        let groups = parts.store.group_ids().await?;
        let opening = Opening {
            keys: parts.keys.as_deref(),
            slack_url: parts.slack_url.as_deref(),
        };
        let held = Held::new(&parts.fixed, opening, &stored, groups, revision);
        let held = Arc::new(held);
        // Two may read at a time; the one that began earlier may end later.
        self.held.rcu(|now| {
            let is_older = held.revision < now.revision;
            Arc::clone(if is_older { now } else { &held })
        });
        Ok(())
    }
}
