//! The sample projects: how busy they are, and that their time is the sandbox's.

use std::time::Duration;

use serde_json::{Value, json};

use crate::gitlab_endpoints::call;
use crate::gitlab_world::World;

async fn traffic(world: &World, body: Value) -> (u16, Value) {
    let path = "/sandbox/traffic";
    let (status, answer) = call(&world.sandbox, "POST", path, &body.to_string()).await;
    (status.as_u16(), answer)
}

#[tokio::test]
async fn sample_projects_send_as_many_real_webhooks_an_hour_as_asked() {
    let world = World::start().await;
    let busy = json!({ "events_per_hour": 180, "projects": 50 });
    let (status, answer) = traffic(&world, busy).await;
    assert_eq!((status, &answer["projects"]), (200, &json!(50)), "{answer}");
    assert!(world.take().is_empty());
    for _ in 0..120 {
        world.clock.advance(Duration::from_secs(30));
        world.sandbox.catch_up_traffic().await;
    }
    let received = world.take();
    assert_eq!(received.len(), 180);
    for webhook in &received {
        let path = webhook.body["project"]["path_with_namespace"].as_str();
        let is_sample = path.is_some_and(|path| path.starts_with("samples-"));
        assert!(is_sample, "{path:?}");
    }
    traffic(&world, json!({ "events_per_hour": 0 })).await;
    assert_eq!(world.sandbox.traffic_due(), None);
    world.clock.advance(Duration::from_secs(3_600));
    world.sandbox.catch_up_traffic().await;
    assert!(world.take().is_empty());
}

#[tokio::test]
async fn a_senseless_rate_is_refused_with_the_fields_name() {
    let world = World::start().await;
    for (body, field) in [
        (json!({}), "events_per_hour"),
        (json!({ "events_per_hour": -1 }), "events_per_hour"),
        (json!({ "events_per_hour": 200_001 }), "events_per_hour"),
        (json!({ "events_per_hour": 1, "projects": 0 }), "projects"),
        (json!({ "events_per_hour": 1, "project": 7 }), "project"),
    ] {
        let (status, answer) = traffic(&world, body).await;
        let said = (status, answer["field"].as_str());
        assert_eq!(said, (400, Some(field)), "{answer}");
    }
}
