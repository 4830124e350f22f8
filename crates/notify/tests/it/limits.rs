//! What holds of every message, whatever is in the event.

use std::fmt::Write;

use domain::Message;
use domain::mrkdwn::Mrkdwn;

use crate::screen::{links, without_addresses};

/// Everything that is wrong with a message, in words; empty when Slack will take it as it is
/// meant: within its limits, on as many lines as it should have, and without any ping.
pub fn faults(message: &Message) -> String {
    let mut faults = String::new();
    let mut check = |fine: bool, what: &str, text: &str| {
        if !fine {
            writeln!(faults, "{what}: {text:?}").unwrap();
        }
    };
    for (what, text, limit) in texts(message) {
        check(text.chars().count() <= limit, "too long", what);
        check(is_safe(text), "unsafe", text);
        check(
            what == "body" || !text.contains(['\n', '\r']),
            "more than one line",
            text,
        );
    }
    for fact in &message.facts {
        check(
            !fact.label.is_empty() && fact.label.len() <= 40,
            "label",
            &fact.label,
        );
    }
    for button in &message.links {
        check(button.label.chars().count() <= 75, "button", &button.label);
        check(
            button.url.len() <= 3_000,
            "address of a button",
            &button.url,
        );
    }
    check(
        !message.summary.as_str().trim().is_empty(),
        "empty",
        "summary",
    );
    check(message.facts.len() <= 10, "too many", "facts");
    check(message.context.len() <= 10, "too many", "context");
    check(message.links.len() <= 5, "too many", "buttons");
    check(has_details(message), "missing", "details");
    let all: usize = texts(message)
        .iter()
        .skip(1)
        .map(|(_, text, _)| text.chars().count())
        .sum();
    check(all <= 13_000, "too long", "everything");
    faults
}

/// What stands under the headline, beside the coloured bar.
fn has_details(message: &Message) -> bool {
    message.body.is_some()
        || !message.facts.is_empty()
        || !message.context.is_empty()
        || !message.links.is_empty()
}

/// Every text of a message, the summary first, with its name and Slack's limit for it.
pub fn texts(message: &Message) -> Vec<(&str, &str, usize)> {
    fn all<'a>(
        what: &'static str,
        texts: impl Iterator<Item = &'a Mrkdwn>,
        limit: usize,
    ) -> impl Iterator<Item = (&'static str, &'a str, usize)> {
        texts.map(move |text| (what, text.as_str(), limit))
    }
    all("summary", [&message.summary].into_iter(), 3_000)
        .chain(all("headline", [&message.headline].into_iter(), 3_000))
        .chain(all("body", message.body.iter(), 3_000))
        .chain(all(
            "fact",
            message.facts.iter().map(|fact| &fact.value),
            2_000,
        ))
        .chain(all("context", message.context.iter(), 2_000))
        .collect()
}

/// Nothing but links stands in angle brackets, every ampersand is an escape, and nothing is
/// hidden or turns the direction of writing.
fn is_safe(text: &str) -> bool {
    let linked = |link: &(String, String)| {
        let (url, _) = link;
        ["http://", "https://", "mailto:"]
            .iter()
            .any(|scheme| url.starts_with(scheme))
            && !url.contains([' ', '\n', '|'])
    };
    let escaped = |rest: &str| {
        ["amp;", "lt;", "gt;"]
            .iter()
            .any(|escape| rest.starts_with(escape))
    };
    let hidden = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
    };
    links(text).iter().all(linked)
        // A quote in a description begins with one.
        && without_addresses(text).lines().all(|line| !line.trim_start_matches("> ").contains(['<', '>']))
        && text.split('&').skip(1).all(escaped)
        && !text.contains(hidden)
}
