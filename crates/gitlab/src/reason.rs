//! Why a webhook of a known kind is ignored, in words that its sender can act on.

use serde_json::Value;

/// A webhook of a known kind that does not say what it would have to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Ignored {
    /// Path of the field in the payload: `object_attributes.iid`.
    pub field: String,
    /// What is wrong with it: `object_attributes.iid is missing`.
    pub reason: String,
}

/// Says what is wrong with the field at `path`, which could not be used.
pub(crate) fn explain(value: &Value, path: &str) -> Ignored {
    let mut at = value;
    let mut reached = String::new();
    for part in path.split('.') {
        if !reached.is_empty() {
            reached.push('.');
        }
        reached.push_str(part);
        match at.get(part) {
            Some(next) => at = next,
            None => {
                let reason = format!("{reached} is missing");
                return Ignored {
                    field: reached,
                    reason,
                };
            }
        }
        if !at.is_object() {
            break;
        }
    }
    let reason = format!("{reached} {}", wrong(at));
    Ignored {
        field: reached,
        reason,
    }
}

fn wrong(value: &Value) -> &'static str {
    match value {
        Value::Null => "is null",
        Value::Bool(_) => "is true or false, which says nothing here",
        Value::Number(_) => "is a number that cannot be used",
        Value::String(text) if text.trim().is_empty() => "is empty",
        Value::String(_) => "is a text that cannot be used",
        Value::Array(_) => "is a list, which cannot be used",
        Value::Object(_) => "is an object that cannot be used",
    }
}
