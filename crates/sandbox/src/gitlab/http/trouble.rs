//! Making trouble: `POST /sandbox/fault`, and what requests meet of it.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Map, Value, json};

use super::scripting::{Answer, object, refused};
use crate::gitlab::GitLabSandbox;
use crate::gitlab::faults::{Fault, Harm};

const FIELDS: [&str; 7] = [
    "clear",
    "path",
    "status",
    "retry_after",
    "delay_ms",
    "hang",
    "times",
];

/// `POST /sandbox/fault`: what is to go wrong, or `{"clear": true}`.
///
/// `path` is what the path begins with, `*` for any; `status` (429 with `retry_after`) or
/// `"hang": true` say what the caller gets, `delay_ms` how late; `times` counts the requests that
/// meet it (1 unless given, 0 for all until cleared).
pub(super) async fn fault(State(sandbox): State<GitLabSandbox>, body: Bytes) -> Answer {
    let body = match object(&body) {
        Ok(body) => body,
        Err(refused) => return refused,
    };
    if let Some(unknown) = body.keys().find(|name| !FIELDS.contains(&name.as_str())) {
        let said = format!("a fault takes {}", FIELDS.join(", "));
        return refused(unknown, &said);
    }
    if body.get("clear") == Some(&Value::Bool(true)) {
        sandbox.lock().faults.clear();
        return (StatusCode::OK, Json(json!({ "ok": true })));
    }
    match read(&body) {
        Ok(fault) => {
            sandbox.lock().faults.add(fault);
            (StatusCode::OK, Json(json!({ "ok": true })))
        }
        Err((field, problem)) => refused(field, problem),
    }
}

fn read(body: &Map<String, Value>) -> Result<Fault, (&'static str, &'static str)> {
    let path = body.get("path").and_then(Value::as_str);
    let path = path.filter(|path| *path == "*" || path.starts_with('/'));
    let path = path.ok_or(("path", "path must be * or begin with /"))?;
    let number = |name: &'static str| match body.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => match value.as_u64() {
            Some(number) => Ok(Some(number)),
            None => Err((name, "it must be a whole number, 0 or more")),
        },
    };
    let delay_ms = number("delay_ms")?.unwrap_or(0);
    let status = number("status")?;
    let harm = match (status, body.get("hang") == Some(&Value::Bool(true))) {
        (Some(status), false) => {
            let status = u16::try_from(status).ok();
            let status = status.filter(|status| (400..600).contains(status));
            let status = status.ok_or(("status", "status must be from 400 to 599"))?;
            Harm::Status(status, number("retry_after")?)
        }
        (None, true) => Harm::Hang,
        (None, false) if 0 < delay_ms => Harm::None,
        _ => return Err(("status", "give one of status, hang, delay_ms and clear")),
    };
    Ok(Fault {
        path: (path != "*").then(|| path.to_owned()),
        harm,
        delay_ms,
        times: match number("times")? {
            None => Some(1),
            Some(0) => None,
            times => times,
        },
    })
}

/// Lets requests meet what is to go wrong; scripts and the pages' own files do not.
pub(super) async fn meet(
    State(sandbox): State<GitLabSandbox>,
    request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path();
    let spared = path.starts_with("/sandbox/") || path.starts_with("/static/");
    let harm = match spared {
        true => None,
        false => sandbox.meet_fault(path).await,
    };
    match harm {
        None | Some(Harm::None | Harm::Hang) => next.run(request).await,
        Some(Harm::Status(status, retry_after)) => trouble(status, retry_after),
    }
}

fn trouble(status: u16, retry_after: Option<u64>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if status == StatusCode::TOO_MANY_REQUESTS {
        let seconds = retry_after.unwrap_or(60).to_string();
        return (status, [(header::RETRY_AFTER, seconds)], "Retry later\n").into_response();
    }
    let message = json!({ "message": status.to_string() });
    (status, Json(message)).into_response()
}
