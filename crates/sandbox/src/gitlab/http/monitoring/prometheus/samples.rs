//! What scripts say that metrics are.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::super::super::scripting;
use super::{Answer, METRIC};
use crate::gitlab::GitLabSandbox;
use crate::gitlab::world::Labels;

/// `POST /sandbox/metrics`: `{"name", "labels": {…}, "value"}`, or a list of these: samples of
/// this moment.
pub(in super::super) async fn add(State(sandbox): State<GitLabSandbox>, body: Bytes) -> Answer {
    let given: Value = serde_json::from_slice(&body).unwrap_or_default();
    let all = match given {
        Value::Array(all) => all,
        one => vec![one],
    };
    let read: Result<Vec<_>, Answer> = all.iter().map(sample).collect();
    let read = match read {
        Ok(read) => read,
        Err(refused) => return refused,
    };
    let now = sandbox.options().clock.now();
    let mut state = sandbox.lock();
    let samples = state.world.samples.change();
    let mut room = true;
    for (labels, value) in read {
        room &= samples.add(labels, now, value);
    }
    state.unsaved = true;
    match room {
        true => (StatusCode::OK, Json(json!({ "ok": true }))),
        false => scripting::refused("labels", "there are 2000 series already"),
    }
}

fn sample(given: &Value) -> Result<(Labels, f64), Answer> {
    let Value::Object(given) = given else {
        return Err(scripting::refused(
            "body",
            "give {name, labels, value} or a list of these",
        ));
    };
    if let Some(unknown) = given
        .keys()
        .find(|key| !["name", "labels", "value"].contains(&key.as_str()))
    {
        return Err(scripting::refused(
            unknown,
            "a sample has name, labels and value",
        ));
    }
    let is_name = |text: &str| {
        let first = text
            .chars()
            .next()
            .is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
        first
            && text
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == ':')
    };
    let name = given
        .get("name")
        .and_then(Value::as_str)
        .filter(|name| is_name(name) && *name != METRIC);
    let name = name.ok_or_else(|| scripting::refused("name", "name must be a metric's name"))?;
    let value = given.get("value").and_then(|value| match value {
        Value::String(text) => text.parse().ok(),
        value => value.as_f64(),
    });
    let value = value.ok_or_else(|| {
        scripting::refused(
            "value",
            "value must be a number, or NaN, +Inf, -Inf as a text",
        )
    })?;
    let mut labels = Labels::from([("__name__".to_owned(), name.to_owned())]);
    let none = Map::new();
    let given = match given.get("labels") {
        None => &none,
        Some(Value::Object(given)) => given,
        Some(_) => return Err(scripting::refused("labels", "labels must be an object")),
    };
    for (name, value) in given {
        match value
            .as_str()
            .filter(|_| is_name(name) && !name.starts_with("__"))
        {
            // An empty label is none.
            Some("") => (),
            Some(value) => {
                labels.insert(name.clone(), value.to_owned());
            }
            None => {
                return Err(scripting::refused(
                    "labels",
                    "a label is a name with a text",
                ));
            }
        }
    }
    Ok((labels, value))
}
