//! The workspace's name, whom to look as, and the conversations that person sees.
//!
//! What is unread the browser knows: each conversation says how new its newest message is.

use super::super::address::Address;
use super::super::avatar;
use super::super::markup::{Element, Node, element, span};
use super::super::reader::Reader;
use super::mark;
use crate::slack::workspace::{Channel, ChannelKind, Message, Person};

/// Pings of one channel that the page counts at most.
const PINGS_TOLD: usize = 20;

/// Draws the sidebar.
pub fn draw(place: Address<'_>, reader: &Reader<'_>) -> Element {
    let channels = place
        .workspace
        .channels
        .values()
        .filter(|channel| place.workspace.sees(place.person, channel) && !channel.is_archived);
    let (named, direct): (Vec<_>, Vec<_>) = channels
        .partition(|channel| matches!(channel.kind, ChannelKind::Public | ChannelKind::Private));
    let mut named = named;
    named.sort_by_key(|channel| (!channel.is_general, channel.name.as_str()));
    let people = place
        .workspace
        .people
        .values()
        .filter(|person| !person.is_bot && !person.deleted);
    let theme = element("button")
        .class("theme-button")
        .attr("type", "button")
        .attr("id", "theme-button")
        .with(avatar::icon("theme"))
        .with(element("span").text("Dark theme"));
    let head = element("header")
        .class("workspace")
        .attr("id", "workspace-head")
        .with(
            element("p")
                .class("workspace-name")
                .text(place.workspace.name.as_str()),
        )
        .with(element("p").class("workspace-about").text("Slack sandbox"));
    element("div")
        .class("sidebar")
        .attr("id", "sidebar")
        .with(head)
        .with(section(
            "Channels",
            "channels",
            named
                .into_iter()
                .map(|channel| entry(channel, place, reader)),
        ))
        .with(section(
            "Direct messages",
            "direct",
            direct
                .into_iter()
                .map(|channel| entry(channel, place, reader)),
        ))
        .with(section(
            "Apps",
            "apps",
            reader
                .offers
                .homes
                .iter()
                .map(|(app, name)| app_entry(app, name, place)),
        ))
        .with(section(
            "Workspaces",
            "workspaces",
            reader
                .offers
                .workspaces
                .iter()
                .map(|(id, name)| workspace_entry(id, name, place)),
        ))
        .with(section(
            "Look as",
            "people",
            people.map(|person| face(person, place, reader)),
        ))
        .with(theme)
}

fn section(title: &'static str, id: &'static str, entries: impl Iterator<Item = Node>) -> Element {
    let entries: Vec<Node> = entries.collect();
    let nav = element("nav")
        .class("sidebar-section")
        .attr("aria-label", title);
    if entries.is_empty() {
        return nav.attr("hidden", "");
    }
    nav.with(element("h2").class("sidebar-title").text(title))
        .with(element("ul").attr("id", id).nodes(entries))
}

fn entry(channel: &Channel, place: Address<'_>, reader: &Reader<'_>) -> Node {
    let is_here = channel.id == place.channel.id && place.home.is_none();
    let link = element("a")
        .class("entry")
        .attr("href", place.at_channel(channel).to_link())
        .attr("data-channel", channel.id.as_str())
        .attr_if("data-latest", latest(channel, place.person))
        .attr_if("data-pings", pings(channel, place.person))
        .attr_if("aria-current", is_here.then_some("page"))
        .with(mark(channel))
        .with(span("entry-name").text(reader.title(channel)));
    element("li")
        .attr("id", format!("entry-{}", channel.id))
        .with(link)
        .into()
}

fn workspace_entry(id: &str, name: &str, place: Address<'_>) -> Node {
    let is_here = place.workspace.id == id;
    let link = element("a")
        .class("entry")
        .attr("href", format!("/?workspace={id}"))
        .attr_if("aria-current", is_here.then_some("true"))
        .with(avatar::icon("menu"))
        .with(span("entry-name").text(name));
    element("li")
        .attr("id", format!("workspace-{id}"))
        .with(link)
        .into()
}

fn app_entry(app: &str, name: &str, place: Address<'_>) -> Node {
    let is_here = place.home == Some(app);
    let link = element("a")
        .class("entry")
        .attr("href", place.at_home(app).to_link())
        .attr_if("aria-current", is_here.then_some("page"))
        .with(avatar::icon("signal"))
        .with(span("entry-name").text(name));
    element("li")
        .attr("id", format!("app-{app}"))
        .with(link)
        .into()
}

fn face(person: &Person, place: Address<'_>, reader: &Reader<'_>) -> Node {
    let is_here = person.id == place.person;
    let elsewhere = place.as_person(&person.id);
    let link = element("a")
        .class("entry")
        .attr("href", elsewhere.to_link())
        .attr_if("aria-current", is_here.then_some("true"))
        .with(avatar::of_person(&person.id, reader))
        .with(span("entry-name").text(reader.full_name(&person.id)))
        .with(span("entry-handle").text(person.name.as_str()));
    element("li")
        .attr("id", format!("person-{}", person.id))
        .with(link)
        .into()
}

/// The newest message in the channel that somebody else wrote for this person to see.
fn latest(channel: &Channel, person: &str) -> Option<String> {
    news(channel, person)
        .next()
        .map(|message| message.ts.clone())
}

/// The messages that call this person, newest first.
fn pings(channel: &Channel, person: &str) -> Option<String> {
    let everyone = ["channel", "here", "everyone"];
    let calls = |message: &&Message| {
        message
            .pings
            .iter()
            .any(|ping| ping == person || everyone.contains(&ping.as_str()))
    };
    let calling: Vec<_> = news(channel, person)
        .take(500)
        .filter(calls)
        .take(PINGS_TOLD)
        .map(|m| m.ts.as_str())
        .collect();
    (!calling.is_empty()).then(|| calling.join(" "))
}

fn news<'a>(channel: &'a Channel, person: &'a str) -> impl Iterator<Item = &'a Message> {
    channel.messages.iter().rev().filter(move |message| {
        message.is_in_channel()
            && message.author.user != person
            && message
                .only_for
                .as_deref()
                .is_none_or(|only| only == person)
    })
}
