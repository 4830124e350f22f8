//! What an app's answer to a submission does to the stack of modals.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::TROUBLE;
use crate::slack::Options;
use crate::slack::outgoing::Heard;
use crate::slack::refusal::Refusal;
use crate::slack::views::{self, Given, places};
use crate::slack::web_api::views::checked;
use crate::slack::workspace::{ViewKind, Workspace};

/// Does what the app answered to the submission of view `id`; gives the errors that it shows.
///
/// # Errors
/// In words, when the answer makes no sense.
pub fn follow(
    workspace: &mut Workspace,
    options: &Options,
    id: &str,
    heard: &Heard,
) -> Result<Option<BTreeMap<String, String>>, String> {
    let fields = match heard {
        Heard::Nothing => Map::new(),
        Heard::Json(fields) => fields.clone(),
        Heard::Text(text) => return Err(format!("a text is no answer to a form: {text:?}")),
    };
    let at = (&options.chance, options.clock.now());
    let view = fields.get("view").unwrap_or(&Value::Null);
    match fields.get("response_action").and_then(Value::as_str) {
        None if fields.is_empty() => {
            views::close(workspace, id, false);
        }
        None => return Err("response_action is missing".to_owned()),
        Some("clear") => {
            views::close(workspace, id, true);
        }
        Some("errors") => {
            let errors = fields.get("errors").unwrap_or(&Value::Null);
            return show_errors(workspace, id, errors).map(Some);
        }
        Some("update") => {
            let updated = views::update(workspace, modal(view)?, id, None, at);
            updated.map_err(|refusal| in_words(&refusal))?;
        }
        Some("push") => {
            let pushed = views::push(workspace, modal(view)?, id, at);
            pushed.map_err(|refusal| in_words(&refusal))?;
        }
        Some(other) => return Err(format!("there is no response_action {other:?}")),
    }
    Ok(None)
}

/// Says in a modal that the app did not take its form.
pub fn trouble(workspace: &mut Workspace, id: &str) {
    if let Some(view) = views::find_mut(workspace, id) {
        view.trouble = Some(TROUBLE.to_owned());
    }
}

fn modal(view: &Value) -> Result<Given, String> {
    let given = checked(view).map_err(|refusal| in_words(&refusal))?;
    match given.kind {
        ViewKind::Modal => Ok(given),
        ViewKind::Home => Err("the view must be a modal".to_owned()),
    }
}

fn in_words(refusal: &Refusal) -> String {
    format!("{}: {}", refusal.error, refusal.messages.join("; "))
}

/// Shows the app's words below its inputs; every one must be below an input that is there.
fn show_errors(
    workspace: &mut Workspace,
    id: &str,
    errors: &Value,
) -> Result<BTreeMap<String, String>, String> {
    let errors = errors.as_object().filter(|errors| !errors.is_empty());
    let errors = errors.ok_or("errors must be an object that is not empty")?;
    let view = views::find_mut(workspace, id).ok_or("the view is closed")?;
    let inputs: Vec<places::Place<'_>> = places::all(view.blocks());
    let mut shown = BTreeMap::new();
    for (block_id, text) in errors {
        let is_it = |place: &places::Place<'_>| place.is_input() && place.block_id() == block_id;
        if !inputs.iter().any(is_it) {
            return Err(format!(
                "errors: {block_id:?} is no input block of this view"
            ));
        }
        let text = text.as_str().ok_or("errors: every one must be a text")?;
        shown.insert(block_id.clone(), text.to_owned());
    }
    view.errors.clone_from(&shown);
    Ok(shown)
}
