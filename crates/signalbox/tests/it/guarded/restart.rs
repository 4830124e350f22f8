//! Everything stops in the middle of stages and starts again: nothing is done twice, nothing is
//! forgotten.

use serde_json::json;

use super::Player;
use super::player::{ISSUE, TEAM};

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_in_the_middle_of_a_stage_repeats_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path();
    let player = Player::keeping(data).await;
    player.begins().await;
    // Before anything was done that follows.
    let player = player.starts_again(data).await;
    player.minutes(5).await;
    let before = player.status().await;
    let player = player.starts_again(data).await;
    let after = player.status().await;
    for kept in ["id", "stage", "phase", "soak_until"] {
        assert_eq!(before[kept], after[kept], "{kept}");
    }
    player.minutes(11).await;
    let once = |environments: &[&str]| {
        let once = environments.iter().map(|name| ((*name).to_owned(), 1));
        once.collect::<std::collections::BTreeMap<String, usize>>()
    };
    let elsewhere = ["dev", "staging", "staging-ref"];
    assert_eq!(player.changes().await, once(&elsewhere));

    let qa = json!({ "issue": ISSUE, "item": "1.qa-non-production" });
    player.happens("ben", "tick", qa).await;
    let player = player.starts_again(data).await;
    player.reaches("first-actors").await;
    let player = player.starts_again(data).await;
    player.minutes(16).await;
    let everywhere = ["dev", "production", "staging", "staging-ref"];
    assert_eq!(player.changes().await["dev"], 1);
    let changes = player.changes().await;
    let names: Vec<&str> = changes.keys().map(String::as_str).collect();
    assert_eq!(names, everywhere);
    let said = player.rollout("ana", TEAM, "rollback FLAG").await;
    assert!(said.contains("roll"), "{said}");
    let player = player.starts_again(data).await;
    player.minutes(2).await;
    assert_eq!(player.status().await["state"], "rolled_back");
    let thread = player.thread().await;
    let opened = thread.matches("is open for non-production").count();
    assert_eq!(opened, 1, "{thread}");
    player.nothing_was_lost().await;
    player.stop().await;
}
