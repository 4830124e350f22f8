//! The lines in the log.

use std::time::Duration;

use serde_json::{Value, json};
use signalbox::errors::{ErrorsSetup, LogTo};

use crate::world::{Engine, Plan, World, posting_fault, push};

/// Fields that a line may have, all of them in the Elastic Common Schema; labels are anybody's.
const FIELDS: &[&str] = &[
    "@timestamp",
    "ecs.version",
    "error.code",
    "error.message",
    "error.type",
    "event.dataset",
    "event.kind",
    "event.outcome",
    "labels",
    "log.level",
    "log.logger",
    "message",
    "service.environment",
    "service.name",
    "service.node.name",
    "service.version",
];

#[tokio::test]
async fn each_try_that_fails_is_a_line_and_waiting_for_slacks_pace_is_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("errors.json");
    let log = LogTo::File(file.clone());
    let world = World::telling(Plan::on(Engine::Memory), move || ErrorsSetup {
        log: Some(log.clone()),
        ..ErrorsSetup::default()
    })
    .await;
    let pause = json!({ "status": 429, "retry_after": 30 });
    let fails = json!({ "status": 503, "times": 2 });
    world.fault(posting_fault("general", &pause)).await;
    world.fault(posting_fault("production", &fails)).await;
    world.set_archived("staging", true);
    for project in ["acme/web", "acme/api", "acme/ops"] {
        world.gitlab(push(project, 1)).await;
    }
    world.advance(Duration::from_secs(60)).await;
    let text = std::fs::read_to_string(&file).expect("the log");
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    for line in &lines {
        let fields = line.as_object().expect("an object");
        let unknown: Vec<_> = fields
            .keys()
            .filter(|key| !FIELDS.contains(&key.as_str()))
            .collect();
        assert!(unknown.is_empty(), "{unknown:?}");
        let labels = line["labels"].as_object().expect("labels");
        let is_keyword = |value: &Value| value.is_string() || value.is_array();
        assert!(labels.values().all(is_keyword), "{line}");
    }
    let mut told: Vec<_> = lines
        .iter()
        .map(|line| {
            let texts = [
                &line["log.level"],
                &line["error.code"],
                &line["labels"]["project"],
                &line["labels"]["attempt"],
                &line["labels"]["outcome"],
            ];
            texts.map(|text| text.as_str().unwrap_or("-")).join(" ")
        })
        .collect();
    told.sort_unstable();
    assert_eq!(
        told,
        [
            "error is_archived acme/ops 1 dead",
            "error status_503 acme/api 1 retry",
            "error status_503 acme/api 2 retry",
            "info - - - -",
        ]
    );
    assert!(!text.contains("change-001"), "{text}");
    world.end_with_dead(1).await;
}
