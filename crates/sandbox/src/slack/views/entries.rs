//! What people enter: a script's or a page's word for it, and Slack's JSON of it.
//!
//! An entry is what `state.values` holds for one element: its type, and a field that the type
//! names. Whether an entry may be submitted is `checks`' business.

mod given;
mod kinds;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::places::{self, Place};
use crate::slack::workspace::{Values, View, Workspace};
use kinds::{Kind, kind_of};

pub use given::{Given, is_external};

/// Who enters something, where, and what the app offered for it.
#[derive(Clone, Copy)]
pub struct Around<'a> {
    pub workspace: &'a Workspace,
    /// `U…`
    pub person: &'a str,
    /// Options that the app offered for an external select, and those that are chosen already.
    pub offered: &'a [Value],
}

/// Whether an element keeps what is entered: a button does not.
#[must_use]
pub fn is_kept(element: &Value) -> bool {
    kind_of(element).is_some()
}

/// What an element holds before anybody entered anything.
#[must_use]
pub fn initial(element: &Value) -> Value {
    let value = kind_of(element).map(|kind| {
        let given = kind.initial.and_then(|name| element.get(name)).cloned();
        (kind.field, given.unwrap_or_else(|| kind.empty()))
    });
    entry(element, value)
}

/// What an element holds now.
#[must_use]
pub fn current(place: Place<'_>, entered: &Values) -> Value {
    let by_block = entered.get(place.block_id());
    let entry = by_block.and_then(|actions| actions.get(place.action_id()));
    entry.cloned().unwrap_or_else(|| initial(place.element))
}

/// Slack's `state.values`: every element that keeps something.
#[must_use]
pub fn state(blocks: &Value, entered: &Values) -> Value {
    json!(states(&places::all(blocks), entered))
}

/// The same of elements that were found already.
#[must_use]
pub fn states(all: &[Place<'_>], entered: &Values) -> Values {
    let mut values: Values = BTreeMap::new();
    for place in all.iter().filter(|place| is_kept(place.element)) {
        let actions = values.entry(place.block_id().to_owned()).or_default();
        actions.insert(place.action_id().to_owned(), current(*place, entered));
    }
    values
}

/// What stays of what was entered when a view's blocks change: entries of inputs that are still
/// there and of the same type.
#[must_use]
pub fn kept(blocks: &Value, entered: &Values) -> Values {
    let mut kept = Values::new();
    for place in places::all(blocks) {
        let by_block = entered.get(place.block_id());
        let entry = by_block.and_then(|actions| actions.get(place.action_id()));
        if let Some(entry) = entry.filter(|entry| entry["type"] == place.element["type"]) {
            put(&mut kept, place, entry.clone());
        }
    }
    kept
}

/// What a new view's conversation menus begin with when they ask for the current one.
pub fn begin_at(view: &mut View, channel: &str) {
    let mut begun = Values::new();
    for place in places::all(view.blocks()) {
        let asks = place.element["default_to_current_conversation"] == Value::Bool(true);
        if asks && is_empty(&initial(place.element)) {
            let current = kind_of(place.element).map(|kind| {
                let many = kind.empty().is_array();
                (
                    kind.field,
                    if many {
                        json!([channel])
                    } else {
                        json!(channel)
                    },
                )
            });
            put(&mut begun, place, entry(place.element, current));
        }
    }
    view.entered = begun;
}

/// Puts an entry where its element is.
pub fn put(values: &mut Values, place: Place<'_>, entry: Value) {
    let actions = values.entry(place.block_id().to_owned()).or_default();
    actions.insert(place.action_id().to_owned(), entry);
}

/// What `given` means for this element.
///
/// # Errors
/// In words for whoever wrote the script.
pub fn enter(place: Place<'_>, given: &Given, around: Around<'_>) -> Result<Value, String> {
    let element = place.element;
    let kind = kind_of(element).ok_or_else(|| format!("a {} keeps no value", place.kind()))?;
    let value = given::read(kind, element, given, around)?;
    Ok(entry(element, Some((kind.field, value))))
}

/// The entry of `actions` that tells an app what was done. `given` is a choice, or tells one
/// button from another.
///
/// # Errors
/// As [`enter`]; and for a choice that is missing.
pub fn action(
    place: Place<'_>,
    given: Option<&Given>,
    (now_entered, around): (&Values, Around<'_>),
    action_ts: &str,
) -> Result<Map<String, Value>, String> {
    let element = place.element;
    let mut action = Map::new();
    let mut put = |name: &str, value: Value| action.insert(name.to_owned(), value);
    put("type", element["type"].clone());
    put("action_id", json!(place.action_id()));
    put("block_id", json!(place.block_id()));
    let said: &[&str] = match place.kind() {
        "button" | "icon_button" | "workflow_button" => &["text", "value", "style", "url"],
        "feedback_buttons" => {
            let (text, value) = feedback(element, given)?;
            put("text", text);
            put("value", value);
            &[]
        }
        "overflow" => {
            let given = given.ok_or("an overflow menu wants the value of one of its options")?;
            put("selected_option", given::option(element, given, around)?);
            &[]
        }
        _ => {
            let entry = match given {
                Some(given) => enter(place, given, around)?,
                None => current(place, now_entered),
            };
            for (name, value) in entry.as_object().into_iter().flatten() {
                put(name, value.clone());
            }
            &["placeholder", "initial_option", "initial_options"]
        }
    };
    for name in said {
        if let Some(value) = element.get(*name) {
            put(name, value.clone());
        }
    }
    put("action_ts", json!(action_ts));
    Ok(action)
}

/// The text and value of the button that was pressed.
fn feedback(element: &Value, given: Option<&Given>) -> Result<(Value, Value), String> {
    let buttons = ["positive_button", "negative_button"].map(|name| &element[name]);
    let pressed = buttons
        .into_iter()
        .find(|button| given.is_none_or(|given| given.is_text(&button["value"])));
    let pressed = pressed.ok_or("none of these buttons has that value")?;
    Ok((pressed["text"].clone(), pressed["value"].clone()))
}

fn entry(element: &Value, value: Option<(&'static str, Value)>) -> Value {
    let mut entry = Map::new();
    entry.insert("type".to_owned(), element["type"].clone());
    if let Some((field, value)) = value {
        entry.insert(field.to_owned(), value);
    }
    Value::Object(entry)
}

/// Where an entry holds its value, whatever its type.
#[must_use]
pub fn value_of(entry: &Value) -> &Value {
    kind_of(entry).map_or(&Value::Null, |Kind { field, .. }| &entry[field])
}

/// Whether nothing is entered.
#[must_use]
pub fn is_empty(entry: &Value) -> bool {
    match value_of(entry) {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
    }
}

#[cfg(test)]
mod tests;
