//! The method table against the official reference.

use std::path::{Path, PathBuf};

use sandbox::slack::methods::{self, GENERAL, METHODS, Method, SEEN_IN_PRACTICE, Tier};
use serde_json::Value;

fn reference() -> Option<PathBuf> {
    let corpus = PathBuf::from(std::env::var_os("SIGNALBOX_CORPUS")?);
    let methods = corpus.join("slack/slack-api-ref/methods");
    methods.is_dir().then_some(methods)
}

#[test]
fn methods_are_sorted_and_found_by_name() {
    assert!(METHODS.is_sorted_by_key(|method| method.name));
    for method in METHODS {
        assert_eq!(
            methods::find(method.name).map(|found| found.name),
            Some(method.name)
        );
    }
    assert!(methods::find("chat.nothing").is_none());
}

#[test]
fn errors_beyond_the_reference_are_of_methods_that_exist() {
    for (method, error, why) in SEEN_IN_PRACTICE {
        let found = methods::find(method).unwrap();
        assert!(found.may_answer(error) && !found.errors.contains(error) && !why.is_empty());
    }
    assert!(GENERAL.is_sorted());
}

#[test]
fn the_table_says_what_the_reference_says() {
    let Some(reference) = reference() else {
        println!("corpus absent");
        return;
    };
    for method in METHODS {
        compare(method, &reference);
    }
    println!("{} methods compared with the reference", METHODS.len());
}

fn compare(method: &Method, reference: &Path) {
    let name = method.name;
    let text = std::fs::read_to_string(reference.join(format!("{name}.json"))).unwrap();
    let official: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(official["http_method"], method.verb, "{name}: verb");
    let json = official["json_input_supported"].as_bool().unwrap_or(false);
    assert_eq!(json, method.json, "{name}: JSON");
    let tier = match official["rate_limits"].as_str() {
        Some("t1") => Tier::One,
        Some("t2") => Tier::Two,
        Some("t3") => Tier::Three,
        Some("t4") => Tier::Four,
        Some("t5") if name == "chat.postMessage" => Tier::Posting,
        Some("t5") => Tier::Special,
        None => Tier::Unlisted,
        Some(other) => panic!("{name}: tier {other}"),
    };
    assert_eq!(tier, method.tier, "{name}: tier");
    assert_eq!(
        texts(&official["scope"]["bot"]),
        sorted(method.bot_scopes),
        "{name}: bot scopes"
    );
    assert_eq!(
        texts(&official["scope"]["user"]),
        sorted(method.user_scopes),
        "{name}: user scopes"
    );
    let mut required = texts(&official["args"]["required"]);
    let needs_token = required.iter().any(|argument| argument == "token");
    required.retain(|argument| argument != "token");
    assert_eq!(
        required,
        sorted(method.required),
        "{name}: required arguments"
    );
    assert_eq!(needs_token, !method.open, "{name}: token");
    for error in method.errors {
        assert!(
            official["errors"].get(error).is_some(),
            "{name} lists {error}, the reference does not"
        );
    }
}

fn texts(value: &Value) -> Vec<String> {
    let texts = value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str);
    let mut texts: Vec<String> = texts.map(str::to_owned).collect();
    texts.sort();
    texts
}

fn sorted(texts: &[&str]) -> Vec<String> {
    let mut texts: Vec<String> = texts.iter().map(|&text| text.to_owned()).collect();
    texts.sort();
    texts
}
