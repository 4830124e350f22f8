//! As much of JSON Schema as the published one uses. A keyword that is not known here fails the
//! test, so that nothing in the schema goes unasked.

use serde_json::{Map, Value};

/// What is wrong with `value`.
pub fn problems(root: &Value, schema: &Value, value: &Value, at: &str) -> Vec<String> {
    let mut found = Vec::new();
    let schema = schema.as_object().unwrap();
    for (keyword, says) in schema {
        match keyword.as_str() {
            "$schema" | "$defs" | "title" | "description" | "then" => (),
            "additionalProperties" | "properties" => {
                found.extend(members(root, schema, keyword, says, value, at));
            }
            "items" => {
                for (place, item) in value.as_array().into_iter().flatten().enumerate() {
                    found.extend(problems(root, says, item, &format!("{at}/{place}")));
                }
            }
            "$ref" => {
                let pointer = says.as_str().unwrap().trim_start_matches('#');
                found.extend(problems(root, root.pointer(pointer).unwrap(), value, at));
            }
            "allOf" => {
                for schema in says.as_array().unwrap() {
                    found.extend(problems(root, schema, value, at));
                }
            }
            "if" => {
                if problems(root, says, value, at).is_empty() {
                    found.extend(problems(root, &schema["then"], value, at));
                }
            }
            keyword => {
                if !holds(root, keyword, says, value, at) {
                    found.push(format!("{at}: {keyword} {says}"));
                }
            }
        }
    }
    found
}

fn members(
    root: &Value,
    schema: &Map<String, Value>,
    keyword: &str,
    says: &Value,
    value: &Value,
    at: &str,
) -> Vec<String> {
    let mut found = Vec::new();
    for (name, member) in value.as_object().into_iter().flatten() {
        let at = format!("{at}/{name}");
        if keyword == "properties" {
            if let Some(schema) = says.get(name) {
                found.extend(problems(root, schema, member, &at));
            }
        } else if schema["properties"].get(name).is_none() {
            assert_eq!(says, &Value::Bool(false));
            found.push(format!("{at}: is no property"));
        }
    }
    found
}

fn holds(root: &Value, keyword: &str, says: &Value, value: &Value, at: &str) -> bool {
    let number = || value.as_f64();
    let passes = |schema: &Value| problems(root, schema, value, at).is_empty();
    let passing = || {
        says.as_array()
            .unwrap()
            .iter()
            .filter(|schema| passes(schema))
            .count()
    };
    match keyword {
        "type" => match says.as_str().unwrap() {
            "object" => value.is_object(),
            "array" => value.is_array(),
            "string" => value.is_string(),
            "boolean" => value.is_boolean(),
            "number" => value.is_number(),
            "integer" => value.is_u64() || value.is_i64(),
            other => panic!("the type {other} is not known"),
        },
        "required" => {
            let has = |name: &Value| value.get(name.as_str().unwrap()).is_some();
            !value.is_object() || says.as_array().unwrap().iter().all(has)
        }
        "enum" => says.as_array().unwrap().contains(value),
        "const" => says == value,
        "minimum" => number().is_none_or(|number| says.as_f64().unwrap() <= number),
        "maximum" => number().is_none_or(|number| number <= says.as_f64().unwrap()),
        "maxItems" => value
            .as_array()
            .is_none_or(|items| items.len() <= says.as_u64().unwrap() as usize),
        "pattern" => value
            .as_str()
            .is_none_or(|text| matches(says.as_str().unwrap(), text)),
        "not" => !passes(says),
        "anyOf" => 0 < passing(),
        "oneOf" => passing() == 1,
        other => panic!("the keyword {other} is not known"),
    }
}

/// The two patterns that the schema has.
fn matches(pattern: &str, text: &str) -> bool {
    match pattern {
        "\\S" => text.contains(|c: char| !c.is_whitespace()),
        "^(?=.)(\\d+d)?(\\d+h)?(\\d+m)?(\\d+s)?$" => {
            let mut rest = text;
            for unit in ['d', 'h', 'm', 's'] {
                let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
                if 0 < digits && rest[digits..].starts_with(unit) {
                    rest = &rest[digits + 1..];
                }
            }
            !text.is_empty() && rest.is_empty()
        }
        other => panic!("the pattern {other} is not known"),
    }
}
