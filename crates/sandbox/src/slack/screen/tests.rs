//! What people see: whole messages, as the words on the screen and as the HTML around them.

use serde_json::{Value, json};

use super::fixture;
use super::page::{self, Wish};
use super::{Offers, see, see_modals, to_html, to_text};
use crate::slack::workspace::{
    Author, Edited, Message, Reaction, Values, View, ViewKind, Workspace,
};
use crate::slack::{RegisteredApp, SlashCommand};

/// `#general` with these messages, a minute apart.
fn workspace(messages: Vec<Message>) -> Workspace {
    let mut workspace = fixture::workspace();
    let channel = workspace.channels.get_mut("C0GENERAL").unwrap();
    for message in messages {
        channel.add(message);
    }
    workspace
}

/// A message at so many minutes past 21:00, on 14 November 2023.
fn at(minute: i64, author: Author, text: &str) -> Message {
    let ts = format!("{}.000000", 1_699_995_600 + 60 * minute);
    Message::new(ts, author, text.to_owned())
}

fn app() -> Author {
    Author {
        bot_id: Some("B0SIGNALBOX".to_owned()),
        ..Author::person("U0SIGNALBOX")
    }
}

fn blocks(blocks: Value) -> Message {
    Message {
        blocks: Some(blocks),
        ..at(0, app(), "for notifications")
    }
}

fn attachment(attachment: &Value) -> Message {
    Message {
        attachments: Some(json!([attachment])),
        ..at(0, app(), "")
    }
}

fn seen_by(person: &str, workspace: &Workspace, thread: Option<&str>) -> (String, String) {
    let channel = workspace.channel("C0GENERAL").unwrap();
    let nodes = see(workspace, person, channel, thread, fixture::now());
    (to_text(&nodes), to_html(&nodes))
}

/// The words of one message below its author, as ana reads them.
fn words(message: Message) -> String {
    let (text, _) = seen_by("U0ANA", &workspace(vec![message]), None);
    let head = "Signalbox APP 9:00 PM\n";
    text.split_once(head).unwrap().1.to_owned()
}

fn html(message: Message) -> String {
    seen_by("U0ANA", &workspace(vec![message]), None).1
}

#[test]
fn a_channel_reads_from_top_to_bottom() {
    let root = at(1, app(), "Pipeline *failed*");
    let thread = |minute, text| Message {
        thread_ts: Some(root.ts.clone()),
        ..at(minute, Author::person("U0BEN"), text)
    };
    let reaction = Reaction {
        name: "eyes".to_owned(),
        users: vec!["U0ANA".to_owned(), "U0BEN".to_owned()],
    };
    let messages = vec![
        Message {
            reactions: vec![reaction],
            ..root.clone()
        },
        at(2, Author::person("U0ANA"), "I look"),
        at(3, Author::person("U0ANA"), "and wait"),
        thread(4, "which one?"),
        Message {
            broadcast: true,
            ..thread(5, "found it")
        },
        Message {
            only_for: Some("U0BEN".to_owned()),
            ..at(6, app(), "for ben")
        },
        Message {
            edited: Some(Edited {
                user: "U0OPS".to_owned(),
                ts: "1.0".to_owned(),
            }),
            ..at(7, Author::person("U0OPS"), "done")
        },
    ];
    let workspace = workspace(messages);
    assert_eq!(
        seen_by("U0ANA", &workspace, None).0,
        "This is the very beginning of #general.\n\
         —— Today\n\
         Signalbox APP 9:01 PM\n\
         Pipeline failed\n\
         [👀 2]\n\
         2 replies Last reply 1 hour ago\n\
         Ana Almeida 9:02 PM\n\
         I look\n\
         and wait\n\
         Ben Berger 9:05 PM\n\
         replied to a thread: Pipeline failed\n\
         found it\n\
         Olu Opsahl 9:07 PM\n\
         done (edited)"
    );
    let (ben, _) = seen_by("U0BEN", &workspace, None);
    assert!(
        ben.contains("Only visible to you\nSignalbox APP 9:06 PM\nfor ben"),
        "{ben}"
    );
    assert_eq!(
        seen_by("U0ANA", &workspace, Some(&root.ts)).0,
        "Signalbox APP 9:01 PM\n\
         Pipeline failed\n\
         [👀 2]\n\
         2 replies\n\
         Ben Berger 9:04 PM\n\
         which one?\n\
         Ben Berger 9:05 PM\n\
         Also sent to the channel\n\
         found it"
    );
}

#[test]
fn text_is_shown_above_attachments_but_not_beside_blocks() {
    let section = json!([{ "type": "section", "text": { "type": "mrkdwn", "text": "in blocks" } }]);
    assert_eq!(words(blocks(section.clone())), "in blocks");
    let below = Message {
        attachments: Some(json!([{ "color": "good", "blocks": section }])),
        ..at(0, app(), "headline")
    };
    assert_eq!(words(below), "headline\n│ in blocks");
}

#[test]
fn every_block_has_its_place() {
    let text = |words: &str| json!({ "type": "mrkdwn", "text": words });
    let plain = |words: &str| json!({ "type": "plain_text", "text": words });
    for (block, expected) in [
        (
            json!({ "type": "header", "text": plain("Head & *tail*") }),
            "Head & *tail*",
        ),
        (json!({ "type": "divider" }), "---"),
        (
            json!({ "type": "section", "fields": [text("*a*\n1"), text("*b*\n2")] }),
            "a\n1\nb\n2",
        ),
        (
            json!({ "type": "context", "elements": [text("by <@U0BEN>"), plain("now")] }),
            "by @ben now",
        ),
        (
            json!({ "type": "actions", "elements": [
                { "type": "button", "action_id": "a", "text": plain("Go"), "url": "https://g.ex" },
                { "type": "button", "action_id": "b", "text": plain("Retry"), "value": "1" },
                { "type": "static_select", "placeholder": plain("Pick"), "options": [] },
                { "type": "users_select", "initial_user": "U0BEN" },
                { "type": "overflow", "options": [{ "text": plain("Mute"), "value": "m" }] },
            ] }),
            "[Go] [Retry] [Pick ▾] [@ben ▾]\n[…]\n… Mute",
        ),
        (
            json!({ "type": "image", "image_url": "https://g.ex/a.png", "alt_text": "a chart", "title": plain("Load") }),
            "Load\n[a chart]",
        ),
        (
            json!({ "type": "markdown", "text": "# T\n1. *a*\n2. [b](https://g.ex)\n\n<i>x</i>" }),
            "T\n1. a\n2. b\n<i>x</i>",
        ),
        (
            json!({ "type": "table", "rows": [
                [{ "type": "raw_text", "text": "Job" }, { "type": "raw_text", "text": "Time" }],
                [{ "type": "raw_text", "text": "rspec" }, { "type": "raw_number", "value": 12 }],
            ] }),
            "Job | Time\nrspec | 12",
        ),
        (
            json!({ "type": "rich_text", "elements": [
                { "type": "rich_text_section", "elements": [
                    { "type": "text", "text": "see ", "style": { "bold": true } },
                    { "type": "link", "url": "https://g.ex", "text": "it" },
                    { "type": "text", "text": " " },
                    { "type": "user", "user_id": "U0ANA" },
                    { "type": "broadcast", "range": "here" },
                    { "type": "emoji", "name": "unheard_of", "unicode": "1f389" },
                ] },
                { "type": "rich_text_list", "style": "ordered", "offset": 2, "elements": [
                    { "type": "rich_text_section", "elements": [{ "type": "text", "text": "three" }] },
                ] },
                { "type": "rich_text_list", "style": "bullet", "indent": 1, "elements": [
                    { "type": "rich_text_section", "elements": [{ "type": "text", "text": "deep" }] },
                ] },
                { "type": "rich_text_quote", "elements": [{ "type": "text", "text": "so" }] },
                { "type": "rich_text_preformatted", "elements": [{ "type": "text", "text": "a\n  b" }] },
            ] }),
            "see it @ana@here🎉\n3. three\n    • deep\n> so\na\n  b",
        ),
        (
            json!({ "type": "input", "optional": true, "label": plain("Why"), "hint": plain("Be kind"),
                "element": { "type": "plain_text_input", "placeholder": plain("Reason") } }),
            "Why (optional)\n| Reason\nBe kind",
        ),
        (
            json!({ "type": "video", "title": plain("Demo"), "title_url": "https://g.ex/v", "alt_text": "still",
                "thumbnail_url": "https://g.ex/t.png", "provider_name": "Tube" }),
            "Tube\nDemo\n[still]",
        ),
        (
            json!({ "type": "file", "external_id": "F1", "source": "remote" }),
            "File F1 (remote)",
        ),
        (
            json!({ "type": "hologram" }),
            "This sandbox does not draw the block “hologram”.",
        ),
        (
            json!(7),
            "This sandbox does not draw the block “without a type”.",
        ),
    ] {
        assert_eq!(words(blocks(json!([block]))), expected, "{block}");
    }
}

#[test]
fn an_older_attachment_shows_its_fields_beside_the_bar() {
    let drawn = words(attachment(&json!({
        "fallback": "unseen", "color": "#36a64f", "pretext": "before", "author_name": "ana",
        "author_link": "https://g.ex/ana", "title": "A &amp; B", "title_link": "https://g.ex/t",
        "text": "*body* <https://g.ex|link>",
        "fields": [{ "title": "Branch", "value": "`main`", "short": true }],
        "image_url": "https://g.ex/i.png", "footer": "acme/shop", "ts": 1_700_000_000,
    })));
    assert_eq!(
        drawn,
        "before\n│ ana\n│ A & B\n│ body link\n│ Branch\n│ main\n│ https://g.ex/i.png\n\
         │ acme/shop | Nov 14, 2023 at 10:13 PM"
    );
    assert_eq!(
        words(attachment(&json!({ "fallback": "only this" }))),
        "│ only this"
    );
}

#[test]
fn fields_outside_mrkdwn_in_keep_their_marks() {
    let drawn = words(attachment(&json!({
        "mrkdwn_in": ["text"], "pretext": "*p* <https://g.ex|l>", "text": "*t*",
    })));
    assert_eq!(drawn, "*p* l\n│ t");
}

#[test]
fn the_bar_takes_colours_and_nothing_else() {
    for (color, fill) in [
        ("danger", "fill=\"#e01e5a\""),
        ("36a64f", "fill=\"#36a64f\""),
        ("#345", "fill=\"#345\""),
        ("red\"/><script>", "fill=\"#b9b9bb\""),
    ] {
        let html = html(attachment(&json!({ "color": color, "text": "t" })));
        assert!(html.contains(fill), "{color}: {html}");
    }
}

#[test]
fn long_text_is_folded_unless_it_is_to_be_expanded() {
    let section = |expand: bool| {
        let text = json!({ "type": "mrkdwn", "text": "word ".repeat(150) });
        json!([{ "type": "section", "text": text, "expand": expand }])
    };
    assert!(words(blocks(section(false))).ends_with("\n[Show more]"));
    assert!(!words(blocks(section(true))).contains("Show more"));
}

#[test]
fn nothing_in_a_block_becomes_a_tag_or_a_script() {
    let evil = "<script>alert(1)</script>\"onmouseover=\"x";
    let plain = json!({ "type": "plain_text", "text": evil });
    let drawn = html(blocks(json!([
        { "type": "header", "text": plain },
        { "type": "actions", "block_id": evil, "elements": [
            { "type": "button", "action_id": evil, "text": plain, "value": evil },
            { "type": "button", "action_id": "u", "text": plain, "url": "javascript:alert(1)" },
            { "type": evil },
        ] },
        { "type": "image", "image_url": "javascript:alert(1)", "alt_text": evil },
        { "type": "markdown", "text": format!("{evil} [x](javascript:alert(1)) ![y](data:text/html,z)") },
        { "type": "rich_text", "elements": [{ "type": "rich_text_section", "elements": [
            { "type": "link", "url": "javascript:alert(1)", "text": evil },
            { "type": "color", "value": evil },
        ] }] },
        { "type": evil },
    ])));
    assert!(!drawn.contains("<script"), "{drawn}");
    assert!(!drawn.contains("\"onmouseover"), "{drawn}");
    assert!(
        !drawn.contains("href=\"javascript") && !drawn.contains("src=\"javascript"),
        "{drawn}"
    );
    assert!(!drawn.contains("href=\"data"), "{drawn}");
}

#[test]
fn the_page_shows_each_person_what_they_may_see() {
    let workspace = workspace(vec![at(0, app(), "<!here> news")]);
    let draw = |user: &str, channel: &str| {
        let wish = Wish {
            user: Some(user.to_owned()),
            channel: Some(channel.to_owned()),
            ..Wish::default()
        };
        page::draw(&workspace, &Offers::default(), &wish, fixture::now())
    };
    let ana = draw("ana", "general");
    assert!(ana.starts_with("<!doctype html>\n<html lang=\"en\">"));
    assert!(
        ana.contains("<title>#general · Ana Almeida · Signalbox demo</title>"),
        "{ana}"
    );
    assert!(
        ana.contains("href=\"/?user=ana&amp;channel=leads\""),
        "{ana}"
    );
    let ben = draw("ben", "leads");
    assert!(
        ben.contains("<title>#general · Ben Berger"),
        "a closed channel gives way: {ben}"
    );
    assert!(!ben.contains("channel=leads"), "{ben}");
    assert!(draw("nobody", "nowhere").contains("<title>#general · "));
}

#[test]
fn a_long_channel_is_shown_from_its_end_and_leads_back() {
    let many = (0..200)
        .map(|minute| at(minute, app(), &format!("line {minute}.")))
        .collect();
    let workspace = workspace(many);
    let draw = |before: Option<String>| {
        let wish = Wish {
            before,
            ..Wish::default()
        };
        page::draw(&workspace, &Offers::default(), &wish, fixture::now())
    };
    let newest = draw(None);
    assert!(newest.contains("line 50.") && !newest.contains("line 49."));
    let oldest_shown = &workspace.channel("C0GENERAL").unwrap().messages[50].ts;
    assert!(newest.contains(&format!("before={oldest_shown}")));
    let older = draw(Some(oldest_shown.clone()));
    assert!(older.contains("line 49.") && !older.contains("line 50."));
    assert!(older.contains("This is the very beginning of #general."));
}

/// The page as ana sees it, with what the demo's app offers.
fn page_of(workspace: &Workspace, home: Option<&str>) -> String {
    let app = RegisteredApp::demo(None, SlashCommand::demo());
    let wish = Wish {
        user: Some("ana".to_owned()),
        home: home.map(str::to_owned),
        ..Wish::default()
    };
    page::draw(
        workspace,
        &Offers::of([&app].into_iter()),
        &wish,
        fixture::now(),
    )
}

fn view(kind: ViewKind, content: &Value) -> View {
    View {
        id: "V0ONE".to_owned(),
        kind,
        app: "A0SIGNALBOX".to_owned(),
        user: "U0ANA".to_owned(),
        root: "V0ONE".to_owned(),
        previous: None,
        hash: "1.a".to_owned(),
        content: content.as_object().cloned().unwrap(),
        entered: Values::new(),
        errors: [("why".to_owned(), "Say why".to_owned())].into(),
        trouble: None,
    }
}

#[test]
fn apps_offer_their_home_and_shortcuts_on_the_page() {
    let mut workspace = workspace(vec![at(1, Author::person("U0BEN"), "look")]);
    let page = page_of(&workspace, None);
    for part in [
        "href=\"/?user=ana&amp;home=A0SIGNALBOX\"",
        "data-shortcut=\"incident_declare\"",
        "data-shortcut=\"issue_from_message\"",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    assert!(page_of(&workspace, Some("A0SIGNALBOX")).contains("has published nothing here yet"));
    let blocks = json!({ "blocks": [{ "type": "header",
        "text": { "type": "plain_text", "text": "Your work" } }] });
    workspace.homes.push(view(ViewKind::Home, &blocks));
    let page = page_of(&workspace, Some("A0SIGNALBOX"));
    for part in [
        "data-home=\"A0SIGNALBOX\"",
        "data-view=\"V0ONE\"",
        "Your work",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
}

#[test]
fn a_modal_says_what_is_wrong_beside_the_input() {
    let mut workspace = workspace(Vec::new());
    let plain = |words: &str| json!({ "type": "plain_text", "text": words });
    let modal = json!({ "title": plain("Close it"), "submit": plain("Close"), "blocks": [
        { "type": "input", "block_id": "why", "label": plain("Why"), "hint": plain("One line"),
            "element": { "type": "plain_text_input", "action_id": "a", "initial_value": "so" } },
        { "type": "input", "block_id": "how", "label": plain("How"), "optional": true,
            "element": { "type": "static_select", "action_id": "b", "options": [
                { "text": plain("Quickly"), "value": "quick" }] } }] });
    workspace.screens.modals.push(view(ViewKind::Modal, &modal));
    let nodes = see_modals(&workspace, "U0ANA", fixture::now());
    assert_eq!(
        to_text(&nodes),
        "Close it\nWhy\n| so\nSay why\nOne line\nHow (optional)\n[Select an item ▾]\n[Cancel] [Close]"
    );
    let html = to_html(&nodes);
    for part in [
        "role=\"dialog\" aria-modal=\"true\" aria-label=\"Close it\"",
        "aria-invalid=\"true\" aria-describedby=\"error-V0ONE-why hint-V0ONE-why\"",
    ] {
        assert!(html.contains(part), "{part} in {html}");
    }
    assert_eq!(see_modals(&workspace, "U0BEN", fixture::now()), []);
}
