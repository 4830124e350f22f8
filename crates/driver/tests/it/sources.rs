//! Every source of readings, answering and not.

use monitors::elasticsearch::{DocumentId, IndexName};
use rollouts::evidence::Verdict;
use serde_json::json;

use crate::world::World;

const SOURCES: &[(&str, &[&str])] = &[
    ("sentry", &["new-issues", "errors"]),
    ("elasticsearch", &["logs"]),
    ("prometheus", &["load"]),
];

/// A rollout whose only stage is being watched.
async fn watched() -> World {
    let world = World::start().await;
    let index: IndexName = "logs".parse().unwrap();
    let id: DocumentId = "1".parse().unwrap();
    let document = json!({
        "@timestamp": "2026-11-24T09:00:00Z", "severity": "INFO", "project": "acme/shop",
        "feature_flag_states": ["integration_slack_app_notifications:1"],
    });
    let elasticsearch = world.sources.elasticsearch.as_ref().unwrap();
    elasticsearch.create(&index, &id, &document).await.unwrap();
    world
        .starts_by(include_str!("watched.yml"), "deployed")
        .await;
    world.settle().await;
    world
}

async fn silent(world: &World) -> Vec<(String, String)> {
    let status = world.status().await;
    let silent = status.monitors.iter().filter_map(|monitor| {
        let why = monitor.silent.clone()?;
        Some((monitor.name.to_string(), why))
    });
    silent.collect()
}

#[tokio::test]
async fn every_source_answers_in_the_terms_of_its_rule() {
    let world = watched().await;
    world.wait(3).await;
    assert_eq!(silent(&world).await, []);
    let status = world.status().await;
    for monitor in &status.monitors {
        assert!(monitor.read_at.is_some(), "{monitor:?}");
        let verdict = monitor.judgement.verdict;
        assert!(verdict <= Verdict::Watching, "{monitor:?}");
    }
}

#[tokio::test]
async fn a_source_that_goes_wrong_is_silent_and_says_why() {
    for (service, monitors) in SOURCES {
        for fault in [
            json!({"status": 503}),
            json!({"status": 401}),
            json!({"body": "<html>maintenance</html>"}),
            json!({"body": "{\"data\": 7}"}),
        ] {
            let world = watched().await;
            world.fault(service, &fault).await;
            world.wait(3).await;
            let silent = silent(&world).await;
            let names: Vec<&str> = silent.iter().map(|(name, _)| name.as_str()).collect();
            assert_eq!(names, *monitors, "{service} {fault}");
            for (name, why) in &silent {
                assert!(10 < why.len(), "{name} {fault}: {why}");
            }
        }
    }
}
