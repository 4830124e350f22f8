//! The validator against real views and messages: what Slack took, it takes.

use std::path::{Path, PathBuf};

use sandbox::slack::blocks::{Problem, Surface, validate_blocks, validate_view};
use serde_json::{Map, Value};

/// The fields of a view that an app sends; Slack's payloads carry more.
const SENT: &[&str] = &[
    "type",
    "title",
    "submit",
    "close",
    "blocks",
    "private_metadata",
    "callback_id",
    "external_id",
    "clear_on_close",
    "notify_on_close",
];

#[test]
fn what_slack_took_the_validator_takes() {
    let corpus =
        std::env::var_os("SIGNALBOX_CORPUS").map(|corpus| PathBuf::from(corpus).join("slack"));
    let Some(corpus) = corpus.filter(|corpus| corpus.is_dir()) else {
        println!("corpus absent");
        return;
    };
    let mut checked = 0;
    for folder in [
        "python-slack-sdk/tests-data",
        "bolt-python/payloads",
        "slack-api-ref/methods",
    ] {
        for file in std::fs::read_dir(corpus.join(folder)).unwrap() {
            checked += check_file(&file.unwrap().path());
        }
    }
    println!("{checked} views and messages checked");
    assert!(0 < checked);
}

fn check_file(file: &Path) -> usize {
    let text = std::fs::read_to_string(file).unwrap();
    let Ok(value) = serde_json::from_str(&text) else {
        return 0;
    };
    let mut checked = 0;
    walk(&value, &mut |holder| {
        let problems = check(holder);
        assert_eq!(
            problems,
            [],
            "{}: {}",
            file.display(),
            Value::Object(holder.clone())
        );
        checked += 1;
    });
    checked
}

/// Finds every object that holds blocks.
fn walk(value: &Value, found: &mut impl FnMut(&Map<String, Value>)) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| walk(item, found)),
        Value::Object(fields) => {
            if fields
                .get("blocks")
                .and_then(Value::as_array)
                .is_some_and(|blocks| !blocks.is_empty())
            {
                found(fields);
            }
            fields.values().for_each(|value| walk(value, found));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => (),
    }
}

fn check(holder: &Map<String, Value>) -> Vec<Problem> {
    let kind = holder.get("type").and_then(Value::as_str);
    if !matches!(kind, Some("modal" | "home")) {
        return validate_blocks(&holder["blocks"], Surface::Message);
    }
    let sent = |&(name, value): &(&String, &Value)| {
        SENT.contains(&name.as_str()) && !value.is_null() && value != ""
    };
    let view = holder
        .iter()
        .filter(sent)
        .map(|(name, value)| (name.clone(), value.clone()));
    // Payloads of a Home tab carry an empty title.
    let view = view.filter(|(name, _)| {
        kind == Some("modal")
            || !matches!(
                name.as_str(),
                "title" | "submit" | "close" | "clear_on_close" | "notify_on_close"
            )
    });
    validate_view(&Value::Object(view.collect()))
}
