//! Shortcuts: from the menu of the composer, or of a message.

use serde_json::{Map, Value};

use super::payload::{self, put};
use super::surface::visible;
use super::{Doer, Done, action_ts, grant};
use crate::slack::apps::ShortcutKind;
use crate::slack::scripting::Bad;
use crate::slack::triggers::Cause;
use crate::slack::workspace::Workspace;
use crate::slack::{Options, SlackSandbox, wire};

/// Which shortcut, and on which message.
#[derive(Debug)]
pub struct Start {
    pub doer: Doer,
    pub callback_id: String,
    /// A channel's id and a message's `ts`.
    pub message: Option<(String, String)>,
}

impl SlackSandbox {
    /// Starts a shortcut.
    pub async fn start_shortcut(&self, start: Start) -> Result<Done, Bad> {
        let (app, payload) = self.prepare_start(&start)?;
        Ok(Done::of(self.tell(&app, payload).await))
    }

    fn prepare_start(&self, start: &Start) -> Result<(String, Value), Bad> {
        let options = self.options();
        let now = options.clock.now();
        let mut state = self.lock();
        let (workspace, apps) = state.workspace_and_apps(&start.doer.workspace);
        let mut installed = workspace.apps.iter().filter(|app| app.is_installed);
        let found = installed.find_map(|app| {
            let shortcut = apps.get(&app.id)?.shortcut(&start.callback_id)?;
            Some((app.id.clone(), shortcut.kind))
        });
        let (app, kind) = found.ok_or_else(|| {
            Bad::field(
                "callback_id",
                "no app that is installed has such a shortcut",
            )
        })?;
        let mut payload = match (kind, &start.message) {
            (ShortcutKind::Global, None) => begin("shortcut", workspace, start),
            (ShortcutKind::Message, Some((channel, ts))) => {
                on_message(workspace, options, (&app, start), (channel, ts))?
            }
            (ShortcutKind::Global, Some(_)) => {
                return Err(Bad::field("callback_id", "this shortcut is for no message"));
            }
            (ShortcutKind::Message, None) => {
                return Err(Bad::field("ts", "this shortcut is for a message: name one"));
            }
        };
        let cause = Cause {
            app: app.clone(),
            user: start.doer.person.clone(),
            channel: start.message.as_ref().map(|(channel, _)| channel.clone()),
            view: None,
        };
        let trigger_id = workspace.screens.triggers.mint(cause, now, &options.chance);
        put(&mut payload, "callback_id", start.callback_id.as_str());
        put(&mut payload, "action_ts", action_ts(now));
        put(&mut payload, "trigger_id", trigger_id);
        Ok((app, Value::Object(payload)))
    }
}

/// A shortcut's payload does not name its app: the address and the signature do.
fn begin(kind: &str, workspace: &Workspace, start: &Start) -> Map<String, Value> {
    let mut payload = payload::begin(kind, workspace, "", &start.doer.person);
    payload.remove("api_app_id");
    payload
}

fn on_message(
    workspace: &mut Workspace,
    options: &Options,
    (app, start): (&str, &Start),
    (channel, ts): (&str, &str),
) -> Result<Map<String, Value>, Bad> {
    let person = start.doer.person.as_str();
    let mut payload = begin("message_action", workspace, start);
    let message = visible(workspace, person, channel, ts)?;
    if let Some(channel) = workspace.channel(channel) {
        put(&mut payload, "channel", payload::channel(channel));
        put(
            &mut payload,
            "message",
            wire::message(workspace, channel, message),
        );
    }
    put(&mut payload, "message_ts", ts);
    let address = grant(
        workspace,
        options,
        "app",
        (app, channel, person),
        Vec::new(),
    );
    put(&mut payload, "response_url", address);
    Ok(payload)
}
