//! Several messages as one: an answer about several environments, a list.
//!
//! The first leads: its headline stands on top. Everything else stands beside a bar of its own
//! message's colour. The room is shared out evenly, and what one message leaves goes to those
//! after it.

use domain::Mrkdwn;
use domain::message::{Message, Tone};

use super::super::block::Block;
use super::super::limits::{self, Room};
use super::super::text::Text;
use super::super::{Attachment, Rendered};
use super::{Budget, details, render};

/// The Block Kit of `messages` as one message. Pure; never over a limit of Slack's, never empty.
///
/// At most 20 attachments and 50 blocks; of the messages that do not fit only the number is
/// said. One message is what [`render`] makes of it.
#[must_use]
pub fn render_all(messages: &[Message]) -> Rendered {
    let first = match messages {
        [] => return Rendered::of_text(&Mrkdwn::fixed("Nothing to show")),
        [only] => return render(only),
        [first, ..] => first,
    };
    let mut page = Page::new(messages.len());
    let shown = messages.iter().take_while(|message| page.add(message));
    let left_out = messages.len() - shown.count();
    page.finish(limits::message_text(first.summary.as_str()), left_out)
}

struct Page {
    room: Room,
    blocks_left: usize,
    buttons: usize,
    /// Messages that may still come.
    remaining: usize,
    headline: Option<Block>,
    attachments: Vec<Attachment>,
}

impl Page {
    /// For `count` messages. The last attachment is kept for the number of those left out.
    fn new(count: usize) -> Self {
        let most = if limits::ATTACHMENTS < count {
            limits::ATTACHMENTS - 1
        } else {
            limits::ATTACHMENTS
        };
        let mut room = Room::new();
        let _note = room.take_whole(note(count).as_str().len());
        Self {
            room,
            blocks_left: limits::BLOCKS - 1,
            buttons: 0,
            remaining: count.min(most),
            headline: None,
            attachments: Vec::new(),
        }
    }

    /// Adds `message` if there is room for each of its parts.
    fn add(&mut self, message: &Message) -> bool {
        let needed = fewest_blocks(message);
        if self.remaining == 0 || self.blocks_left < needed {
            return false;
        }
        let share = self.room.left() / self.remaining;
        let blocks = (self.blocks_left / self.remaining).max(needed);
        let budget = Budget {
            buttons: share / 3,
            context: share / 6,
            fact_sections: (blocks - needed + 1).min(limits::FACT_SECTIONS),
            buttons_before: self.buttons,
        };
        let (headline, details) = self.room.share(share, |room| {
            let headline = room.share(share / 3, |room| headline(message, room));
            (headline, details(message, room, &budget))
        });
        let Some(headline) = headline else {
            return false;
        };
        self.remaining -= 1;
        self.blocks_left -= 1 + details.len();
        self.buttons += details.iter().map(count_buttons).sum::<usize>();
        self.place(message.tone, headline, details);
        true
    }

    /// The first headline goes on top, every other one beside its details.
    fn place(&mut self, tone: Tone, headline: Block, details: Vec<Block>) {
        let beside_the_bar = if self.headline.is_none() {
            self.headline = Some(headline);
            details
        } else {
            std::iter::once(headline).chain(details).collect()
        };
        if !beside_the_bar.is_empty() {
            self.attachments.push(Attachment {
                color: tone.color(),
                blocks: beside_the_bar,
            });
        }
    }

    fn finish(mut self, text: String, left_out: usize) -> Rendered {
        if 0 < left_out {
            self.attachments.push(Attachment {
                color: Tone::Neutral.color(),
                blocks: vec![Block::Context {
                    elements: vec![note(left_out)],
                }],
            });
        }
        Rendered {
            blocks: vec![
                self.headline
                    .unwrap_or_else(|| Block::paragraph(text.clone())),
            ],
            text,
            attachments: self.attachments,
        }
    }
}

/// The blocks of a message whose facts all stand in one section. Small print is counted with
/// facts, as it says how many were left out.
fn fewest_blocks(message: &Message) -> usize {
    let facts = !message.facts.is_empty();
    1 + usize::from(message.body.is_some())
        + usize::from(facts)
        + usize::from(facts || !message.context.is_empty())
        + usize::from(!message.links.is_empty())
}

fn headline(message: &Message, room: &mut Room) -> Option<Block> {
    let headline = room.take(message.headline.as_str(), limits::SECTION);
    let headline = headline.map(Into::into).or_else(|| {
        let summary = limits::message_text(message.summary.as_str());
        room.take(&summary, limits::SECTION)
            .map(std::borrow::Cow::into_owned)
    });
    headline.map(|headline: String| Block::paragraph(headline))
}

fn count_buttons(block: &Block) -> usize {
    match block {
        Block::Actions(actions) => actions.elements.len(),
        Block::Header { .. }
        | Block::Section(_)
        | Block::Context { .. }
        | Block::Divider {}
        | Block::Input(_) => 0,
    }
}

fn note(left_out: usize) -> Text {
    Text::mrkdwn(format!("and {left_out} more"))
}

#[cfg(test)]
mod tests {
    use domain::mrkdwn;
    use proptest::collection::vec;
    use proptest::prelude::*;
    use serde_json::Value;

    use super::super::super::checker::complaints;
    use super::super::tests::{merge_request, message};
    use super::*;

    fn json(messages: &[Message]) -> Value {
        serde_json::to_value(render_all(messages)).unwrap()
    }

    fn environment(name: &str, tone: Tone) -> Message {
        Message::new(mrkdwn::escape(name), mrkdwn::bold(name))
            .tone(tone)
            .fact("State", mrkdwn::escape("conditional"))
            .link("Open", "https://gitlab.example")
    }

    #[test]
    fn each_message_has_a_bar_of_its_own_colour() {
        let messages = [
            environment("staging", Tone::Good),
            environment("production", Tone::Danger),
        ];
        insta::assert_snapshot!(outline(&json(&messages)), @r"
        staging
        *staging*
        #2EB67D: section [open_1]
        #D22852: *production* section [open_2]
        ");
    }

    #[test]
    fn one_message_is_what_it_is_alone_and_none_says_so() {
        assert_eq!(render_all(&[merge_request()]), render(&merge_request()));
        assert_eq!(render_all(&[]).text, "Nothing to show");
    }

    #[test]
    fn what_does_not_fit_is_counted() {
        for (count, expected) in [
            (16, None),
            (17, Some("and 1 more")),
            (40, Some("and 24 more")),
        ] {
            let messages = vec![environment("staging", Tone::Good); count];
            let json = json(&messages);
            assert_eq!(complaints(&json), Vec::<String>::new(), "{count}");
            let attachments = json["attachments"].as_array().unwrap();
            let last = &attachments[attachments.len() - 1]["blocks"][0]["elements"][0]["text"];
            assert_eq!(last.as_str(), expected, "{count}");
        }
    }

    #[test]
    fn twenty_lines_are_all_there() {
        let line = Message::new(mrkdwn::escape("a"), mrkdwn::escape("a"));
        let attachments = |count| render_all(&vec![line.clone(); count]).attachments.len();
        // The first stands on top.
        assert_eq!(attachments(20), 19);
        assert_eq!(attachments(21), 19);
    }

    #[test]
    fn a_long_message_leaves_room_for_the_others() {
        let long = environment("staging", Tone::Good).body(mrkdwn::escape(&"word ".repeat(9_000)));
        let messages = [long.clone(), long.clone(), long];
        let json = json(&messages);
        assert_eq!(complaints(&json), Vec::<String>::new());
        for attachment in json["attachments"].as_array().unwrap() {
            let blocks = attachment["blocks"].as_array().unwrap();
            assert!(3 <= blocks.len(), "{attachment:#}");
        }
    }

    /// Headlines, kinds of blocks and ids of buttons.
    fn outline(message: &Value) -> String {
        let word = |block: &Value| match block["type"].as_str().unwrap() {
            "actions" => format!("[{}]", block["elements"][0]["action_id"].as_str().unwrap()),
            kind => block["text"]["text"].as_str().unwrap_or(kind).to_owned(),
        };
        let line = |blocks: &Value| {
            let words = blocks.as_array().unwrap().iter().map(word);
            words.collect::<Vec<_>>().join(" ")
        };
        let mut lines = vec![
            message["text"].as_str().unwrap().to_owned(),
            line(&message["blocks"]),
        ];
        for attachment in message["attachments"].as_array().unwrap() {
            let color = attachment["color"].as_str().unwrap();
            lines.push(format!("{color}: {}", line(&attachment["blocks"])));
        }
        lines.join("\n")
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn any_messages_are_inside_every_limit(different in vec(message(), 1..4), count in 0_usize..30) {
            let messages: Vec<_> = different.iter().cycle().take(count).cloned().collect();
            prop_assert_eq!(complaints(&json(&messages)), Vec::<String>::new());
        }
    }
}
