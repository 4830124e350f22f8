//! Which workspaces have the app, and the client that speaks in each.
//!
//! The configuration may name one workspace with its token; people install the app in any number
//! of others, and may do so in that one, too. Here both come together. Tokens that expire are
//! renewed, and an app that was removed, here or in Slack, is silent from that moment on. What
//! people set up for a workspace stays, for the day that the app comes back.

mod error;
mod held;
mod install;
mod remove;
mod renew;

use std::collections::HashMap;
use std::sync::Arc;

use arc_swap::ArcSwap;
use clock::{Chance, Clock};
use domain::{AuditId, WorkspaceId};
use secrecy::SecretString;
use slack::manifest::{SCOPES, ScopeUse};
use store::seal::{Keys, Sealed};
use store::{Entry, Note, Store, StoreError};

use held::{Held, Opening};

pub use error::{InstallError, LoadError, RemoveError};
pub use held::{Installed, Removed};
pub use install::{Callback, Finished};
pub use remove::{Gone, SlackSays};
pub use renew::Renewed;

/// What installations are made of.
pub struct Parts {
    pub store: Store,
    /// Seals tokens; without it the app cannot be installed from here.
    pub keys: Option<Arc<Keys>>,
    pub http: reqwest::Client,
    /// Where Slack's Web API is.
    pub base_url: String,
    pub fixed: Option<Fixed>,
    /// Without it the app cannot be installed from here.
    pub application: Option<Application>,
    pub clock: Clock,
    pub chance: Chance,
}

/// The workspace that the configuration names.
#[derive(Clone, Debug)]
pub struct Fixed {
    pub workspace: WorkspaceId,
    pub token: SecretString,
}

/// The app, for installing it.
#[derive(Clone, Debug)]
pub struct Application {
    pub slack: slack::oauth::Application,
    /// The app's id, when the configuration names it: no other app is taken.
    pub app_id: Option<String>,
    /// Where people come back to: `{public_url}/slack/oauth/callback`.
    pub redirect_uri: String,
    /// Whether the app has PKCE switched on in Slack.
    pub pkce: bool,
}

/// The app in every workspace. Clones are the same ones; reading waits for nobody.
#[derive(Clone)]
pub struct Installations {
    parts: Arc<Parts>,
    held: Arc<ArcSwap<Held>>,
    /// Whoever reads what is stored writes what is held, one at a time.
    reading: Arc<tokio::sync::Mutex<()>>,
}

/// What counts changes of installations in the store.
const REVISION: &str = "installations";

impl Installations {
    /// The installations as configuration and database have them now. Slack is not asked.
    ///
    /// # Errors
    /// When the configured workspace cannot have a client, or the database does not answer.
    pub async fn load(parts: Parts) -> Result<Self, LoadError> {
        let fixed = match &parts.fixed {
            Some(fixed) => Some(held::fixed_client(&parts, fixed)?),
            None => None,
        };
        let installations = Self {
            parts: Arc::new(parts),
            held: Arc::new(ArcSwap::from_pointee(Held::of_fixed(fixed))),
            reading: Arc::default(),
        };
        installations.read().await?;
        Ok(installations)
    }

    /// The client that speaks in a workspace, while it has the app.
    #[must_use]
    pub fn client(&self, workspace: &WorkspaceId) -> Option<slack::Client> {
        self.get(workspace)
            .map(|installed| installed.client.clone())
    }

    /// The app in a workspace, while it has it.
    #[must_use]
    pub fn get(&self, workspace: &WorkspaceId) -> Option<Arc<Installed>> {
        self.held.load().get(workspace)
    }

    /// Whether the configuration names this workspace, however the app came there.
    #[must_use]
    pub fn is_configured(&self, workspace: &WorkspaceId) -> bool {
        let fixed = self.parts.fixed.as_ref();
        fixed.is_some_and(|fixed| fixed.workspace == *workspace)
    }

    /// The app in every workspace that has it, by the workspaces' names.
    #[must_use]
    pub fn all(&self) -> Vec<Arc<Installed>> {
        self.held.load().installed.clone()
    }

    /// Workspaces that had the app, by their names.
    #[must_use]
    pub fn removed(&self) -> Vec<Removed> {
        self.held.load().removed.clone()
    }

    /// Whether the app can be installed from here.
    #[must_use]
    pub fn can_install(&self) -> bool {
        self.parts.application.is_some() && self.parts.keys.is_some()
    }

    /// Takes over what has changed in the database since; `revisions` are the store's.
    ///
    /// # Errors
    /// When the database does not answer; what was held stays.
    pub async fn reload(&self, revisions: &HashMap<String, u64>) -> Result<(), StoreError> {
        let revision = revisions.get(REVISION).copied().unwrap_or_default();
        if revision == self.held.load().revision {
            return Ok(());
        }
        self.read().await
    }

    /// Asks Slack about the configured workspace: its name, its bot, its scopes, and whether its
    /// token is good. One that was removed and whose token is good again is held from then on.
    ///
    /// # Errors
    /// When Slack does not answer, or refuses the token: the workspace is not held then.
    pub async fn ask_about_fixed(&self) -> Result<(), slack::CallError> {
        let Some(client) = self.held.load().fixed_client() else {
            return Ok(());
        };
        let answer = client.auth_test().await;
        let _reading = self.reading.lock().await;
        let now = self.parts.clock.now();
        let held = self.held.load_full();
        match answer {
            Ok(identity) => {
                self.held.store(Arc::new(held.with_fixed(identity, now)));
                Ok(())
            }
            Err(error @ slack::CallError::TokenRefused { .. }) => {
                let next = held.without_fixed(error.to_string(), now);
                self.held.store(Arc::new(next));
                Err(error)
            }
            Err(error) => Err(error),
        }
    }

    /// The revision is read before what it is of, so that a change in between is read again.
    async fn read(&self) -> Result<(), StoreError> {
        let _reading = self.reading.lock().await;
        let parts = &*self.parts;
        let revisions = parts.store.revisions().await?;
        let revision = revisions.get(REVISION).copied().unwrap_or_default();
        let stored = parts.store.installations().await?;
        let opening = Opening {
            keys: parts.keys.as_deref(),
            http: &parts.http,
            base_url: &parts.base_url,
        };
        let held = self.held.load_full();
        self.held
            .store(Arc::new(held.with_stored(stored, revision, opening)));
        Ok(())
    }

    fn entry(&self, note: Note) -> Entry {
        let (clock, chance) = (&self.parts.clock, &self.parts.chance);
        let at = clock.now();
        Entry {
            id: AuditId::mint(at.as_millisecond(), chance.next_u128()),
            at,
            note,
        }
    }

    fn seal(&self, keys: &Keys, secret: &str, row: &str) -> Sealed {
        keys.seal(secret, self.parts.chance.secret(), row)
    }
}

/// The scopes that the app was not granted, the needed ones first.
#[must_use]
pub fn missing_scopes(installed: &Installed) -> Vec<&'static ScopeUse> {
    let scopes = installed.scopes();
    let missing = |used: &&ScopeUse| !scopes.contains(used.scope);
    SCOPES.iter().filter(missing).collect()
}
