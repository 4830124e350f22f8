//! Buttons, menus and inputs.
//!
//! What a control is travels in `data-` attributes: its action id and its block's, how its value
//! is read (`data-entry`), and whether the app is told at once (`data-dispatch`). The page's
//! script does the rest.

mod buttons;
mod choices;
mod external;
mod fields;
mod menus;

use serde_json::Value;

use super::super::markup::{Element, Node, div, span};
use super::super::mrkdwn;
use super::super::reader::Reader;
use super::{items, kind, parted, placeholder, str_of};
use crate::slack::views::places::Place;

/// A row of controls: `actions`, `context_actions`.
pub fn row(block: &Value, reader: &Reader<'_>) -> Node {
    let drawn = items(&block["elements"])
        .iter()
        .map(|control| draw(control, block, reader));
    div("actions").nodes(parted(drawn, " ")).into()
}

/// An `input` block: a label, a control, a hint, and what is wrong.
pub fn input(block: &Value, reader: &Reader<'_>) -> Node {
    let optional = (block["optional"] == Value::Bool(true))
        .then(|| span("input-optional").text(" (optional)"));
    let label = div("input-label")
        .nodes(words(&block["label"]))
        .maybe(optional);
    let block_id = str_of(block, "block_id");
    let beside = |what: &str| reader.form.id(what, block_id);
    let hint = block.get("hint").map(|hint| {
        div("input-hint")
            .attr_if("id", beside("hint"))
            .nodes(words(hint))
    });
    let error = reader.form.error(block_id);
    let error = error.map(|error| {
        div("input-error")
            .attr_if("id", beside("error"))
            .text(error)
    });
    div("input")
        .with(label)
        .with(draw(&block["element"], block, reader))
        .maybe(error)
        .maybe(hint)
        .into()
}

/// One control of a block.
pub fn draw(control: &Value, block: &Value, reader: &Reader<'_>) -> Node {
    let place = Place {
        block,
        element: control,
    };
    match kind(control) {
        "button" | "workflow_button" => buttons::button(place),
        "icon_button" => buttons::icon(place),
        "feedback_buttons" => buttons::feedback(place),
        "overflow" => buttons::overflow(place),
        "checkboxes" => choices::draw(place, "checkbox", reader),
        "radio_buttons" => choices::draw(place, "radio", reader),
        "plain_text_input" | "email_text_input" | "url_text_input" | "number_input"
        | "rich_text_input" => fields::text(place, reader),
        "datepicker" => fields::moment(place, "date", reader),
        "timepicker" => fields::moment(place, "time", reader),
        "datetimepicker" => fields::moment(place, "datetime-local", reader),
        "file_input" => fields::files(),
        "external_select" | "multi_external_select" => external::draw(place, reader),
        select if select.ends_with("_select") => menus::draw(place, reader),
        unknown => placeholder("element", unknown),
    }
}

fn words(text: &Value) -> Vec<Node> {
    mrkdwn::read_plain(str_of(text, "text"), text["emoji"] != Value::Bool(false))
}

/// The label of an input, or else what stands in the empty control.
fn name<'v>(place: Place<'v>, otherwise: &'v str) -> &'v str {
    let label = str_of(&place.block["label"], "text");
    let shown = str_of(&place.element["placeholder"], "text");
    let mut names = [label, shown, otherwise].into_iter();
    names.find(|name| !name.is_empty()).unwrap_or_default()
}

/// A control that keeps a value: what it is, how its value is read, what is said beside it.
fn entry(
    control: Element,
    place: Place<'_>,
    (how, otherwise): (&'static str, &str),
    reader: &Reader<'_>,
) -> Element {
    let block_id = place.block_id();
    let is_wrong = reader.form.error(block_id).is_some();
    let has_hint = place.block.get("hint").is_some();
    let beside = [("error", is_wrong), ("hint", has_hint)];
    let beside = beside.into_iter().filter(|(_, is_there)| *is_there);
    let beside = beside.filter_map(|(what, _)| reader.form.id(what, block_id));
    let beside: Vec<String> = beside.collect();
    control
        .attr("data-entry", how)
        .attr("data-action-id", place.action_id())
        .attr("data-block-id", block_id)
        .attr_if("data-dispatch", dispatches(place))
        .attr_if("data-confirm", buttons::confirm(place.element))
        .attr("aria-label", name(place, otherwise))
        .attr_if("aria-invalid", is_wrong.then_some("true"))
        .attr_if(
            "aria-describedby",
            (!beside.is_empty()).then(|| beside.join(" ")),
        )
        .flag(
            "autofocus",
            place.element["focus_on_load"] == Value::Bool(true),
        )
}

/// When the app is told: at once, or for a line of text on Enter or with each character.
fn dispatches(place: Place<'_>) -> Option<&'static str> {
    let on = items(&place.element["dispatch_action_config"]["trigger_actions_on"]);
    let is_text = place.kind().ends_with("_input");
    let dispatches = place.dispatches();
    match (dispatches, is_text) {
        (false, _) => None,
        (true, false) => Some("change"),
        (true, true) if on.iter().any(|on| on == "on_character_entered") => Some("character"),
        (true, true) => Some("enter"),
    }
}
