//! A message's Block Kit: the headline on top, and everything else beside a coloured bar.
//!
//! What is too long is cut: every part to its own limit, and facts, which come last, to what
//! the message as a whole has left. What was left out is said.

mod all;

pub use all::render_all;

use domain::message::{Fact, LinkButton, Message};
use domain::mrkdwn::{self, Mrkdwn};

use super::block::{Block, Section};
use super::element::{Button, Control};
use super::fit::size;
use super::limits::{self, Room};
use super::text::Text;
use super::{Attachment, Rendered};
use crate::mrkdwn::{Unit, cut_plain};

/// Room to say that facts were left out.
const LEFT_OUT_SHARE: usize = 80;

/// What the parts of one message's details may take.
struct Budget {
    /// Characters of labels and addresses.
    buttons: usize,
    /// Characters of small print.
    context: usize,
    fact_sections: usize,
    /// Buttons that stand in the same message already; their ids must not come twice.
    buttons_before: usize,
}

impl Budget {
    /// Of a message that stands alone: a button with the longest address always fits.
    const ALONE: Self = Self {
        buttons: 3_200,
        context: 1_500,
        fact_sections: limits::FACT_SECTIONS,
        buttons_before: 0,
    };
}

/// The Block Kit of `message`. Pure; never over a limit of Slack's, never empty.
#[must_use]
pub fn render(message: &Message) -> Rendered {
    render_with(message, [])
}

/// The Block Kit of `message` with `controls` to click under it. Pure; never over a limit of
/// Slack's: what takes more room than half a message has is left out.
#[must_use]
pub fn render_with(message: &Message, controls: impl IntoIterator<Item = Control>) -> Rendered {
    let text = limits::message_text(message.summary.as_str());
    let mut room = Room::new();
    let controls = room.share(limits::MESSAGE / 2, |share| that_fit(controls, share));
    let headline = room.take(message.headline.as_str(), limits::SECTION);
    let headline = headline.map_or_else(|| text.clone(), Into::into);
    let mut blocks = details(message, &mut room, &Budget::ALONE);
    add_controls(&mut blocks, controls);
    let attachment = Attachment {
        color: message.tone.color(),
        blocks,
    };
    Rendered {
        text,
        blocks: vec![Block::paragraph(headline)],
        attachments: if attachment.blocks.is_empty() {
            Vec::new()
        } else {
            vec![attachment]
        },
    }
}

fn that_fit(controls: impl IntoIterator<Item = Control>, room: &mut Room) -> Vec<Control> {
    let controls = controls.into_iter().take(limits::BUTTONS);
    controls
        .take_while(|control| room.take_whole(size(control)))
        .collect()
}

/// In one row with the buttons that open pages, before them, if there is room.
fn add_controls(blocks: &mut Vec<Block>, mut controls: Vec<Control>) {
    if let Some(Block::Actions(links)) = blocks.last_mut()
        && controls.len() + links.elements.len() <= limits::BUTTONS
    {
        controls.append(&mut links.elements);
        blocks.pop();
    }
    if !controls.is_empty() {
        blocks.push(Block::actions(controls));
    }
}

fn details(message: &Message, room: &mut Room, budget: &Budget) -> Vec<Block> {
    // Buttons and small print take their room first and stand last.
    let buttons = room.share(budget.buttons, |share| {
        buttons(&message.links, budget.buttons_before, share)
    });
    let mut context = room.share(budget.context, |share| context(&message.context, share));
    let body = message
        .body
        .as_ref()
        .and_then(|body| room.take(body.as_str(), limits::SECTION));
    let mut blocks: Vec<Block> = body.map(Block::paragraph).into_iter().collect();
    let (sections, left_out) = room.all_but(LEFT_OUT_SHARE, |room| {
        facts(&message.facts, budget.fact_sections, room)
    });
    blocks.extend(sections.into_iter().map(Block::Section));
    if 0 < left_out {
        context.truncate(limits::CONTEXT_ELEMENTS - 1);
        context.push(Text::mrkdwn(format!("{left_out} more not shown")));
    }
    if !context.is_empty() {
        blocks.push(Block::Context { elements: context });
    }
    if !buttons.is_empty() {
        blocks.push(Block::actions(buttons));
    }
    blocks
}

fn buttons(links: &[LinkButton], before: usize, room: &mut Room) -> Vec<Control> {
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
            let action_id = format!("open_{}", before + buttons.len() + 1);
            buttons.push(Button::new(&label, action_id).url(&link.url).into());
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

/// At most `most` sections of `facts`, in their order, and the number of facts that found no
/// room.
fn facts(facts: &[Fact], most: usize, room: &mut Room) -> (Vec<Section>, usize) {
    let mut sections = FactSections {
        sections: Vec::new(),
        most,
    };
    let shown = facts
        .iter()
        .filter(|fact| !limits::is_blank(fact.value.as_str()));
    let left_out = shown.filter(|fact| !sections.add(fact, room)).count();
    (sections.sections, left_out)
}

struct FactSections {
    sections: Vec<Section>,
    most: usize,
}

impl FactSections {
    /// Adds `fact` to the columns that are open, or as a section of its own when it is wide.
    fn add(&mut self, fact: &Fact, room: &mut Room) -> bool {
        let columns = self
            .sections
            .last()
            .is_some_and(|last| last.text.is_none() && last.fields.len() < limits::FIELDS);
        let opens_section = fact.wide || !columns;
        if opens_section && self.most <= self.sections.len() {
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
        match self.sections.last_mut() {
            Some(last) if !opens_section => last.fields.push(text),
            _ if fact.wide => self.sections.push(Section {
                text: Some(text),
                ..Section::default()
            }),
            _ => self.sections.push(Section {
                fields: vec![text],
                ..Section::default()
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

#[cfg(test)]
mod tests {
    use domain::message::Tone;
    use insta::assert_json_snapshot;
    use proptest::collection::vec;
    use proptest::prelude::*;
    use serde_json::Value;

    use super::super::checker::complaints;
    use super::*;

    fn json(message: &Message) -> Value {
        serde_json::to_value(render(message)).unwrap()
    }

    pub(super) fn merge_request() -> Message {
        let link = mrkdwn::link("https://gitlab.example/acme/shop/-/merge_requests/7", "!7");
        Message::new(
            mrkdwn::escape("Ana opened merge request !7 Tidy the sidebar"),
            domain::say!("{} opened merge request {}", mrkdwn::bold("Ana"), link),
        )
        .tone(Tone::Work)
        .body(mrkdwn::escape("Removes what <nobody> uses & more."))
        .fact("Source", mrkdwn::code("tidy-sidebar"))
        .fact("Target", mrkdwn::code("main"))
        .wide_fact("Labels", mrkdwn::escape("frontend, polish"))
        .fact("Reviewer", mrkdwn::escape("Ben"))
        .context(mrkdwn::escape("acme/shop"))
        .link(
            "Open",
            "https://gitlab.example/acme/shop/-/merge_requests/7",
        )
        .link(
            "Changes",
            "https://gitlab.example/acme/shop/-/merge_requests/7/diffs",
        )
    }

    #[test]
    fn the_headline_stands_on_top_and_the_details_beside_the_bar() {
        assert_json_snapshot!(json(&merge_request()), @r##"
        {
          "attachments": [
            {
              "blocks": [
                {
                  "text": {
                    "text": "Removes what &lt;nobody&gt; uses &amp; more.",
                    "type": "mrkdwn",
                    "verbatim": true
                  },
                  "type": "section"
                },
                {
                  "fields": [
                    {
                      "text": "*Source*\n`tidy-sidebar`",
                      "type": "mrkdwn",
                      "verbatim": true
                    },
                    {
                      "text": "*Target*\n`main`",
                      "type": "mrkdwn",
                      "verbatim": true
                    }
                  ],
                  "type": "section"
                },
                {
                  "text": {
                    "text": "*Labels*\nfrontend, polish",
                    "type": "mrkdwn",
                    "verbatim": true
                  },
                  "type": "section"
                },
                {
                  "fields": [
                    {
                      "text": "*Reviewer*\nBen",
                      "type": "mrkdwn",
                      "verbatim": true
                    }
                  ],
                  "type": "section"
                },
                {
                  "elements": [
                    {
                      "text": "acme/shop",
                      "type": "mrkdwn",
                      "verbatim": true
                    }
                  ],
                  "type": "context"
                },
                {
                  "elements": [
                    {
                      "action_id": "open_1",
                      "text": {
                        "emoji": false,
                        "text": "Open",
                        "type": "plain_text"
                      },
                      "type": "button",
                      "url": "https://gitlab.example/acme/shop/-/merge_requests/7"
                    },
                    {
                      "action_id": "open_2",
                      "text": {
                        "emoji": false,
                        "text": "Changes",
                        "type": "plain_text"
                      },
                      "type": "button",
                      "url": "https://gitlab.example/acme/shop/-/merge_requests/7/diffs"
                    }
                  ],
                  "type": "actions"
                }
              ],
              "color": "#C95823"
            }
          ],
          "blocks": [
            {
              "text": {
                "text": "*Ana* opened merge request <https://gitlab.example/acme/shop/-/merge_requests/7|!7>",
                "type": "mrkdwn",
                "verbatim": true
              },
              "type": "section"
            }
          ],
          "text": "Ana opened merge request !7 Tidy the sidebar"
        }
        "##);
    }

    #[test]
    fn a_message_without_details_is_one_line() {
        let message = Message::new(mrkdwn::escape("Ana pushed"), mrkdwn::bold("Ana"));
        assert_json_snapshot!(json(&message), @r##"
        {
          "attachments": [],
          "blocks": [
            {
              "text": {
                "text": "*Ana*",
                "type": "mrkdwn",
                "verbatim": true
              },
              "type": "section"
            }
          ],
          "text": "Ana pushed"
        }
        "##);
    }

    #[test]
    fn an_empty_message_still_says_something() {
        let message = Message::new(Mrkdwn::empty(), Mrkdwn::fixed(" \n"));
        let rendered = render(&message);
        assert_eq!(rendered.text, "Something happened in GitLab");
        assert_eq!(
            rendered.blocks,
            [Block::paragraph("Something happened in GitLab")]
        );
        assert!(rendered.attachments.is_empty());
    }

    #[test]
    fn facts_that_find_no_room_are_counted() {
        let mut message = merge_request();
        for n in 0..40 {
            message = message.fact(&format!("Fact {n}"), mrkdwn::escape(&"word ".repeat(200)));
        }
        let json = json(&message);
        assert_eq!(complaints(&json), Vec::<String>::new());
        let blocks = json["attachments"][0]["blocks"].as_array().unwrap();
        let context = &blocks[blocks.len() - 2]["elements"];
        assert_eq!(context[0]["text"], "acme/shop");
        assert_eq!(context[1]["text"], "27 more not shown");
    }

    #[test]
    fn a_button_that_cannot_be_pressed_is_left_out() {
        let mut message = merge_request();
        message.links = [
            ("", "https://g.ex"),
            ("Bad", "javascript:alert(1)"),
            (":smile: <!channel>", "https://g.ex/2"),
        ]
        .map(|(label, url)| LinkButton {
            label: label.to_owned(),
            url: url.to_owned(),
        })
        .to_vec();
        let json = json(&message);
        let blocks = json["attachments"][0]["blocks"].as_array().unwrap();
        assert_json_snapshot!(blocks.last(), @r##"
        {
          "elements": [
            {
              "action_id": "open_1",
              "text": {
                "emoji": false,
                "text": "Open",
                "type": "plain_text"
              },
              "type": "button",
              "url": "https://g.ex"
            },
            {
              "action_id": "open_2",
              "text": {
                "emoji": false,
                "text": ":smile: <!channel>",
                "type": "plain_text"
              },
              "type": "button",
              "url": "https://g.ex/2"
            }
          ],
          "type": "actions"
        }
        "##);
    }

    fn markup() -> impl Strategy<Value = Mrkdwn> {
        let text = prop_oneof![
            ".{0,40}",
            "[<>&|*_~`: \n\u{2060}]{0,40}",
            (".{1,8}", 1_usize..500).prop_map(|(word, times)| word.repeat(times)),
        ];
        prop_oneof![
            text.clone().prop_map(|text| mrkdwn::escape(&text)),
            text.clone().prop_map(|text| mrkdwn::bold(&text)),
            text.clone().prop_map(|text| mrkdwn::code(&text)),
            text.clone()
                .prop_map(|text| mrkdwn::link("https://g.ex/?a&b", &text)),
            text.prop_map(Mrkdwn::from_trusted),
        ]
    }

    pub(super) fn message() -> impl Strategy<Value = Message> {
        let tone = prop_oneof![Just(Tone::Neutral), Just(Tone::Danger)];
        let fact = (".{0,100}", markup(), any::<bool>()).prop_map(|(label, value, wide)| Fact {
            label,
            value,
            wide,
        });
        let url = prop_oneof![".{0,20}", "https://[a-z]{1,20}", "https://[a-z]{1900,1990}"];
        let link = (".{0,100}", url).prop_map(|(label, url)| LinkButton { label, url });
        (
            (markup(), markup(), tone, proptest::option::of(markup())),
            (vec(fact, 0..50), vec(markup(), 0..15), vec(link, 0..40)),
        )
            .prop_map(
                |((summary, headline, tone, body), (facts, context, links))| Message {
                    summary,
                    headline,
                    tone,
                    body,
                    facts,
                    context,
                    links,
                },
            )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn any_message_is_inside_every_limit(message in message()) {
            let json = json(&message);
            prop_assert_eq!(complaints(&json), Vec::<String>::new());
            prop_assert_eq!(&json, &serde_json::to_value(render(&message)).unwrap());
        }
    }
}
