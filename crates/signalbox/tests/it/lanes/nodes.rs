//! Services come and go: what one leaves another takes up, and several share the lanes.

use std::time::Duration;

use serde_json::json;

use super::changes;
use crate::world::{Engine, World, lasting_engines, posting_fault, push};

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test]
async fn a_graceful_stop_finishes_what_is_being_sent_and_the_next_service_goes_on() {
    for engine in lasting_engines() {
        let mut world = World::on(engine).await;
        let slow = json!({ "delay_ms": 5_000 });
        world.fault(posting_fault("general", &slow)).await;
        for change in 1..=3 {
            world.gitlab(push("acme/web", change)).await;
        }
        world.until_held_up().await;
        let clock = world.clock.clone();
        tokio::join!(world.stop_service(), async {
            tokio::task::yield_now().await;
            clock.advance(SECOND * 5);
        });
        assert_eq!(world.changes("#general"), changes([1]), "{engine:?}");

        world.add_service().await;
        world.advance(SECOND * 10).await;
        assert_eq!(world.changes("#general"), changes(1..=3), "{engine:?}");
        let posted = world.calls("chat.postMessage", None).await;
        assert_eq!(posted.len(), 3, "what was finished is not tried again");
        world.end().await;
    }
}

#[tokio::test]
async fn a_graceful_stop_gives_back_what_slack_did_not_take() {
    for engine in lasting_engines() {
        for harm in [
            json!({ "delay_ms": 5_000, "status": 503 }),
            json!({ "delay_ms": 5_000, "status": 429, "retry_after": 3 }),
            json!({ "delay_ms": 5_000, "after": true, "drop": true }),
        ] {
            let mut world = World::on(engine).await;
            world.fault(posting_fault("general", &harm)).await;
            world.gitlab(push("acme/web", 1)).await;
            world.gitlab(push("acme/web", 2)).await;
            world.until_held_up().await;
            let clock = world.clock.clone();
            tokio::join!(world.stop_service(), async {
                tokio::task::yield_now().await;
                clock.advance(SECOND * 5);
            });
            world.add_service().await;
            world.advance(SECOND * 10).await;
            assert_eq!(
                world.changes("#general"),
                changes([1, 2]),
                "{engine:?} {harm}"
            );
            world.end().await;
        }
    }
}

#[tokio::test]
async fn two_services_share_the_lanes_of_one_database() {
    if !lasting_engines().any(|engine| engine == Engine::Postgres) {
        println!("postgres absent: run make test");
        return;
    }
    let mut world = World::on(Engine::Postgres).await;
    world.add_service().await;
    let projects = [
        ("acme/web", "#general"),
        ("acme/api", "#production"),
        ("acme/ops", "#staging"),
    ];
    for change in 1..=20 {
        for (project, _) in projects {
            let node = change % 2;
            world.gitlab_to(node, push(project, change)).await;
        }
    }
    world.advance(SECOND * 30).await;
    for (_, channel) in projects {
        assert_eq!(world.changes(channel), changes(1..=20), "{channel}");
    }
    world.end().await;
}
