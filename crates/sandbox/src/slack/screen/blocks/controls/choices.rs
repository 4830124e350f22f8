//! Checkboxes and radio buttons.

use serde_json::Value;

use super::super::super::markup::{Node, Reads, div, element, span};
use super::super::super::reader::Reader;
use super::super::{items, str_of, text_object};
use super::entry;
use crate::slack::views::places::Place;

/// A group of choices: `input` is `checkbox` or `radio`.
pub fn draw(place: Place<'_>, input: &'static str, reader: &Reader<'_>) -> Node {
    let value = reader.form.value(place);
    let how = if input == "radio" { "one" } else { "many" };
    let group = format!("{}-{}", place.block_id(), place.action_id());
    let group = reader.form.id("choice", &group).unwrap_or(group);
    let options = items(&place.element["options"]).iter().map(|option| {
        let is_chosen = is_chosen(&value, option);
        let mark = if is_chosen { "(x) " } else { "( ) " };
        let description = option
            .get("description")
            .map(|words| div("choice-description").nodes(text_object(words, reader)));
        element("label")
            .class("choice")
            .reads(Reads::Listed(mark.to_owned()))
            .with(
                element("input")
                    .attr("type", input)
                    .attr("name", group.as_str())
                    .attr("value", str_of(option, "value"))
                    .flag("checked", is_chosen),
            )
            .with(span("choice-text").nodes(text_object(&option["text"], reader)))
            .maybe(description)
            .into()
    });
    let group = element("fieldset").class("choices").nodes(options);
    entry(group, place, (how, "Choices"), reader).into()
}

/// Whether an option is the chosen one, or among those that are.
pub fn is_chosen(value: &Value, option: &Value) -> bool {
    let is_it = |chosen: &Value| chosen["value"] == option["value"];
    match value {
        Value::Array(chosen) => chosen.iter().any(is_it),
        Value::Object(_) => is_it(value),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}
