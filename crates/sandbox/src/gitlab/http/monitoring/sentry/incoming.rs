//! An error as a kit sends it, made into an event: what it can be searched by, and its cause.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::gitlab::world::{ErrorEvent, Reported};

/// An event has so many tags and flags, and texts of so many characters.
const TAGS: usize = 100;
const FLAGS: usize = 100;
const TAG: usize = 200;
const TEXT: usize = 8192;
const TITLE: usize = 200;

/// Makes an event of what came in for a project; `id` is for one that brings none.
pub(super) fn event(raw: &Value, project: u64, id: String, now: Timestamp) -> Reported {
    let (kind, value) = exception(raw).unwrap_or_default();
    let message = message(raw);
    let title = title(&kind, &value, &message);
    let mut tags = own_tags(raw);
    tags.extend(derived_tags(raw, &kind, &value));
    Reported {
        cause: cause(raw, &kind, &value, &message),
        culprit: tags.get("transaction").cloned().unwrap_or_default(),
        platform: text(&raw["platform"]).unwrap_or_else(|| "other".to_owned()),
        event: ErrorEvent {
            id: given_id(raw).unwrap_or(id),
            issue: 0,
            project,
            at: happened(&raw["timestamp"], now),
            title,
            message: if message.is_empty() {
                value.clone()
            } else {
                message
            },
            tags,
            flags: flags(raw),
        },
        kind,
        value,
    }
}

fn cut(text: &str, limit: usize) -> String {
    text.chars().take(limit).collect()
}

fn text(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => cut(text, TEXT),
        Value::Number(_) | Value::Bool(_) => value.to_string(),
        Value::Null | Value::Array(_) | Value::Object(_) => return None,
    };
    (!text.is_empty()).then_some(text)
}

fn given_id(raw: &Value) -> Option<String> {
    let id = raw["event_id"].as_str()?.replace('-', "").to_lowercase();
    let hex = id.len() == 32 && id.bytes().all(|c| c.is_ascii_hexdigit());
    hex.then_some(id)
}

/// When it happened; what lies in the future or a month back happened now.
fn happened(value: &Value, now: Timestamp) -> Timestamp {
    let at = match value {
        Value::String(text) => super::window::moment(text),
        Value::Number(number) => number.as_f64().and_then(|seconds| {
            let duration = SignedDuration::try_from_secs_f64(seconds).ok()?;
            Timestamp::from_duration(duration).ok()
        }),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    };
    let is_near = |at: &Timestamp| {
        let ago = now.duration_since(*at);
        SignedDuration::from_mins(-1) <= ago && ago <= SignedDuration::from_hours(30 * 24)
    };
    at.filter(is_near).unwrap_or(now)
}

/// Type and value of the last exception, the one that was raised.
fn exception(raw: &Value) -> Option<(String, String)> {
    let given = &raw["exception"];
    let all = given["values"].as_array().or_else(|| given.as_array())?;
    let last = all.last()?;
    let kind = text(&last["type"]).unwrap_or_default();
    let value = text(&last["value"]).unwrap_or_default();
    Some((kind, value)).filter(|(kind, value)| !kind.is_empty() || !value.is_empty())
}

fn message(raw: &Value) -> String {
    let log = &raw["logentry"];
    let said = [
        &log["formatted"],
        &log["message"],
        &raw["message"],
        &raw["message"]["formatted"],
    ];
    said.into_iter().find_map(text).unwrap_or_default()
}

fn title(kind: &str, value: &str, message: &str) -> String {
    let line = |text: &str| cut(text.lines().next().unwrap_or_default(), TITLE);
    match (kind, value) {
        ("", "") if message.is_empty() => "<unlabeled event>".to_owned(),
        ("", "") => line(message),
        ("", value) => line(value),
        (kind, "") => line(kind),
        (kind, value) => line(&format!("{kind}: {value}")),
    }
}

/// The fingerprint, or else the exception without its numbers, or else the message without them.
fn cause(raw: &Value, kind: &str, value: &str, message: &str) -> String {
    let usual = match (kind, value) {
        ("", "") => format!("message {}", without_numbers(message)),
        (kind, value) => format!("exception {kind} {}", without_numbers(value)),
    };
    let parts = raw["fingerprint"].as_array().into_iter().flatten();
    let parts: Vec<String> = parts.filter_map(text).collect();
    let is_default = |part: &String| matches!(part.as_str(), "{{ default }}" | "{{default}}");
    match parts.iter().all(is_default) {
        true => usual,
        false => {
            let parts = parts
                .iter()
                .map(|part| if is_default(part) { &usual } else { part });
            let parts: Vec<&str> = parts.map(String::as_str).collect();
            format!("fingerprint {}", parts.join(" "))
        }
    }
}

fn without_numbers(text: &str) -> String {
    let words = text.split_whitespace().map(|word| {
        let has_digit = word.chars().any(|c| c.is_ascii_digit());
        if has_digit { "<number>" } else { word }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// An object, or a list of pairs.
fn own_tags(raw: &Value) -> BTreeMap<String, String> {
    let mut tags = BTreeMap::new();
    let mut add = |name: &str, value: &Value| {
        if let (Some(value), true) = (text(value), tags.len() < TAGS) {
            let one_line = value.lines().next().unwrap_or_default();
            tags.insert(cut(name, TAG), cut(one_line, TAG));
        }
    };
    match &raw["tags"] {
        Value::Object(object) => object.iter().for_each(|(name, value)| add(name, value)),
        Value::Array(pairs) => pairs.iter().for_each(|pair| {
            if let Some(name) = pair[0].as_str() {
                add(name, &pair[1]);
            }
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => (),
    }
    tags
}

fn derived_tags(raw: &Value, kind: &str, value: &str) -> BTreeMap<String, String> {
    let user = &raw["user"];
    // Who it was, by the first of these that is known.
    let known = [
        ("id", "id"),
        ("username", "username"),
        ("email", "email"),
        ("ip", "ip_address"),
    ];
    let mut known = known
        .into_iter()
        .filter_map(|(name, field)| Some((name, text(&user[field])?)));
    let who = known.next().map(|(name, value)| format!("{name}:{value}"));
    let or = |value: Option<String>, unless: &str| value.or_else(|| Some(unless.to_owned()));
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let derived = [
        ("level", or(text(&raw["level"]), "error")),
        ("environment", or(text(&raw["environment"]), "production")),
        ("release", text(&raw["release"])),
        ("dist", text(&raw["dist"])),
        ("server_name", text(&raw["server_name"])),
        ("logger", text(&raw["logger"])),
        ("transaction", text(&raw["transaction"])),
        ("sdk.name", text(&raw["sdk"]["name"])),
        ("user", who),
        ("user.id", text(&user["id"])),
        ("user.username", text(&user["username"])),
        ("user.email", text(&user["email"])),
        ("user.ip", text(&user["ip_address"])),
        ("error.type", some(kind)),
        ("error.value", some(value)),
    ];
    let derived = derived.into_iter();
    derived
        .filter_map(|(name, value)| Some((name.to_owned(), cut(&value?, TAG))))
        .collect()
}

/// `contexts.flags.values`: the last ones that were evaluated.
fn flags(raw: &Value) -> BTreeMap<String, bool> {
    let values = raw["contexts"]["flags"]["values"].as_array();
    let values: &[Value] = values.map_or(&[], Vec::as_slice);
    let last = values.iter().rev().take(FLAGS).rev();
    let flags = last.filter_map(|value| {
        Some((
            cut(value["flag"].as_str()?, TAG),
            value["result"].as_bool()?,
        ))
    });
    flags.collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn now() -> Timestamp {
        "2026-11-20T09:00:00Z".parse().unwrap()
    }

    #[test]
    fn an_event_is_read_with_its_tags_its_person_and_its_flags() {
        let raw = json!({
            "event_id": "ABCDEF00-0000-0000-0000-000000000001",
            "timestamp": 1_795_165_140.5,
            "release": "v1",
            "tags": [["project", "acme/shop"], ["none", null]],
            "user": { "id": 7, "email": "a@example.com" },
            "exception": { "values": [{ "type": "Inner" }, { "type": "PostError", "value": "gone 17\nmore" }] },
            "contexts": { "flags": { "values": [{ "flag": "f", "result": false }, { "flag": "f", "result": true }] } },
        });
        let reported = event(&raw, 1, String::new(), now());
        assert_eq!(reported.event.id, "abcdef00000000000000000000000001");
        assert_eq!(reported.event.at.to_string(), "2026-11-20T08:59:00.5Z");
        assert_eq!(reported.event.title, "PostError: gone 17");
        assert_eq!(reported.cause, "exception PostError gone <number> more");
        let tags: Vec<String> = reported
            .event
            .tags
            .iter()
            .map(|(k, v)| format!("{k}={v}"))
            .collect();
        assert_eq!(
            tags,
            [
                "environment=production",
                "error.type=PostError",
                "error.value=gone 17\nmore",
                "level=error",
                "project=acme/shop",
                "release=v1",
                "user=id:7",
                "user.email=a@example.com",
                "user.id=7",
            ]
        );
        assert_eq!(
            reported.event.flags,
            BTreeMap::from([("f".to_owned(), true)])
        );
    }

    #[test]
    fn a_fingerprint_decides_the_cause_before_anything_else() {
        let cause = |fingerprint: Value| {
            let raw = json!({ "message": "no 1", "fingerprint": fingerprint });
            event(&raw, 1, String::new(), now()).cause
        };
        assert_eq!(cause(json!(["a", "b"])), "fingerprint a b");
        assert_eq!(cause(json!(["{{ default }}"])), "message no <number>");
        assert_eq!(
            cause(json!(["{{ default }}", "x"])),
            "fingerprint message no <number> x"
        );
        assert_eq!(cause(json!([])), "message no <number>");
    }

    #[test]
    fn what_happened_in_the_future_happened_now() {
        for timestamp in [
            json!("2027-01-01T00:00:00Z"),
            json!(1e300),
            json!("x"),
            json!(null),
            json!(0),
        ] {
            let raw = json!({ "timestamp": timestamp });
            let reported = event(&raw, 1, "id".to_owned(), now());
            assert_eq!(
                (reported.event.at, reported.event.id.as_str()),
                (now(), "id")
            );
        }
    }
}
