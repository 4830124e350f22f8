//! A message whose first try half succeeded is looked for before it is sent again.

use std::time::Duration;

use serde_json::{Value, json};

use super::changes;
use crate::world::{Engine, World, engines, posting_fault, push};

/// Slack did it, and then its answer was lost.
fn half_successes() -> [Value; 3] {
    [
        json!({ "after": true, "status": 500 }),
        json!({ "after": true, "drop": true }),
        json!({ "after": true, "error": "fatal_error" }),
    ]
}

#[tokio::test]
async fn a_message_whose_answer_was_lost_shows_once() {
    for engine in engines() {
        let world = World::on(engine).await;
        for (number, harm) in (1..).zip(half_successes()) {
            world.fault(posting_fault("general", &harm)).await;
            let event = world.gitlab(push("acme/web", 2 * number - 1)).await;
            world.gitlab(push("acme/web", 2 * number)).await;
            world.advance(Duration::from_secs(10)).await;
            let shown = changes(1..=2 * number);
            assert_eq!(world.changes("#general"), shown, "{engine:?} {harm}");
            let event = world.event(&event).await;
            assert_eq!(event["outcome"], "delivered");
            let ts = event["deliveries"][0]["ts"].as_str().unwrap();
            let stands = world.slack.with_workspace(|workspace| {
                let channel = workspace.channel_called("general").unwrap();
                channel.message(ts).is_some()
            });
            assert!(stands, "the delivery names the message that stands there");
        }
        world.end().await;
    }
}

#[tokio::test]
async fn where_the_bot_may_not_read_a_message_is_sent_again_rather_than_lost() {
    let world = World::on(Engine::Memory).await;
    world.take_scope("channels:history");
    for harm in half_successes() {
        let before = world.messages("#general").len();
        world.fault(posting_fault("general", &harm)).await;
        let event = world.gitlab(push("acme/web", 1)).await;
        world.advance(Duration::from_secs(10)).await;
        assert_eq!(world.messages("#general").len(), before + 2, "{harm}");
        assert_eq!(world.event(&event).await["outcome"], "delivered");
    }
    world.end().await;
}

#[tokio::test]
async fn a_lookup_that_fails_is_tried_again_before_anything_is_sent() {
    let world = World::on(Engine::Memory).await;
    world
        .fault(posting_fault("general", &half_successes()[0]))
        .await;
    world
        .fault(json!({ "method": "conversations.history", "status": 500, "times": 3 }))
        .await;
    world.gitlab(push("acme/web", 1)).await;
    world.advance(Duration::from_secs(60)).await;
    assert_eq!(world.calls("chat.postMessage", None).await.len(), 1);
    // Three that failed, one that said to join the channel first, and one from within.
    assert_eq!(world.calls("conversations.history", None).await.len(), 5);
    assert_eq!(world.changes("#general"), changes([1]));
    world.end().await;
}
