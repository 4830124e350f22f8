//! Every limit, one character or item too far: where the problem is and which rule it broke.

#![expect(
    clippy::needless_pass_by_value,
    reason = "tables of JSON read better without `&`"
)]

use serde_json::{Value, json};

use super::{Problem, Surface, characters, validate_attachments, validate_blocks};
use super::{validate_message, validate_view};

fn summary(problems: &[Problem]) -> Vec<String> {
    problems
        .iter()
        .map(|problem| format!("{} {}", problem.pointer, problem.constraint.kind))
        .collect()
}

#[track_caller]
fn check(blocks: Value, expected: &[&str]) {
    assert_eq!(
        summary(&validate_blocks(&blocks, Surface::Message)),
        expected,
        "{blocks}"
    );
}

/// One block alone in a message.
#[track_caller]
fn block(block: Value, expected: &[&str]) {
    check(json!([block]), expected);
}

/// One element alone in an actions block.
#[track_caller]
fn element(element: Value, expected: &[&str]) {
    let expected: Vec<String> = expected
        .iter()
        .map(|rule| format!("/0/elements/0{rule}"))
        .collect();
    let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
    block(
        json!({ "type": "actions", "elements": [element] }),
        &expected,
    );
}

fn long(length: usize) -> String {
    "é".repeat(length)
}

fn plain(text: &str) -> Value {
    json!({ "type": "plain_text", "text": text })
}

fn mrkdwn(text: &str) -> Value {
    json!({ "type": "mrkdwn", "text": text })
}

fn option(text: &str) -> Value {
    json!({ "text": plain(text), "value": "v" })
}

fn many(item: &Value, count: usize) -> Value {
    Value::Array(vec![item.clone(); count])
}

#[test]
fn sections_have_a_text_of_3000_or_ten_fields_of_2000() {
    block(
        json!({ "type": "section", "text": mrkdwn(&long(3000)) }),
        &[],
    );
    block(
        json!({ "type": "section", "fields": many(&mrkdwn(&long(2000)), 10) }),
        &[],
    );
    for (section, expected) in [
        (
            json!({ "type": "section", "text": mrkdwn(&long(3001)) }),
            "/0/text/text max_length",
        ),
        (
            json!({ "type": "section", "text": mrkdwn("") }),
            "/0/text/text min_length",
        ),
        (
            json!({ "type": "section", "text": "hello" }),
            "/0/text type",
        ),
        (
            json!({ "type": "section", "text": { "type": "mrkdwn" } }),
            "/0/text required",
        ),
        (
            json!({ "type": "section", "text": { "type": "md", "text": "a" } }),
            "/0/text/type enum",
        ),
        (
            json!({ "type": "section", "text": { "text": "a" } }),
            "/0/text required",
        ),
        (json!({ "type": "section" }), "/0 required"),
        (
            json!({ "type": "section", "fields": [] }),
            "/0/fields min_items",
        ),
        (
            json!({ "type": "section", "fields": many(&mrkdwn("a"), 11) }),
            "/0/fields max_items",
        ),
        (
            json!({ "type": "section", "fields": [plain(&long(2001))] }),
            "/0/fields/0/text max_length",
        ),
        (
            json!({ "type": "section", "text": plain("a"), "colour": 1 }),
            "/0 additional_property",
        ),
        (
            json!({ "type": "section", "text": { "type": "mrkdwn", "text": "a", "emoji": true } }),
            "/0/text additional_property",
        ),
    ] {
        block(section, &[expected]);
    }
}

#[test]
fn headers_are_plain_text_of_150() {
    block(json!({ "type": "header", "text": plain(&long(150)) }), &[]);
    block(
        json!({ "type": "header", "text": plain(&long(151)) }),
        &["/0/text/text max_length"],
    );
    block(
        json!({ "type": "header", "text": mrkdwn("a") }),
        &["/0/text/type enum"],
    );
}

#[test]
fn a_message_has_fifty_blocks_of_known_types() {
    let divider = json!({ "type": "divider" });
    check(many(&divider, 50), &[]);
    check(many(&divider, 51), &[" max_items"]);
    check(json!([{ "type": "sectoin" }]), &["/0/type enum"]);
    check(json!([{ "type": null }]), &["/0/type enum"]);
    check(json!([{ "text": "a" }]), &["/0 required"]);
    check(json!(["a"]), &["/0 type"]);
    check(json!({}), &[" type"]);
    assert_eq!(validate_blocks(&many(&divider, 100), Surface::Modal), []);
    assert_eq!(
        summary(&validate_blocks(&many(&divider, 101), Surface::Home)),
        [" max_items"]
    );
}

#[test]
fn ids_are_255_characters_and_used_once() {
    let divider = |id: &str| json!({ "type": "divider", "block_id": id });
    check(json!([divider(&long(255)), divider("b")]), &[]);
    check(json!([divider(&long(256))]), &["/0/block_id max_length"]);
    check(
        json!([divider("a"), divider("b"), divider("a")]),
        &["/2/block_id unique"],
    );
    let button = |id: &str| json!({ "type": "button", "text": plain("a"), "action_id": id });
    block(
        json!({ "type": "actions", "elements": [button("a"), button("a")] }),
        &["/0/elements/1/action_id unique"],
    );
    check(
        json!([{ "type": "actions", "elements": [button("a")] },
            { "type": "actions", "elements": [button("a")] }]),
        &[],
    );
    element(button(&long(256)), &["/action_id max_length"]);
}

#[test]
fn contexts_hold_ten_texts_and_images() {
    let image = json!({ "type": "image", "image_url": "https://x.test/i.png", "alt_text": "i" });
    block(
        json!({ "type": "context", "elements": [mrkdwn("a"), plain("b"), image] }),
        &[],
    );
    block(
        json!({ "type": "context", "elements": [] }),
        &["/0/elements min_items"],
    );
    block(
        json!({ "type": "context", "elements": many(&mrkdwn("a"), 11) }),
        &["/0/elements max_items"],
    );
    block(
        json!({ "type": "context", "elements": [{ "type": "button", "text": plain("a") }] }),
        &["/0/elements/0/type enum"],
    );
}

#[test]
fn actions_hold_25_elements() {
    let button = json!({ "type": "button", "text": plain("a") });
    block(
        json!({ "type": "actions", "elements": many(&button, 25) }),
        &[],
    );
    block(
        json!({ "type": "actions", "elements": many(&button, 26) }),
        &["/0/elements max_items"],
    );
    block(
        json!({ "type": "actions", "elements": [] }),
        &["/0/elements min_items"],
    );
    element(json!({ "type": "plain_text_input" }), &["/type enum"]);
}

#[test]
fn buttons_have_limits_of_their_own() {
    let button = |field: &str, value: Value| {
        let mut button = json!({ "type": "button", "text": plain(&long(75)) });
        button[field] = value;
        button
    };
    for (field, value, expected) in [
        ("url", json!("https://x.test"), None),
        (
            "url",
            json!(format!("https://x.test/{}", "a".repeat(3000))),
            Some("/url max_length"),
        ),
        ("url", json!("javascript:alert(1)"), Some("/url format")),
        ("url", json!("https://x.test/a b"), Some("/url format")),
        ("value", json!(long(2000)), None),
        ("value", json!(long(2001)), Some("/value max_length")),
        ("value", json!(1), Some("/value type")),
        ("style", json!("primary"), None),
        ("style", json!("default"), Some("/style enum")),
        ("text", plain(&long(76)), Some("/text/text max_length")),
        ("text", mrkdwn("a"), Some("/text/type enum")),
        (
            "accessibility_label",
            json!(long(76)),
            Some("/accessibility_label max_length"),
        ),
        (
            "confirm",
            json!({ "title": plain("t"), "text": mrkdwn("t"), "confirm": plain("y"), "deny": plain("n") }),
            None,
        ),
        (
            "confirm",
            json!({ "title": plain(&long(101)), "text": plain("t"), "confirm": plain("y"), "deny": plain("n") }),
            Some("/confirm/title/text max_length"),
        ),
        (
            "confirm",
            json!({ "title": plain("t"), "text": plain(&long(301)), "confirm": plain("y"), "deny": plain("n") }),
            Some("/confirm/text/text max_length"),
        ),
        (
            "confirm",
            json!({ "title": plain("t"), "text": plain("t"), "confirm": plain(&long(31)), "deny": plain("n") }),
            Some("/confirm/confirm/text max_length"),
        ),
        (
            "confirm",
            json!({ "title": plain("t"), "text": plain("t"), "confirm": plain("y") }),
            Some("/confirm required"),
        ),
    ] {
        element(button(field, value), expected.as_slice());
    }
}

#[test]
fn menus_have_options_or_groups_within_limits() {
    let select = |fields: Value| {
        let mut select = json!({ "type": "static_select" });
        for (name, value) in fields.as_object().unwrap() {
            select[name] = value.clone();
        }
        select
    };
    let group = json!({ "label": plain("g"), "options": [option("a")] });
    for (fields, expected) in [
        (json!({ "options": many(&option("a"), 100) }), vec![]),
        (
            json!({ "options": many(&option("a"), 101) }),
            vec!["/options max_items"],
        ),
        (
            json!({ "option_groups": many(&group, 101) }),
            vec!["/option_groups max_items"],
        ),
        (
            json!({ "options": [option("a")], "option_groups": [group] }),
            vec![" one_of"],
        ),
        (json!({}), vec![" one_of"]),
        (
            json!({ "options": [option(&long(76))] }),
            vec!["/options/0/text/text max_length"],
        ),
        (
            json!({ "options": [{ "text": plain("a"), "value": long(151) }] }),
            vec!["/options/0/value max_length"],
        ),
        (
            json!({ "options": [{ "text": plain("a"), "value": "v", "description": plain(&long(76)) }] }),
            vec!["/options/0/description/text max_length"],
        ),
        (
            json!({ "options": [option("a")], "placeholder": plain(&long(151)) }),
            vec!["/placeholder/text max_length"],
        ),
    ] {
        element(select(fields), &expected);
    }
    element(
        json!({ "type": "overflow", "options": many(&option("a"), 5) }),
        &[],
    );
    element(
        json!({ "type": "overflow", "options": many(&option("a"), 6) }),
        &["/options max_items"],
    );
    element(
        json!({ "type": "checkboxes", "options": many(&option("a"), 11) }),
        &["/options max_items"],
    );
    element(
        json!({ "type": "radio_buttons", "options": many(&option("a"), 11) }),
        &["/options max_items"],
    );
}

#[test]
fn pickers_take_dates_and_times() {
    element(
        json!({ "type": "datepicker", "initial_date": "2026-11-24" }),
        &[],
    );
    element(
        json!({ "type": "datepicker", "initial_date": "24.11.2026" }),
        &["/initial_date format"],
    );
    element(
        json!({ "type": "timepicker", "initial_time": "9:00" }),
        &["/initial_time format"],
    );
    element(
        json!({ "type": "datetimepicker", "initial_date_time": 5 }),
        &["/initial_date_time minimum"],
    );
}

#[test]
fn images_have_one_source_and_a_text() {
    let image = json!({ "type": "image", "image_url": "https://x.test/i.png", "alt_text": "i" });
    block(image, &[]);
    for (fields, expected) in [
        (
            json!({ "type": "image", "image_url": "https://x.test/i.png" }),
            "/0 required",
        ),
        (json!({ "type": "image", "alt_text": "i" }), "/0 one_of"),
        (
            json!({ "type": "image", "alt_text": long(2001), "slack_file": { "id": "F1" } }),
            "/0/alt_text max_length",
        ),
        (
            json!({ "type": "image", "alt_text": "i", "slack_file": {} }),
            "/0/slack_file one_of",
        ),
        (
            json!({ "type": "image", "alt_text": "i", "image_url": "https://x.test", "title": plain(&long(2001)) }),
            "/0/title/text max_length",
        ),
        (
            json!({ "type": "image", "alt_text": "i", "image_url": "i.png" }),
            "/0/image_url format",
        ),
    ] {
        block(fields, &[expected]);
    }
}

#[test]
fn inputs_are_labelled() {
    let input = |label: Value| json!({ "type": "input", "label": label, "element": { "type": "plain_text_input" } });
    block(input(plain("l")), &[]);
    block(input(plain(&long(2001))), &["/0/label/text max_length"]);
    block(
        json!({ "type": "input", "label": plain("l") }),
        &["/0 required"],
    );
    block(
        json!({ "type": "input", "label": plain("l"),
            "element": { "type": "plain_text_input", "max_length": 3001 } }),
        &["/0/element/max_length maximum"],
    );
}

#[test]
fn rich_text_is_checked_to_its_leaves() {
    let rich = |element: Value| json!({ "type": "rich_text", "elements": [element] });
    let section = |leaf: Value| json!({ "type": "rich_text_section", "elements": [leaf] });
    for (element, expected) in [
        (
            section(json!({ "type": "text", "text": "a", "style": { "bold": true } })),
            None,
        ),
        (
            section(json!({ "type": "broadcast", "range": "here" })),
            None,
        ),
        (
            section(json!({ "type": "broadcast", "range": "all" })),
            Some("/0/elements/0/elements/0/range enum"),
        ),
        (
            section(json!({ "type": "text" })),
            Some("/0/elements/0/elements/0 required"),
        ),
        (
            section(json!({ "type": "bold" })),
            Some("/0/elements/0/elements/0/type enum"),
        ),
        (
            json!({ "type": "rich_text_list", "style": "bullet", "indent": 9, "elements": [section(json!({ "type": "text", "text": "a" }))] }),
            Some("/0/elements/0/indent maximum"),
        ),
        (
            json!({ "type": "rich_text_quote", "border": 2, "elements": [] }),
            Some("/0/elements/0/border maximum"),
        ),
        (
            json!({ "type": "rich_text_preformatted", "elements": [{ "type": "text", "text": "a" }] }),
            None,
        ),
    ] {
        block(rich(element), expected.as_slice());
    }
}

#[test]
fn there_is_one_table_of_a_hundred_rows_and_twenty_columns() {
    let cell = json!({ "type": "raw_text", "text": "a" });
    let table = |rows: usize, columns: usize| json!({ "type": "table", "rows": many(&many(&cell, columns), rows) });
    block(table(100, 20), &[]);
    block(table(101, 1), &["/0/rows max_items"]);
    block(table(1, 21), &["/0/rows/0 max_items"]);
    block(
        json!({ "type": "table", "rows": [[{ "type": "mrkdwn", "text": "a" }]] }),
        &["/0/rows/0/0/type enum"],
    );
    block(
        json!({ "type": "table", "rows": [[cell]], "column_settings": [null, { "align": "middle" }] }),
        &["/0/column_settings/1/align enum"],
    );
    check(json!([table(1, 1), table(1, 1)]), &["/1 max_items"]);
}

#[test]
fn markdown_is_12000_characters_in_all() {
    let markdown = |length: usize| json!({ "type": "markdown", "text": long(length) });
    check(json!([markdown(12_000)]), &[]);
    check(json!([markdown(12_001)]), &["/0/text max_length"]);
    check(json!([markdown(6_000), markdown(6_001)]), &[" max_length"]);
}

#[test]
fn videos_and_files_have_what_they_need() {
    let video = |url: &str| {
        json!({ "type": "video", "alt_text": "v", "title": plain("v"),
            "thumbnail_url": "https://x.test/t.png", "video_url": url })
    };
    block(video("https://x.test/v"), &[]);
    block(video("http://x.test/v"), &["/0/video_url format"]);
    block(
        json!({ "type": "file", "external_id": "a", "source": "local" }),
        &["/0/source enum"],
    );
}

#[test]
fn alerts_are_for_modals() {
    let alert = json!([{ "type": "alert", "text": plain("a"), "level": "info" }]);
    assert_eq!(
        summary(&validate_blocks(&alert, Surface::Message)),
        ["/0/type enum"]
    );
    assert_eq!(validate_blocks(&alert, Surface::Modal), []);
}

#[test]
fn newer_blocks_have_their_limits() {
    let card = json!({ "type": "card", "title": plain("c") });
    block(
        json!({ "type": "carousel", "elements": many(&card, 10) }),
        &[],
    );
    block(
        json!({ "type": "carousel", "elements": many(&card, 11) }),
        &["/0/elements max_items"],
    );
    block(
        json!({ "type": "card", "title": plain(&long(151)) }),
        &["/0/title/text max_length"],
    );
    let divider = json!({ "type": "divider" });
    block(
        json!({ "type": "container", "title": plain("c"), "child_blocks": many(&divider, 11) }),
        &["/0/child_blocks max_items"],
    );
    let row = json!([{ "type": "raw_text", "text": "a" }]);
    block(
        json!({ "type": "data_table", "rows": many(&row, 2) }),
        &["/0 required"],
    );
    block(
        json!({ "type": "data_table", "caption": "c", "rows": many(&row, 202) }),
        &["/0/rows max_items"],
    );
}

#[test]
fn attachments_hold_old_fields_and_blocks() {
    for (attachment, expected) in [
        (
            json!({ "text": "t", "color": "#36a64f", "unknown": 1 }),
            vec![],
        ),
        (
            json!({ "fallback": "f", "color": "good", "fields": [{ "title": "t", "value": "v", "short": true }] }),
            vec![],
        ),
        (json!({ "color": "good" }), vec!["/0 required"]),
        (
            json!({ "text": "t", "color": "puce" }),
            vec!["/0/color format"],
        ),
        (
            json!({ "text": "t", "footer": long(301) }),
            vec!["/0/footer max_length"],
        ),
        (json!({ "text": 5 }), vec!["/0/text type"]),
        (
            json!({ "text": "t", "fields": [{ "titel": "t" }] }),
            vec!["/0/fields/0 additional_property"],
        ),
        (
            json!({ "blocks": [{ "type": "section" }] }),
            vec!["/0/blocks/0 required"],
        ),
        (json!("text"), vec!["/0 type"]),
    ] {
        let problems = validate_attachments(&json!([attachment]));
        assert_eq!(summary(&problems), expected, "{attachment}");
    }
    let many = many(&json!({ "text": "t" }), 101);
    assert_eq!(summary(&validate_attachments(&many)), [" max_items"]);
}

#[test]
fn messages_and_views_are_checked_as_a_whole() {
    assert_eq!(summary(&validate_message(&json!({}))), [" required"]);
    assert_eq!(
        summary(&validate_message(
            &json!({ "blocks": [{ "type": "x" }], "attachments": [1] })
        )),
        ["/blocks/0/type enum", "/attachments/0 type"],
    );
    let input =
        json!({ "type": "input", "label": plain("l"), "element": { "type": "plain_text_input" } });
    let modal = |blocks: Value| json!({ "type": "modal", "title": plain("t"), "blocks": blocks });
    for (view, expected) in [
        (modal(json!([{ "type": "divider" }])), vec![]),
        (modal(json!([input])), vec![" required"]),
        (modal(json!([])), vec!["/blocks min_items"]),
        (
            json!({ "type": "modal", "blocks": [{ "type": "divider" }] }),
            vec![" required"],
        ),
        (
            json!({ "type": "modal", "title": plain(&long(25)), "blocks": [{ "type": "divider" }] }),
            vec!["/title/text max_length"],
        ),
        (
            json!({ "type": "home", "blocks": [{ "type": "divider" }], "submit": plain("s") }),
            vec![" additional_property"],
        ),
        (
            json!({ "type": "home", "blocks": [{ "type": "divider" }], "private_metadata": long(3001) }),
            vec!["/private_metadata max_length"],
        ),
        (
            json!({ "type": "dialog", "blocks": [] }),
            vec!["/type enum"],
        ),
        (json!({ "blocks": [] }), vec![" required"]),
    ] {
        assert_eq!(summary(&validate_view(&view)), expected, "{view}");
    }
}

#[test]
fn problems_read_as_in_slack() {
    let problems = validate_blocks(
        &json!([{ "type": "section", "text": { "type": "x", "text": "a" } }]),
        Surface::Message,
    );
    assert_eq!(
        problems.iter().map(Problem::to_json).collect::<Vec<_>>(),
        [
            json!({ "code": "failed_constraint", "message": "unsupported type: x",
            "pointer": "/0/text/type",
            "constraint": { "type": "enum", "expected": ["plain_text", "mrkdwn"] } })
        ],
    );
}

#[test]
fn shown_characters_are_counted_everywhere() {
    let blocks = json!([
        { "type": "header", "text": plain("12345") },
        { "type": "section", "text": mrkdwn("éé"), "fields": [mrkdwn("123")] },
        { "type": "table", "rows": [[{ "type": "raw_text", "text": "1234" }]] },
    ]);
    assert_eq!(characters(&blocks), 100 + 5 + 2 + 3 + 4);
}
