//! What flags' keepers say of changes, in the generic form; and these again.

use std::collections::BTreeSet;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Map, Value, json};
use sha2::Sha256;

use super::ORGANIZATION;
use super::access::Access;
use super::issues::printed;
use super::refused::Refused;
use super::window;
use crate::gitlab::GitLabSandbox;
use crate::gitlab::world::FlagChange;

/// What the generic form's requests are signed with.
const SECRET: &[u8] = b"demo-sentry-flag-secret";
/// A flag's name and an author have at most so many characters.
const NAME: usize = 100;
/// A request tells of at most so many changes.
const CHANGES: usize = 100;

/// `POST …/provider/{provider}/`
///
/// As Sentry does, a body that it cannot use is answered with 200 and what is wrong with it.
pub(super) async fn changed(
    State(sandbox): State<GitLabSandbox>,
    Path((organization, provider)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let is_known = organization == ORGANIZATION || organization == "1";
    if !is_known || !is_signed(&headers, &body) {
        return (StatusCode::UNAUTHORIZED, Json(json!("Not authorized."))).into_response();
    }
    if provider != "generic" {
        return Refused::not_found().into_response();
    }
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let changes = match read(&body) {
        Ok(changes) => changes,
        Err(problems) => return Json(Value::Object(problems)).into_response(),
    };
    let mut state = sandbox.lock();
    let sentry = state.world.sentry.change();
    for change in changes {
        let id = sentry.next_id();
        sentry.note_flag_change(FlagChange { id, ..change });
    }
    state.unsaved = true;
    StatusCode::OK.into_response()
}

fn is_signed(headers: &HeaderMap, body: &[u8]) -> bool {
    let given = headers
        .get("x-sentry-signature")
        .map(|value| hex::decode(value.as_bytes()));
    let (Some(Ok(given)), Ok(mac)) = (given, Hmac::<Sha256>::new_from_slice(SECRET)) else {
        return false;
    };
    mac.chain_update(body).verify_slice(&given).is_ok()
}

/// The changes, each once; or what is wrong, by field.
fn read(body: &Value) -> Result<Vec<FlagChange>, Map<String, Value>> {
    let mut problems = Map::new();
    if !body["meta"]["version"].is_u64() {
        problems.insert("meta".to_owned(), json!(["This field is required."]));
    }
    let items = body["data"]
        .as_array()
        .filter(|items| items.len() <= CHANGES);
    let Some(items) = items else {
        problems.insert("data".to_owned(), json!(["This field is required."]));
        return Err(problems);
    };
    let read: Vec<Result<_, _>> = items.iter().map(item).collect();
    if read.iter().any(Result::is_err) {
        let wrong = read
            .iter()
            .map(|item| item.as_ref().err().cloned().unwrap_or_default());
        problems.insert("data".to_owned(), wrong.map(Value::Object).collect());
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let mut seen = BTreeSet::new();
    let read = read.into_iter().flatten();
    Ok(read
        .filter(|(id, _)| seen.insert(*id))
        .map(|(_, change)| change)
        .collect())
}

fn item(item: &Value) -> Result<(i64, FlagChange), Map<String, Value>> {
    let mut problems = Map::new();
    let text = |value: &Value| {
        let text = value
            .as_str()
            .filter(|text| !text.is_empty() && text.chars().count() <= NAME);
        text.map(str::to_owned)
    };
    let action = text(&item["action"])
        .filter(|name| matches!(name.as_str(), "created" | "updated" | "deleted"));
    let by = &item["created_by"];
    let kind = text(&by["type"]).filter(|name| matches!(name.as_str(), "email" | "id" | "name"));
    let at = item["created_at"].as_str().and_then(window::moment);
    let (id, by, flag) = (
        item["change_id"].as_i64(),
        text(&by["id"]),
        text(&item["flag"]),
    );
    let lacking = [
        ("action", action.is_none()),
        ("change_id", id.is_none()),
        ("created_at", at.is_none()),
        ("created_by", by.is_none() || kind.is_none()),
        ("flag", flag.is_none()),
    ];
    for (name, _) in lacking.into_iter().filter(|(_, lacking)| *lacking) {
        problems.insert(name.to_owned(), json!(["This field is required."]));
    }
    match (id, action, at, by, kind, flag) {
        (Some(id), Some(action), Some(at), Some(by), Some(by_kind), Some(flag)) => Ok((
            id,
            FlagChange {
                id: 0,
                flag,
                action,
                by,
                by_kind,
                at,
            },
        )),
        _ => Err(problems),
    }
}

/// `GET …/flags/logs/`: the changes, the newest first
pub(super) async fn log(
    State(sandbox): State<GitLabSandbox>,
    access: Access,
) -> Result<Json<Value>, Refused> {
    access.needs(&["org:read"])?;
    access.only(&["flag"])?;
    let wanted = access.params("flag");
    let state = sandbox.lock();
    let changes = state.world.sentry.flag_changes.iter().rev();
    let found =
        changes.filter(|change| wanted.is_empty() || wanted.contains(&change.flag.as_str()));
    let shown = found.map(|change| {
        json!({
            "id": change.id,
            "action": change.action,
            "createdAt": printed(change.at),
            "createdBy": change.by,
            "createdByType": change.by_kind,
            "flag": change.flag,
            "tags": {},
        })
    });
    Ok(Json(json!({ "data": shown.collect::<Vec<_>>() })))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body() -> Value {
        let change = json!({
            "action": "updated",
            "change_id": 7,
            "created_at": "2026-11-20T09:00:00Z",
            "created_by": { "id": "ana@example.com", "type": "email" },
            "flag": "a_flag",
        });
        json!({ "data": [change, change], "meta": { "version": 1 } })
    }

    #[test]
    fn a_change_that_is_told_twice_is_one() {
        let changes = read(&body()).unwrap();
        assert_eq!(changes.len(), 1);
        assert_eq!(
            (changes[0].flag.as_str(), changes[0].by_kind.as_str()),
            ("a_flag", "email")
        );
    }

    #[test]
    fn what_is_missing_is_said_by_its_field() {
        let mut wrong = body();
        wrong["data"][1]["action"] = "toggled".into();
        wrong["data"][1]["created_by"] = json!({ "id": "x" });
        let problems = Value::Object(read(&wrong).unwrap_err());
        let required = json!(["This field is required."]);
        assert_eq!(
            problems,
            json!({ "data": [{}, { "action": required, "created_by": required }] })
        );
        assert_eq!(read(&Value::Null).unwrap_err().len(), 2);
    }
}
