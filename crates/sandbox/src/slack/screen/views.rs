//! Modals and Home tabs on the screen.

use super::blocks;
use super::form::Form;
use super::markup::{Element, Node, Reads, div, element, span};
use super::reader::Reader;
use crate::slack::workspace::View;

/// The modals of the person who looks, stacked; only the topmost is shown.
#[must_use]
pub fn modals(reader: &Reader<'_>) -> Vec<Node> {
    let stack: Vec<&View> = reader.workspace.screens.stack(reader.person).collect();
    let top = stack.last().map(|view| view.id.as_str());
    let drawn = stack.iter().map(|view| {
        let is_top = Some(view.id.as_str()) == top;
        modal(view, is_top, reader).into()
    });
    drawn.collect()
}

/// What an app published on the Home tab of the person who looks.
#[must_use]
pub fn home(view: Option<&View>, reader: &Reader<'_>) -> Node {
    let Some(view) = view else {
        return div("nothing")
            .attr("id", "home-nothing")
            .text("This app has published nothing here yet.")
            .into();
    };
    let reader = Reader {
        form: Form::of_view(view),
        ..*reader
    };
    div("home")
        .attr("id", format!("view-{}", view.id))
        .attr("data-view", view.id.as_str())
        .with(
            element("h2")
                .class("visually-hidden")
                .reads(Reads::Silent)
                .text("Home"),
        )
        .nodes(blocks::draw(view.blocks(), &reader))
        .into()
}

fn modal(view: &View, is_top: bool, reader: &Reader<'_>) -> Element {
    let reader = Reader {
        form: Form::of_view(view),
        ..*reader
    };
    let title = words(view, "title").unwrap_or_default();
    let heading = element("h2").class("modal-title").text(title.as_str());
    let close = element("button")
        .class("icon-button")
        .attr("type", "button")
        .attr("data-close", "all")
        .attr("aria-label", "Close")
        .reads(Reads::Silent)
        .with(super::avatar::icon("close"));
    let trouble = view.trouble.as_deref();
    let trouble = trouble.map(|words| {
        element("p")
            .class("modal-trouble")
            .attr("role", "alert")
            .text(words)
    });
    let body = div("modal-body")
        .attr("tabindex", "0")
        .attr("role", "group")
        .attr("aria-label", title.as_str())
        .nodes(blocks::draw(view.blocks(), &reader));
    let form = element("form")
        .class("modal-form")
        .attr("novalidate", "")
        .with(
            element("header")
                .class("modal-head")
                .with(heading)
                .with(close),
        )
        .with(body)
        .maybe(trouble)
        .with(foot(view, &reader));
    element("section")
        .class("modal")
        .attr("id", format!("view-{}", view.id))
        .attr("role", "dialog")
        .attr("aria-modal", "true")
        .attr("aria-label", title)
        .attr("data-view", view.id.as_str())
        .flag("hidden", !is_top)
        .with(form)
}

fn foot(view: &View, reader: &Reader<'_>) -> Element {
    let app = reader.workspace.app(&view.app).map(|app| app.name.as_str());
    let close = element("button")
        .class("button")
        .attr("type", "button")
        .attr("data-close", "one")
        .text(words(view, "close").unwrap_or_else(|| "Cancel".to_owned()));
    let submit = words(view, "submit").map(|words| {
        element("button")
            .class("button primary")
            .attr("type", "submit")
            .text(words)
    });
    element("footer")
        .class("modal-foot")
        .with(
            span("modal-app")
                .reads(Reads::Silent)
                .text(app.unwrap_or_default()),
        )
        .with(close)
        .text(" ")
        .maybe(submit)
}

/// A plain text of the view's own.
fn words(view: &View, field: &str) -> Option<String> {
    let text = view.content.get(field)?.get("text")?.as_str()?;
    Some(text.to_owned())
}
