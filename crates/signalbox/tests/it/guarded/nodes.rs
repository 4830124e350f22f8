//! Two nodes on one PostgreSQL carry one rollout out: whichever is quicker, everything is done
//! and said once.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::json;

use crate::process;
use crate::world::{Engine, Plan, World, lasting_engines};

const FLAG: &str = "tidy_sidebar";
const PLAN: &str = include_str!("nodes/plan.yml");
const STAGES: [&str; 4] = ["a-tenth", "half", "all-actors", "everybody"];

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_do_and_say_everything_once() {
    if !lasting_engines().any(|engine| engine == Engine::Postgres) {
        println!("postgres absent: run make test");
        return;
    }
    let mut world = World::start(Plan {
        rollout: Some((FLAG, PLAN)),
        ..Plan::on(Engine::Postgres)
    })
    .await;
    world.add_service().await;
    let body = json!({ "flag": FLAG, "reason": "reviewed" });
    world.posts("/api/v1/rollouts", &body).await;
    for _ in 0..STAGES.len() {
        world.advance(Duration::from_secs(16 * 60)).await;
    }
    let path = format!("/api/v1/rollouts/{FLAG}");
    let status = world.get(&path).await;
    assert_eq!(status["stage"], "a-day", "{status:#}");

    let history = world.get(&format!("{path}/history")).await;
    let entries = history["items"].as_array().expect("entries");
    let mut happened: BTreeMap<&str, usize> = BTreeMap::new();
    for entry in entries {
        let kind = entry["event"]["event"].as_str().expect("a kind");
        *happened.entry(kind).or_default() += 1;
    }
    for kind in ["intended", "applied"] {
        assert_eq!(happened.get(kind), Some(&STAGES.len()), "{happened:?}");
    }
    let audit = world.get("/api/v1/audit?limit=100").await;
    let changes = audit["items"].as_array().expect("entries");
    assert_eq!(changes.len(), STAGES.len(), "{audit:#}");

    let told = process::messages(&world.slack, "general");
    let saying = |words: &str| told.iter().filter(|text| text.contains(words)).count();
    assert_eq!(saying("Rollout of"), 1, "one card: {told:#?}");
    for stage in STAGES {
        let opened = format!("is open for *{stage}*");
        assert_eq!(saying(&opened), 1, "{stage}: {told:#?}");
    }
    world.end().await;
}
