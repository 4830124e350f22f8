//! Whatever is put into a modal, a Home tab or a card, Slack takes it.

use domain::{Message, Mrkdwn, mrkdwn};
use proptest::collection::vec;
use proptest::prelude::*;
use sandbox::slack::{TOTAL_CHARACTERS, blocks};
use serde_json::json;
use slack::Rendered;
use slack::block_kit::render_with;
use slack::view::{
    Block, Button, Choice, Control, Input, PlainTextInput, Section, StaticSelect, View,
};

use crate::views::check;

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        ".{0,40}",
        "[<>&|*_~`:\"\\\\ \n\u{2060}\u{1}]{0,60}",
        (".{1,8}", 1_usize..450).prop_map(|(word, times)| word.repeat(times)),
    ]
}

fn markup() -> impl Strategy<Value = Mrkdwn> {
    prop_oneof![
        text().prop_map(|text| mrkdwn::escape(&text)),
        text().prop_map(|text| mrkdwn::link("https://g.ex/?a&b", &text)),
        text().prop_map(Mrkdwn::from_trusted),
    ]
}

fn button() -> impl Strategy<Value = Button> {
    (text(), ".{0,3}", text()).prop_map(|(label, id, value)| {
        Button::new(&label, id)
            .value(&value)
            .url(&value)
            .accessibility_label(&label)
    })
}

fn menu() -> impl Strategy<Value = StaticSelect> {
    let choice = (text(), prop_oneof![".{0,20}", "[x🚂]{120,170}"])
        .prop_map(|(label, value)| Choice::new(&label, value));
    (".{0,3}", vec(choice, 0..12), text()).prop_map(|(id, choices, text)| {
        StaticSelect::new(id, choices)
            .placeholder(&text)
            .initial(&text)
    })
}

fn block() -> impl Strategy<Value = Block> {
    let control = prop_oneof![
        button().prop_map(Control::from),
        menu().prop_map(Control::from),
    ];
    let section = (
        markup(),
        vec(markup(), 0..12),
        proptest::option::of(button()),
    );
    prop_oneof![
        text().prop_map(|text| Block::header(&text)),
        section.prop_map(|(text, fields, button)| {
            let section = fields
                .iter()
                .fold(Section::new(&text), |all, field| all.field(field));
            match button {
                Some(button) => section.block_id("x").accessory(button).into(),
                None => section.into(),
            }
        }),
        vec(markup(), 0..12).prop_map(Block::context),
        vec(control, 0..8).prop_map(Block::actions),
        (".{0,2}", text(), text()).prop_map(|(id, label, initial)| {
            let field = PlainTextInput::new("text")
                .initial(&initial)
                .placeholder(&label);
            Input::new(id, &label, field).hint(&label).into()
        }),
        Just(Block::divider()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn any_view_is_inside_every_limit(title in text(), blocks in vec(block(), 0..40)) {
        let blocks_of_home = blocks.clone();
        let modal = View::modal(&title).submit(&title).close(&title).blocks(blocks);
        check("a modal", &modal);
        check("a home", &View::home().callback_id(&title).blocks(blocks_of_home));
    }

    #[test]
    fn any_list_is_a_message_that_slack_takes(summary in markup(), blocks in vec(block(), 0..30)) {
        let inputs = |block: &Block| !matches!(block, Block::Input(_));
        let blocks = blocks.into_iter().filter(inputs);
        let message = json!(Rendered::of_blocks(&summary, blocks));
        prop_assert_eq!(blocks::validate_message(&message), []);
        let characters = blocks::characters(&message["blocks"]);
        prop_assert!(characters <= TOTAL_CHARACTERS, "{}", characters);
    }

    #[test]
    fn any_card_is_a_message_that_slack_takes(
        text in markup(),
        facts in vec((text(), markup()), 0..12),
        buttons in vec(button(), 0..30),
    ) {
        let message = facts.iter().fold(
            Message::new(text.clone(), text),
            |message, (label, value)| message.fact(label, value.clone()),
        );
        let controls = buttons.into_iter().map(Control::from);
        let card = json!(render_with(&message, controls));
        prop_assert_eq!(blocks::validate_message(&card), []);
        let characters = blocks::characters(&card["blocks"])
            + blocks::characters_of_attachments(&card["attachments"]);
        prop_assert!(characters <= TOTAL_CHARACTERS, "{}", characters);
    }
}
