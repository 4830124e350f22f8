//! The Events API: what happens in a workspace is told to the apps that asked for it.
//!
//! An event waits in a queue until the app has acknowledged it or Slack gives up: three more
//! tries, at once, after a minute and after five. `serve` sends what is due; a script that
//! caused an event, or moved the clock, waits until everything due was sent.

mod envelope;
pub mod happened;
mod queue;
mod rules;
mod sent;
mod verification;

use serde_json::Value;

use super::outgoing::{Failure, Outgoing};
use super::workspace::Workspace;
use super::{SlackSandbox, State};

pub use envelope::{authorization, context};
pub use queue::Queue;
pub use rules::kind_of;
pub use sent::{Sent, SentLog};

use queue::Waiting;

impl SlackSandbox {
    /// Tells one app of an event, if it asked for that kind and may know of it. It is sent soon;
    /// [`Self::settle_events`] waits for that.
    pub(super) fn tell_app(&self, workspace: &str, app: &str, event: &Value) {
        let mut state = self.lock();
        let wants = rules::wants(&state, workspace, app, event);
        if wants {
            state.queue(self.options(), workspace, app, event);
        }
        drop(state);
        self.poke();
    }

    /// Tells every app of a workspace that asked for it and may know of it.
    pub(super) fn tell_all(&self, workspace: &str, event: &Value) {
        let apps: Vec<String> = {
            let state = self.lock();
            let apps = state.workspaces.get(workspace).map(|it| state.apps_in(it));
            let apps = apps.into_iter().flatten();
            apps.map(|app| app.id.clone()).collect()
        };
        for app in apps {
            self.tell_app(workspace, &app, event);
        }
    }

    /// Sends everything due and waits until it was acknowledged, or failed for now.
    pub async fn settle_events(&self) {
        let mut under_way = self.lock().events.under_way();
        loop {
            self.send_due();
            // An error means that the sandbox is gone.
            let _ = under_way.wait_for(|events| *events == 0).await;
            if !self.lock().events.is_due(self.options().clock.now()) {
                return;
            }
        }
    }

    /// Sends events when they are due, for as long as the sandbox runs.
    pub(super) async fn send_events(self) {
        loop {
            let next = self.lock().events.next_due();
            let due = async {
                match next {
                    Some(due) => self.options().clock.sleep_until(due).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = due => (),
                () = self.poked.notified() => (),
            }
            self.send_due();
        }
    }

    pub(super) fn poke(&self) {
        self.poked.notify_one();
    }

    fn send_due(&self) {
        let due = self.lock().events.take_due(self.options().clock.now());
        for waiting in due {
            tokio::spawn(self.clone().send_event(waiting));
        }
    }

    async fn send_event(self, waiting: Waiting) {
        let outgoing = Outgoing::Event(waiting.envelope.clone(), waiting.retry());
        let outcome = self.deliver(&waiting.app, outgoing).await;
        let now = self.options().clock.now();
        let mut state = self.lock();
        // Any success is an acknowledgement, whatever it says.
        let again = match &outcome {
            Ok(_) | Err(Failure::Unreadable(_) | Failure::NoAddress) => None,
            Err(failure) => waiting.again(failure, now),
        };
        state.events.done(again);
        drop(state);
        self.poke();
    }
}

impl State {
    /// Queues an event for an app, whether it asked for it or not.
    pub(super) fn queue(
        &mut self,
        options: &super::Options,
        workspace: &str,
        app: &str,
        event: &Value,
    ) {
        let now = options.clock.now();
        let Some(workspace) = self.workspaces.get(workspace) else {
            return;
        };
        let bot: Option<&str> = bot_of(workspace, app);
        let envelope = envelope::wrap(workspace, (app, bot), event, now, &options.chance);
        self.events.add(Waiting::first(app, envelope, now));
    }
}

fn bot_of<'w>(workspace: &'w Workspace, app: &str) -> Option<&'w str> {
    workspace.app(app).map(|app| app.user_id.as_str())
}
