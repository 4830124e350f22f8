//! A gallery of modals and Home tabs: every block, every element, short, empty and far too long.

use domain::message::Tone;
use domain::{Message, Mrkdwn, mrkdwn};
use jiff::civil::date;
use slack::view::{
    Accessory, Actions, Block, Button, ChannelsSelect, Checkboxes, Choice, Choices, Confirm,
    Control, ConversationKind, ConversationsSelect, DatePicker, Dispatch, EmailTextInput,
    ExternalSelect, Field, Group, Input, MultiExternalSelect, MultiStaticSelect, NumberInput,
    Overflow, PlainTextInput, RadioButtons, Section, StaticSelect, UrlTextInput, UsersSelect, View,
};

/// What a text may look like when nobody looked at it before.
pub const TEXTS: [&str; 5] = [
    "Tidy the sidebar",
    "",
    " \n\t\u{2060}",
    "<!channel> & <@U0ANA> *bold* `code` :tada:",
    "\u{7}\u{0}<\u{202e}> & \u{1f642}",
];

/// Views with every part of ours, once with each text, and the forms that the app shows.
pub fn views() -> Vec<(String, View)> {
    let long = "\u{1f642}<&> word ".repeat(1_000);
    let mut views = vec![
        ("incident".to_owned(), incident()),
        ("home".to_owned(), home()),
        ("an empty home".to_owned(), View::home()),
        ("an empty modal".to_owned(), View::modal("")),
        ("too many blocks".to_owned(), crowded(&long)),
    ];
    for text in TEXTS.into_iter().chain([long.as_str()]) {
        let about: String = text.chars().take(24).collect();
        views.push((format!("everything says {about:?}"), everything(text)));
        views.push((format!("a home says {about:?}"), home_of_everything(text)));
    }
    views
}

/// The form for an incident: Slack's menus, ours, and ones that ask for choices.
pub fn incident() -> View {
    let severity = [
        Choice::new("Critical - S1", "1").description("Everybody is affected"),
        Choice::new("Unknown", "0"),
    ];
    View::modal("New incident")
        .callback_id("incident")
        .submit("Declare")
        .close("Cancel")
        .notify_on_close()
        .private_metadata(r#"{"channel":"C0GENERAL"}"#)
        .unwrap()
        .block(Input::new(
            "title",
            "Title",
            PlainTextInput::new("title").max_length(255).min_length(1),
        ))
        .block(
            Input::new(
                "project",
                "Project",
                ExternalSelect::new("project")
                    .placeholder("Search")
                    .min_query_length(0)
                    .initial(Choice::new("acme / shop", "12")),
            )
            .dispatch_action(),
        )
        .block(
            Input::new(
                "severity",
                "Severity",
                StaticSelect::new("severity", severity).initial("0"),
            )
            .optional(),
        )
        .block(
            Input::new("labels", "Labels", MultiExternalSelect::new("labels"))
                .hint("At most ten")
                .optional(),
        )
        .block(Input::new(
            "channel",
            "Tell",
            ConversationsSelect::new("channel")
                .default_to_current_conversation()
                .response_url_enabled()
                .only([ConversationKind::Public, ConversationKind::Private])
                .without_bots(),
        ))
        .block(
            Input::new(
                "description",
                "Description",
                PlainTextInput::new("description").multiline(),
            )
            .optional(),
        )
}

fn home() -> View {
    let message = Message::new(
        mrkdwn::escape("Pipeline failed"),
        domain::say!("Pipeline {} failed", mrkdwn::code("#7")),
    )
    .tone(Tone::Danger)
    .fact("Branch", mrkdwn::code("main"))
    .context(mrkdwn::escape("acme/shop"))
    .link("Open", "https://gitlab.example/acme/shop/-/pipelines/7");
    View::home()
        .block(Block::header("Waiting for you"))
        .blocks((1..=3).map(|n| {
            let show = Button::new("Show", "show").value(n.to_string());
            Section::new(&mrkdwn::escape(&format!("!{n} Tidy")))
                .block_id("row")
                .accessory(show)
                .into()
        }))
        .block(Block::divider())
        .message(&message)
        .message(&message)
        .block(Actions::new((0..3).map(|_| Button::new("Mute", "mute").into())).block_id("row"))
}

fn crowded(long: &str) -> View {
    let text = Mrkdwn::from_trusted("\u{1}<".repeat(1_500));
    let full = (0..10).fold(Section::new(&text), |section, _| section.field(&text));
    let blocks = (0..150).map(|_| full.clone().into());
    View::modal(long).blocks(blocks)
}

fn everything(text: &str) -> View {
    let form = fields(text).into_iter().zip(1..).map(|(field, n)| {
        let input = Input::new(format!("{text}{}", n % 3), text, field);
        let input = if n % 2 == 0 { input.optional() } else { input };
        input.hint(text).dispatch_action().into()
    });
    View::modal(text)
        .callback_id(text)
        .external_id(text)
        .clear_on_close()
        .close(text)
        .blocks(form)
        .blocks(shown(text))
}

fn home_of_everything(text: &str) -> View {
    let sections = accessories(text).into_iter().map(|accessory| {
        let section = Section::new(&mrkdwn::escape(text)).accessory(accessory);
        section.block_id(text).into()
    });
    View::home()
        .submit(text)
        .block(Actions::new(controls(text)).block_id(text))
        .block(Block::actions([]))
        .blocks(sections)
        .blocks(shown(text))
}

fn shown(text: &str) -> Vec<Block> {
    let markup = mrkdwn::escape(text);
    let columns = (0..12).map(|_| markup.clone());
    vec![
        Block::header(text),
        Block::text(&markup),
        Section::of_fields(columns.clone()).into(),
        Section::of_fields([]).into(),
        Block::context(columns),
        Block::context([]),
        Block::divider(),
    ]
}

fn choices(text: &str, most: usize) -> Vec<Choice> {
    let choice = |n: usize| {
        Choice::new(text, format!("{n}"))
            .description(text)
            .url("https://gitlab.example")
    };
    let mut choices: Vec<Choice> = (0..most).map(choice).collect();
    choices.push(Choice::new(text, ""));
    choices.push(Choice::new(text, "x".repeat(151)));
    choices
}

fn menu(text: &str) -> StaticSelect {
    StaticSelect::new(text, choices(text, 150))
        .placeholder(text)
        .initial("5")
        .confirm(Confirm::new(text, text, text).deny(text).danger())
}

fn grouped(text: &str) -> MultiStaticSelect {
    let groups = (0..120).map(|n| Group::new(text, choices(text, n % 3)));
    MultiStaticSelect::new(text, Choices::grouped(groups))
        .placeholder(text)
        .initial(["0", "1", "0", "other"])
        .max_selected(0)
}

fn button(text: &str) -> Button {
    Button::new(text, text)
        .value(text)
        .url(text)
        .primary()
        .confirm(Confirm::new(text, text, text))
        .accessibility_label(text)
}

fn overflow(text: &str) -> Overflow {
    Overflow::new(text, Choice::new(text, text), choices(text, 9))
}

fn controls(text: &str) -> Vec<Control> {
    let mut controls: Vec<Control> = vec![
        button(text).into(),
        button(text)
            .url("https://gitlab.example/?a&b")
            .danger()
            .into(),
        menu(text).into(),
        StaticSelect::new(text, []).initial("none").into(),
        ExternalSelect::new(text)
            .initial(Choice::new(text, text))
            .into(),
        overflow(text).into(),
        ConversationsSelect::new(text).initial(text).into(),
        ChannelsSelect::new(text).initial("C0GENERAL").into(),
        UsersSelect::new(text)
            .initial(&"U0ANA".parse().unwrap())
            .placeholder(text)
            .into(),
        Checkboxes::new(text, choices(text, 20))
            .initial(["3"])
            .into(),
        RadioButtons::new(text, []).into(),
        DatePicker::new(text).initial(date(2026, 11, 29)).into(),
    ];
    controls.extend((0..30).map(|_| button(text).into()));
    controls
}

fn accessories(text: &str) -> Vec<Accessory> {
    vec![
        button(text).into(),
        grouped(text).into(),
        MultiExternalSelect::new(text)
            .initial(choices(text, 120))
            .into(),
        overflow(text).into(),
    ]
}

fn fields(text: &str) -> Vec<Field> {
    vec![
        PlainTextInput::new(text)
            .initial(text)
            .min_length(5_000)
            .max_length(0)
            .dispatch(Dispatch::OnCharacterEntered)
            .into(),
        PlainTextInput::new(text)
            .multiline()
            .placeholder(text)
            .max_length(9_000)
            .initial(text)
            .into(),
        UrlTextInput::new(text)
            .placeholder(text)
            .initial(text)
            .into(),
        EmailTextInput::new(text).placeholder(text).into(),
        NumberInput::new(text, 9, 1).initial(5).into(),
        menu(text).into(),
        grouped(text).into(),
        ExternalSelect::new(text).min_query_length(3).into(),
        MultiExternalSelect::new(text)
            .max_selected(3)
            .min_query_length(1)
            .into(),
        ConversationsSelect::new(text)
            .placeholder(text)
            .without_external()
            .into(),
        ChannelsSelect::new(text).response_url_enabled().into(),
        UsersSelect::new(text).into(),
        Checkboxes::new(text, choices(text, 3)).into(),
        RadioButtons::new(text, choices(text, 3))
            .initial("1")
            .into(),
        DatePicker::new(text).placeholder(text).into(),
    ]
}
