//! One message with everything around it: who, when, what, and what became of it.

use jiff::Timestamp;

use super::address::Address;
use super::avatar;
use super::form::Form;
use super::markup::{Element, Node, Reads, div, element, span};
use super::mrkdwn::{self, Reading};
use super::reader::Reader;
use super::{attachment, blocks, menus};
use crate::slack::workspace::{Message, Reaction};

/// How a message stands among others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Follows another of the same author closely: without avatar and name.
    pub compact: bool,
    /// Stands in the thread's own pane: without the line that leads there.
    pub in_thread: bool,
}

/// Draws a message.
#[must_use]
pub fn draw(
    message: &Message,
    standing: Standing,
    place: Address<'_>,
    reader: &Reader<'_>,
) -> Node {
    let chosen = &reader.workspace.screens;
    let chosen = chosen.chosen(reader.person, &place.channel.id, &message.ts);
    let reader = &Reader {
        form: Form::of_message(chosen),
        ..*reader
    };
    let class = match (standing.compact, message.only_for.is_some()) {
        (false, false) => "message",
        (true, false) => "message compact",
        (false, true) => "message ephemeral",
        (true, true) => "message compact ephemeral",
    };
    let pane = if standing.in_thread { "t" } else { "m" };
    let only_you = message
        .only_for
        .is_some()
        .then(|| div("only-you").text("Only visible to you"));
    let gutter = if standing.compact {
        span("hover-time")
            .attr("aria-hidden", "true")
            .with(time(message, place, false))
    } else {
        avatar::of_author(&message.author, reader)
    };
    let head = (!standing.compact).then(|| head(message, place, reader));
    let said_for_readers = standing.compact.then(|| {
        span("visually-hidden")
            .reads(Reads::Silent)
            .text(format!("{}:", name(message, reader)))
    });
    let body = div("message-main")
        .maybe(only_you)
        .maybe(head)
        .maybe(said_for_readers)
        .maybe(broadcast(message, standing, place, reader))
        .nodes(content(message, reader))
        .maybe(reactions(&message.reactions, reader))
        .maybe(thread_line(message, standing, place, reader));
    element("article")
        .class(class)
        .attr("id", format!("{pane}-{}", message.ts))
        .attr("data-ts", message.ts.as_str())
        .with(gutter.reads(Reads::Silent))
        .with(body)
        .maybe(tools(message, standing, place, reader))
        .into()
}

/// When a message was posted.
#[must_use]
pub fn posted_at(message: &Message) -> Timestamp {
    let digits: String = message.ts.chars().filter(char::is_ascii_digit).collect();
    digits
        .parse()
        .ok()
        .and_then(|micros| Timestamp::from_microsecond(micros).ok())
        .unwrap_or_default()
}

/// The name above a message.
fn name(message: &Message, reader: &Reader<'_>) -> String {
    let author = &message.author;
    let app = reader
        .workspace
        .app_of_bot(author.bot_id.as_deref().unwrap_or(&author.user));
    match (&author.username, app) {
        (Some(username), _) => username.clone(),
        (None, Some(app)) => app.name.clone(),
        (None, None) => reader.full_name(&author.user).to_owned(),
    }
}

fn head(message: &Message, place: Address<'_>, reader: &Reader<'_>) -> Element {
    let is_app = message.author.bot_id.is_some();
    let badge = is_app.then(|| span("badge").text("APP"));
    let space = is_app.then_some(" ");
    div("message-head")
        .with(span("author").text(name(message, reader)))
        .maybe(space)
        .maybe(badge)
        .text(" ")
        .with(time(message, place, true))
}

fn time(message: &Message, place: Address<'_>, focusable: bool) -> Element {
    let at = posted_at(message);
    let link = format!("{}#m-{}", place.to_link(), message.ts);
    element("a")
        .class("time")
        .attr("href", link)
        .attr("title", format!("{} UTC", mrkdwn::day_and_time(at)))
        .attr_if("tabindex", (!focusable).then_some("-1"))
        .with(
            element("time")
                .attr("datetime", at.to_string())
                .text(mrkdwn::clock_time(at)),
        )
}

/// A reply that its author sent to the channel too.
fn broadcast(
    message: &Message,
    standing: Standing,
    place: Address<'_>,
    reader: &Reader<'_>,
) -> Option<Element> {
    let root = message
        .thread_ts
        .as_deref()
        .filter(|_| message.broadcast && message.is_reply())?;
    let line = div("broadcast");
    if standing.in_thread {
        return Some(line.text("Also sent to the channel"));
    }
    let said = place
        .channel
        .message(root)
        .map(|root| summary(root, reader))
        .unwrap_or_default();
    let link = element("a")
        .attr("href", place.at_thread(Some(root)).to_link())
        .text(match said.as_str() {
            "" => "an earlier message",
            said => said,
        });
    Some(line.text("replied to a thread: ").with(link))
}

/// The first line of a message, for a link to it.
#[must_use]
pub fn summary(message: &Message, reader: &Reader<'_>) -> String {
    const LONGEST: usize = 80;
    let text = super::markup::to_text(&content(message, reader));
    let line = text.lines().next().unwrap_or_default();
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}

/// What was said. `text` is the message only when there are no blocks; beside blocks it is for
/// notifications. Above attachments it is shown, blocks inside them or not.
fn content(message: &Message, reader: &Reader<'_>) -> Vec<Node> {
    let mut nodes = Vec::new();
    let blocks = message.blocks.as_ref();
    let edited = message
        .edited
        .is_some()
        .then(|| span("edited").text(" (edited)"));
    match blocks.filter(|list| !blocks::items(list).is_empty()) {
        Some(list) => {
            nodes.push(div("blocks").nodes(blocks::draw(list, reader)).into());
            nodes.extend(edited.map(Node::from));
        }
        None if message.text.is_empty() => nodes.extend(edited.map(Node::from)),
        None => nodes.push(text(message, reader).maybe(edited).into()),
    }
    if let Some(list) = &message.attachments {
        nodes.extend(attachment::draw(list, reader));
    }
    nodes
}

fn text(message: &Message, reader: &Reader<'_>) -> Element {
    let class = match message.subtype.as_deref() {
        Some(
            "tombstone" | "channel_join" | "channel_leave" | "channel_topic" | "channel_purpose",
        ) => "text system",
        _ => "text",
    };
    let reading = if message.mrkdwn {
        Reading::FULL
    } else {
        Reading::PLAIN
    };
    div(class).nodes(mrkdwn::read(&message.text, reading, reader))
}

fn reactions(reactions: &[Reaction], reader: &Reader<'_>) -> Option<Element> {
    let drawn = reactions.iter().map(|reaction| {
        let names: Vec<_> = reaction
            .users
            .iter()
            .map(|id| reader.full_name(id))
            .collect();
        let mine = reaction.users.iter().any(|id| id == reader.person);
        let shown = mrkdwn::emoji_node(&reaction.name)
            .unwrap_or_else(|| Node::Text(format!(":{}:", reaction.name)));
        element("li")
            .class(if mine { "reaction mine" } else { "reaction" })
            .attr(
                "title",
                format!("{} reacted with :{}:", names.join(", "), reaction.name),
            )
            .reads(Reads::Bracketed)
            .with(shown)
            .text(format!(" {}", reaction.users.len()))
            .into()
    });
    (!reactions.is_empty()).then(|| {
        element("ul")
            .class("reactions")
            .attr("aria-label", "Reactions")
            .nodes(drawn)
    })
}

/// "3 replies": the way into the thread.
fn thread_line(
    message: &Message,
    standing: Standing,
    place: Address<'_>,
    reader: &Reader<'_>,
) -> Option<Element> {
    let count = message.replies.len();
    if standing.in_thread || count == 0 {
        return None;
    }
    let replies = message
        .replies
        .iter()
        .filter_map(|ts| place.channel.message(ts));
    let mut faces: Vec<&Message> = Vec::new();
    for reply in replies {
        if !faces.iter().any(|face| face.author == reply.author) {
            faces.push(reply);
        }
    }
    let faces = faces
        .iter()
        .take(4)
        .map(|face| avatar::of_author(&face.author, reader).into());
    let last = message
        .replies
        .last()
        .and_then(|ts| place.channel.message(ts));
    let last = last.map(|last| {
        let ago = mrkdwn::ago(posted_at(last), reader.now);
        span("last-reply").text(format!(" Last reply {ago}"))
    });
    let words = if count == 1 {
        "1 reply".to_owned()
    } else {
        format!("{count} replies")
    };
    let link = element("a")
        .class("thread-link")
        .attr("href", place.at_thread(Some(&message.ts)).to_link())
        .with(span("faces").reads(Reads::Silent).nodes(faces))
        .with(span("reply-count").text(words))
        .maybe(last);
    Some(div("thread-line").with(link))
}

/// What the pointer or the keyboard finds beside a message.
fn tools(
    message: &Message,
    standing: Standing,
    place: Address<'_>,
    reader: &Reader<'_>,
) -> Option<Element> {
    let is_kept = message.only_for.is_none();
    let can_reply = is_kept && !standing.in_thread && !message.is_reply();
    let reply = can_reply.then(|| {
        element("a")
            .attr("href", place.at_thread(Some(&message.ts)).to_link())
            .attr("title", "Reply in thread")
            .with(span("visually-hidden").text("Reply in thread"))
            .with(avatar::icon("thread"))
    });
    let shortcuts = menus::draw(&reader.offers.message, "message-shortcuts", "⋯");
    let shortcuts = shortcuts.filter(|_| is_kept && message.subtype.is_none());
    let is_empty = reply.is_none() && shortcuts.is_none();
    (!is_empty).then(|| {
        div("tools")
            .reads(Reads::Silent)
            .maybe(reply)
            .maybe(shortcuts)
    })
}
