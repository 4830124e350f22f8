//! The page as a whole: sidebar, channel, thread.
//!
//! It works as plain links; the script beside it makes it live and sends what is typed.

mod composer;
mod document;
mod home;
mod sidebar;

use jiff::Timestamp;

use super::address::Address;
use super::avatar;
use super::channel;
use super::form::Form;
use super::markup::{Element, div, element, span};
use super::offers::Offers;
use super::reader::Reader;
use super::views;
use crate::slack::workspace::{Channel, ChannelKind, Workspace};

pub use document::document;

/// Messages that the page shows at once; older ones are a link away.
pub const MESSAGES_SHOWN: usize = 150;

/// Who wants to look at what; what is not said is chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Deserialize)]
pub struct Wish {
    /// An id; the first workspace unless it is given.
    pub workspace: Option<String>,
    /// A name or an id.
    pub user: Option<String>,
    /// A name or an id.
    pub channel: Option<String>,
    /// The `ts` of a thread's root.
    pub thread: Option<String>,
    /// Only messages older than this `ts`.
    pub before: Option<String>,
    /// The id of an app whose Home tab is shown in place of the channel.
    pub home: Option<String>,
}

/// Draws the page. A person or channel that is not there, or that the person cannot see, gives
/// way to the first that is.
#[must_use]
pub fn draw(workspace: &Workspace, offers: &Offers, wish: &Wish, now: Timestamp) -> String {
    let person = viewer(workspace, wish);
    let Some(channel) = shown_channel(workspace, person, wish) else {
        return document(
            "Nothing to see",
            vec![element("p").text("There is no channel yet.").into()],
        );
    };
    let thread = wish
        .thread
        .as_deref()
        .filter(|root| wish.home.is_none() && channel.message(root).is_some());
    let place = Address {
        workspace,
        names_workspace: offers.names(&workspace.id),
        person,
        channel,
        thread,
        before: wish.before.as_deref(),
        home: offers
            .homes
            .iter()
            .map(|(app, _)| app.as_str())
            .find(|app| {
                let wanted = wish.home.as_deref();
                wanted == Some(app)
            }),
    };
    let reader = Reader {
        workspace,
        person,
        now,
        offers,
        form: Form::default(),
    };
    let title = format!(
        "{} · {} · {}",
        match place.home {
            Some(app) => home::name(app, &reader).to_owned(),
            None => heading(channel, &reader),
        },
        reader.full_name(person),
        workspace.name
    );
    let app = div(if thread.is_some() {
        "app with-thread"
    } else {
        "app"
    })
    .attr("id", "app")
    .attr("data-workspace", workspace.id.as_str())
    .with(sidebar::draw(place, &reader))
    .with(match place.home {
        Some(app) => home::pane(app, place, &reader),
        None => pane(place, &reader),
    })
    .with(thread_pane(place, &reader));
    let skip = |to, words| element("a").class("skip").attr("href", to).text(words);
    let announcer = element("p")
        .class("visually-hidden")
        .attr("id", "announcer")
        .attr("aria-live", "polite");
    let trouble = element("p")
        .class("trouble")
        .attr("id", "trouble")
        .attr("role", "alert");
    document::live(
        &title,
        vec![
            skip("#timeline", "Skip to messages").into(),
            skip("#composer-field", "Skip to writing")
                .attr("id", "skip-writing")
                .flag("hidden", place.home.is_some())
                .into(),
            app.into(),
            div("modals")
                .attr("id", "modals")
                .nodes(views::modals(&reader))
                .into(),
            announcer.into(),
            trouble.into(),
        ],
    )
}

fn viewer<'a>(workspace: &'a Workspace, wish: &Wish) -> &'a str {
    wish.user
        .as_deref()
        .and_then(|name| workspace.person_called(name))
        .filter(|person| !person.is_bot)
        .or_else(|| {
            workspace
                .people
                .values()
                .find(|person| !person.is_bot && !person.deleted)
        })
        .map_or("", |person| person.id.as_str())
}

fn shown_channel<'a>(workspace: &'a Workspace, person: &str, wish: &Wish) -> Option<&'a Channel> {
    let seen = |channel: &&Channel| workspace.sees(person, channel);
    wish.channel
        .as_deref()
        .and_then(|name| workspace.channel_called(name))
        .filter(seen)
        .or_else(|| {
            workspace
                .channels
                .values()
                .filter(seen)
                .find(|channel| channel.is_general)
        })
        .or_else(|| workspace.channels.values().find(seen))
}

/// `#general`, or whom the conversation is with.
fn heading(channel: &Channel, reader: &Reader<'_>) -> String {
    let title = reader.title(channel);
    if channel.name.is_empty() {
        title
    } else {
        format!("#{title}")
    }
}

fn mark(channel: &Channel) -> Element {
    match channel.kind {
        ChannelKind::Public => avatar::icon("channel"),
        ChannelKind::Private => avatar::icon("lock"),
        ChannelKind::Direct | ChannelKind::Group => avatar::icon("thread"),
    }
}

fn pane(place: Address<'_>, reader: &Reader<'_>) -> Element {
    let channel = place.channel;
    let name = element("h1")
        .class("pane-title")
        .with(mark(channel))
        .text(reader.title(channel));
    let topic = (!channel.topic.is_empty()).then(|| span("topic").text(channel.topic.as_str()));
    let members = match channel.members.len() {
        1 => "1 member".to_owned(),
        count => format!("{count} members"),
    };
    let head = element("header")
        .class("pane-head")
        .attr("id", "pane-head")
        .with(menu_button())
        .with(name)
        .maybe(topic)
        .with(span("member-count").text(members));
    let label = format!("Messages in {}", heading(channel, reader));
    element("main")
        .class("pane")
        .attr("id", "pane")
        .with(head)
        .with(
            element("section")
                .class("timeline")
                .attr("id", "timeline")
                .attr("tabindex", "0")
                .attr("aria-label", label)
                .nodes(channel::timeline(place, MESSAGES_SHOWN, reader)),
        )
        .with(composer::draw(place.at_thread(None), reader))
}

/// What opens the sidebar on a narrow screen.
fn menu_button() -> Element {
    element("button")
        .class("icon-button menu-button")
        .attr("type", "button")
        .attr("id", "menu-button")
        .attr("aria-label", "Channels and people")
        .attr("aria-expanded", "false")
        .attr("aria-controls", "sidebar")
        .with(avatar::icon("menu"))
}

/// The thread beside the channel; empty and hidden when none is open.
fn thread_pane(place: Address<'_>, reader: &Reader<'_>) -> Element {
    let aside = element("aside")
        .class("thread")
        .attr("id", "thread")
        .attr("aria-label", "Thread");
    let Some(root) = place.thread else {
        return aside.attr("hidden", "");
    };
    let close = element("a")
        .class("icon-button")
        .attr("id", "thread-close")
        .attr("href", place.at_thread(None).to_link())
        .attr("aria-label", "Close thread")
        .with(avatar::icon("close"));
    let head = element("header")
        .class("pane-head")
        .with(element("h2").class("pane-title").text("Thread"))
        .with(span("topic").text(heading(place.channel, reader)))
        .with(close);
    aside
        .attr("data-root", root)
        .with(head)
        .with(
            element("section")
                .class("timeline")
                .attr("id", "thread-timeline")
                .attr("tabindex", "0")
                .attr("aria-label", "Messages in the thread")
                .nodes(channel::thread(root, place, reader)),
        )
        .with(composer::draw(place, reader))
}
