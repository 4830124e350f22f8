//! Payloads that others recorded: each makes a message, or says why not.

use std::collections::BTreeMap;

use notify::{Rendering, render};

use crate::fixtures::{Fixture, corpus, own};

#[test]
fn our_own_webhooks_all_make_a_message_or_say_why_not() {
    let counts = count(&own());
    assert!(100 < counts["message"], "{counts:?}");
    assert_eq!(counts.get("unreadable"), None, "{counts:?}");
}

#[test]
fn recorded_webhooks_all_make_a_message_or_say_why_not() {
    let Some(fixtures) = corpus() else {
        println!("corpus absent");
        return;
    };
    let counts = count(&fixtures);
    println!("{} payloads: {counts:?}", fixtures.len());
    assert_eq!(counts.values().sum::<usize>(), fixtures.len());
}

fn count(fixtures: &[Fixture]) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for Fixture { file, webhook } in fixtures {
        let outcome = match webhook.outcome.as_ref().map(render) {
            Ok(Rendering::Message(_)) => "message",
            Ok(Rendering::Fallback(_)) => "fallback",
            Ok(Rendering::Nothing(_)) => "nothing",
            Err(_) => "unreadable",
        };
        assert!(
            outcome != "fallback" || webhook.kind == domain::EventKind::Other,
            "{file}: the fallback is for kinds without words"
        );
        *counts.entry(outcome).or_insert(0) += 1;
    }
    counts
}
