//! Closing modals: `view_closed`, for those who want to know.

use serde_json::Value;

use super::payload::{self, put};
use super::{Doer, Done};
use crate::slack::SlackSandbox;
use crate::slack::scripting::Bad;
use crate::slack::views;

impl SlackSandbox {
    /// Closes a modal with what stands on it, as its close button does, or all of its stack.
    pub async fn close_view(&self, doer: &Doer, id: &str, whole: bool) -> Result<Done, Bad> {
        let closed = self.closed_payloads(doer, id, whole)?;
        self.announce_view(&doer.person);
        let mut done = Done::quietly();
        for (app, payload) in closed {
            // Nobody waits for the answer: the modal is gone.
            if let Err(failure) = self.tell(&app, payload).await {
                done.error = Some(failure.code());
            }
        }
        Ok(done)
    }

    fn closed_payloads(
        &self,
        doer: &Doer,
        id: &str,
        whole: bool,
    ) -> Result<Vec<(String, Value)>, Bad> {
        let mut state = self.lock();
        let (workspace, _) = state.workspace_and_apps(&doer.workspace);
        let mut modals = workspace.screens.stack(&doer.person);
        let view = modals.find(|view| view.id == id);
        let clears = view.map(|view| view.flag("clear_on_close"));
        drop(modals);
        let clears = clears.ok_or_else(|| Bad::field("view_id", "no such modal is open"))?;
        let whole = whole || clears;
        let closed = views::close(workspace, id, whole);
        let told = closed.iter().filter(|view| view.flag("notify_on_close"));
        let payloads = told.map(|view| {
            let mut payload = payload::begin("view_closed", workspace, &view.app, &view.user);
            put(&mut payload, "view", views::to_json(workspace, view));
            put(&mut payload, "is_cleared", whole);
            (view.app.clone(), Value::Object(payload))
        });
        Ok(payloads.collect())
    }
}
