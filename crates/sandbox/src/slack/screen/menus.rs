//! The menus with shortcuts: of the composer, and of a message.

use super::markup::{Element, Reads, element, span};
use crate::slack::apps::Shortcut;

/// A menu of shortcuts; none when there is nothing in it.
#[must_use]
pub fn draw(shortcuts: &[Shortcut], class: &'static str, sign: &'static str) -> Option<Element> {
    let items = shortcuts.iter().map(|shortcut| {
        let about = span("about").text(shortcut.description.as_str());
        let button = element("button")
            .attr("type", "button")
            .attr("data-shortcut", shortcut.callback_id.as_str())
            .with(span("suggested").text(shortcut.name.as_str()))
            .text(" ")
            .with(about);
        element("li").with(button).into()
    });
    let label = match class {
        "shortcuts" => "Shortcuts",
        _ => "More actions",
    };
    (!shortcuts.is_empty()).then(|| {
        element("details")
            .class(class)
            .reads(Reads::Silent)
            .with(
                element("summary")
                    .attr("aria-label", label)
                    .attr("title", label)
                    .text(sign),
            )
            .with(element("ul").class("menu-items").nodes(items))
    })
}
