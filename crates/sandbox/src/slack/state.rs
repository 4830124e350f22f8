//! What is behind the lock: the workspaces, the apps, and what is under way between them.

use std::path::Path;

use super::apps::{Apps, DEMO_APP};
use super::calls::Calls;
use super::events::{Queue, SentLog};
use super::faults::Faults;
use super::install::Codes;
use super::saved::{self, Saved};
use super::sockets::Sockets;
use super::workspace::Workspace;
use super::workspaces::Workspaces;
use super::{Limits, Options, RegisteredApp, SaveError, Transport};

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
    /// What a sandbox begins with.
    ///
    /// # Errors
    /// When the state file is there and cannot be read.
    pub(crate) fn begin(options: &Options) -> Result<Self, SaveError> {
        let state = Self {
            workspaces: options.seed.clone().into_workspaces(),
            apps: first_apps(options),
            limits: options.limits,
            faults: Faults::default(),
            calls: Calls::default(),
            codes: Codes::default(),
            events: Queue::default(),
            sent: SentLog::default(),
            sockets: Sockets::default(),
            unsaved: false,
        };
        let saved = match &options.state {
            Some(file) => saved::load(file)?,
            None => None,
        };
        Ok(match saved {
            Some(saved) => state.with(saved, options),
            None => state,
        })
    }

    /// The state file's text. Apps are written that are not as they were from the start.
    ///
    /// # Errors
    /// As [`saved::render`].
    pub(crate) fn render(&self, file: &Path, options: &Options) -> Result<Vec<u8>, SaveError> {
        let first = first_apps(options);
        let apps = self.apps.values();
        let apps = apps.filter(|app| first.get(&app.id) != Some(app));
        saved::render(file, self.workspaces.iter(), apps)
    }

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
    fn with(mut self, saved: Saved, options: &Options) -> Self {
        for workspace in saved.workspaces {
            match self.workspaces.get_mut(&workspace.id) {
                Some(known) => *known = workspace,
                None => self.workspaces.add(workspace),
            }
        }
        for mut app in saved.apps {
            if app.id == DEMO_APP {
                at_home(&mut app, options);
            }
            self.apps.insert(app.id.clone(), app);
        }
        self
    }
}

/// The apps that are registered from the start.
fn first_apps(options: &Options) -> Apps {
    let mut demo = RegisteredApp::demo(options.app_url.clone(), options.commands.clone());
    at_home(&mut demo, options);
    [(demo.id.clone(), demo)].into()
}

/// What of the demo's app is as it runs now, whatever was saved.
fn at_home(demo: &mut RegisteredApp, options: &Options) {
    demo.base_url.clone_from(&options.app_url);
    demo.settings.socket_mode = options.transport == Transport::Socket;
    if !options.unfurl_domains.is_empty() {
        demo.settings
            .unfurl_domains
            .clone_from(&options.unfurl_domains);
    }
}
