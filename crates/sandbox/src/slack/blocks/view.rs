//! Views: modals and the Home tab.

use serde_json::{Map, Value, json};

use super::check::Checker;
use super::shape::{Field, Rule, may, needs, plain, str_to};
use super::{Problem, Surface, under, validate_blocks};

/// The largest view, in bytes of JSON.
pub const VIEW_SIZE_LIMIT: usize = 250 * 1024;

const COMMON: &[Field] = &[
    needs("blocks", Rule::Any),
    may("type", Rule::Any),
    may("callback_id", Rule::Str { min: 0, max: 255 }),
    may("external_id", Rule::Str { min: 0, max: 255 }),
    may("private_metadata", Rule::Str { min: 0, max: 3000 }),
];

const MODAL: &[Field] = &[
    needs("title", plain(24)),
    may("submit", plain(24)),
    may("close", plain(24)),
    may("clear_on_close", Rule::Bool),
    may("notify_on_close", Rule::Bool),
    may("submit_disabled", Rule::Bool),
];

/// Slack keeps a title on Home without showing it.
const HOME: &[Field] = &[may("title", str_to(24))];

/// Everything that Slack would refuse in a view.
#[must_use]
pub fn validate_view(view: &Value) -> Vec<Problem> {
    let mut checker = Checker::default();
    let Some(fields) = view.as_object() else {
        checker.expect("object");
        return checker.problems;
    };
    let surface = match fields.get("type").and_then(Value::as_str) {
        Some("modal") => Surface::Modal,
        Some("home") => Surface::Home,
        Some(other) => {
            let message = format!("unsupported type: {other}");
            checker.within("type", |checker| {
                checker.note("enum", json!(["modal", "home"]), message)
            });
            return checker.problems;
        }
        None => {
            checker.missing("type");
            return checker.problems;
        }
    };
    check(fields, surface, &mut checker);
    let mut problems = checker.problems;
    if let Some(blocks) = fields.get("blocks") {
        problems.extend(under("/blocks", validate_blocks(blocks, surface)));
    }
    problems
}

fn check(fields: &Map<String, Value>, surface: Surface, checker: &mut Checker) {
    let own = if surface == Surface::Home {
        HOME
    } else {
        MODAL
    };
    for Field {
        name,
        required,
        rule,
    } in COMMON.iter().chain(own)
    {
        match fields.get(*name) {
            Some(value) => checker.within(name, |checker| checker.rule(rule, value)),
            None if *required => checker.missing(name),
            None => (),
        }
    }
    for name in fields.keys() {
        if !COMMON.iter().chain(own).any(|field| field.name == name) {
            let message = format!("invalid additional property: {name}");
            checker.note("additional_property", json!(name), message);
        }
    }
    let blocks = fields.get("blocks").and_then(Value::as_array);
    let is_input = |block: &Value| block.get("type").is_some_and(|kind| kind == "input");
    if blocks.is_some_and(|blocks| blocks.is_empty()) {
        checker.within("blocks", |checker| {
            checker.note(
                "min_items",
                json!(1),
                "no fewer than 1 items allowed".to_owned(),
            );
        });
    }
    let asks = blocks.is_some_and(|blocks| blocks.iter().any(is_input));
    if surface == Surface::Modal && asks && !fields.contains_key("submit") {
        checker.missing("submit");
    }
    if VIEW_SIZE_LIMIT < Value::Object(fields.clone()).to_string().len() {
        let message = format!("must be less than {} bytes", VIEW_SIZE_LIMIT + 1);
        checker.note("max_length", json!(VIEW_SIZE_LIMIT), message);
    }
}
