//! Where something is pressed or chosen: a message, a modal, the Home tab.

use serde_json::{Map, Value, json};

use super::payload::{self, put};
use crate::slack::scripting::Bad;
use crate::slack::views::entries::{self, Around, Given};
use crate::slack::views::{self, places};
use crate::slack::wire;
use crate::slack::workspace::{Message, Values, Workspace};

/// What names a surface.
#[derive(Clone, Debug)]
pub enum Place {
    /// A channel's id and a message's `ts`.
    Message(String, String),
    /// A view's id.
    View(String),
}

/// What a person sees there: a copy, so that it can be worked on without the workspace.
#[derive(Clone, Debug)]
pub struct Surface {
    pub place: Place,
    /// The app that showed it; none when nobody answers there.
    pub app: Option<String>,
    blocks: Value,
    attachments: Value,
    pub entered: Values,
}

impl Surface {
    /// What `person` sees at a place.
    ///
    /// # Errors
    /// When there is no such message or view, or it is not this person's.
    pub fn look(workspace: &Workspace, person: &str, place: Place) -> Result<Self, Bad> {
        match &place {
            Place::View(id) => {
                let view = views::find(workspace, id)
                    .filter(|view| view.user == person)
                    .ok_or_else(|| Bad::field("view_id", "this person sees no such view"))?;
                Ok(Self {
                    app: Some(view.app.clone()),
                    blocks: view.blocks().clone(),
                    attachments: Value::Null,
                    entered: view.entered.clone(),
                    place,
                })
            }
            Place::Message(channel, ts) => {
                let message = visible(workspace, person, channel, ts)?;
                let chosen = workspace.screens.chosen(person, channel, ts);
                Ok(Self {
                    app: app_of(workspace, message),
                    blocks: message.blocks.clone().unwrap_or_default(),
                    attachments: message.attachments.clone().unwrap_or_default(),
                    entered: chosen.cloned().unwrap_or_default(),
                    place,
                })
            }
        }
    }

    /// What options of external selects are remembered under.
    pub fn key(&self) -> String {
        match &self.place {
            Place::Message(channel, ts) => format!("{channel}/{ts}"),
            Place::View(id) => id.clone(),
        }
    }

    /// Everything that can be acted on.
    pub fn elements(&self) -> Vec<places::Place<'_>> {
        places::in_message(Some(&self.blocks), Some(&self.attachments))
    }

    /// The attachment that an element stands in.
    pub fn attachment_of(&self, place: places::Place<'_>) -> Option<&Value> {
        let mut all = self.attachments.as_array().into_iter().flatten();
        all.find(|attachment| {
            let inner = attachment.get("blocks").map(places::all);
            let mut inner = inner.into_iter().flatten();
            inner.any(|inner| std::ptr::eq(inner.element, place.element))
        })
    }

    /// What the app offered for an element, and what is chosen there already.
    pub fn offered(&self, workspace: &Workspace, place: places::Place<'_>) -> Vec<Value> {
        if !entries::is_external(place.element) {
            return Vec::new();
        }
        let mut offered = workspace.screens.offered(&place.key(&self.key())).to_vec();
        match entries::value_of(&entries::current(place, &self.entered)) {
            Value::Array(options) => offered.extend(options.iter().cloned()),
            option @ Value::Object(_) => offered.push(option.clone()),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => (),
        }
        offered
    }

    /// Enters a value.
    ///
    /// # Errors
    /// When it makes no sense there; the second of the pair is what the script called it.
    pub fn enter(
        &mut self,
        workspace: &Workspace,
        person: &str,
        place: places::Place<'_>,
        (given, field): (&Given, &str),
    ) -> Result<(), Bad> {
        let offered = self.offered(workspace, place);
        let around = Around {
            workspace,
            person,
            offered: &offered,
        };
        let entry = entries::enter(place, given, around);
        let entry = entry.map_err(|problem| Bad::field(field, &problem))?;
        entries::put(&mut self.entered, place, entry);
        Ok(())
    }

    /// Enters the values of a form: `{block_id: {action_id: value}}`, or `{action_id: value}`.
    ///
    /// # Errors
    /// When an input is not there, or a value makes no sense; the error names both ids.
    pub fn fill(
        &mut self,
        workspace: &Workspace,
        person: &str,
        values: &Map<String, Value>,
    ) -> Result<(), Bad> {
        let seen = self.clone();
        for (name, value) in values {
            match value {
                Value::Object(actions) => {
                    for (action_id, value) in actions {
                        let place = seen.input(Some(name), action_id)?;
                        self.fill_one(workspace, person, place, value)?;
                    }
                }
                value => {
                    let place = seen.input(None, name)?;
                    self.fill_one(workspace, person, place, value)?;
                }
            }
        }
        Ok(())
    }

    fn fill_one(
        &mut self,
        workspace: &Workspace,
        person: &str,
        place: places::Place<'_>,
        value: &Value,
    ) -> Result<(), Bad> {
        let field = format!("values.{}.{}", place.block_id(), place.action_id());
        let given = Given::from_json(value).map_err(|problem| Bad::field(&field, &problem))?;
        self.enter(workspace, person, place, (&given, &field))
    }

    /// The one element with these ids that keeps a value.
    fn input(&self, block_id: Option<&str>, action_id: &str) -> Result<places::Place<'_>, Bad> {
        let named = match block_id {
            Some(block_id) => format!("values.{block_id}.{action_id}"),
            None => format!("values.{action_id}"),
        };
        let fits = |place: &places::Place<'_>| {
            place.action_id() == action_id
                && block_id.is_none_or(|block_id| place.block_id() == block_id)
                && entries::is_kept(place.element)
        };
        let mut found = self.elements().into_iter().filter(fits);
        match (found.next(), found.next()) {
            (Some(place), None) => Ok(place),
            (None, _) => Err(Bad::field(&named, "there is no such input")),
            (Some(_), Some(_)) => Err(Bad::field(
                &named,
                "several inputs have this action_id; give the block_id, too",
            )),
        }
    }

    /// Keeps what was entered.
    pub fn keep(&self, workspace: &mut Workspace, person: &str) {
        let values = self.entered.clone();
        match &self.place {
            Place::Message(channel, ts) => workspace.screens.choose(person, channel, ts, values),
            Place::View(id) => {
                if let Some(view) = views::find_mut(workspace, id) {
                    view.entered = values;
                }
            }
        }
    }

    /// The fields of a payload that say where it comes from.
    pub fn describe(&self, workspace: &Workspace, payload: &mut Map<String, Value>) {
        match &self.place {
            Place::View(id) => {
                put(
                    payload,
                    "container",
                    json!({ "type": "view", "view_id": id }),
                );
                if let Some(view) = views::find(workspace, id) {
                    put(payload, "view", views::to_json(workspace, view));
                }
            }
            Place::Message(channel, ts) => {
                let Some(channel) = workspace.channel(channel) else {
                    return;
                };
                let message = channel.message(ts);
                let is_ephemeral = message.is_some_and(|message| message.only_for.is_some());
                let mut container = json!({ "type": "message", "message_ts": ts,
                    "channel_id": channel.id, "is_ephemeral": is_ephemeral });
                if let Some(root) = message.and_then(|message| message.thread_ts.as_ref()) {
                    container["thread_ts"] = json!(root);
                }
                put(payload, "container", container);
                put(payload, "channel", payload::channel(channel));
                // Slack keeps no ephemeral message to send along.
                if let Some(message) = message.filter(|_| !is_ephemeral) {
                    put(
                        payload,
                        "message",
                        wire::message(workspace, channel, message),
                    );
                }
            }
        }
    }
}

/// A message that a person sees.
///
/// # Errors
/// When there is none.
pub fn visible<'w>(
    workspace: &'w Workspace,
    person: &str,
    channel: &str,
    ts: &str,
) -> Result<&'w Message, Bad> {
    let message = workspace
        .channel(channel)
        .and_then(|channel| channel.message(ts));
    message
        .filter(|message| message.only_for.as_deref().is_none_or(|id| id == person))
        .ok_or_else(|| Bad::field("ts", "there is no such message"))
}

/// The app that a message is from, or that added something below it.
fn app_of(workspace: &Workspace, message: &Message) -> Option<String> {
    let bot_id = message.author.bot_id.as_ref();
    let author = bot_id.and_then(|bot_id| workspace.app_of_bot(bot_id));
    let added = || {
        let mut all = message.attachments.as_ref()?.as_array()?.iter();
        all.find_map(|attachment| attachment["app_id"].as_str())
    };
    let app = author.map(|app| app.id.as_str()).or_else(added)?;
    workspace.installed(app).map(|app| app.id.clone())
}
