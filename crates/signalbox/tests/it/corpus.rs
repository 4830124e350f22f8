//! Real payloads to a running demo: each becomes a message, or is ignored with a reason.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::demo::RunningDemo;
use crate::webhooks::{self, Recorded};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_payload_becomes_a_message_or_is_ignored_with_a_reason() {
    let payloads = webhooks::corpus().unwrap_or_else(|| {
        println!("corpus absent");
        webhooks::own()
    });
    let demo = RunningDemo::of_the_app().await;
    let before = demo.fallbacks().await;
    let mut events = Vec::new();
    for payload in &payloads {
        events.push(demo.webhook(&payload.event, payload.body.clone()).await);
    }
    demo.advance(3600.0).await;

    let mut tally = Tally::default();
    for (payload, event) in payloads.iter().zip(&events) {
        let event = demo.event(event).await;
        demo.check(payload, &event).await;
        tally.count(&event);
    }
    println!("{} payloads to a running demo", payloads.len());
    tally.print();
    let fallbacks = demo.fallbacks().await - before;
    println!("fallback messages: {fallbacks}");
    assert_eq!(fallbacks, tally.unknown_kinds, "only kinds without words");
    let calls = demo.calls("chat.postMessage").await;
    let refused: Vec<&Value> = calls.iter().filter(|call| call["ok"] != true).collect();
    println!(
        "messages posted: {}, refused: {}",
        calls.len(),
        refused.len()
    );
    for call in refused {
        // A channel is made on first use, and Slack has its pace.
        assert_eq!(call["error"], "channel_not_found", "{call:#}");
    }
    demo.stop().await;
}

/// What became of the payloads.
#[derive(Default)]
struct Tally {
    outcomes: BTreeMap<String, usize>,
    reasons: BTreeMap<String, usize>,
    unknown_kinds: u64,
}

impl Tally {
    fn count(&mut self, event: &Value) {
        let outcome = event["outcome"].as_str().unwrap_or_default();
        *self.outcomes.entry(outcome.to_owned()).or_default() += 1;
        if outcome == "ignored" {
            let reason = event["reason"].as_str().unwrap_or_default();
            *self.reasons.entry(reason.to_owned()).or_default() += 1;
        } else if event["kind"] == "other" {
            self.unknown_kinds += 1;
        }
    }

    fn print(&self) {
        println!("{:?}", self.outcomes);
        for (reason, count) in &self.reasons {
            println!("{count:4} ignored: {reason}");
        }
    }
}

impl RunningDemo {
    /// Each event has come to a good end, and its message stands in Slack.
    async fn check(&self, payload: &Recorded, event: &Value) {
        let file = &payload.file;
        match event["outcome"].as_str() {
            Some("ignored") => {
                let reason = event["reason"].as_str();
                assert!(reason.is_some_and(|reason| !reason.is_empty()), "{file}");
            }
            Some("delivered" | "digested") => {
                let deliveries = event["deliveries"].as_array().unwrap();
                assert!(!deliveries.is_empty(), "{file}");
                for delivery in deliveries {
                    let shown = self.shows(&delivery["channel_id"], &delivery["ts"]).await;
                    assert!(shown, "{file}: {delivery}");
                }
            }
            _ => panic!("{file}: {event:#}"),
        }
    }
}
