//! The way that both runs go together: from the start to a share of the projects.

use serde_json::json;

use super::Player;
use super::player::{ISSUE, TEAM};

/// Begins the rollout and takes it through everything before the percentages.
pub async fn to_one_percent(player: &Player) {
    player.begins().await;
    player.minutes(16).await;
    player.stands("non-production").await;
    let qa = json!({ "issue": ISSUE, "item": "1.qa-non-production" });
    player.happens("ben", "tick", qa).await;
    player.minutes(1).await;
    player.reaches("first-actors").await;
    player.minutes(16).await;
    let seen = "tick FLAG qa-production both projects hear from the app, once";
    player.rollout("ben", TEAM, seen).await;
    player.rollout("ana", TEAM, seen).await;
    player.minutes(1).await;
    player.stands("preparation").await;
    for item in ["version-history", "breaking-changes", "publish"] {
        let done = format!("tick FLAG {item} --evidence=\"https://gitlab.example/{item}\"");
        player.rollout("ana", TEAM, &done).await;
    }
    let assigned = json!({ "mr": "104639", "assignees": "cleo" });
    player.happens("ana", "update_mr", assigned).await;
    player.minutes(2).await;
    player.reaches("1-percent").await;
}

/// Lets a stage's soak pass while the sample projects send so many events an hour, and sees it
/// held for want of evidence; a named person decides to go on.
pub async fn by_decision(player: &Player, stage: &str, next: &str) {
    player.reaches(stage).await;
    player.minutes(61).await;
    let status = player.status().await;
    assert_eq!(status["hold"]["reason"], "weak_evidence", "{status:#}");
    let decided = "override FLAG evidence --reason=\"too few projects at this share, by plan\"";
    player.rollout("ops", "#production", decided).await;
    player.minutes(1).await;
    player.reaches(next).await;
}
