//! `views.*`: modals opened, pushed and updated; Home tabs published.

use serde_json::{Map, Value, json};

use super::call::{Answer, Call, answer};
use crate::slack::What;
use crate::slack::args::Args;
use crate::slack::blocks;
use crate::slack::refusal::Refusal;
use crate::slack::triggers::Cause;
use crate::slack::views::{self, Given, entries};
use crate::slack::workspace::{TokenKind, View, ViewKind, Workspace};

/// `views.open`: a modal for whoever caused the trigger id.
pub fn open(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let given = modal(call.args)?;
    let (trigger_id, cause) = cause(call)?;
    let app = app_id(call);
    let at = (&call.options.chance, call.now);
    let workspace = call.workspace_mut();
    let view = views::open(workspace, given, &app, &cause.user, at)?;
    let view = begin(workspace, &view, &cause);
    workspace.screens.triggers.exchange(&trigger_id);
    shown(call, &view)
}

/// `views.push`: a modal on top of the one that the trigger id came from.
pub fn push(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let given = modal(call.args)?;
    let (trigger_id, cause) = cause(call)?;
    let below = cause.view.clone().ok_or("not_found")?;
    let at = (&call.options.chance, call.now);
    let workspace = call.workspace_mut();
    let view = views::push(workspace, given, &below, at)?;
    let view = begin(workspace, &view, &cause);
    workspace.screens.triggers.exchange(&trigger_id);
    shown(call, &view)
}

/// `views.update`: a view by its id or the app's own.
pub fn update(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let given = given(call.args)?;
    let app = app_id(call);
    let id = {
        let (view_id, external_id) = (call.args.text("view_id"), call.args.text("external_id"));
        let is_named = |view: &&View| match (&view_id, &external_id) {
            (Some(id), _) => view.id == *id,
            (None, Some(id)) => view.text("external_id") == id,
            (None, None) => false,
        };
        let workspace = call.workspace();
        let mut all = workspace.screens.modals.iter().chain(&workspace.homes);
        let view = all.find(|view| view.app == app && is_named(view));
        view.map(|view| view.id.clone()).ok_or("not_found")?
    };
    let hash = call.args.text("hash");
    let at = (&call.options.chance, call.now);
    let view = views::update(call.workspace_mut(), given, &id, hash.as_deref(), at)?;
    shown(call, &view)
}

/// `views.publish`: someone's Home tab.
pub fn publish(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let is_bot = call.caller()?.kind == TokenKind::Bot;
    if !is_bot {
        return Err(Refusal::of("not_allowed_token_type"));
    }
    let given = given(call.args)?;
    expect(&given, ViewKind::Home)?;
    let app = app_id(call);
    let has_home = call
        .state
        .apps
        .get(&app)
        .is_some_and(|app| app.settings.has_home);
    if !has_home {
        return Err(Refusal::of("not_enabled"));
    }
    let user = call.args.text("user_id").unwrap_or_default();
    let person = call.workspace().people.get(&user);
    if person.is_none_or(|person| person.is_bot) {
        let message = "[ERROR] must be a user of this workspace [json-pointer:/user_id]";
        return Err(Refusal::arguments(message.to_owned()));
    }
    let hash = call.args.text("hash");
    let at = (&call.options.chance, call.now);
    let workspace = call.workspace_mut();
    let view = views::publish(workspace, given, (&app, &user), hash.as_deref(), at)?;
    shown(call, &view)
}

/// The view in an argument, or in an app's answer, when Slack would take it.
///
/// # Errors
/// `invalid_arguments` with what is wrong, `view_too_large`.
pub fn checked(view: &Value) -> Result<Given, Refusal> {
    let Some(fields) = view.as_object() else {
        let message = "[ERROR] must provide an object [json-pointer:/view]";
        return Err(Refusal::arguments(message.to_owned()));
    };
    // SDKs write out what they were not given.
    let given = fields.iter().filter(|(_, value)| !value.is_null());
    let content: Map<String, Value> = given
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let view = Value::Object(content.clone());
    if blocks::VIEW_SIZE_LIMIT < view.to_string().len() {
        return Err(Refusal::of("view_too_large"));
    }
    let problems = blocks::validate_view(&view);
    let messages = problems.iter().map(|problem| {
        format!(
            "[ERROR] {} [json-pointer:/view{}]",
            problem.message, problem.pointer
        )
    });
    let messages: Vec<String> = messages.collect();
    if !messages.is_empty() {
        return Err(Refusal {
            messages,
            ..Refusal::of("invalid_arguments")
        });
    }
    let is_home = content.get("type").is_some_and(|kind| kind == "home");
    let kind = if is_home {
        ViewKind::Home
    } else {
        ViewKind::Modal
    };
    Ok(Given { kind, content })
}

fn given(args: &Args) -> Result<Given, Refusal> {
    let view = args.json("view").ok().flatten().ok_or_else(|| {
        Refusal::arguments("[ERROR] must be valid JSON [json-pointer:/view]".to_owned())
    })?;
    checked(&view)
}

fn modal(args: &Args) -> Result<Given, Refusal> {
    let given = given(args)?;
    expect(&given, ViewKind::Modal)?;
    Ok(given)
}

fn expect(given: &Given, kind: ViewKind) -> Result<(), Refusal> {
    if given.kind == kind {
        return Ok(());
    }
    let message = format!("[ERROR] must be {} [json-pointer:/view/type]", kind.word());
    Err(Refusal::arguments(message))
}

/// The trigger id of a call, and what it proves.
fn cause(call: &Call<'_>) -> Result<(String, Cause), Refusal> {
    let given = ["trigger_id", "interactivity_pointer"];
    let Some(id) = given.into_iter().find_map(|name| call.args.text(name)) else {
        let message = "[ERROR] missing required field: trigger_id";
        return Err(Refusal::arguments(message.to_owned()));
    };
    let app = app_id(call);
    let triggers = &call.workspace().screens.triggers;
    let cause = triggers.look(&id, &app, call.now)?;
    Ok((id, cause))
}

/// A new modal knows the conversation that it was opened from.
fn begin(workspace: &mut Workspace, view: &View, cause: &Cause) -> View {
    match (views::find_mut(workspace, &view.id), &cause.channel) {
        (Some(view), Some(channel)) => {
            entries::begin_at(view, channel);
            view.clone()
        }
        (Some(_) | None, _) => view.clone(),
    }
}

fn app_id(call: &Call<'_>) -> String {
    let token = call.caller.as_ref();
    token.map(|token| token.app.clone()).unwrap_or_default()
}

fn shown(call: &mut Call<'_>, view: &View) -> Result<Answer, Refusal> {
    call.changed(&view.user, None, What::View);
    let view = views::to_json(call.workspace(), view);
    Ok(answer(json!({ "view": view })))
}
