//! A lane is one channel: strict order, Slack's pace, and nobody waits for another lane.

mod dead_letters;
mod digests;
mod doubles;
mod nodes;

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::world::{Engine, Plan, World, engines, posting_fault, push};

const SECOND: Duration = Duration::from_secs(1);

/// `change-001` and the following.
pub fn changes(numbers: impl IntoIterator<Item = usize>) -> Vec<String> {
    numbers
        .into_iter()
        .map(|number| format!("change-{number:03}"))
        .collect()
}

#[tokio::test]
async fn a_failed_pipeline_reaches_its_channel() {
    let world = World::on(Engine::Memory).await;
    let event = world
        .gitlab(crate::world::failed_pipeline("acme/web"))
        .await;
    world.settle().await;
    assert_eq!(world.event(&event).await["outcome"], "delivered");
    insta::assert_snapshot!(world.channel("#general"));
    world.end().await;
}

#[tokio::test]
async fn a_burst_goes_out_at_once_and_then_one_message_a_second_in_order() {
    for engine in engines() {
        let world = World::on(engine).await;
        for change in 1..=12 {
            world.gitlab(push("acme/web", change)).await;
        }
        world.settle().await;
        assert_eq!(world.changes("#general"), changes(1..=4), "{engine:?}");
        for sent in 5..=12 {
            world.advance(SECOND / 2).await;
            assert_eq!(world.changes("#general").len(), sent - 1, "{engine:?}");
            world.advance(SECOND / 2).await;
            assert_eq!(world.changes("#general"), changes(1..=sent), "{engine:?}");
        }
        let calls = world.calls("chat.postMessage", None).await;
        assert!(calls.iter().all(|call| call["status"] == 200), "{calls:?}");
        world.end().await;
    }
}

#[tokio::test]
async fn a_requested_pause_is_kept_in_full_and_in_its_own_lane_only() {
    for engine in engines() {
        let world = World::on(engine).await;
        let pause = json!({ "status": 429, "retry_after": 30 });
        world.fault(posting_fault("general", &pause)).await;
        let event = world.gitlab(push("acme/web", 1)).await;
        world.gitlab(push("acme/web", 2)).await;
        world.gitlab(push("acme/api", 3)).await;
        world.settle().await;
        assert_eq!(world.changes("#production"), changes([3]), "{engine:?}");
        let waiting = world.event(&event).await;
        assert_eq!(waiting["outcome"], "waiting");
        assert_eq!(waiting["reason"], "Slack asked for a pause of 30s");

        world.advance(SECOND * 30 - Duration::from_millis(1)).await;
        let calls = world.calls("chat.postMessage", Some("general")).await;
        assert_eq!(calls.len(), 1, "nothing is sent before the pause is over");
        world.advance(Duration::from_millis(1)).await;
        assert_eq!(world.changes("#general"), changes([1, 2]), "{engine:?}");
        world.end().await;
    }
}

#[tokio::test]
async fn failures_of_slack_are_tried_again_after_growing_pauses_in_order() {
    for harm in [
        json!({ "status": 503, "times": 5 }),
        json!({ "drop": true, "times": 5 }),
        json!({ "error": "service_unavailable", "times": 5 }),
    ] {
        let world = World::on(Engine::Memory).await;
        world.fault(posting_fault("general", &harm)).await;
        let event = world.gitlab(push("acme/web", 1)).await;
        world.gitlab(push("acme/web", 2)).await;
        let mut due = world.settle().await;
        for whole in [1, 2, 4, 8, 16] {
            let next = due.expect("another try");
            let pause = next.duration_since(world.clock.now());
            let whole = SignedDuration::from_secs(whole);
            assert!(whole / 2 <= pause && pause <= whole, "{harm}: {pause:?}");
            world.clock.advance_to(next);
            due = world.settle().await;
        }
        assert_eq!(world.changes("#general"), changes([1, 2]), "{harm}");
        assert_eq!(world.event(&event).await["deliveries"][0]["attempts"], 5);
        world.end().await;
    }
}

#[tokio::test]
async fn a_call_without_an_answer_ends_in_time_and_the_message_shows_once() {
    let timeouts = slack::Timeouts {
        total: Duration::from_millis(300),
        ..slack::Timeouts::default()
    };
    let world = World::start(Plan {
        timeouts,
        ..Plan::on(Engine::Memory)
    })
    .await;
    let never = json!({ "delay_ms": 86_400_000 });
    world.fault(posting_fault("general", &never)).await;
    let event = world.gitlab(push("acme/web", 1)).await;
    world.settle().await;
    let waiting = world.event(&event).await;
    assert_eq!(waiting["reason"], "Slack did not answer");
    // A machine under load may need more than one further try.
    world.advance(SECOND * 60).await;
    assert_eq!(world.changes("#general"), changes([1]));
    world.end().await;
}

#[tokio::test]
async fn a_slow_channel_delays_no_other() {
    for engine in engines() {
        let world = World::on(engine).await;
        world
            .fault(posting_fault("general", &json!({ "delay_ms": 20_000 })))
            .await;
        world.gitlab(push("acme/web", 1)).await;
        world.gitlab(push("acme/web", 2)).await;
        world.gitlab(push("acme/api", 3)).await;
        world.until_shown("#production", 1).await;
        assert_eq!(world.changes("#general"), changes([]), "{engine:?}");
        world.until_held_up().await;
        world.clock.advance(SECOND * 20);
        world.settle().await;
        assert_eq!(world.changes("#general"), changes([1, 2]), "{engine:?}");
        world.end().await;
    }
}

#[tokio::test]
async fn a_refused_message_is_tried_for_a_day_and_then_a_dead_letter() {
    let world = World::on(Engine::Memory).await;
    let refusal = json!({ "status": 503, "times": 0 });
    world.fault(posting_fault("general", &refusal)).await;
    let event = world.gitlab(push("acme/web", 1)).await;
    world.advance(SECOND * 3600 * 24).await;
    assert_eq!(world.event(&event).await["outcome"], "waiting");
    world.advance(SECOND * 600).await;
    let dead = world.event(&event).await;
    assert_eq!(dead["outcome"], "dead");
    assert_eq!(dead["reason"], "Slack failed with status 503, for a day");
    assert_eq!(
        dead["deliveries"][0]["remedy"],
        "replay it when Slack takes messages again"
    );
    world.fault(json!({ "clear": true })).await;
    world.replay("dead-letters").await;
    world.settle().await;
    assert_eq!(world.changes("#general"), changes([1]));
    world.end().await;
}

#[test]
fn a_world_stands_still() {
    let clock = crate::world::standing_clock();
    assert_eq!(clock.now(), clock.now());
    assert_eq!(clock.now(), Timestamp::from_second(1_795_165_200).unwrap());
}
