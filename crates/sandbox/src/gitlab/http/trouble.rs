//! Making trouble: `POST /sandbox/fault`, and what requests meet of it.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Map, Value, json};

use super::monitoring::Partial;
use super::scripting::{Answer, object, refused};
use crate::gitlab::GitLabSandbox;
use crate::gitlab::faults::{Fault, Harm, Service};

const FIELDS: [&str; 10] = [
    "clear",
    "service",
    "path",
    "status",
    "retry_after",
    "body",
    "partial",
    "delay_ms",
    "hang",
    "times",
];

/// So much text a fault may answer with.
const BODY: usize = 1024 * 1024;

/// `POST /sandbox/fault`: what is to go wrong, or `{"clear": true}`.
///
/// `service` is whose requests meet it (`sentry`, `elasticsearch`, `prometheus`, `grafana`,
/// `gitlab`), or `path` what the path begins with, `*` for any. `status` (429 with `retry_after`),
/// `body` (the text that is answered, with 200 unless `status` says otherwise), `"partial": true`
/// (some of Elasticsearch's shards fail) or `"hang": true` say what the caller gets, `delay_ms`
/// how late; `times` counts the requests that meet it (1 unless given, 0 for all until cleared).
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

type Wrong = (&'static str, &'static str);

fn read(body: &Map<String, Value>) -> Result<Fault, Wrong> {
    let path = place(body)?;
    let delay_ms = number(body, "delay_ms")?.unwrap_or(0);
    let harm = harm(body, 0 < delay_ms)?;
    if harm == Harm::Partial && !path.starts_with(Service::Elasticsearch.path()) {
        return Err(("partial", "only Elasticsearch answers in part"));
    }
    Ok(Fault {
        path: (path != "*").then_some(path),
        harm,
        delay_ms,
        times: match number(body, "times")? {
            None => Some(1),
            Some(0) => None,
            times => times,
        },
    })
}

/// What the path begins with.
fn place(body: &Map<String, Value>) -> Result<String, Wrong> {
    let path = body.get("path").and_then(Value::as_str);
    let path = path.filter(|path| *path == "*" || path.starts_with('/'));
    match (body.get("service"), path) {
        (Some(name), None) => {
            let mut known = Service::ALL.into_iter();
            let service = known.find(|service| Some(service.name()) == name.as_str());
            let wrong = "it is sentry, elasticsearch, prometheus, grafana or gitlab";
            let service = service.ok_or(("service", wrong))?;
            Ok(service.path().to_owned())
        }
        (None, Some(path)) => Ok(path.to_owned()),
        (Some(_), Some(_)) => Err(("service", "give service or path, not both")),
        (None, None) => Err(("path", "path must be * or begin with /; or give a service")),
    }
}

fn number(body: &Map<String, Value>, name: &'static str) -> Result<Option<u64>, Wrong> {
    match body.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => match value.as_u64() {
            Some(number) => Ok(Some(number)),
            None => Err((name, "it must be a whole number, 0 or more")),
        },
    }
}

fn harm(body: &Map<String, Value>, late: bool) -> Result<Harm, Wrong> {
    let is = |name: &str| body.get(name) == Some(&Value::Bool(true));
    let status = number(body, "status")?;
    let lowest = if body.contains_key("body") { 200 } else { 400 };
    let code = match status {
        None => None,
        Some(status) => {
            let status = u16::try_from(status).ok();
            let status = status.filter(|status| (lowest..600).contains(status));
            Some(status.ok_or((
                "status",
                "status must be from 400 to 599, or from 200 with a body",
            ))?)
        }
    };
    match (code, body.get("body"), is("partial"), is("hang")) {
        (code, Some(Value::String(text)), false, false) if text.len() <= BODY => {
            Ok(Harm::Says(code.unwrap_or(200), text.clone()))
        }
        (_, Some(_), false, false) => Err(("body", "body must be a text of at most 1 MiB")),
        (Some(code), None, false, false) => Ok(Harm::Status(code, number(body, "retry_after")?)),
        (None, None, true, false) => Ok(Harm::Partial),
        (None, None, false, true) => Ok(Harm::Hang),
        (None, None, false, false) if late => Ok(Harm::None),
        _ => Err((
            "status",
            "give one of status, body, partial, hang, delay_ms and clear",
        )),
    }
}

/// Lets requests meet what is to go wrong; scripts and the pages' own files do not.
pub(super) async fn meet(
    State(sandbox): State<GitLabSandbox>,
    mut request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path().to_owned();
    let spared = ["/sandbox/", "/static/", "/-/monitoring"];
    let harm = match spared.iter().any(|spared| path.starts_with(spared)) {
        true => None,
        false => sandbox.meet_fault(&path).await,
    };
    match harm {
        None | Some(Harm::None | Harm::Hang) => next.run(request).await,
        Some(Harm::Partial) => {
            request.extensions_mut().insert(Partial);
            next.run(request).await
        }
        Some(Harm::Status(status, retry_after)) => trouble(&path, status, retry_after),
        Some(Harm::Says(status, text)) => {
            let kind = match text.trim_start().starts_with(['{', '[']) {
                true => "application/json",
                false => "text/html; charset=utf-8",
            };
            (code(status), [(header::CONTENT_TYPE, kind)], text).into_response()
        }
    }
}

fn code(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// The status as the service that is asked would say it.
fn trouble(path: &str, status: u16, retry_after: Option<u64>) -> Response {
    let status = code(status);
    let said = status.to_string();
    let body = match Service::of(path) {
        Some(Service::Elasticsearch) => {
            let kind = match status {
                StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => "security_exception",
                StatusCode::TOO_MANY_REQUESTS => "es_rejected_execution_exception",
                _ => "status_exception",
            };
            let error = json!({ "type": kind, "reason": said });
            json!({ "error": error, "status": status.as_u16() })
        }
        Some(Service::Prometheus) => {
            json!({ "status": "error", "errorType": "unavailable", "error": said })
        }
        Some(Service::Sentry) => json!({ "detail": said }),
        Some(Service::GitLab | Service::Grafana) | None => json!({ "message": said }),
    };
    let mut response = match (status, Service::of(path)) {
        (StatusCode::TOO_MANY_REQUESTS, Some(Service::GitLab) | None) => {
            (status, "Retry later\n").into_response()
        }
        _ => (status, Json(body)).into_response(),
    };
    if status == StatusCode::TOO_MANY_REQUESTS {
        let seconds = retry_after.unwrap_or(60);
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, seconds.into());
    }
    response
}
