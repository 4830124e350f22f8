//! The JSON schema of plans, for editors: made from the parser's own table of keys.

use serde_json::{Map, Value, json};

use super::keys::{
    CHECKS, ITEM, Key, Keys, MONITOR, PLAN, RULES, SOURCES, STAGE, STAGE_KINDS, Shape, Variant,
    foreign,
};

/// The schema, as it is published.
#[must_use]
pub fn schema() -> Value {
    let mut schema = mapping(&PLAN);
    let own = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A rollout's plan",
        "description": "A flag's guarded way to everybody: FLAG.rollout.yml beside its definition.",
        "$defs": {
            "duration": {
                "type": "string",
                "pattern": "^(?=.)(\\d+d)?(\\d+h)?(\\d+m)?(\\d+s)?$",
                "description": "15m, 1h30m, 2d",
            },
            "items": { "type": "array", "items": { "anyOf": [checks(), item()] } },
        },
    });
    if let (Some(schema), Value::Object(own)) = (schema.as_object_mut(), own) {
        schema.extend(own);
    }
    schema
}

fn mapping(keys: &Keys) -> Value {
    let properties: Map<_, _> = keys
        .keys
        .iter()
        .map(|key| (key.name.to_owned(), property(key)))
        .collect();
    let needed: Vec<&str> = keys
        .keys
        .iter()
        .filter(|key| key.needed)
        .map(|key| key.name)
        .collect();
    json!({
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
        "required": needed,
    })
}

fn property(key: &Key) -> Value {
    let mut property = shape(key.shape);
    if let Some(property) = property.as_object_mut() {
        property.insert("description".to_owned(), json!(key.about));
    }
    property
}

fn shape(shape: Shape) -> Value {
    match shape {
        Shape::Text => text(),
        Shape::Word(words) => json!({ "enum": words }),
        Shape::True => json!({ "const": true }),
        Shape::Bool => json!({ "type": "boolean" }),
        Shape::Count(most) => json!({ "type": "integer", "minimum": 0, "maximum": most }),
        Shape::Number => json!({ "type": "number" }),
        Shape::Percentage => json!({ "type": "number", "minimum": 0, "maximum": 100 }),
        Shape::Duration => json!({ "$ref": "#/$defs/duration" }),
        Shape::Texts(most) => json!({ "type": "array", "maxItems": most, "items": text() }),
        Shape::Mapping(keys) => mapping(keys),
        Shape::List(keys, most) => {
            json!({ "type": "array", "maxItems": most, "items": element(keys) })
        }
        Shape::Items => json!({ "$ref": "#/$defs/items" }),
    }
}

fn text() -> Value {
    json!({ "type": "string", "pattern": "\\S" })
}

/// A mapping in a list, with what its keys ask of each other.
fn element(keys: &Keys) -> Value {
    let mut element = mapping(keys);
    let among_themselves = if keys.what == STAGE.what {
        ("oneOf", one_of(STAGE_KINDS))
    } else if keys.what == MONITOR.what {
        let variants = [variants("source", SOURCES), variants("rule", RULES)];
        ("allOf", Value::Array(variants.concat()))
    } else {
        return element;
    };
    if let Some(element) = element.as_object_mut() {
        element.insert(among_themselves.0.to_owned(), among_themselves.1);
    }
    element
}

fn one_of(keys: &[&str]) -> Value {
    keys.iter()
        .map(|key| json!({ "required": [key] }))
        .collect()
}

/// `if` a key names a variant, `then` what that needs is there and what others have is not.
fn variants(key: &str, variants: &'static [Variant]) -> Vec<Value> {
    let rule = |variant: &Variant| {
        let not: Vec<Value> = foreign(variants, variant.word)
            .map(|other| json!({ "required": [other] }))
            .collect();
        json!({
            "if": { "properties": { key: { "const": variant.word } }, "required": [key] },
            "then": { "required": variant.needed, "not": { "anyOf": not } },
        })
    };
    variants.iter().map(rule).collect()
}

fn checks() -> Value {
    let words: Vec<Value> = CHECKS
        .iter()
        .map(|check| json!({ "const": check.0, "description": check.1 }))
        .collect();
    json!({ "anyOf": words })
}

fn item() -> Value {
    let mut item = mapping(&ITEM);
    if let Some(item) = item.as_object_mut() {
        item.insert("oneOf".to_owned(), one_of(&["do", "http"]));
    }
    item
}
