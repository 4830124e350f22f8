//! Every message that can be rendered, held against Slack's rules.
//!
//! The sandbox's validator is ours; `slack_sdk`'s models are the field's. Both see the same
//! JSON: of every kind and action, of every webhook among the fixtures (and the corpus, when it
//! is there), and of digests.

#[path = "../../../notify/tests/representative/mod.rs"]
#[expect(dead_code, reason = "the event table is the renderers' own")]
mod representative;

use std::io::Write;
use std::process::{Command, Stdio};

use domain::message::Tone;
use domain::{Event, Message, mrkdwn};
use jiff::Timestamp;
use notify::digest::{DigestItem, digest};
use notify::{Rendering, render};
use sandbox::slack::{TOTAL_CHARACTERS, blocks, pings};
use serde_json::Value;

use crate::webhooks;

/// A message as it is sent, and where it comes from.
struct Sent {
    about: String,
    json: Value,
}

fn sent(about: String, message: &Message) -> Sent {
    let rendered = slack::block_kit::render(message);
    let json = serde_json::to_value(rendered).unwrap();
    Sent { about, json }
}

fn message_of(event: &Event) -> Option<Message> {
    match render(event) {
        Rendering::Message(message) | Rendering::Fallback(message) => Some(*message),
        Rendering::Nothing(_) => None,
    }
}

/// Every message, and how many events have none.
fn everything() -> (Vec<Sent>, usize) {
    let mut events = Vec::new();
    for example in representative::examples() {
        let about = format!("{} {}", example.event.kind(), example.action);
        events.push((about, example.event));
    }
    for webhook in webhooks::own()
        .into_iter()
        .chain(webhooks::corpus().unwrap_or_default())
    {
        let parsed = gitlab::parse(Some(&webhook.event), &webhook.body).unwrap();
        if let Ok(event) = parsed.outcome {
            events.push((webhook.file, event));
        }
    }
    let messages: Vec<(String, Message)> = events
        .iter()
        .filter_map(|(about, event)| Some((about.clone(), message_of(event)?)))
        .collect();
    let silent = events.len() - messages.len();
    let mut all: Vec<Sent> = messages
        .iter()
        .map(|(about, message)| sent(about.clone(), message))
        .collect();
    all.extend(digests(
        messages.into_iter().map(|(_, message)| message).collect(),
    ));
    (all, silent)
}

/// One of each size that matters, of all tones and of text that wants out.
fn digests(messages: Vec<Message>) -> Vec<Sent> {
    let hostile = mrkdwn::escape("<!channel> <@U0ANA> *|> :tada: ")
        .as_str()
        .repeat(90);
    let hostile = mrkdwn::escape(&hostile);
    let mut items: Vec<DigestItem> = messages
        .into_iter()
        .chain([Message::new(hostile.clone(), hostile).tone(Tone::Danger)])
        .zip(0..)
        .map(|(message, second)| DigestItem {
            message,
            at: Timestamp::from_second(1_795_165_200 + second).unwrap(),
        })
        .collect();
    items.reverse();
    let url = "https://signalbox.example";
    [1, 2, 12, 30, items.len()]
        .map(|count| {
            let message = digest(&items[..count.min(items.len())], url);
            sent(format!("a digest of {count}"), &message)
        })
        .into()
}

#[test]
fn every_message_is_one_that_slack_takes_and_pings_nobody() {
    let (all, silent) = everything();
    for Sent { about, json } in &all {
        assert_eq!(blocks::validate_message(json), [], "{about}\n{json:#}");
        let text = json["text"].as_str().unwrap();
        assert!(!text.is_empty() && text.len() < 4_000, "{about}: {text}");
        let shown: usize = [&json["blocks"], &json["attachments"]]
            .map(characters)
            .iter()
            .sum();
        assert!(0 < shown && shown <= TOTAL_CHARACTERS, "{about}: {shown}");
        let mut pinged = pings::of_text(text);
        pinged.extend(pings::of_blocks(&json["blocks"]));
        pinged.extend(pings::of_attachments(&json["attachments"]));
        assert!(pinged.is_empty(), "{about}: {pinged:?}\n{json:#}");
    }
    println!("{} messages pass, {silent} events have none", all.len());
    assert!(250 < all.len(), "{}", all.len());
}

/// All characters of texts on the screen.
fn characters(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.iter().map(characters).sum(),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| match value {
                Value::String(text) if name == "text" => text.chars().count(),
                other => characters(other),
            })
            .sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    }
}

#[test]
fn every_message_passes_the_official_clients_models() {
    let Some(clients) = std::env::var_os("SIGNALBOX_CLIENTS") else {
        println!("official clients absent: run make test");
        return;
    };
    let python = std::path::Path::new(&clients).join("venv/bin/python");
    let script = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/clients/python/validate_blocks.py"
    );
    let mut check = Command::new(python)
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the Python of the clients: run tests/clients/setup.sh");
    let (all, _) = everything();
    let mut input = check.stdin.take().unwrap();
    let lines: String = all.iter().map(|sent| format!("{}\n", sent.json)).collect();
    // A check that ended early says so itself.
    let _ = input.write_all(lines.as_bytes());
    drop(input);
    let output = check.wait_with_output().unwrap();
    assert!(output.status.success(), "the line number is a message's");
    let said = String::from_utf8_lossy(&output.stdout);
    println!("{said}");
    let expected = format!("{} messages pass slack_sdk's models", all.len());
    assert_eq!(said.trim(), expected);
}
