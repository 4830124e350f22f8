//! Doing what a person does in the client besides typing: pressing, choosing, forms, shortcuts,
//! the Home tab.

use axum::Json;
use axum::extract::State;
use serde::Serialize;

use super::fields::{Bad, Fields};
use super::{channel, installed, person, workspace};
use crate::slack::SlackSandbox;
use crate::slack::interactions::{Doer, Done, Place, Press, Query, Start, Submit};
use crate::slack::views;
use crate::slack::views::entries::Given;
use crate::slack::workspace::{Person, Workspace};

/// How many clicks are kept; the oldest leave first.
pub const CLICKS_KEPT: usize = 1000;

/// A click on a button, or a choice from a menu.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Click {
    pub at: jiff::Timestamp,
    pub user: String,
    /// Where it was: the channel's id, or the view's.
    pub channel: String,
    /// The message; empty in a view.
    pub ts: String,
    pub action_id: String,
    /// The page that it opened.
    pub url: Option<String>,
}

/// The fields that name where something is.
const PLACE: [&str; 7] = [
    "workspace",
    "app",
    "user",
    "channel",
    "ts",
    "view_id",
    "home",
];

/// `POST /sandbox/click` `{"user", "channel", "ts", "action_id", "value"?}`: presses a button or
/// chooses from a menu. `value` is what is chosen, or tells one button from another of the same
/// `action_id`; `"view_id"`, or `"home": 1`, stands in for `channel` and `ts`. `block_id` tells
/// one element from another, `values` are what else is filled in by then.
pub async fn click(State(sandbox): State<SlackSandbox>, fields: Fields) -> Result<Json<Done>, Bad> {
    fields.only(&[&PLACE[..], &["action_id", "block_id", "value", "values"]].concat())?;
    let value = fields.any("value").map(Given::from_json).transpose();
    let (doer, place) = place(&sandbox, &fields)?;
    let press = Press {
        doer,
        place,
        action_id: fields.text("action_id")?,
        block_id: fields.text_if_any("block_id")?,
        value: value.map_err(|problem| Bad::field("value", &problem))?,
        values: fields.object("values")?.unwrap_or_default(),
    };
    sandbox.press(press).await.map(Json)
}

/// `POST /sandbox/submit` `{"user", "view_id"?, "values"?}`: submits a modal, the topmost unless
/// another is named. `values` is `{block_id: {action_id: value}}`, or `{action_id: value}`.
pub async fn submit(
    State(sandbox): State<SlackSandbox>,
    fields: Fields,
) -> Result<Json<Done>, Bad> {
    fields.only(&["workspace", "user", "view_id", "values"])?;
    let (doer, view_id) = modal(&sandbox, &fields)?;
    let values = fields.object("values")?.unwrap_or_default();
    let submit = Submit {
        doer,
        view_id,
        values,
    };
    sandbox.submit(submit).await.map(Json)
}

/// `POST /sandbox/close` `{"user", "view_id"?, "all"?}`: closes a modal by its close button, or the
/// whole stack.
pub async fn close(State(sandbox): State<SlackSandbox>, fields: Fields) -> Result<Json<Done>, Bad> {
    fields.only(&["workspace", "user", "view_id", "all"])?;
    let whole = fields.flag("all")?.unwrap_or(false);
    let (doer, view_id) = modal(&sandbox, &fields)?;
    sandbox.close_view(&doer, &view_id, whole).await.map(Json)
}

/// `POST /sandbox/suggest` `{"user", "view_id", "action_id", "query"}`: types into an external
/// select; answers the `options` that the app offers. Places are named as for a click.
pub async fn suggest(
    State(sandbox): State<SlackSandbox>,
    fields: Fields,
) -> Result<Json<Done>, Bad> {
    fields.only(&[&PLACE[..], &["action_id", "block_id", "query"]].concat())?;
    let (doer, place) = place(&sandbox, &fields)?;
    let query = Query {
        doer,
        place,
        action_id: fields.text("action_id")?,
        block_id: fields.text_if_any("block_id")?,
        query: fields.text_if_any("query")?.unwrap_or_default(),
    };
    sandbox.suggest(query).await.map(Json)
}

/// `POST /sandbox/shortcut` `{"user", "callback_id", "channel"?, "ts"?}`: starts a shortcut; one of
/// a message needs the message.
pub async fn shortcut(
    State(sandbox): State<SlackSandbox>,
    fields: Fields,
) -> Result<Json<Done>, Bad> {
    fields.only(&["workspace", "user", "callback_id", "channel", "ts"])?;
    let start = {
        let state = sandbox.lock();
        let workspace = workspace(&state.workspaces, &fields)?;
        let person = person(workspace, &fields, "user")?;
        let message = match fields.text_if_any("ts")? {
            Some(ts) => Some((channel(workspace, &fields, person)?.id.clone(), ts)),
            None => None,
        };
        Start {
            doer: doer(workspace, person),
            callback_id: fields.text("callback_id")?,
            message,
        }
    };
    sandbox.start_shortcut(start).await.map(Json)
}

/// `POST /sandbox/home` `{"user", "app"?}`: opens an app's Home tab.
pub async fn home(State(sandbox): State<SlackSandbox>, fields: Fields) -> Result<Json<Done>, Bad> {
    fields.only(&["workspace", "user", "app"])?;
    let (doer, app) = {
        let state = sandbox.lock();
        let workspace = workspace(&state.workspaces, &fields)?;
        let person = person(workspace, &fields, "user")?;
        let app = installed(workspace, &fields)?.id.clone();
        (doer(workspace, person), app)
    };
    sandbox.open_home(&doer, &app).await.map(Json)
}

fn doer(workspace: &Workspace, person: &Person) -> Doer {
    Doer {
        workspace: workspace.id.clone(),
        person: person.id.clone(),
    }
}

/// The modal that is named, or else the topmost one of the person.
fn modal(sandbox: &SlackSandbox, fields: &Fields) -> Result<(Doer, String), Bad> {
    let state = sandbox.lock();
    let workspace = workspace(&state.workspaces, fields)?;
    let person = person(workspace, fields, "user")?;
    let top = workspace.screens.stack(&person.id).next_back();
    let top = top.map(|view| view.id.clone());
    let view_id = fields.text_if_any("view_id")?.or(top);
    let view_id =
        view_id.ok_or_else(|| Bad::not_now(format!("{} has no modal open", person.name)))?;
    Ok((doer(workspace, person), view_id))
}

/// Who does something, and where.
fn place(sandbox: &SlackSandbox, fields: &Fields) -> Result<(Doer, Place), Bad> {
    let state = sandbox.lock();
    let workspace = workspace(&state.workspaces, fields)?;
    let person = person(workspace, fields, "user")?;
    let place = if let Some(id) = fields.text_if_any("view_id")? {
        Place::View(id)
    } else if fields.flag("home")? == Some(true) {
        let app = installed(workspace, fields)?;
        let home = views::home(workspace, &app.id, &person.id);
        let home = home.ok_or_else(|| {
            let (app, person) = (&app.name, &person.name);
            Bad::not_now(format!("{app} published nothing on {person}'s Home tab"))
        })?;
        Place::View(home.id.clone())
    } else {
        let channel = channel(workspace, fields, person)?.id.clone();
        Place::Message(channel, fields.text("ts")?)
    };
    Ok((doer(workspace, person), place))
}
