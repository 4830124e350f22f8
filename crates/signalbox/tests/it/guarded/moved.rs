//! A demo is started again on other ports in the middle of a rollout: it goes on as if nothing
//! had been.

use serde_json::json;

use super::Player;
use super::player::ISSUE;

#[tokio::test(flavor = "multi_thread")]
async fn a_rollout_finds_its_issue_where_the_demo_is_now() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path();
    let player = Player::keeping(data).await;
    player.begins().await;
    player.minutes(5).await;
    let before = player.demo.demo.gitlab_url.clone();
    let player = player.starts_elsewhere(data).await;
    let now = player.demo.demo.gitlab_url.clone();
    assert_ne!(before, now);
    player.minutes(11).await;
    player.stands("non-production").await;

    // A tick there counts, what the plan asks GitLab for is found, and the issue hears of it.
    let qa = json!({ "issue": ISSUE, "item": "1.qa-non-production" });
    player.happens("ben", "tick", qa).await;
    player.reaches("first-actors").await;
    player.minutes(1).await;
    let (_, text) = player.issue(ISSUE).await;
    assert!(text.contains("first-actors"), "{text}");
    player.nothing_was_lost().await;
    player.stop().await;
}
