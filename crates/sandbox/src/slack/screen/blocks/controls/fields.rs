//! What is typed: lines and paragraphs of text, numbers, dates and times.

use jiff::Timestamp;
use serde_json::Value;

use super::super::super::markup::{Element, Node, Reads, div, element, span, to_text};
use super::super::super::reader::Reader;
use super::super::{rich_text, str_of};
use super::entry;
use crate::slack::views::places::Place;

/// A field for text.
pub fn text(place: Place<'_>, reader: &Reader<'_>) -> Node {
    let control = place.element;
    let placeholder = str_of(&control["placeholder"], "text");
    let value = match reader.form.value(place) {
        Value::String(value) => value,
        rich @ Value::Object(_) => to_text(&rich_text::plain(&rich)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => String::new(),
    };
    let shown = if value.is_empty() {
        placeholder
    } else {
        &value
    };
    let shown = shown.to_owned();
    let is_long = control["multiline"] == Value::Bool(true) || place.kind() == "rich_text_input";
    let field = if is_long {
        let area = element("textarea").class("input-field tall");
        area.attr("rows", "4").text(value)
    } else {
        let field = element("input").class("input-field");
        field.attr("type", type_of(place)).attr("value", value)
    };
    let limit = |name: &str| control[name].as_u64().map(|limit| limit.to_string());
    let field = field
        .attr_if(
            "placeholder",
            Some(placeholder).filter(|words| !words.is_empty()),
        )
        .attr_if("maxlength", limit("max_length"))
        .attr("autocomplete", "off");
    drawn(field, &shown, place, reader)
}

fn type_of(place: Place<'_>) -> &'static str {
    match place.kind() {
        "email_text_input" => "email",
        "url_text_input" => "url",
        // A number that is none stays on the screen, and is said to be wrong.
        _ => "text",
    }
}

/// A date, a time, or both.
pub fn moment(place: Place<'_>, kind: &'static str, reader: &Reader<'_>) -> Node {
    let value = match reader.form.value(place) {
        Value::String(value) => value,
        Value::Number(seconds) => in_utc(seconds.as_i64().unwrap_or_default()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => String::new(),
    };
    let otherwise = match kind {
        "date" => "Select a date",
        "time" => "Select a time",
        _ => "Select a date and a time (UTC)",
    };
    let placeholder = match str_of(&place.element["placeholder"], "text") {
        "" => otherwise,
        words => words,
    };
    let shown = if value.is_empty() {
        placeholder
    } else {
        &value
    };
    let shown = format!("[{shown} ▾]");
    let field = element("input")
        .class("input-field short")
        .attr("type", kind)
        .attr("value", value)
        .reads(Reads::Words(shown));
    let how = if kind == "datetime-local" {
        "moment"
    } else {
        "text"
    };
    entry(field, place, (how, otherwise), reader).into()
}

/// Where files would be chosen.
pub fn files() -> Node {
    span("menu")
        .reads(Reads::Bracketed)
        .text("This sandbox takes no files")
        .into()
}

fn drawn(field: Element, shown: &str, place: Place<'_>, reader: &Reader<'_>) -> Node {
    let field = field.reads(Reads::Words(shown.to_owned()));
    div("input-line")
        .reads(Reads::Quoted("| "))
        .with(entry(field, place, ("text", "Text"), reader))
        .into()
}

/// Unix seconds as the browser's field has them.
fn in_utc(seconds: i64) -> String {
    let at = Timestamp::from_second(seconds).unwrap_or_default();
    at.strftime("%Y-%m-%dT%H:%M").to_string()
}
