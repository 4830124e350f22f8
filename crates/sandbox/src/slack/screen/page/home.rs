//! The middle of the page when it shows an app's Home tab.

use super::super::address::Address;
use super::super::avatar;
use super::super::markup::{Element, element, span};
use super::super::reader::Reader;
use super::super::views;
use super::menu_button;
use crate::slack::views::home;

/// An app's Home tab in place of a channel.
pub fn pane(app: &str, place: Address<'_>, reader: &Reader<'_>) -> Element {
    let name = name(app, reader);
    let head = element("header")
        .class("pane-head")
        .attr("id", "pane-head")
        .with(menu_button())
        .with(
            element("h1")
                .class("pane-title")
                .with(avatar::icon("signal"))
                .text(name),
        )
        .with(tabs(app, place, reader));
    let view = home(reader.workspace, app, place.person);
    let shown = element("section")
        .class("timeline home-tab")
        .attr("id", "timeline")
        .attr("tabindex", "0")
        .attr("aria-label", format!("Home of {name}"))
        .attr("data-home", app)
        .with(views::home(view, reader));
    // Nothing is written here; the page finds out from it who looks.
    let composer = element("form")
        .class("composer")
        .attr("id", "composer")
        .attr("hidden", "")
        .attr("data-user", place.person)
        .attr("data-channel", format!("home-{app}"));
    element("main")
        .class("pane")
        .attr("id", "pane")
        .with(head)
        .with(shown)
        .with(composer)
}

/// What an app that has a Home tab is called.
pub fn name<'a>(app: &'a str, reader: &Reader<'a>) -> &'a str {
    let mut homes = reader.offers.homes.iter();
    let known = homes.find(|(id, _)| id == app);
    known.map_or(app, |(_, name)| name.as_str())
}

/// Home, and the messages with the app's bot where there are any.
fn tabs(app: &str, place: Address<'_>, reader: &Reader<'_>) -> Element {
    let bot = reader.workspace.app(app).map(|app| app.user_id.clone());
    let direct = bot.and_then(|bot| {
        let pair = [bot, place.person.to_owned()];
        reader.workspace.conversation_of(&pair.into())
    });
    let messages = direct.map(|direct| {
        element("a")
            .class("tab")
            .attr("href", place.at_channel(direct).to_link())
            .text("Messages")
    });
    let here = span("tab").attr("aria-current", "page").text("Home");
    element("nav")
        .class("tabs")
        .attr("aria-label", "Tabs of the app")
        .with(here)
        .maybe(messages)
}
