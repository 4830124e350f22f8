//! The app's manifest against Slack's own schema of manifests.
//!
//! Needs the folder that the environment variable `SIGNALBOX_CORPUS` names; without it these
//! tests say so and pass. The limits that can be broken by settings are checked beside the code.

use serde_json::{Value, json};
use slack::manifest::{Manifest, ManifestInput, Transport};
use url::Url;

use crate::corpus::{corpus, read};

fn manifests() -> Vec<Manifest> {
    let public_url = Url::parse("https://signalbox.example.com").unwrap();
    let input = ManifestInput {
        name: "Signalbox",
        public_url: &public_url,
        gitlab_host: Some("gitlab.example.com"),
        command: "/gitlab",
        chatops_command: "/chatops",
        transport: Transport::Http,
        token_rotation: true,
        pkce: true,
    };
    let socket = ManifestInput {
        transport: Transport::SocketMode,
        gitlab_host: None,
        pkce: false,
        ..input.clone()
    };
    [input, socket]
        .iter()
        .map(|input| Manifest::new(input).unwrap())
        .collect()
}

#[test]
fn manifests_are_what_slacks_schema_takes() {
    let Some(corpus) = corpus() else { return };
    let path = corpus.join("manifest-schema/schemas/manifest.schema.2.0.0.json");
    let schema = read(&path).unwrap();
    for manifest in manifests() {
        assert_eq!(problems(&schema, &schema, manifest.json(), ""), [""; 0]);
    }
    let mut broken = manifests().remove(0).json().clone();
    broken["display_information"]["name"] = "x".repeat(36).into();
    broken["features"]["shortcuts"][0]["type"] = "local".into();
    broken["settings"]["socket_mode"] = true.into();
    assert_eq!(
        problems(&schema, &schema, &broken, "").len(),
        3,
        "the check itself finds what is wrong"
    );
}

/// What `value` has against `schema`: the part of JSON Schema that Slack's uses, patterns left out.
fn problems(root: &Value, schema: &Value, value: &Value, at: &str) -> Vec<String> {
    if let Some(name) = schema["$ref"].as_str() {
        return problems(root, root.pointer(&name[1..]).unwrap(), value, at);
    }
    if let Some(choices) = schema["anyOf"].as_array() {
        let fits = |choice| problems(root, choice, value, at).is_empty();
        return if choices.iter().any(fits) {
            vec![]
        } else {
            vec![format!("{at}: no choice fits")]
        };
    }
    let mut found = Vec::new();
    let mut check = |holds: bool, what: &str| {
        if !holds {
            found.push(format!("{at}: {what}: {value:.80}"));
        }
    };
    let limit = |name: &str, or: usize| {
        schema[name]
            .as_u64()
            .map_or(or, |limit| usize::try_from(limit).unwrap())
    };
    check(has_type(schema["type"].as_str(), value), "type");
    if let Some(choices) = schema["enum"].as_array() {
        check(choices.contains(value), "enum");
    }
    match value {
        Value::String(text) => {
            let length = text.chars().count();
            check(limit("minLength", 0) <= length, "minLength");
            check(length <= limit("maxLength", usize::MAX), "maxLength");
        }
        Value::Array(items) => {
            check(limit("minItems", 0) <= items.len(), "minItems");
            check(items.len() <= limit("maxItems", usize::MAX), "maxItems");
            for (index, item) in items.iter().enumerate() {
                let is_twice = items[..index].contains(item);
                check(
                    !is_twice || schema["uniqueItems"] != json!(true),
                    "uniqueItems",
                );
            }
            let each = items.iter().enumerate();
            found.extend(each.flat_map(|(index, item)| {
                problems(root, &schema["items"], item, &format!("{at}/{index}"))
            }));
        }
        Value::Object(fields) => {
            let required = schema["required"].as_array().into_iter().flatten();
            for name in required.filter_map(Value::as_str) {
                check(fields.contains_key(name), "required");
            }
            let is_closed = schema["additionalProperties"] == json!(false);
            for (name, field) in fields {
                let known = schema["properties"].get(name);
                if known.is_none() && is_closed {
                    found.push(format!("{at}/{name} is unknown"));
                }
                let at = format!("{at}/{name}");
                found.extend(
                    known
                        .into_iter()
                        .flat_map(|known| problems(root, known, field, &at)),
                );
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => (),
    }
    found
}

fn has_type(expected: Option<&str>, value: &Value) -> bool {
    match expected {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("boolean") => value.is_boolean(),
        Some("integer") => value.is_u64() || value.is_i64(),
        Some("null") => value.is_null(),
        Some(other) => panic!("a type of its own: {other}"),
        None => true,
    }
}
