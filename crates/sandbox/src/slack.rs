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
mod triggers;
mod typed;
mod views;
mod web_api;
pub mod wire;
pub mod workspace;
pub mod workspaces;

use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use axum::Router;
use clock::{Chance, Clock};
use tokio::sync::{Notify, broadcast, watch};

use apps::{Apps, DEMO_APP};
use calls::Calls;
use events::{Queue, SentLog};
use faults::Faults;
use install::Codes;
use saved::Saved;
use sockets::Sockets;
use workspace::Workspace;
use workspaces::Workspaces;

pub use apps::{Credentials, RegisteredApp, Settings, Shortcut, ShortcutKind};
pub use commands::{SlashCommand, VERIFICATION_TOKEN};
pub use outgoing::{Failure, Heard, Outgoing, Retry};
pub use rates::{Limits, POSTING_BURST};
pub use running::Running;
pub use saved::SaveError;
pub use scripting::{CLICKS_KEPT, Click};
pub use seed::Seed;

/// About how many characters all blocks of a message may show. Slack publishes no figure; this
/// is what people measured (`msg_blocks_too_long`).
pub const TOTAL_CHARACTERS: usize = 13_200;

/// Moves a clock; answers after everything due has run.
pub type Advance = Arc<dyn Fn(Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

/// What a sandbox is made of.
#[derive(Clone)]
pub struct Options {
    pub clock: Clock,
    pub chance: Chance,
    /// Where people reach this sandbox, without a final slash: permalinks begin with it.
    pub public_url: String,
    /// Where the app's `/slack/…` endpoints are, without a final slash.
    pub app_url: Option<String>,
    /// What people can type behind a slash; a command whose app has no address cannot be typed.
    /// Sending one takes the process's TLS provider, which `main` installs.
    pub commands: Vec<SlashCommand>,
    /// How the demo's app is reached.
    pub transport: Transport,
    /// How long the app has to answer a command, in real time.
    pub answer_limit: Duration,
    /// The file that keeps the workspace over restarts.
    pub state: Option<PathBuf>,
    /// How often a changed workspace is written to `state`.
    pub save_every: Duration,
    pub limits: Limits,
    /// The most characters that the blocks of a message may show; `None` switches the rule off.
    pub total_characters: Option<usize>,
    /// What a workspace begins with when `state` holds none.
    pub seed: Seed,
    /// Does the work of `POST /sandbox/clock`; without it only `clock` moves.
    pub advance: Option<Advance>,
}

impl Options {
    /// The demo's workspace with Slack's limits, in memory, on no particular address.
    #[must_use]
    pub fn new(clock: Clock, chance: Chance) -> Self {
        Self {
            clock,
            chance,
            public_url: "http://127.0.0.1:7401".to_owned(),
            app_url: None,
            commands: SlashCommand::demo(),
            transport: Transport::Http,
            answer_limit: Duration::from_secs(3),
            state: None,
            save_every: Duration::from_secs(5),
            limits: Limits::Slack,
            total_characters: Some(TOTAL_CHARACTERS),
            seed: Seed::demo(),
            advance: None,
        }
    }
}

/// How an app is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// By signed requests to its addresses.
    Http,
    /// Over sockets that it opens (Socket Mode).
    Socket,
}

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

/// What is behind the lock.
pub(crate) struct State {
    pub(crate) workspaces: Workspaces,
    pub(crate) limits: Limits,
    pub(crate) faults: Faults,
    pub(crate) calls: Calls,
    /// Of authorizations that were approved.
    pub(crate) codes: Codes,
    pub(crate) events: Queue,
    pub(crate) sent: SentLog,
    pub(crate) sockets: Sockets,
    pub(crate) apps: Apps,
    /// Changed since it was last saved.
    pub(crate) unsaved: bool,
}

impl State {
    /// The workspace with this id, or else the first, and the registered apps.
    pub(crate) fn workspace_and_apps(&mut self, id: &str) -> (&mut Workspace, &Apps) {
        self.unsaved = true;
        (self.workspaces.get_or_first(id), &self.apps)
    }

    /// The installed apps of a workspace, the newest last.
    pub(crate) fn apps_in(
        &self,
        workspace: &Workspace,
    ) -> impl DoubleEndedIterator<Item = &RegisteredApp> {
        let installed = workspace.apps.iter().filter(|app| app.is_installed);
        installed.filter_map(|app| self.apps.get(&app.id))
    }

    /// What was saved in place of what there is from the start.
    fn with(mut self, saved: Saved, app_url: Option<&String>) -> Self {
        for workspace in saved.workspaces {
            match self.workspaces.get_mut(&workspace.id) {
                Some(known) => *known = workspace,
                None => self.workspaces.add(workspace),
            }
        }
        for mut app in saved.apps {
            if app.id == DEMO_APP {
                app.base_url = app_url.cloned();
            }
            self.apps.insert(app.id.clone(), app);
        }
        self
    }
}

/// The apps that are registered from the start.
fn first_apps(options: &Options) -> Apps {
    let mut demo = RegisteredApp::demo(options.app_url.clone(), options.commands.clone());
    demo.settings.socket_mode = options.transport == Transport::Socket;
    [(demo.id.clone(), demo)].into()
}

impl SlackSandbox {
    /// A sandbox with the workspaces of `options.state`, or else of the seed.
    ///
    /// # Errors
    /// When the state file is there and cannot be read.
    pub fn new(options: Options) -> Result<Self, SaveError> {
        let saved = match &options.state {
            Some(file) => saved::load(file)?,
            None => None,
        };
        let state = State {
            workspaces: options.seed.clone().into_workspaces(),
            apps: first_apps(&options),
            limits: options.limits,
            faults: Faults::default(),
            calls: Calls::default(),
            codes: Codes::default(),
            events: Queue::default(),
            sent: SentLog::default(),
            sockets: Sockets::default(),
            unsaved: false,
        };
        let state = match saved {
            Some(saved) => state.with(saved, options.app_url.as_ref()),
            None => state,
        };
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
            let first = first_apps(&self.options);
            let apps = state.apps.values();
            let apps = apps.filter(|app| first.get(&app.id) != Some(app));
            saved::render(file, state.workspaces.iter(), apps)?
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
