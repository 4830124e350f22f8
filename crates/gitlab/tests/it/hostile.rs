//! Payloads with one field damaged at a time: never an error, and never the event lost unless
//! it is the field that makes it one.

use std::collections::BTreeMap;

use gitlab::{Ignored, KNOWN_KINDS};
use serde_json::{Value, json};

use crate::fixtures::{self, Fixture};

/// The fields that an event cannot be without, by the name of its kind.
fn needed(name: &str) -> &'static [&'static str] {
    match name {
        "push" | "tag_push" => &["ref"],
        "issue" | "incident" | "work_item" | "merge_request" => &["object_attributes.iid"],
        "note" => &["object_attributes.note"],
        "pipeline" => &["object_attributes.id", "object_attributes.status"],
        "build" => &["build_id", "build_status", "build_name"],
        "wiki_page" | "milestone" | "alert" | "vulnerability" => &["object_attributes.title"],
        "feature_flag" => &["object_attributes.name", "object_attributes.active"],
        "emoji" | "access_token" | "deploy_token" => &["object_attributes.name"],
        "group_mention" => &["mentioned.name", "object_attributes"],
        "subgroup_create" | "subgroup_destroy" => &[],
        "group_create" | "group_destroy" | "group_rename" => &[],
        "gitlab_subscription_member_approval" | "gitlab_subscription_member_approvals" => {
            &["user_id", "action"]
        }
        "repository_update" => &["project"],
        "key_create" | "key_destroy" => &["username"],
        name if name.starts_with("project_") => &["path_with_namespace"],
        _ => &[],
    }
}

/// The paths of all fields, of lists only of the first item.
fn paths(value: &Value, at: &str, found: &mut Vec<String>) {
    if let Value::Object(fields) = value {
        for (name, field) in fields {
            let path = format!("{at}/{name}");
            found.push(path.clone());
            paths(field, &path, found);
        }
    }
    if let Some(first) = value.as_array().and_then(|list| list.first()) {
        let path = format!("{at}/0");
        found.push(path.clone());
        paths(first, &path, found);
    }
}

/// The value without the field.
fn without(value: &Value, path: &str) -> Value {
    let mut value = value.clone();
    let (parent, name) = path.rsplit_once('/').unwrap();
    match value.pointer_mut(parent) {
        Some(Value::Object(fields)) => drop(fields.remove(name)),
        Some(Value::Array(list)) => drop(list.remove(0)),
        _ => panic!("{path}"),
    }
    value
}

/// What no field expects; the texts among them are what nobody should be able to send.
fn odd_values() -> Vec<Value> {
    vec![
        json!(null),
        json!(true),
        json!(-7),
        json!(1.5e300),
        json!(u64::MAX),
        json!(""),
        json!("<!channel> \u{0}\n\u{202e}"),
        json!([[null, 7, "x", {}]]),
        json!({"id": [], "name": {}, "0": null}),
    ]
}

#[track_caller]
fn check(fixture: &Fixture, name: &str, path: &str, body: &Value) {
    let body = body.to_string();
    let webhook = gitlab::parse(Some(&fixture.event), body.as_bytes());
    let webhook = webhook.unwrap_or_else(|error| panic!("{} {path}: {error}", fixture.file));
    let names_kind = path == "/object_kind" || path == "/event_name";
    match webhook.outcome {
        Ok(event) => {
            let stored = serde_json::to_string(&event).unwrap();
            assert!(
                !stored.contains("\\u0000"),
                "{} {path}: {stored}",
                fixture.file
            );
        }
        Err(Ignored { field, reason }) if !names_kind => {
            let dotted = path.trim_start_matches('/').replace('/', ".");
            let expected = needed(name);
            assert!(
                expected.iter().any(|needed| needed.starts_with(&dotted)),
                "{} was lost to {dotted}: {reason}",
                fixture.file,
            );
            assert!(
                expected.iter().any(|needed| needed.starts_with(&field)),
                "{field}: {reason}"
            );
        }
        Err(_) => {}
    }
}

/// The longest fixture of each name: it has the most fields to damage.
fn longest() -> BTreeMap<String, Fixture> {
    let mut longest: BTreeMap<String, Fixture> = BTreeMap::new();
    for fixture in fixtures::all() {
        let name = fixture.parse().name;
        let known = longest.get(&name).map_or(0, |known| known.text().len());
        if known < fixture.text().len() {
            longest.insert(name, fixture);
        }
    }
    longest
}

#[test]
fn one_odd_field_loses_no_event_that_can_do_without_it() {
    let odd_values = odd_values();
    for (name, fixture) in longest() {
        let mut value = fixture.value();
        let mut found = Vec::new();
        paths(&value, "", &mut found);
        for path in &found {
            check(&fixture, &name, path, &without(&value, path));
            let whole = value.pointer(path).unwrap().clone();
            for odd in &odd_values {
                *value.pointer_mut(path).unwrap() = odd.clone();
                check(&fixture, &name, path, &value);
            }
            *value.pointer_mut(path).unwrap() = whole;
        }
    }
}

#[test]
fn what_an_event_needs_is_really_needed() {
    for fixture in fixtures::all() {
        for needed in needed(&fixture.parse().name) {
            let path = format!("/{}", needed.replace('.', "/"));
            // A page has its slug as well, and a comment stands there twice.
            if fixture.file.starts_with("wiki_page") || fixture.file.contains("note__") {
                continue;
            }
            let body = without(&fixture.value(), &path);
            let webhook = gitlab::parse(Some(&fixture.event), body.to_string().as_bytes()).unwrap();
            let ignored = webhook.outcome.expect_err(&fixture.file);
            assert_eq!(
                ignored.reason,
                format!("{needed} is missing"),
                "{}",
                fixture.file
            );
            assert_eq!(webhook.kind.name(), fixture.kind, "{}", fixture.file);
        }
    }
}

#[test]
fn a_huge_payload_makes_no_huge_event() {
    for (name, fixture) in longest() {
        let mut body = fixture.value();
        swell(&mut body, &name);
        let webhook = gitlab::parse(Some(&fixture.event), body.to_string().as_bytes()).unwrap();
        let stored = serde_json::to_string(&webhook.outcome.unwrap()).unwrap();
        assert!(stored.len() < 400_000, "{name}: {} bytes", stored.len());
    }
}

/// Makes every text long that is no kind, address or path.
fn swell(value: &mut Value, name: &str) {
    match value {
        Value::String(text) if text != name && !text.contains('/') => {
            *text = format!("{text}{}", "é ".repeat(10_000));
        }
        Value::Array(list) => list.iter_mut().for_each(|item| swell(item, name)),
        Value::Object(fields) => fields
            .iter_mut()
            .filter(|(field, _)| !field.contains("path"))
            .for_each(|(_, field)| swell(field, name)),
        _ => {}
    }
}

#[test]
fn every_known_kind_survives_being_empty() {
    for name in KNOWN_KINDS.iter().flat_map(|known| known.names) {
        for body in [
            json!({"object_kind": name}),
            json!({"event_name": name, "object_attributes": {}}),
            json!({"object_kind": name, "object_attributes": [], "project": "x", "user": 7}),
        ] {
            let webhook = gitlab::parse(None, body.to_string().as_bytes()).unwrap();
            assert!(webhook.outcome.is_err(), "{name} needs nothing");
        }
    }
}
