//! Pressing a button, choosing from a menu: `block_actions`.

use serde_json::{Map, Value, json};

use super::payload::{self, put};
use super::surface::{Place, Surface};
use super::{Doer, Done, action_ts, grant};
use crate::slack::apps::Apps;
use crate::slack::scripting::{Bad, Click};
use crate::slack::triggers::Cause;
use crate::slack::views::entries::{self, Around, Given};
use crate::slack::views::places;
use crate::slack::workspace::Workspace;
use crate::slack::{Options, SlackSandbox};

/// What is pressed.
#[derive(Debug)]
pub struct Press {
    pub doer: Doer,
    pub place: Place,
    pub action_id: String,
    pub block_id: Option<String>,
    /// What is chosen, or what tells one button from another of the same `action_id`.
    pub value: Option<Given>,
    /// What else is entered in the form by now.
    pub values: Map<String, Value>,
}

/// The app's id, and the payload for it.
type Told = (String, Value);

impl SlackSandbox {
    /// Presses or chooses something, and tells the app if it is to be told.
    pub async fn press(&self, press: Press) -> Result<Done, Bad> {
        let (url, told) = self.prepare_press(&press)?;
        self.announce_view(&press.doer.person);
        let done = match told {
            // What the app answers to a click is not shown: it acts by other ways.
            Some((app, payload)) => Done::of(self.tell(&app, payload).await),
            None => Done::quietly(),
        };
        Ok(Done { url, ..done })
    }

    /// Enters what was chosen, writes the click down, and words the payload for the app; none
    /// when the app is not told of such a thing.
    fn prepare_press(&self, press: &Press) -> Result<(Option<String>, Option<Told>), Bad> {
        let options = self.options();
        let person = &press.doer.person;
        let mut state = self.lock();
        let (workspace, apps) = state.workspace_and_apps(&press.doer.workspace);
        let mut surface = Surface::look(workspace, person, press.place.clone())?;
        let seen = surface.clone();
        let pressed = pressed(&seen, press)?;
        surface.fill(workspace, person, &press.values)?;
        let chosen = press.value.as_ref();
        if let Some(given) = chosen.filter(|_| entries::is_kept(pressed.element)) {
            surface.enter(workspace, person, pressed, (given, "value"))?;
        }
        let url = opened(pressed, chosen);
        let app = surface.app.clone().filter(|app| is_reached(apps, app));
        if app.is_none() && url.is_none() && pressed.dispatches() {
            let id = &press.action_id;
            let problem = format!("the app has no interactivity URL, so nothing answers {id:?}");
            return Err(Bad::not_now(problem));
        }
        surface.keep(workspace, person);
        let (channel, ts) = match &press.place {
            Place::Message(channel, ts) => (channel.clone(), ts.clone()),
            Place::View(id) => (id.clone(), String::new()),
        };
        workspace.note_click(Click {
            at: options.clock.now(),
            user: person.clone(),
            channel,
            ts,
            action_id: press.action_id.clone(),
            url: url.clone(),
        });
        let Some(app) = app.filter(|_| pressed.dispatches()) else {
            return Ok((url, None));
        };
        let payload = worded(workspace, options, press, (&app, &surface, pressed))?;
        Ok((url, Some((app, payload))))
    }
}

fn is_reached(apps: &Apps, app: &str) -> bool {
    let app = apps.get(app);
    app.is_some_and(|app| app.settings.socket_mode || app.interactions_url().is_some())
}

fn worded(
    workspace: &mut Workspace,
    options: &Options,
    press: &Press,
    (app, surface, pressed): (&str, &Surface, places::Place<'_>),
) -> Result<Value, Bad> {
    let (person, now) = (press.doer.person.as_str(), options.clock.now());
    let offered = surface.offered(workspace, pressed);
    let around = Around {
        workspace,
        person,
        offered: &offered,
    };
    let entered = (&surface.entered, around);
    let action = entries::action(pressed, press.value.as_ref(), entered, &action_ts(now));
    let action = action.map_err(|problem| Bad::field("value", &problem))?;
    let mut payload = payload::begin("block_actions", workspace, app, person);
    surface.describe(workspace, &mut payload);
    if let Some(attachment) = attachment(surface, pressed) {
        attach(&attachment, app, &mut payload);
    }
    let values = entries::states(&surface.elements(), &surface.entered);
    put(&mut payload, "state", json!({ "values": values }));
    put(&mut payload, "actions", json!([action]));
    let (channel, view) = match &press.place {
        Place::Message(channel, ts) => {
            let whom = (app, channel.as_str(), person);
            let address = grant(workspace, options, "actions", whom, vec![ts.clone()]);
            put(&mut payload, "response_url", address);
            (Some(channel.clone()), None)
        }
        Place::View(id) => (None, Some(id.clone())),
    };
    let cause = Cause {
        app: app.to_owned(),
        user: person.to_owned(),
        channel,
        view,
    };
    let trigger_id = workspace.screens.triggers.mint(cause, now, &options.chance);
    put(&mut payload, "trigger_id", trigger_id);
    Ok(Value::Object(payload))
}

/// The element that is meant: with these ids and, among buttons, this value.
fn pressed<'s>(surface: &'s Surface, press: &Press) -> Result<places::Place<'s>, Bad> {
    let is_meant = |place: &places::Place<'_>| {
        let is_button = matches!(place.kind(), "button" | "icon_button" | "workflow_button");
        let by_value = press.value.as_ref().filter(|_| is_button);
        let in_block = press.block_id.as_deref();
        place.action_id() == press.action_id
            && in_block.is_none_or(|block_id| place.block_id() == block_id)
            && by_value.is_none_or(|given| given.is_text(&place.element["value"]))
    };
    let found = surface.elements().into_iter().find(is_meant);
    found.ok_or_else(|| {
        let what = match &surface.place {
            Place::Message(..) => "message",
            Place::View(_) => "view",
        };
        let problem = format!("nothing in this {what} has that id, or not with that value");
        Bad::field("action_id", &problem)
    })
}

/// The page that a link button, or an option of an overflow menu, opens.
fn opened(place: places::Place<'_>, given: Option<&Given>) -> Option<String> {
    let url = |value: &Value| value["url"].as_str().map(str::to_owned);
    if place.kind() != "overflow" {
        return url(place.element);
    }
    let mut options = place.element["options"].as_array().into_iter().flatten();
    let chosen = |option: &&Value| given.is_some_and(|given| given.is_text(&option["value"]));
    options.find(chosen).and_then(url)
}

/// The attachment that holds the element: `surface` is a later copy of what was pressed.
fn attachment(surface: &Surface, pressed: places::Place<'_>) -> Option<Value> {
    let same = |place: &places::Place<'_>| {
        place.block_id() == pressed.block_id() && place.action_id() == pressed.action_id()
    };
    let here = surface.elements().into_iter().find(same)?;
    surface.attachment_of(here).cloned()
}

/// An element in an attachment says which.
fn attach(attachment: &Value, app: &str, payload: &mut Map<String, Value>) {
    let is_unfurl = attachment["is_app_unfurl"] == Value::Bool(true);
    let url = &attachment["app_unfurl_url"];
    if let Some(Value::Object(container)) = payload.get_mut("container") {
        put(container, "type", "message_attachment");
        put(container, "attachment_id", attachment["id"].clone());
        put(container, "is_app_unfurl", is_unfurl);
        if is_unfurl {
            put(container, "app_unfurl_url", url.clone());
        }
    }
    if is_unfurl {
        let unfurl = json!({ "app_unfurl_url": url, "is_app_unfurl": true, "app_id": app });
        put(payload, "app_unfurl", unfurl);
    }
}
