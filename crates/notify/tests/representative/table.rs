//! The table of all kinds and actions, made from what the code says of them.

use std::fmt::Write;

use notify::{Rendering, render};

use super::examples;

const HEAD: &str = "\
# Events

What a channel reads of each kind of event and each action, or why it reads nothing. This page is
made from the code by `cargo run -p notify --example event_table`; a test fails when it is stale.

The sentence is the one of the push notification. On the screen it has links, people with their
usernames, and below it the details: description or comment, facts, buttons.

| kind | action | what people read |
| --- | --- | --- |
";

/// The page, as it stands in `docs/events.md`.
pub fn page() -> String {
    let mut page = HEAD.to_owned();
    for example in examples() {
        let kind = example.event.kind();
        let words = match render(&example.event) {
            Rendering::Message(message) => cell(message.summary.as_str()),
            Rendering::Fallback(message) => {
                format!("{} (counted as a fallback)", cell(message.summary.as_str()))
            }
            Rendering::Nothing(reason) => format!("*nothing: {reason}*"),
        };
        writeln!(page, "| `{kind}` | {} | {words} |", example.action).unwrap();
    }
    page
}

/// A sentence of Slack's markup in a Markdown table.
fn cell(summary: &str) -> String {
    summary
        .replace('\u{2060}', "")
        .replace("&amp;", "&")
        .replace('|', "\\|")
        .replace('_', "\\_")
}
