//! Every sort of element: what is given, and what the app is told.

use serde_json::{Value, json};

use super::*;
use crate::slack::Seed;

fn around(workspace: &Workspace) -> Around<'_> {
    Around {
        workspace,
        person: "U0ANA",
        offered: &[],
    }
}

fn option(value: &str) -> Value {
    json!({ "text": { "type": "plain_text", "text": value.to_uppercase() }, "value": value })
}

fn entered(element: &Value, given: &Value) -> Result<Value, String> {
    let workspace = Seed::demo().into_workspace();
    let block = json!({ "type": "input", "block_id": "b", "element": element });
    let place = Place {
        block: &block,
        element,
    };
    enter(place, &Given::from_json(given)?, around(&workspace))
        .map(|entry| value_of(&entry).clone())
}

#[test]
fn what_is_entered_reads_by_the_elements_type() {
    let options = json!([option("a"), option("b")]);
    let of = |kind: &str| json!({ "type": kind, "action_id": "x", "options": options });
    for (element, given, expected) in [
        (of("plain_text_input"), json!("hello"), json!("hello")),
        (of("plain_text_input"), json!(""), Value::Null),
        (of("number_input"), json!(12), json!("12")),
        (of("static_select"), json!("a"), option("a")),
        (of("static_select"), json!("B"), option("b")),
        (of("static_select"), Value::Null, Value::Null),
        (of("radio_buttons"), json!(["b"]), option("b")),
        (of("checkboxes"), json!(true), options.clone()),
        (of("checkboxes"), json!(false), json!([])),
        (of("checkboxes"), json!(["b"]), json!([option("b")])),
        (of("multi_static_select"), json!("a"), json!([option("a")])),
        (of("users_select"), json!("ben"), json!("U0BEN")),
        (
            of("multi_users_select"),
            json!(["ben", "U0OPS"]),
            json!(["U0BEN", "U0OPS"]),
        ),
        (of("channels_select"), json!("#staging"), json!("C0STAGING")),
        (of("conversations_select"), json!("leads"), json!("C0LEADS")),
        (of("datepicker"), json!("2026-11-20"), json!("2026-11-20")),
        (of("timepicker"), json!("09:30"), json!("09:30")),
        (
            of("datetimepicker"),
            json!(1_795_165_200),
            json!(1_795_165_200),
        ),
        (of("file_input"), Value::Null, json!([])),
    ] {
        assert_eq!(entered(&element, &given), Ok(expected), "{element} {given}");
    }
}

#[test]
fn what_makes_no_sense_is_refused_in_words() {
    let mut most = json!({ "type": "multi_static_select", "max_selected_items": 1 });
    most["options"] = json!([option("a"), option("b")]);
    for (element, given, expected) in [
        (most.clone(), json!(["a", "b"]), "takes at most 1 items"),
        (most, json!("c"), "has no option \"c\"; it has a, b"),
        (
            json!({ "type": "users_select" }),
            json!("zoe"),
            "nobody is called \"zoe\"",
        ),
        (
            json!({ "type": "channels_select" }),
            json!("leads"),
            "offers no channel \"leads\"",
        ),
        (
            json!({ "type": "datepicker" }),
            json!("soon"),
            "\"soon\" is no date such as 2026-11-20",
        ),
        (
            json!({ "type": "button" }),
            json!("a"),
            "a button keeps no value",
        ),
        (
            json!({ "type": "static_select" }),
            json!(true),
            "takes a value, not yes or no",
        ),
        (
            json!({ "type": "plain_text_input" }),
            json!({}),
            "must be a text, a list of texts, true or false",
        ),
    ] {
        assert_eq!(
            entered(&element, &given),
            Err(expected.to_owned()),
            "{element}"
        );
    }
}

#[test]
fn entries_outlive_an_update_where_the_same_input_stays() {
    let blocks = |kind: &str| {
        json!([{ "type": "input", "block_id": "b",
            "element": { "type": kind, "action_id": "a", "initial_value": "first" } }])
    };
    let old = blocks("plain_text_input");
    assert_eq!(
        state(&old, &Values::new()),
        json!({ "b": { "a": { "type": "plain_text_input", "value": "first" } } })
    );
    let mut values = Values::new();
    let entry = json!({ "type": "plain_text_input", "value": "typed" });
    put(&mut values, places::all(&old)[0], entry);
    assert_eq!(kept(&old, &values), values);
    assert_eq!(kept(&blocks("number_input"), &values), Values::new());
    assert_eq!(kept(&json!([]), &values), Values::new());
}
