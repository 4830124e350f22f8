//! All goes well: every stage, to the removal of the flag from the code and everywhere.

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::Player;
use super::player::{FEATURE, ISSUE};
use super::way::{by_decision, to_one_percent};

/// Each share, for how long it is watched, and how many events an hour bring it enough evidence.
const SHARES: &[(&str, u32, u64)] = &[
    ("10-percent", 61, 6_000),
    ("25-percent", 61, 2_300),
    ("50-percent", 121, 560),
    ("75-percent", 121, 1_120),
    ("100-percent", 61, 100),
];

#[tokio::test(flavor = "multi_thread")]
async fn the_rollout_issue_is_played_to_the_removal_of_the_flag() {
    let player = Player::start().await;
    to_one_percent(&player).await;
    player.busy(600).await;
    by_decision(&player, "1-percent", "10-percent").await;
    for (stage, minutes, events_per_hour) in SHARES {
        player.reaches(stage).await;
        player.busy(*events_per_hour).await;
        player.minutes(*minutes).await;
        let status = player.status().await;
        assert_eq!(status["hold"], Value::Null, "{stage}: {:#}", status["hold"]);
    }
    player.reaches("global").await;
    player.busy(20).await;
    player.minutes(16).await;
    player.stands("verification").await;
    player.minutes(24 * 60 + 2).await;
    player.stands("clean-up").await;
    leaves_the_code(&player).await;

    let status = player.status().await;
    assert_eq!(status["state"], "completed", "{status:#}");
    let (issue, text) = player.issue(ISSUE).await;
    assert_eq!(issue["state"], "closed");
    let (feature, told) = player.issue(FEATURE).await;
    assert_eq!(feature["state"], "closed");
    player.nothing_was_lost().await;
    assert_snapshot!("the_thread_of_a_good_run", player.thread().await);
    assert_snapshot!("the_rollout_issue_of_a_good_run", text);
    assert_snapshot!("the_feature_issue_of_a_good_run", told);
    player.stop().await;
}

/// The removal that Signalbox proposed is merged, deployed and released.
async fn leaves_the_code(player: &Player) {
    let links = player.status().await["links"].clone();
    let removal = links["removal"].as_str().expect("the removal");
    let number = removal.rsplit('/').next().expect("a number").to_owned();
    player
        .happens("ana", "merge", json!({ "mr": number }))
        .await;
    player.happens("ops", "auto_deploy_branch", json!({})).await;
    let environments = ["dev", "staging-canary", "staging", "staging-ref", "canary"];
    for environment in environments {
        let deployed = json!({ "environment": environment });
        player.happens("ops", "deploy", deployed).await;
    }
    let branch = json!({ "version": "15.8" });
    player.happens("ops", "stable_branch", branch).await;
    player.minutes(3).await;
    assert_eq!(
        player.status().await["state"],
        "running",
        "not in production"
    );
    let deployed = json!({ "environment": "production" });
    player.happens("ops", "deploy", deployed).await;
    player.minutes(5).await;
}
