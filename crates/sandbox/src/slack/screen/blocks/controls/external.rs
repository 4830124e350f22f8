//! Menus whose options the app is asked for while one types.

use serde_json::Value;

use super::super::super::markup::{Element, Node, Reads, element, span};
use super::super::super::reader::Reader;
use super::menus::{Shown, chosen, label, shown};
use super::{entry, name, str_of};
use crate::slack::views::places::Place;

/// A field to type into, beside what is chosen already.
pub fn draw(place: Place<'_>, reader: &Reader<'_>) -> Node {
    let value = reader.form.value(place);
    let known: Vec<Shown> = match &value {
        Value::Array(all) => all.iter().map(|option| shown(option, None)).collect(),
        Value::Null => Vec::new(),
        one => vec![shown(one, None)],
    };
    let words = label(place, &known, &chosen(&value));
    let least = place.element["min_query_length"].as_u64().unwrap_or(3);
    let several = place.kind().starts_with("multi_");
    let chips = known.iter().map(|option| chip(option).into());
    let field = element("input")
        .class("input-field external-field")
        .attr("type", "text")
        .attr("role", "combobox")
        .attr("aria-label", name(place, "Search"))
        .attr("aria-autocomplete", "list")
        .attr("aria-expanded", "false")
        .attr("autocomplete", "off")
        .attr("placeholder", str_of(&place.element["placeholder"], "text"));
    let group = element("div")
        .class("external")
        .attr("role", "group")
        .attr("data-least", least.to_string())
        .flag("data-several", several)
        .with(span("chips").nodes(chips))
        .with(field);
    let group: Element = entry(group, place, ("external", "Search"), reader);
    group.reads(Reads::Words(format!("[{words} ▾]"))).into()
}

/// What is chosen; pressing it takes it away.
fn chip(option: &Shown) -> Element {
    element("button")
        .class("chip")
        .attr("type", "button")
        .attr("data-chosen", option.value.as_str())
        .attr("aria-label", format!("Remove {}", option.words))
        .reads(Reads::Inline)
        .text(option.words.as_str())
}
