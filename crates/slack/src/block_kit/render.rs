//! A message's Block Kit: the headline on top, and everything else beside a coloured bar.
//!
//! What is too long is cut: every part to its own limit, and facts, which come last, to what
//! the message as a whole has left. What was left out is said.

use domain::message::{Fact, LinkButton, Message};
use domain::mrkdwn::{self, Mrkdwn};

use super::limits::{self, Room};
use super::{Attachment, Block, Button, Rendered, Section, Text};
use crate::mrkdwn::{Unit, cut_plain};

/// What the buttons of a message may take: one with the longest address always fits.
const BUTTONS_SHARE: usize = 3_200;
const CONTEXT_SHARE: usize = 1_500;
/// Room to say that facts were left out.
const LEFT_OUT_SHARE: usize = 80;

/// The Block Kit of `message`. Pure; never over a limit of Slack's, never empty.
#[must_use]
pub fn render(message: &Message) -> Rendered {
    let text = limits::message_text(message.summary.as_str());
    let mut room = Room::new();
    let headline = room.take(message.headline.as_str(), limits::SECTION);
    let headline = headline.map_or_else(|| text.clone(), Into::into);
    let blocks = details(message, &mut room);
    let attachment = Attachment {
        color: message.tone.color(),
        blocks,
    };
    Rendered {
        text,
        blocks: vec![Block::text(headline)],
        attachments: if attachment.blocks.is_empty() {
            Vec::new()
        } else {
            vec![attachment]
        },
    }
}

fn details(message: &Message, room: &mut Room) -> Vec<Block> {
    // Buttons and small print take their room first and stand last.
    let buttons = room.share(BUTTONS_SHARE, |share| buttons(&message.links, share));
    let mut context = room.share(CONTEXT_SHARE, |share| context(&message.context, share));
    let body = message
        .body
        .as_ref()
        .and_then(|body| room.take(body.as_str(), limits::SECTION));
    let mut blocks: Vec<Block> = body.map(Block::text).into_iter().collect();
    let (sections, left_out) = room.all_but(LEFT_OUT_SHARE, |room| facts(&message.facts, room));
    blocks.extend(sections.into_iter().map(Block::Section));
    if 0 < left_out {
        context.truncate(limits::CONTEXT_ELEMENTS - 1);
        context.push(Text::mrkdwn(format!("{left_out} more not shown")));
    }
    if !context.is_empty() {
        blocks.push(Block::Context { elements: context });
    }
    if !buttons.is_empty() {
        blocks.push(Block::Actions { elements: buttons });
    }
    blocks
}

fn buttons(links: &[LinkButton], room: &mut Room) -> Vec<Button> {
    let mut buttons = Vec::new();
    for link in links
        .iter()
        .filter(|link| mrkdwn::is_web_address(&link.url))
    {
        let label = if limits::is_blank(&link.label) {
            "Open"
        } else {
            link.label.trim()
        };
        let label = cut_plain(label, limits::BUTTON_TEXT);
        let url_length = Unit::Utf16.length(&link.url);
        if buttons.len() < limits::BUTTONS
            && url_length <= limits::BUTTON_URL
            && room.take_whole(url_length + Unit::Utf16.length(&label))
        {
            buttons.push(Button {
                text: Text::PlainText {
                    text: label.into_owned(),
                    emoji: false,
                },
                url: link.url.clone(),
                action_id: format!("open_{}", buttons.len() + 1),
            });
        }
    }
    buttons
}

fn context(pieces: &[Mrkdwn], room: &mut Room) -> Vec<Text> {
    pieces
        .iter()
        .filter_map(|piece| room.take(piece.as_str(), limits::FIELD))
        .map(Text::mrkdwn)
        .take(limits::CONTEXT_ELEMENTS)
        .collect()
}

/// The sections of `facts`, in their order, and the number of facts that found no room.
fn facts(facts: &[Fact], room: &mut Room) -> (Vec<Section>, usize) {
    let mut sections = FactSections::default();
    let shown = facts
        .iter()
        .filter(|fact| !limits::is_blank(fact.value.as_str()));
    let left_out = shown.filter(|fact| !sections.add(fact, room)).count();
    (sections.0, left_out)
}

#[derive(Default)]
struct FactSections(Vec<Section>);

impl FactSections {
    /// Adds `fact` to the columns that are open, or as a section of its own when it is wide.
    fn add(&mut self, fact: &Fact, room: &mut Room) -> bool {
        let columns = self
            .0
            .last()
            .is_some_and(|last| last.text.is_none() && last.fields.len() < limits::FIELDS);
        let opens_section = fact.wide || !columns;
        if opens_section && limits::FACT_SECTIONS <= self.0.len() {
            return false;
        }
        let limit = if fact.wide {
            limits::SECTION
        } else {
            limits::FIELD
        };
        let Some(text) = room.take(&labelled(fact), limit).map(Text::mrkdwn) else {
            return false;
        };
        match self.0.last_mut() {
            Some(last) if !opens_section => last.fields.push(text),
            _ if fact.wide => self.0.push(Section {
                text: Some(text),
                fields: Vec::new(),
            }),
            _ => self.0.push(Section {
                text: None,
                fields: vec![text],
            }),
        }
        true
    }
}

fn labelled(fact: &Fact) -> String {
    let label = mrkdwn::bold(&cut_plain(&fact.label, limits::BUTTON_TEXT));
    let between = if label.is_empty() { "" } else { "\n" };
    format!("{label}{between}{}", fact.value)
}
