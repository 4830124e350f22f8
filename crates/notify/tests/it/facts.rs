//! What holds of every message that people see: no fact stands twice on the screen, the
//! notification reads alone, and only unknown kinds get the fallback.

use std::collections::HashSet;

use domain::event::Event;
use domain::{EventKind, Message};
use notify::{Rendering, render};

use crate::fixtures;
use crate::limits::{faults, texts};
use crate::representative::examples;
use crate::screen::{links, plain, visible};

/// Every message of our own examples and of our own webhooks, with a name to find it by.
fn messages() -> Vec<(String, Event, Message)> {
    let examples = examples().into_iter().map(|example| {
        (
            format!("{} {}", example.event.kind(), example.action),
            example.event,
        )
    });
    let webhooks = fixtures::own()
        .into_iter()
        .filter_map(|fixture| Some((fixture.file, fixture.webhook.outcome.ok()?)));
    examples
        .chain(webhooks)
        .filter_map(|(name, event)| match render(&event) {
            Rendering::Message(message) | Rendering::Fallback(message) => {
                Some((name, event, *message))
            }
            Rendering::Nothing(_) => None,
        })
        .collect()
}

#[test]
fn no_fact_stands_twice_on_the_screen() {
    for (name, event, message) in messages() {
        // What people write of a thing may name it.
        let body = message.body.clone().filter(|_| !is_prose(event.kind()));
        let screen = visible(&Message {
            body,
            ..message.clone()
        });
        let mut rest = screen.clone();
        // The longest first: an old title may be a part of the new one.
        for fact in distinct_facts(&event) {
            let times = occurrences(&rest, &fact);
            assert!(
                times <= 1,
                "{name}: {fact:?} stands {times} times in\n{screen}"
            );
            rest = rest.replacen(&fact, "…", times);
        }
        let mut seen = HashSet::new();
        for (_, text, _) in texts(&message).into_iter().skip(1) {
            for (_, label) in links(text) {
                assert!(
                    seen.insert(label.clone()),
                    "{name}: two links {label:?} in\n{screen}"
                );
            }
        }
    }
}

/// Whether the body of such a message is what somebody wrote.
fn is_prose(kind: EventKind) -> bool {
    !matches!(
        kind,
        EventKind::Push | EventKind::TagPush | EventKind::Emoji
    )
}

/// Titles, branches, hashes and people of an event, as they would be shown.
fn distinct_facts(event: &Event) -> Vec<String> {
    let json = serde_json::to_value(event).unwrap();
    let mut facts = Vec::new();
    collect(&json, &mut facts);
    facts.sort_unstable_by_key(|fact| (std::cmp::Reverse(fact.len()), fact.clone()));
    facts.dedup();
    facts
}

fn collect(value: &serde_json::Value, facts: &mut Vec<String>) {
    use serde_json::Value;
    const TOLD_ONCE: &[&str] = &[
        "title",
        "name",
        "username",
        "path",
        "sha",
        "before",
        "after",
        "ref_name",
        "tag",
        "environment",
    ];
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                match field {
                    Value::String(text) if TOLD_ONCE.contains(&name.as_str()) => {
                        facts.push(shown(name, text));
                    }
                    _ => collect(field, facts),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, facts)),
        Value::String(_) | Value::Number(_) | Value::Bool(_) | Value::Null => (),
    }
}

fn shown(field: &str, text: &str) -> String {
    match field {
        "sha" | "before" | "after" => text.chars().take(8).collect(),
        _ => text.to_owned(),
    }
}

/// How often `fact` stands in `screen` as words of its own.
fn occurrences(screen: &str, fact: &str) -> usize {
    let inside = |c: Option<char>| {
        c.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '/' | '.'))
    };
    screen
        .match_indices(fact)
        .filter(|(start, found)| {
            !found.is_empty()
                && !inside(screen[..*start].chars().next_back())
                && !inside(screen[start + found.len()..].chars().next())
        })
        .count()
}

#[test]
fn every_message_is_within_slacks_limits() {
    for (name, _, message) in messages() {
        let faults = faults(&message);
        assert!(faults.is_empty(), "{name}: {faults}");
    }
}

#[test]
fn a_notification_reads_alone_and_has_no_links() {
    for (name, event, message) in messages() {
        let summary = message.summary.as_str();
        assert!(!summary.contains('<'), "{name}: {summary}");
        assert!(
            !summary.contains("  ") && !summary.contains(" :"),
            "{name}: {summary}"
        );
        assert_eq!(summary.trim(), summary, "{name}");
        if let Some(project) = &event.project {
            assert!(plain(summary).contains(&project.path), "{name}: {summary}");
        }
        let headline = plain(message.headline.as_str());
        assert!(
            !headline.contains("  ") && !headline.contains(" :"),
            "{name}: {headline}"
        );
    }
}

#[test]
fn only_unknown_kinds_get_the_fallback() {
    for example in examples() {
        let fell_back = matches!(render(&example.event), Rendering::Fallback(_));
        assert_eq!(
            fell_back,
            example.event.kind() == EventKind::Other,
            "{}",
            example.action
        );
    }
}

#[test]
fn the_same_event_always_gives_the_same_message() {
    for example in examples() {
        assert_eq!(
            render(&example.event),
            render(&example.event),
            "{}",
            example.action
        );
    }
}
