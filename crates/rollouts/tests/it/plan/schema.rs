//! The published schema takes what the parser takes, and refuses what has no place in a plan.

mod validator;

use flags::yaml::{Entry, Value as Yaml};
use serde_json::{Map, Value, json};

use self::validator::problems;
use super::{read, usual};
use crate::page;

/// A plan with every key there is.
const FULL: &str = include_str!("full.rollout.yml");

fn as_json(value: &Yaml) -> Value {
    match value {
        Yaml::Null => Value::Null,
        Yaml::Bool(bool) => json!(bool),
        Yaml::Number(number) => serde_json::from_str(number).unwrap(),
        Yaml::Text(text) => json!(text),
        Yaml::List(items) => items.iter().map(|item| as_json(&item.value)).collect(),
        Yaml::Mapping(entries) => object(entries),
        Yaml::Other(what) => json!({ "other": what }),
    }
}

fn object(entries: &[Entry]) -> Value {
    let pairs = entries
        .iter()
        .map(|entry| (entry.key.clone(), as_json(&entry.value)));
    Value::Object(pairs.collect::<Map<_, _>>())
}

fn against_the_schema(text: &str) -> Vec<String> {
    let schema = rollouts::plan::schema();
    let plan = object(&flags::yaml::read(text).unwrap());
    problems(&schema, &schema, &plan, "")
}

#[test]
fn the_published_schema_and_reference_are_what_the_code_says() {
    let published = std::fs::read_to_string(page::SCHEMA).unwrap();
    let rollouts = std::fs::read_to_string(page::ROLLOUTS).unwrap();
    let remedy = "make it anew with `cargo run -p rollouts --example plan_page`";
    assert!(published == page::schema(), "the schema is stale; {remedy}");
    assert!(
        rollouts == page::rollouts(&rollouts),
        "docs/rollouts.md is stale; {remedy}"
    );
}

#[test]
fn what_the_parser_takes_the_schema_takes() {
    for text in [FULL, &usual().to_yaml()] {
        let file = read(text).unwrap_or_else(|problems| panic!("{problems:#?}"));
        assert_eq!(against_the_schema(text), [""; 0]);
        assert_eq!(read(&file.plan.to_yaml()).unwrap().plan, file.plan);
        assert_eq!(against_the_schema(&file.plan.to_yaml()), [""; 0]);
    }
}

#[test]
fn every_key_there_is_stands_in_the_full_plan() {
    let schema = rollouts::plan::schema();
    let plan = object(&flags::yaml::read(FULL).unwrap());
    let mut missing = Vec::new();
    let mut asked = |keys: &Value, given: &[&Value], at: &str| {
        for key in keys.as_object().unwrap().keys() {
            if !given.iter().any(|value| value.get(key).is_some()) {
                missing.push(format!("{at}.{key}"));
            }
        }
    };
    asked(&schema["properties"], &[&plan], "");
    for part in [
        "owners",
        "channels",
        "links",
        "expectations",
        "change_management",
        "approval",
    ] {
        asked(
            &schema["properties"][part]["properties"],
            &[&plan[part]],
            part,
        );
    }
    for part in ["stages", "monitors"] {
        let given: Vec<&Value> = plan[part].as_array().unwrap().iter().collect();
        asked(
            &schema["properties"][part]["items"]["properties"],
            &given,
            part,
        );
    }
    assert_eq!(missing, [""; 0]);
}

#[test]
fn what_has_no_place_in_a_plan_is_refused_by_both() {
    for (from, to) in [
        ("flag: tidy_sidebar", "falg: tidy_sidebar"),
        ("flag: tidy_sidebar\n", ""),
        ("milestone: '17.2'", "milestone: 17.2"),
        ("percentage: 25", "percentage: '25'"),
        ("percentage: 25", "percentage: 101"),
        ("percentage: 25", "percentage: 25\n    set: true"),
        ("    percentage: 25\n", ""),
        ("soak: 30m", "soak: 30"),
        ("soak: 30m", "soak: 30 minutes"),
        ("soak: 30m", "soak: ''"),
        ("approvals: 1\n", "approvals: 11\n"),
        ("approvals: 1\n", "approvals: 1.5\n"),
        ("set: true", "set: false"),
        ("[deployed, ", "[deployd, "),
        ("item: publish", "itme: publish"),
        ("do: Publish the app.", "environment: production"),
        ("rule: arms", "rule: arm"),
        ("rule: arms", "rule: arms\n    above: 3"),
        ("rule: arms", "rule: arms\n    project: shop"),
        ("    index: 'signalbox-*'\n", ""),
        ("users: [ana]", "users: ana"),
        ("users: [ana]", "users: ['']"),
    ] {
        let usual = usual().to_yaml();
        assert!(usual.contains(from), "{from:?}");
        let text = usual.replacen(from, to, 1);
        assert!(read(&text).is_err(), "the parser takes {to:?}");
        assert_ne!(
            against_the_schema(&text),
            [""; 0],
            "the schema takes {to:?}"
        );
    }
}
