//! What nobody can make a channel see: pings, forged links, styles, a changed layout.

use std::collections::HashMap;
use std::sync::LazyLock;

use domain::Message;
use domain::event::Event;
use notify::{Rendering, render};
use proptest::prelude::*;
use serde_json::Value;

use crate::limits::{faults, texts};
use crate::representative::examples;
use crate::screen::{links, without_addresses};

const INJECTIONS: &[&str] = &[
    "<!channel>",
    "<!here|here>",
    "<!everyone> and <!date^0^x|y>",
    "<@U012AB3CD>",
    "<#C012AB3CD|general>",
    "<!subteam^S012AB3CD>",
    "x|y> <!channel>",
    "> quoted",
    "<https://evil.example|click>",
    "https://evil.example|click>",
    "[click](https://evil.example)",
    ":tada: :+1:",
    "*zz* _zz_ ~zz~ `zz`",
    "```zz``` and `unclosed",
    "&lt;!channel&gt; &amp;lt;!here&amp;gt;",
    "one\ntwo\r\nthree\rfour",
    "one\u{2028}<!channel>\u{2029}two",
    "\u{202e}gnp.exe\u{2066}\u{2069} \u{200f}",
    "null\0byte\u{7f}\u{1b}[31m",
    "",
    " \n ",
    "https://gitlab.example/../../?a=b#c d\"e|f>g",
    "javascript:alert(1)",
];

#[test]
fn no_text_in_any_field_of_any_kind_pings_forges_or_changes_the_layout() {
    let long = "long ".repeat(2_000);
    let long_word = "&".repeat(10_000);
    let long_address = format!("https://evil.example/{}", "&".repeat(1_900));
    let injections: Vec<&str> = INJECTIONS
        .iter()
        .copied()
        .chain([long.as_str(), long_word.as_str(), long_address.as_str()])
        .collect();
    // A field is told in a few ways at most, whatever was done; places and people in one.
    let mut settled: HashMap<_, usize> = HashMap::new();
    let mut tried = 0;
    for example in examples() {
        let before = rendered(&example.event);
        let json = serde_json::to_value(&example.event).unwrap();
        for path in texts_in(&json) {
            let times = settled
                .entry((example.event.kind(), path.clone()))
                .or_default();
            *times += 1;
            if (if path.starts_with("/what") { 4 } else { 1 }) < *times {
                continue;
            }
            // A ref or a status that is another word may have a layout of its own.
            let harmless = with(&json, &path, "harmless").and_then(|event| rendered(&event));
            let layouts = [before.as_ref(), harmless.as_ref()];
            for injection in &injections {
                let Some(event) = with(&json, &path, injection) else {
                    continue;
                };
                let after = rendered(&event);
                check(layouts, after.as_ref(), injection).unwrap_or_else(|fault| {
                    panic!("{path} = {injection:.60?}: {fault}\n{after:#?}")
                });
                tried += 1;
            }
        }
    }
    println!("{tried} injections tried");
    assert!(10_000 < tried);
}

#[test]
fn absurd_texts_in_all_fields_at_once_still_make_a_message() {
    let ampersands = "&".repeat(10_000);
    let colons = ":a".repeat(300);
    let address = format!("https://evil.example/{}", "&".repeat(600));
    for example in examples() {
        let mut event = example.event;
        for text in [&ampersands, &colons, &address] {
            let json = serde_json::to_value(&event).unwrap();
            for path in texts_in(&json) {
                let json = serde_json::to_value(&event).unwrap();
                event = with(&json, &path, text).unwrap_or(event);
            }
            if let Some(message) = rendered(&event) {
                let faults = faults(&message);
                assert!(
                    faults.is_empty(),
                    "{}: {faults}\n{message:#?}",
                    example.action
                );
            }
        }
    }
}

fn check(
    layouts: [Option<&Message>; 2],
    after: Option<&Message>,
    injection: &str,
) -> Result<(), String> {
    let Some(after) = after else { return Ok(()) };
    let faults = faults(after);
    if !faults.is_empty() {
        return Err(faults);
    }
    if !layouts
        .into_iter()
        .flatten()
        .any(|before| same_layout(before, after))
    {
        return Err("the layout changed".to_owned());
    }
    for (what, text, _) in texts(after) {
        // A description may have styles and links: GitLab shows them as well.
        if what == "body" {
            continue;
        }
        let forged = links(text)
            .iter()
            .any(|(url, _)| url.starts_with("https://evil"));
        if forged && !injection.starts_with("https://evil") {
            return Err(format!("forged link in {text:?}"));
        }
        let words = without_addresses(text);
        if let Some(code) = ["`zz`", "```"].iter().find(|code| words.contains(**code)) {
            return Err(format!("{code} in {text:?}"));
        }
        // In inline code nothing is a style.
        let words: String = words.split('`').step_by(2).collect();
        let styles = [":tada:", ":+1:", "*zz*", "_zz_", "~zz~"];
        if let Some(style) = styles.iter().find(|style| words.contains(**style)) {
            return Err(format!("{style} in {text:?}"));
        }
    }
    Ok(())
}

/// The same parts under the same names. Parts without a text are left out, and a message that
/// has lost all of them gets a line of small print.
fn same_layout(before: &Message, after: &Message) -> bool {
    let labels = |message: &Message| -> Vec<String> {
        let facts = message.facts.iter().map(|fact| singular(&fact.label));
        let buttons = message.links.iter().map(|button| button.label.clone());
        facts.chain(buttons).collect()
    };
    let (before_labels, after_labels) = (labels(before), labels(after));
    let mut rest = before_labels.iter();
    after_labels
        .iter()
        .all(|label| rest.any(|known| known == label))
        && after.context.len() <= before.context.len().max(1)
        && (after.body.is_none() || before.body.is_some())
}

fn singular(label: &str) -> String {
    label.trim_end_matches('s').to_owned()
}

fn rendered(event: &Event) -> Option<Message> {
    match render(event) {
        Rendering::Message(message) | Rendering::Fallback(message) => Some(*message),
        Rendering::Nothing(reason) => {
            assert!(!reason.to_string().is_empty());
            None
        }
    }
}

/// The paths of all texts in a JSON value.
fn texts_in(value: &Value) -> Vec<String> {
    match value {
        Value::String(_) => vec![String::new()],
        Value::Array(items) => items
            .iter()
            .enumerate()
            .flat_map(|(place, item)| below(&place.to_string(), item))
            .collect(),
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(name, item)| below(name, item))
            .collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => Vec::new(),
    }
}

fn below(name: &str, value: &Value) -> Vec<String> {
    texts_in(value)
        .into_iter()
        .map(|path| format!("/{name}{path}"))
        .collect()
}

/// The event with another text at `path`; `None` when that is no free text.
fn with(json: &Value, path: &str, text: &str) -> Option<Event> {
    let mut json = json.clone();
    *json.pointer_mut(path)? = Value::String(text.to_owned());
    serde_json::from_value(json).ok()
}

fn odd_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<String>(),
        "[<>&|@#!:*_~`\\[\\]()\\n \u{202e}\u{2028}a-z]{0,40}",
        Just("<!channel>".to_owned()),
        Just("https://evil.example".to_owned()),
        "[a-z&]{900,1100}",
    ];
    prop::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat())
}

static EVENTS: LazyLock<Vec<Event>> = LazyLock::new(|| {
    examples()
        .into_iter()
        .map(|example| example.event)
        .collect()
});

proptest! {
    #![proptest_config(ProptestConfig::default())]

    #[test]
    fn any_event_gives_a_message_that_slack_takes(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), odd_text()), 1..12),
    ) {
        let mut event = which.get(&EVENTS).clone();
        for (place, text) in changes {
            let json = serde_json::to_value(&event).unwrap();
            let paths = texts_in(&json);
            let path: &String = place.get(&paths);
            event = with(&json, path, &text).unwrap_or(event);
        }
        if let Some(message) = rendered(&event) {
            let faults = faults(&message);
            prop_assert!(faults.is_empty(), "{faults}\n{message:#?}");
        }
    }
}
