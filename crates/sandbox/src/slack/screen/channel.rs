//! What one person sees of a channel, or of a thread in it.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::address::Address;
use super::markup::{Element, Node, Reads, div, element, span};
use super::message::{self, Standing};
use super::mrkdwn;
use super::reader::Reader;
use crate::slack::workspace::Message;

/// Messages of one author closer than this stand under one name.
const TOGETHER: SignedDuration = SignedDuration::from_mins(5);

/// Draws the channel: its messages by day, oldest first, no more than the newest `limit`.
#[must_use]
pub fn timeline(place: Address<'_>, limit: usize, reader: &Reader<'_>) -> Vec<Node> {
    let is_seen = |message: &&Message| message.is_in_channel() && is_for(message, reader);
    let is_older = |message: &&Message| place.before.is_none_or(|ts| message.ts.as_str() < ts);
    let mut newest = place
        .channel
        .messages
        .iter()
        .rev()
        .filter(is_seen)
        .filter(is_older);
    let mut shown: Vec<&Message> = newest.by_ref().take(limit).collect();
    shown.reverse();
    let mut nodes = Vec::new();
    match (newest.next(), shown.first()) {
        (Some(_), Some(oldest)) => {
            let link = place.looking_before(Some(&oldest.ts)).to_link();
            nodes.push(elsewhere("earlier", link, "Earlier messages"));
        }
        _ => nodes.push(beginning(place, reader)),
    }
    nodes.extend(by_day(&shown, false, place, reader));
    if place.before.is_some() {
        nodes.push(elsewhere(
            "newest",
            place.to_link(),
            "Back to the newest messages",
        ));
    }
    nodes
}

/// Draws a thread: its root, a line that counts, and the replies.
#[must_use]
pub fn thread(root: &str, place: Address<'_>, reader: &Reader<'_>) -> Vec<Node> {
    let Some(first) = place.channel.message(root) else {
        return vec![
            div("nothing")
                .text("This message is no longer there.")
                .into(),
        ];
    };
    let replies: Vec<_> = place
        .channel
        .messages
        .iter()
        .filter(|reply| reply.is_reply() && reply.thread_ts.as_deref() == Some(root))
        .filter(|reply| is_for(reply, reader))
        .collect();
    let standing = Standing {
        compact: false,
        in_thread: true,
    };
    let mut nodes = vec![message::draw(first, standing, place, reader)];
    if !replies.is_empty() {
        let count = match replies.len() {
            1 => "1 reply".to_owned(),
            count => format!("{count} replies"),
        };
        nodes.push(
            div("reply-divider")
                .attr("id", "reply-divider")
                .with(span("reply-total").text(count))
                .into(),
        );
    }
    nodes.extend(grouped(&replies, true, place, reader));
    nodes
}

fn is_for(message: &Message, reader: &Reader<'_>) -> bool {
    message
        .only_for
        .as_deref()
        .is_none_or(|person| person == reader.person)
}

/// A way to another part of the history.
fn elsewhere(id: &'static str, link: String, words: &'static str) -> Node {
    let link = element("a").attr("href", link).text(words);
    div("elsewhere").attr("id", id).with(link).into()
}

/// Where a channel's history starts.
fn beginning(place: Address<'_>, reader: &Reader<'_>) -> Node {
    let title = reader.title(place.channel);
    let (heading, words) = if place.channel.name.is_empty() {
        (
            title.clone(),
            format!("This conversation is between you and {title}."),
        )
    } else {
        (
            format!("# {title}"),
            format!("This is the very beginning of #{title}."),
        )
    };
    div("beginning")
        .attr("id", "beginning")
        .with(
            element("p")
                .class("beginning-title")
                .reads(Reads::Silent)
                .text(heading),
        )
        .with(element("p").text(words))
        .into()
}

fn by_day(
    shown: &[&Message],
    in_thread: bool,
    place: Address<'_>,
    reader: &Reader<'_>,
) -> Vec<Node> {
    let date = |time: Timestamp| time.to_zoned(TimeZone::UTC).date();
    let today = date(reader.now);
    shown
        .chunk_by(|one, next| date(message::posted_at(one)) == date(message::posted_at(next)))
        .flat_map(|day| {
            let on = day
                .first()
                .map_or(today, |first| date(message::posted_at(first)));
            let divider = divider(&mrkdwn::day(on, today), &on.to_string());
            std::iter::once(divider.into()).chain(grouped(day, in_thread, place, reader))
        })
        .collect()
}

fn divider(day: &str, id: &str) -> Element {
    div("day").attr("id", format!("day-{id}")).with(
        element("h2")
            .class("day-name")
            .reads(Reads::Quoted("—— "))
            .text(day),
    )
}

fn grouped(
    shown: &[&Message],
    in_thread: bool,
    place: Address<'_>,
    reader: &Reader<'_>,
) -> Vec<Node> {
    let mut before: Option<&Message> = None;
    let mut nodes = Vec::with_capacity(shown.len());
    for &message in shown {
        let compact = before.is_some_and(|before| belongs_to(before, message));
        nodes.push(message::draw(
            message,
            Standing { compact, in_thread },
            place,
            reader,
        ));
        before = Some(message);
    }
    nodes
}

fn belongs_to(before: &Message, next: &Message) -> bool {
    before.author == next.author
        && before.only_for.is_none()
        && next.only_for.is_none()
        && before.subtype == next.subtype
        && !next.broadcast
        && before.replies.is_empty()
        && message::posted_at(next).duration_since(message::posted_at(before)) < TOGETHER
}
