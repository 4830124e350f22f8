//! A monitor in trouble: never a pass, never a crash; the rollout is held until it answers again.

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::Player;

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
    assert_snapshot!("the_thread_of_a_silent_monitor", player.thread().await);
    player.stop().await;
}
