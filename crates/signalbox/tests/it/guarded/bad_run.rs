//! At 25 percent Slack begins to refuse what the app says in some channels, which the old
//! integration reaches: the rollout is held, then taken back, and nobody misses a message.

use std::collections::BTreeMap;

use insta::assert_snapshot;
use serde_json::json;

use super::Player;
use super::player::ISSUE;
use super::way::{by_decision, to_one_percent};

/// The most deliveries that may fail before the flag is back.
const MOST_FAILING: usize = 60;

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_with_the_flag_takes_it_back_and_every_message_arrives() {
    let player = Player::start().await;
    to_one_percent(&player).await;
    player.busy(60).await;
    by_decision(&player, "1-percent", "10-percent").await;
    by_decision(&player, "10-percent", "25-percent").await;
    player.busy(3_000).await;
    player.minutes(10).await;
    let status = player.status().await;
    assert_eq!(status["state"], "running", "{status:#}");
    // One team in ten has given its channels to apps that it allows.
    let refused = json!({
        "method": "chat.postMessage", "channels": "p-samples-amber",
        "error": "restricted_action", "times": 0,
    });
    let url = format!("{}/sandbox/fault", player.demo.demo.slack_url);
    player.demo.post(&url, &refused).await;
    let (minutes, was_held) = minutes_until_rolled_back(&player).await;
    let failing = player.refused_deliveries().await;
    println!(
        "rolled back {minutes} minutes after the first refusal, {} deliveries refused",
        failing.len()
    );
    assert!(was_held, "the rollout is held before it is taken back");
    assert!(!failing.is_empty() && failing.len() <= MOST_FAILING);
    player.busy(0).await;
    player.minutes(5).await;
    arrived_by_the_old_integration(&player, &failing).await;
    let (issue, text) = player.issue(ISSUE).await;
    assert_eq!(issue["state"], "opened");
    player.nothing_was_lost().await;
    assert_snapshot!("the_thread_of_a_bad_run", player.thread().await);
    assert_snapshot!("the_rollout_issue_of_a_bad_run", text);
    player.stop().await;
}

async fn minutes_until_rolled_back(player: &Player) -> (u32, bool) {
    let mut was_held = false;
    for minute in 0..30 {
        let status = player.status().await;
        was_held |= status["state"] == "held";
        if status["state"] == "rolled_back" {
            return (minute, was_held);
        }
        player.minutes(1).await;
    }
    panic!("not rolled back: {:#}", player.status().await);
}

/// Each of these deliveries was made after all, once, by the old integration.
async fn arrived_by_the_old_integration(player: &Player, failing: &BTreeMap<String, String>) {
    let deliveries = player.deliveries().await;
    for (id, words) in failing {
        let delivery = deliveries
            .iter()
            .find(|delivery| delivery["id"] == id.as_str())
            .unwrap_or_else(|| panic!("{id} is gone"));
        assert_eq!(delivery["state"], "sent", "{delivery:#}");
        assert_eq!(delivery["via"], "webhook", "{delivery:#}");
        let channel = delivery["channel"].as_str().expect("a channel");
        let told = player.told(channel, &format!("{words})")).await;
        assert_eq!(told.len(), 1, "{words} in {channel}: {told:#?}");
        assert_eq!(told[0]["via"], "webhook", "{:#}", told[0]);
    }
}
