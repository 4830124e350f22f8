//! What is pressed: buttons, links that look like buttons, the menu behind `…`.

use serde_json::Value;

use super::super::super::markup::{Element, Node, Reads, element, span, web_address};
use super::super::{items, parted, str_of};
use super::words;
use crate::slack::views::places::Place;

pub fn button(place: Place<'_>) -> Node {
    let control = place.element;
    let class = match str_of(control, "style") {
        "primary" => "button primary",
        "danger" => "button danger",
        _ => "button",
    };
    let label = words(&control["text"]);
    let value = str_of(control, "value");
    match web_address(str_of(control, "url")) {
        None => act(place, value).class(class).nodes(label).into(),
        Some(url) => opens(url, place, value)
            .class(class)
            .reads(Reads::Bracketed)
            .nodes(label)
            .into(),
    }
}

pub fn icon(place: Place<'_>) -> Node {
    act(place, str_of(place.element, "value"))
        .class("button icon")
        .nodes(words(&place.element["text"]))
        .into()
}

pub fn feedback(place: Place<'_>) -> Node {
    let drawn = ["positive_button", "negative_button"]
        .into_iter()
        .map(|name| {
            let button = &place.element[name];
            act(place, str_of(button, "value"))
                .class("button")
                .nodes(words(&button["text"]))
                .into()
        });
    span("feedback").nodes(parted(drawn, " ")).into()
}

/// The menu behind `…`.
pub fn overflow(place: Place<'_>) -> Node {
    let options = items(&place.element["options"]).iter().map(|option| {
        let label = words(&option["text"]);
        let value = str_of(option, "value");
        let item = match web_address(str_of(option, "url")) {
            None => act(place, value)
                .class("overflow-item")
                .reads(Reads::Inline),
            Some(url) => opens(url, place, value).class("overflow-item"),
        };
        element("li")
            .reads(Reads::Listed("… ".to_owned()))
            .with(item.nodes(label))
            .into()
    });
    let summary = element("summary")
        .class("button icon")
        .attr("aria-label", "More actions")
        .reads(Reads::Bracketed)
        .text("…");
    element("details")
        .class("overflow")
        .with(summary)
        .with(element("ul").nodes(options))
        .into()
}

/// What is asked before an act, as the browser shows it.
pub fn confirm(control: &Value) -> Option<String> {
    control.get("confirm").map(|confirm| {
        let text = |field: &str| str_of(&confirm[field], "text").to_owned();
        format!("{}\n{}", text("title"), text("text"))
    })
}

/// A button that the page's script sends as a click.
fn act(place: Place<'_>, value: &str) -> Element {
    told(element("button").attr("type", "button"), place, value)
}

/// A link that opens a page and is sent as a click, too.
fn opens(url: &str, place: Place<'_>, value: &str) -> Element {
    let link = element("a")
        .attr("href", url)
        .attr("target", "_blank")
        .attr("rel", "noopener noreferrer");
    told(link, place, value)
}

fn told(control: Element, place: Place<'_>, value: &str) -> Element {
    control
        .attr("data-action-id", place.action_id())
        .attr("data-block-id", place.block_id())
        .attr("data-value", value)
        .attr_if("data-confirm", confirm(place.element))
        .attr_if("aria-label", place.element["accessibility_label"].as_str())
}
