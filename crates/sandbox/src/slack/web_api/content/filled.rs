//! What Slack adds to blocks and attachments when it stores them: ids, defaults, bare colours.

use clock::Chance;
use serde_json::{Map, Value, json};

/// Blocks with their `block_id`s, `action_id`s and text defaults.
pub fn blocks(mut blocks: Value, chance: &Chance) -> Value {
    for block in blocks
        .as_array_mut()
        .into_iter()
        .flatten()
        .filter_map(Value::as_object_mut)
    {
        block
            .entry("block_id")
            .or_insert_with(|| json!(short_id(chance)));
        for (field, value) in block.iter_mut() {
            match field.as_str() {
                "elements" | "accessory" | "element" => interactive(value, chance),
                _ => (),
            }
            texts(value);
        }
    }
    blocks
}

/// Attachments numbered from 1, with a fallback and a bare colour.
pub fn attachments(mut attachments: Value, chance: &Chance) -> Value {
    let all = attachments
        .as_array_mut()
        .into_iter()
        .flatten()
        .filter_map(Value::as_object_mut);
    for (at, attachment) in all.enumerate() {
        attachment.insert("id".to_owned(), json!(at + 1));
        attachment
            .entry("fallback")
            .or_insert_with(|| json!("[no preview available]"));
        if let Some(color) = attachment
            .get("color")
            .and_then(Value::as_str)
            .map(bare_color)
        {
            attachment.insert("color".to_owned(), json!(color));
        }
        if let Some(inner) = attachment.remove("blocks") {
            attachment.insert("blocks".to_owned(), blocks(inner, chance));
        }
    }
    attachments
}

fn bare_color(color: &str) -> String {
    match color {
        "good" => "2eb886".to_owned(),
        "warning" => "daa038".to_owned(),
        "danger" => "a30200".to_owned(),
        hex => hex.trim_start_matches('#').to_ascii_lowercase(),
    }
}

/// Gives every element that can be clicked an `action_id`.
fn interactive(value: &mut Value, chance: &Chance) {
    let elements = match value {
        Value::Array(elements) => elements.iter_mut().collect(),
        Value::Object(_) => vec![value],
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    };
    for element in elements.into_iter().filter_map(Value::as_object_mut) {
        let kind = element
            .get("type")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let still = matches!(kind, "image" | "mrkdwn" | "plain_text" | "card")
            || kind.starts_with("rich_text_") && kind != "rich_text_input";
        if !still {
            element
                .entry("action_id")
                .or_insert_with(|| json!(short_id(chance)));
        }
    }
}

/// Writes out the defaults of text objects, however deep they are.
fn texts(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(texts),
        Value::Object(fields) => {
            defaults(fields);
            fields.values_mut().for_each(texts);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => (),
    }
}

fn defaults(fields: &mut Map<String, Value>) {
    let default = match fields.get("type").and_then(Value::as_str) {
        Some("plain_text") => ("emoji", true),
        Some("mrkdwn") => ("verbatim", false),
        Some(_) | None => return,
    };
    fields.entry(default.0).or_insert(Value::Bool(default.1));
}

/// An id as Slack makes them for blocks: five characters.
fn short_id(chance: &Chance) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bits = chance.next_u64();
    let digit = |place: u32| usize::try_from((bits >> (6 * place)) & 63).unwrap_or(0);
    (0..5)
        .map(|place| char::from(DIGITS[digit(place)]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_blocks_have_ids_and_written_out_defaults() {
        let sent = json!([{ "type": "section", "text": { "type": "mrkdwn", "text": "a" },
            "accessory": { "type": "button", "text": { "type": "plain_text", "text": "b" } } }]);
        let stored = blocks(sent, &Chance::from_seed(1));
        assert_eq!(
            stored
                .pointer("/0/block_id")
                .and_then(Value::as_str)
                .map(str::len),
            Some(5)
        );
        assert_eq!(stored.pointer("/0/text/verbatim"), Some(&json!(false)));
        assert_eq!(
            stored.pointer("/0/accessory/text/emoji"),
            Some(&json!(true))
        );
        assert!(stored.pointer("/0/accessory/action_id").is_some());
    }

    #[test]
    fn stored_attachments_are_numbered_and_have_bare_colours() {
        let sent = json!([{ "color": "#36A64F" }, { "color": "good", "fallback": "f" }]);
        let stored = attachments(sent, &Chance::from_seed(1));
        assert_eq!(
            stored,
            json!([
                { "id": 1, "color": "36a64f", "fallback": "[no preview available]" },
                { "id": 2, "color": "2eb886", "fallback": "f" },
            ])
        );
    }
}
