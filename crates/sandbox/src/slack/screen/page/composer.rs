//! Where a person types.

use super::super::address::Address;
use super::super::avatar;
use super::super::markup::{Element, div, element, span};
use super::super::menus;
use super::super::reader::Reader;
use super::heading;

/// The composer of a channel, or of the thread that is open.
pub fn draw(place: Address<'_>, reader: &Reader<'_>) -> Element {
    let (id, words) = match place.thread {
        None => (
            "composer",
            format!("Message {}", heading(place.channel, reader)),
        ),
        Some(_) => ("thread-composer", "Reply…".to_owned()),
    };
    let form = element("form")
        .class("composer")
        .attr("id", id)
        .attr("data-user", place.person)
        .attr("data-channel", place.channel.id.as_str())
        .attr_if("data-thread", place.thread);
    let name = reader.full_name(place.person);
    if place.channel.is_archived || !place.channel.members.contains(place.person) {
        let why = if place.channel.is_archived {
            "This channel is archived.".to_owned()
        } else {
            format!("{name} reads along here without being a member.")
        };
        return form.with(element("p").class("composer-note").text(why));
    }
    let label = format!("{words} as {name}");
    let field = element("textarea")
        .class("composer-field")
        .attr("id", format!("{id}-field"))
        .attr("name", "text")
        .attr("rows", "1")
        .attr("placeholder", words)
        .attr("aria-label", label)
        .attr("autocomplete", "off");
    let send = element("button")
        .class("send")
        .attr("type", "submit")
        .attr("aria-label", "Send")
        .with(avatar::icon("send"));
    let hint = match place.thread {
        None => "to send, Shift + Enter for a new line, / for a command",
        Some(_) => "to send",
    };
    let hint = div("composer-hint")
        .with(element("kbd").text("Enter"))
        .text(format!(" {hint}"));
    // Shortcuts are for the channel; a thread has commands and shortcuts of messages alone.
    let shortcuts = menus::draw(&reader.offers.global, "shortcuts", "⚡");
    let shortcuts = shortcuts.filter(|_| place.thread.is_none());
    form.with(div("composer-box").maybe(shortcuts).with(field).with(send))
        .with(span("composer-foot").with(hint))
}
