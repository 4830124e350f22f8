//! Arbitrary payloads: never a panic, always the same answer, and every event can be stored.

use domain::Event;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value};

use crate::fixtures;

/// Names that readers look for, so that arbitrary objects hit them.
const NAMES: &[&str] = &[
    "object_kind",
    "event_name",
    "event_type",
    "object_attributes",
    "project",
    "user",
    "ref",
    "before",
    "after",
    "commits",
    "changes",
    "labels",
    "previous",
    "current",
    "iid",
    "id",
    "title",
    "action",
    "status",
    "builds",
    "build_id",
    "build_name",
    "build_status",
    "note",
    "issue",
    "name",
    "mentioned",
    "full_path",
    "path_with_namespace",
    "url",
    "reviewers",
    "assignees",
    "username",
];

const WORDS: &[&str] = &[
    "push",
    "tag_push",
    "issue",
    "work_item",
    "merge_request",
    "note",
    "pipeline",
    "build",
    "emoji",
    "group_mention",
    "user_add_to_team",
    "update",
    "open",
    "refs/tags/v1",
    "refs/heads/main",
    "success",
    "failed",
    "https://gitlab.example.com/a/b/-/issues/1",
    "Draft: x",
    "0000000000",
];

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        proptest::sample::select(WORDS).prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 48, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            any_object(inner).prop_map(Value::Object),
        ]
    })
}

fn any_object(values: impl Strategy<Value = Value>) -> impl Strategy<Value = Map<String, Value>> {
    let name = prop_oneof![
        4 => proptest::sample::select(NAMES).prop_map(str::to_owned),
        1 => any::<String>(),
    ];
    vec((name, values), 0..12).prop_map(|fields| fields.into_iter().collect())
}

fn any_header() -> impl Strategy<Value = Option<String>> {
    let known = gitlab::KNOWN_KINDS
        .iter()
        .flat_map(|known| known.headers.iter().copied());
    let mut headers: Vec<&'static str> = known.collect();
    headers.extend(["System Hook", "Service Hook"]);
    prop_oneof![
        Just(None),
        proptest::sample::select(headers).prop_map(|header| Some(header.to_owned())),
        any::<String>().prop_map(Some),
    ]
}

fn check(header: Option<&str>, body: &str) {
    let webhook = gitlab::parse(header, body.as_bytes()).unwrap();
    assert_eq!(gitlab::parse(header, body.as_bytes()).unwrap(), webhook);
    assert!(webhook.title.chars().count() <= 200 && !webhook.title.contains(char::is_control));
    assert!(webhook.name.chars().count() <= 100 && !webhook.name.contains(char::is_control));
    if let Ok(event) = webhook.outcome {
        assert_eq!(event.kind(), webhook.kind);
        let stored = serde_json::to_string(&event).unwrap();
        assert!(!stored.contains("\\u0000"), "{stored}");
        assert_eq!(serde_json::from_str::<Event>(&stored).unwrap(), event);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_object_is_a_webhook(header in any_header(), body in any_object(any_json())) {
        check(header.as_deref(), &Value::Object(body).to_string());
    }

    #[test]
    fn any_known_kind_with_any_fields_is_a_webhook(
        name in proptest::sample::select(
            gitlab::KNOWN_KINDS.iter().flat_map(|known| known.names.iter().copied()).collect::<Vec<_>>()
        ),
        attributes in any_object(any_json()),
        fields in any_object(any_json()),
    ) {
        let mut body = fields;
        body.insert("object_attributes".to_owned(), Value::Object(attributes));
        body.insert("object_kind".to_owned(), Value::from(name));
        check(None, &Value::Object(body).to_string());
    }

    #[test]
    fn a_fixture_with_any_value_anywhere_is_a_webhook(
        at in any::<proptest::sample::Index>(),
        places in vec((any::<proptest::sample::Index>(), any_json()), 1..4),
    ) {
        let all = fixtures::all();
        let fixture = at.get(&all);
        let mut body = fixture.value();
        for (place, value) in places {
            let mut pointers = Vec::new();
            pointers_of(&body, "", &mut pointers);
            let pointer = place.get(&pointers).clone();
            *body.pointer_mut(&pointer).unwrap() = value;
        }
        if body.is_object() {
            check(Some(&fixture.event), &body.to_string());
        }
    }

    #[test]
    fn any_bytes_are_an_answer(data in vec(any::<u8>(), 0..200)) {
        gitlab::fuzz_parse(&data);
    }

    #[test]
    fn a_fixture_with_any_byte_changed_is_an_answer(
        at in any::<proptest::sample::Index>(),
        place in any::<proptest::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let all = fixtures::all();
        let mut body = at.get(&all).text().into_bytes();
        let place = place.index(body.len());
        body[place] = byte;
        gitlab::fuzz_parse(&body);
        body.truncate(place);
        gitlab::fuzz_parse(&body);
    }
}

fn pointers_of(value: &Value, at: &str, found: &mut Vec<String>) {
    let escape = |name: &str| name.replace('~', "~0").replace('/', "~1");
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                let path = format!("{at}/{}", escape(name));
                found.push(path.clone());
                pointers_of(field, &path, found);
            }
        }
        Value::Array(list) => {
            for (place, item) in list.iter().enumerate() {
                let path = format!("{at}/{place}");
                found.push(path.clone());
                pointers_of(item, &path, found);
            }
        }
        _ => {}
    }
    if found.is_empty() {
        found.push(String::new());
    }
}
