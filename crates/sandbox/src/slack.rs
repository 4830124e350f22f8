//! A Slack to run on a laptop: the Web API with Slack's checks, and endpoints that let a script
//! type, click, look, break things and move the clock.
//!
//! `web_api` answers `/api/{method}`, `hooks` the addresses that are secrets (incoming webhooks,
//! `response_url`), `scripting` answers `/sandbox/…`, `screen` draws the pages; they share the
//! [`workspace`] behind one lock. Everything that calls an app goes through `outgoing`; which apps
//! there are is the business of `apps`.

mod apps;
pub mod args;
pub mod blocks;
pub mod calls;
mod commands;
mod events;
pub mod faults;
mod hooks;
mod install;
mod interactions;
mod links;
pub mod methods;
mod options;
mod outgoing;
mod paging;
pub mod pings;
pub mod rates;
pub mod refusal;
mod running;
mod saved;
pub mod screen;
mod scripting;
pub mod seed;
pub mod seen;
mod sockets;
mod state;
mod triggers;
mod typed;
mod views;
mod web_api;
pub mod wire;
pub mod workspace;
pub mod workspaces;

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use axum::Router;
use tokio::sync::{Notify, broadcast, watch};

use state::State;
use workspace::Workspace;
use workspaces::Workspaces;

pub use apps::{Credentials, RegisteredApp, Settings, Shortcut, ShortcutKind};
pub use commands::{SlashCommand, VERIFICATION_TOKEN};
pub use options::{Advance, Options, Transport};
pub use outgoing::{Failure, Heard, Outgoing, Retry};
pub use rates::{Limits, POSTING_BURST};
pub use running::Running;
pub use saved::SaveError;
pub use scripting::{CLICKS_KEPT, Click};
pub use seed::Seed;

/// About how many characters all blocks of a message may show. Slack publishes no figure; this
/// is what people measured (`msg_blocks_too_long`).
pub const TOTAL_CHARACTERS: usize = 13_200;

/// Something on someone's screen changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The channel's id; of a view, its person's.
    pub channel: String,
    /// The message, unless the channel itself changed.
    pub ts: Option<String>,
    pub what: What,
}

/// What a [`Change`] was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    Posted,
    Updated,
    Deleted,
    Reacted,
    /// A channel was made, or its members changed.
    Channel,
    /// A modal or a Home tab.
    View,
}

/// The sandbox. Clones share one workspace.
#[derive(Clone)]
pub struct SlackSandbox {
    options: Arc<Options>,
    state: Arc<Mutex<State>>,
    changes: broadcast::Sender<Change>,
    closing: watch::Sender<bool>,
    /// What calls the app.
    http: Arc<OnceLock<reqwest::Client>>,
    /// Wakes whatever sends events.
    poked: Arc<Notify>,
    /// Held while the state file is written: one writer at a time.
    saving: Arc<Mutex<()>>,
}

impl SlackSandbox {
    /// A sandbox with the workspaces of `options.state`, or else of the seed.
    ///
    /// # Errors
    /// When the state file is there and cannot be read.
    pub fn new(options: Options) -> Result<Self, SaveError> {
        let state = State::begin(&options)?;
        Ok(Self {
            options: Arc::new(options),
            state: Arc::new(Mutex::new(state)),
            changes: broadcast::Sender::new(1024),
            closing: watch::Sender::new(false),
            http: Arc::default(),
            poked: Arc::default(),
            saving: Arc::default(),
        })
    }

    /// Everything that the sandbox serves.
    pub fn router(&self) -> Router {
        web_api::router(self.clone())
            .merge(hooks::router(self.clone()))
            .merge(install::router(self.clone()))
            .merge(sockets::router(self.clone()))
            .merge(scripting::router(self.clone()))
            .merge(screen::router(self.clone()))
    }

    /// Changes from now on. A reader that falls 1,024 changes behind is told so and goes on.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<Change> {
        self.changes.subscribe()
    }

    /// Ends the streams of the pages, which would keep a server from stopping.
    pub fn close(&self) {
        self.closing.send_replace(true);
    }

    /// Waits until [`Self::close`].
    pub(crate) fn closed(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut closing = self.closing.subscribe();
        async move {
            // An error means that the sandbox is gone.
            let _ = closing.wait_for(|closing| *closing).await;
        }
    }

    /// Writes the workspace to the state file, if there is one and anything changed. Blocks.
    ///
    /// # Errors
    /// When the file cannot be written; the old one is left whole.
    pub fn save(&self) -> Result<(), SaveError> {
        let Some(file) = &self.options.state else {
            return Ok(());
        };
        let _saving = self.saving.lock().unwrap_or_else(PoisonError::into_inner);
        let saved = {
            let mut state = self.lock();
            if !std::mem::take(&mut state.unsaved) {
                return Ok(());
            }
            state.render(file, &self.options)?
        };
        saved::write(file, &saved).inspect_err(|_| self.lock().unsaved = true)
    }

    /// A look at the first workspace as it is now.
    pub fn with_workspace<T>(&self, look: impl FnOnce(&Workspace) -> T) -> T {
        look(self.lock().workspaces.first())
    }

    /// Changes the first workspace as no API call could: another channel, a token without a scope.
    pub fn change_workspace<T>(&self, change: impl FnOnce(&mut Workspace) -> T) -> T {
        let mut state = self.lock();
        state.unsaved = true;
        change(state.workspaces.first_mut())
    }

    /// A look at all workspaces as they are now.
    pub fn with_workspaces<T>(&self, look: impl FnOnce(&Workspaces) -> T) -> T {
        look(&self.lock().workspaces)
    }

    /// Changes a registered app as its makers could on Slack's pages; `None` when there is none
    /// with this id.
    pub fn change_app<T>(
        &self,
        id: &str,
        change: impl FnOnce(&mut RegisteredApp) -> T,
    ) -> Option<T> {
        let mut state = self.lock();
        state.unsaved = true;
        state.apps.get_mut(id).map(change)
    }

    /// Switches Slack's rate limits on or off.
    pub fn set_limits(&self, limits: Limits) {
        self.lock().limits = limits;
    }

    pub(crate) fn options(&self) -> &Options {
        &self.options
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        // A panic while the lock was held is one lost call; the workspace stays usable.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn announce(&self, changes: impl IntoIterator<Item = Change>) {
        for change in changes {
            self.tell_of_message(&change);
            // Nobody listening is fine.
            let _ = self.changes.send(change);
        }
    }
}
