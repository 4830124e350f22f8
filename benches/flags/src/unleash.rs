//! The same flags as Unleash's engine has them, asked in the way that costs it least: with a
//! context that borrows, and without counting.

use serde_json::json;
use unleash_yggdrasil::state::EnrichedContext;
use unleash_yggdrasil::{EngineState, UpdateMessage};

use crate::cases;

pub fn engine() -> EngineState {
    let named: Vec<String> = cases::named().collect();
    let feature = |name: &str, strategy: serde_json::Value| json!({ "name": name, "type": "release", "enabled": true, "strategies": [strategy] });
    let is_named = json!({ "contextName": "userId", "operator": "IN", "values": named });
    let share = json!({ "rollout": "25", "stickiness": "userId", "groupId": "bench_percentage" });
    let features = json!({
        "version": 2,
        "features": [
            feature("bench_boolean", json!({ "name": "default" })),
            feature("bench_actors", json!({ "name": "default", "constraints": [is_named] })),
            feature("bench_percentage", json!({ "name": "flexibleRollout", "parameters": share })),
        ],
    });
    let features = serde_json::from_value(features).expect("features");
    let engine = EngineState::default();
    let warnings = engine.take_state(UpdateMessage::FullResponse(features));
    assert!(warnings.is_none(), "{warnings:?}");
    engine
}

pub fn decide(engine: &EngineState, flag: &str, actor: &str) -> bool {
    let context = EnrichedContext {
        user_id: Some(actor),
        session_id: None,
        environment: None,
        app_name: None,
        current_time: None,
        remote_address: None,
        properties: None,
        external_results: None,
        toggle_name: flag,
        runtime_hostname: None,
    };
    engine.check_enabled(&context).unwrap_or_default()
}
