//! What Slack can take, and what every message must have.
//!
//! The kinds' own files bound each text; here a whole message is brought within the limits that
//! remain. Only hostile input ever meets them.

use domain::event::Event;
use domain::message::Fact;
use domain::mrkdwn::{self, Mrkdwn};
use domain::{Message, say};

use super::text::length;
use super::{address, moment};

/// Slack's limits in characters, each with a margin for what `slack` puts around a text:
/// <https://docs.slack.dev/reference/block-kit/blocks/section-block/>.
const SENTENCE: usize = 2_900;
const BODY: usize = 2_900;
const FACT: usize = 1_950;
const FACTS: usize = 10;
/// Of all facts together: a message's blocks may take about 13,200.
const ALL_FACTS: usize = 7_000;
const BUTTONS: usize = 5;

/// The message within Slack's limits and with something under its headline.
pub(super) fn fitted(event: &Event, mut message: Message) -> Message {
    if SENTENCE < length(&message.summary) {
        message.summary = mrkdwn::escape(event.kind().words());
    }
    if SENTENCE < length(&message.headline) {
        // The sentence is worth more than its links.
        message.headline = message.summary.clone();
    }
    message.body = message.body.filter(|body| length(body) <= BODY);
    let mut room = ALL_FACTS;
    message.facts.retain(|fact| fits(fact, &mut room));
    message.facts.truncate(FACTS);
    message.links.truncate(BUTTONS);
    if has_details(&message) {
        message
    } else {
        message.context(when_or_where(event))
    }
}

fn fits(fact: &Fact, room: &mut usize) -> bool {
    let length = length(&fact.value);
    let fits = length <= FACT && length <= *room;
    if fits {
        *room -= length;
    }
    fits
}

fn has_details(message: &Message) -> bool {
    message.body.is_some()
        || !message.facts.is_empty()
        || !message.context.is_empty()
        || !message.links.is_empty()
}

/// The small print of a message that has no other detail: without any, Slack shows no colour.
fn when_or_where(event: &Event) -> Mrkdwn {
    match (event.happened_at, address::instance(event)) {
        (Some(moment), _) => moment::of(moment),
        (None, Some(instance)) => mrkdwn::link(instance, host(instance)),
        (None, None) => say!("GitLab"),
    }
}

fn host(address: &str) -> &str {
    address.split_once("://").map_or(address, |(_, host)| host)
}
