//! A monitor in trouble: never a pass, never a crash; the rollout is held until it answers again,
//! and nothing else waits for it.

use std::time::Duration;

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::Player;
use crate::process;

/// Far more than the sandbox needs.
const PATIENCE: Duration = Duration::from_secs(1);

#[tokio::test(flavor = "multi_thread")]
async fn a_monitor_in_trouble_holds_the_rollout_until_it_answers_again() {
    let player = Player::start().await;
    player.begins().await;
    player.minutes(2).await;
    for trouble in [
        json!({ "status": 503 }),
        json!({ "status": 401 }),
        json!({ "body": "<html>Please sign in</html>" }),
        json!({ "body": "{\"detail\": [{}]}" }),
    ] {
        is_silent_during(&player, &trouble).await;
    }
    assert_snapshot!("the_thread_of_a_silent_monitor", player.thread().await);
    player.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_monitor_that_hangs_or_is_slow_is_silent() {
    let player = Player::with_monitors_within(PATIENCE).await;
    player.begins().await;
    player.minutes(2).await;
    for trouble in [json!({ "hang": true }), json!({ "delay_ms": 3_600_000 })] {
        is_silent_during(&player, &trouble).await;
    }
    let thread = player.thread().await;
    let told = thread.matches("is silent: no answer within 1 s").count();
    assert_eq!(told, 2, "once each time: {thread}");
    assert_snapshot!("the_thread_of_a_hanging_monitor", thread);
    player.stop().await;
}

/// Sentry is in trouble for a while; then it is well.
async fn is_silent_during(player: &Player, trouble: &Value) {
    let mut fault = json!({ "service": "sentry", "times": 0 });
    let fields = fault.as_object_mut().expect("an object");
    fields.extend(trouble.as_object().expect("an object").clone());
    player.in_monitoring(fault).await;
    player.minutes(9).await;
    let status = player.status().await;
    assert_eq!(status["hold"]["reason"], "silent", "{trouble}: {status:#}");
    assert_eq!(status["stage"], "non-production");
    player.in_monitoring(json!({ "clear": true })).await;
    player.minutes(6).await;
    let status = player.status().await;
    assert_eq!(status["hold"], Value::Null, "{trouble}: {status:#}");
    assert_eq!(status["state"], "running", "{trouble}");
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_arrive_while_a_monitor_hangs() {
    let player = Player::with_monitors_within(Duration::from_secs(3_600)).await;
    player.begins().await;
    player.minutes(2).await;
    let hangs = json!({ "service": "sentry", "times": 0, "hang": true });
    player.in_monitoring(hangs).await;
    let well = async {
        let push = process::push(0, "while it hangs").into_bytes();
        let event = player.demo.webhook("Push Hook", push).await;
        while player.demo.event(&event).await["outcome"] != "delivered" {
            tokio::task::yield_now().await;
        }
        // Nothing else lets the clock go on: it was not over when the message arrived.
        player.in_monitoring(json!({ "clear": true })).await;
    };
    tokio::join!(player.minutes(3), well);
    let status = player.status().await;
    assert_eq!(status["hold"], Value::Null, "{status:#}");
    player.nothing_was_lost().await;
    player.stop().await;
}
