//! Grafana's annotations.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{forget_the_oldest, has_token};
use crate::gitlab::GitLabSandbox;
use crate::gitlab::world::Annotation;

type Answer = (StatusCode, Json<Value>);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct New {
    #[serde(default)]
    text: String,
    #[serde(default)]
    tags: Vec<String>,
    /// Milliseconds since 1970; now unless given.
    time: Option<i64>,
    time_end: Option<i64>,
    #[serde(rename = "dashboardUID")]
    dashboard_uid: Option<String>,
}

fn unauthorized() -> Answer {
    let body = json!({
        "message": "Invalid API key",
        "messageId": "api-key.invalid",
        "statusCode": 401,
        "traceID": "",
    });
    (StatusCode::UNAUTHORIZED, Json(body))
}

fn bad(message: &str) -> Answer {
    let body = json!({ "message": message });
    (StatusCode::BAD_REQUEST, Json(body))
}

/// `POST /api/annotations`
pub(super) async fn create(
    State(sandbox): State<GitLabSandbox>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    if !has_token(&headers) {
        return unauthorized();
    }
    let Ok(new) = serde_json::from_slice::<New>(&body) else {
        return bad("bad request data");
    };
    if new.text.is_empty() {
        return bad("Failed to save annotation");
    }
    let at = |millis: i64| Timestamp::from_millisecond(millis).ok();
    let now = sandbox.options().clock.now();
    let mut state = sandbox.lock();
    let id = state.world.next_id();
    let annotations = &mut state.world.annotations;
    forget_the_oldest(annotations);
    annotations.push(Annotation {
        id,
        text: new.text,
        tags: new.tags,
        at: new.time.and_then(at).unwrap_or(now),
        until: new.time_end.and_then(at),
        dashboard: new.dashboard_uid,
    });
    state.unsaved = true;
    let body = json!({ "message": "Annotation added", "id": id });
    (StatusCode::OK, Json(body))
}

/// `GET /api/annotations`, the newest first: `tags` (all of them, or any with `matchAny`),
/// `from`, `to` and `limit`.
pub(super) async fn list(
    State(sandbox): State<GitLabSandbox>,
    headers: HeaderMap,
    Query(query): Query<Vec<(String, String)>>,
) -> Answer {
    if !has_token(&headers) {
        return unauthorized();
    }
    let last = |name: &str| {
        let mut values = query.iter().rev();
        values.find(|(key, _)| key == name).map(|(_, value)| value)
    };
    let millis = |name: &str| last(name).and_then(|value| value.parse::<i64>().ok());
    let tags: Vec<&String> = query
        .iter()
        .filter(|(key, _)| key == "tags")
        .map(|(_, value)| value)
        .collect();
    let any = last("matchAny").is_some_and(|value| value == "true");
    let (from, to) = (millis("from"), millis("to"));
    let limit = last("limit").and_then(|value| value.parse().ok());
    let wanted = |annotation: &&Annotation| {
        let has = |tag: &&String| annotation.tags.contains(tag);
        let tagged = match any {
            true => tags.is_empty() || tags.iter().any(has),
            false => tags.iter().all(has),
        };
        let at = annotation.at.as_millisecond();
        tagged && from.is_none_or(|from| at >= from) && to.is_none_or(|to| at <= to)
    };
    let state = sandbox.lock();
    let annotations = state.world.annotations.iter().rev();
    let found = annotations.filter(wanted).take(limit.unwrap_or(100));
    (StatusCode::OK, Json(found.map(shape).collect()))
}

/// `GET /sandbox/annotations`: everything that was annotated, oldest first.
pub(super) async fn remembered(State(sandbox): State<GitLabSandbox>) -> Json<Value> {
    let state = sandbox.lock();
    let all: Vec<Value> = state.world.annotations.iter().map(shape).collect();
    Json(json!({ "annotations": all }))
}

fn shape(annotation: &Annotation) -> Value {
    let at = annotation.at.as_millisecond();
    let end = annotation.until.map_or(at, Timestamp::as_millisecond);
    json!({
        "id": annotation.id,
        "alertId": 0,
        "dashboardId": 0,
        "dashboardUID": annotation.dashboard,
        "panelId": 0,
        "userId": 0,
        "time": at,
        "timeEnd": end,
        "created": at,
        "updated": at,
        "text": annotation.text,
        "tags": annotation.tags,
        "login": "",
        "email": "",
        "avatarUrl": "",
        "data": {},
    })
}
