//! The API's own description says what the API does.

use std::collections::BTreeSet;

use rollouts::{CheckOutcome, Event};
use serde_json::{Value, json};

use crate::flags_api::put_off;
use crate::letters::dead_letter;
use crate::world::rollouts::{Played, checked};
use crate::world::{ADMIN, World, push};

const SOURCE: &str = include_str!("../../src/api.rs");
const DOCUMENT: &str = include_str!("../../assets/openapi.json");
const AS_ADMIN: &[(&str, &str)] = &[("PRIVATE-TOKEN", ADMIN)];

fn document() -> Value {
    serde_json::from_str(DOCUMENT).expect("JSON")
}

/// Every operation of the document: method, path and what it says.
fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let mut found = Vec::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            found.push((method.clone(), path.clone(), operation.clone()));
        }
    }
    found
}

#[test]
fn every_route_is_described_and_nothing_else_is() {
    let mut routes = BTreeSet::new();
    for line in SOURCE.split(".route(").skip(1) {
        let path = line.split('"').nth(1).expect("a path");
        let rest = line.split_once(',').expect("a handler").1.trim_start();
        let method = rest.split('(').next().expect("a method");
        routes.insert((method.to_owned(), path.to_owned()));
    }
    let described: BTreeSet<_> = operations(&document())
        .into_iter()
        .map(|(method, path, _)| (method, path))
        .collect();
    assert!(5 < routes.len(), "the routes were found");
    assert_eq!(routes, described);
}

#[test]
fn the_documents_own_examples_have_the_shape_that_it_promises() {
    let document = document();
    let mut seen = 0;
    for (method, path, operation) in operations(&document) {
        for (status, response) in operation["responses"].as_object().expect("responses") {
            let content = &response["content"]["application/json"];
            if let Some(example) = content.get("example") {
                check(
                    &document,
                    &content["schema"],
                    example,
                    &format!("{method} {path} {status}"),
                );
                seen += 1;
            }
        }
    }
    assert_eq!(seen, 5);
}

#[tokio::test]
async fn every_described_path_answers_as_described() {
    let world = World::start().await;
    let (event, delivery) = dead_letter(&world).await;
    world.webhook(&[], &push("other")).await;
    let schedule = put_off(&world).await;
    let typed = json!({"text": "feature set tidy_sidebar 25 --actors --staging", "as": "ana"});
    world.json("POST", "/api/v1/commands", &typed).await;
    let webhook = json!({"webhook": "https://hooks.slack.com/services/T1/B1/x"});
    let integration = "/api/v4/projects/acme%2Fweb/integrations/slack";
    world.json("PUT", integration, &webhook).await;
    let earlier = Played::begin(&world).await;
    earlier.reaches_a_quarter().await;
    earlier.reads(&[(1.0, 0.0), (0.0, 1.0)]).await;
    let found = "nobody watches";
    let checked = checked("watched", CheckOutcome::Waits, found);
    earlier.happens(vec![checked, Event::RolledBack]).await;
    let document = document();
    let replay_all = |path: &str| path.ends_with("dead-letters/replays");
    let mut operations = operations(&document);
    // Reading comes first, and one letter is replayed before all are.
    operations.sort_by_key(|(method, path, _)| (method != "get", replay_all(path)));
    for (method, path, operation) in operations {
        let id = if path.contains("deliveries") {
            delivery.as_str()
        } else if path.contains("schedules") {
            &schedule
        } else {
            &event
        };
        let address = path.replace("{id}", id).replace("{flag}", "tidy_sidebar");
        let address = address.replace("{act}", "hold");
        let body = &operation["requestBody"]["content"]["application/json"]["example"];
        let method = method.to_uppercase();
        let answer = match method.as_str() {
            "GET" => world.get(&address, AS_ADMIN).await,
            _ => world.json(&method, &address, body).await,
        };
        let response = &operation["responses"][answer.status.as_str()];
        assert!(
            answer.status.is_success(),
            "{method} {address}: {}",
            answer.text
        );
        assert!(
            response.is_object(),
            "{method} {path}: {} is not described",
            answer.status
        );
        let schema = &response["content"]["application/json"]["schema"];
        check(
            &document,
            schema,
            &answer.json(),
            &format!("{method} {path}"),
        );
    }
}

#[tokio::test]
async fn every_described_refusal_has_the_shape_of_an_error() {
    let world = World::start().await;
    let document = document();
    let error = &document["components"]["schemas"]["Error"];
    for (path, headers, status) in [
        ("/api/v1/events?kind=x", AS_ADMIN, 400),
        ("/api/v1/events", &[][..], 401),
        ("/api/v1/events/evt_no", AS_ADMIN, 404),
        ("/api/v1/dead-letters?before=x", AS_ADMIN, 400),
        ("/api/v1/flags/nothing", AS_ADMIN, 404),
        ("/api/v1/audit?flag=no%20flag", AS_ADMIN, 400),
        ("/api/v1/schedules?state=lost", AS_ADMIN, 400),
        ("/api/v1/rollouts?open=perhaps", AS_ADMIN, 400),
        ("/api/v1/rollouts/nothing", AS_ADMIN, 404),
        ("/api/v1/rollouts/nothing/history?limit=x", AS_ADMIN, 400),
        ("/api/v1/rollouts/nothing/readings", AS_ADMIN, 404),
    ] {
        let answer = world.get(path, headers).await;
        assert_eq!(answer.status.as_u16(), status, "{path}");
        check(&document, error, &answer.json(), path);
        let bare = path
            .split('?')
            .next()
            .expect("a path")
            .replace("evt_no", "{id}")
            .replace("nothing", "{flag}");
        let responses = &document["paths"][&bare]["get"]["responses"];
        assert!(
            responses[status.to_string()].is_object(),
            "{bare}: {status} is not described"
        );
    }
}

#[tokio::test]
async fn the_document_is_served_to_everyone() {
    let world = World::start().await;
    let answer = world.get("/api/v1/openapi.json", &[]).await;
    assert_eq!(answer.json(), document());
    assert_eq!(answer.headers["content-type"], "application/json");
}

/// Required keys, types, the values of enumerations, and that nothing is left undescribed.
#[track_caller]
fn check(document: &Value, schema: &Value, value: &Value, at: &str) {
    if let Some(reference) = schema["$ref"].as_str() {
        let pointer = reference.trim_start_matches('#');
        let schema = document.pointer(pointer);
        return check(document, schema.expect("a known schema"), value, at);
    }
    if let Some(schemas) = schema["oneOf"].as_array() {
        // Only ever something or null.
        let schema = schemas
            .iter()
            .find(|one| (one["type"] == "null") == value.is_null());
        return check(document, schema.expect("one of them"), value, at);
    }
    let types: Vec<_> = match &schema["type"] {
        Value::Array(types) => types.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect(),
    };
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) if types.contains(&"number") => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    assert!(types.contains(&kind), "{at}: {kind} instead of {types:?}");
    if let Some(values) = schema["enum"].as_array() {
        assert!(
            values.contains(value),
            "{at}: {value} is none of {values:?}"
        );
    }
    for key in schema["required"].as_array().into_iter().flatten() {
        let key = key.as_str().expect("a key");
        assert!(value.get(key).is_some(), "{at}: no {key}");
    }
    for item in value.as_array().into_iter().flatten() {
        check(document, &schema["items"], item, &format!("{at}[]"));
    }
    if let (Some(fields), Some(described)) = (value.as_object(), schema["properties"].as_object()) {
        for (name, field) in fields {
            let schema = described.get(name);
            let schema = schema.unwrap_or_else(|| panic!("{at}: {name} is not described"));
            check(document, schema, field, &format!("{at}.{name}"));
        }
    }
}
