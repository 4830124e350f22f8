//! JSON as YAML that a person can read and paste.
//!
//! Every text is in JSON's double quotes, which YAML reads the same way, so that no value can
//! turn into a number, a date or a key.

use std::fmt::Write;

use serde_json::Value;

/// `value` as a YAML document.
pub(super) fn document(value: &Value) -> String {
    let mut text = String::new();
    write_under(&mut text, value, 0);
    text
}

/// Writes what stands below a key or a dash, the items at `depth`.
fn write_under(text: &mut String, value: &Value, depth: usize) {
    match value {
        Value::Object(fields) => {
            for (index, (key, value)) in fields.iter().enumerate() {
                // The first field stands behind its dash.
                if 0 < index || !text.ends_with("- ") {
                    indent(text, depth);
                }
                text.push_str(key);
                text.push(':');
                write_value(text, value, depth + 1);
            }
        }
        Value::Array(items) => {
            for item in items {
                indent(text, depth);
                text.push_str("- ");
                match item {
                    Value::Object(_) => write_under(text, item, depth + 1),
                    scalar => writeln_scalar(text, scalar),
                }
            }
        }
        scalar => writeln_scalar(text, scalar),
    }
}

fn write_value(text: &mut String, value: &Value, depth: usize) {
    let is_block = match value {
        Value::Object(fields) => !fields.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    };
    if is_block {
        text.push('\n');
        write_under(text, value, depth);
    } else {
        text.push(' ');
        writeln_scalar(text, value);
    }
}

fn indent(text: &mut String, depth: usize) {
    text.extend(std::iter::repeat_n("  ", depth));
}

/// JSON on one line, which is YAML too.
fn writeln_scalar(text: &mut String, value: &Value) {
    // Writing to a text does not fail.
    let _ = writeln!(text, "{value}");
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::document;

    #[test]
    fn a_document_is_indented_and_every_text_is_quoted() {
        let value = json!({
            "a": { "yes": true, "no": "no", "empty": [], "none": {} },
            "b": ["x: y", 3, "\"quoted\"\nline"],
            "c": [{ "name": "one", "more": ["deep"] }, { "name": "two" }],
        });
        let expected = r#"a:
  empty: []
  no: "no"
  none: {}
  yes: true
b:
  - "x: y"
  - 3
  - "\"quoted\"\nline"
c:
  - more:
      - "deep"
    name: "one"
  - name: "two"
"#;
        assert_eq!(document(&value), expected);
    }
}
