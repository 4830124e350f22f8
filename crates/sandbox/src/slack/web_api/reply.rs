//! An answer with Slack's headers around it.

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde_json::{Map, Value, json};

use super::call::Answer;
use crate::slack::methods::Method;
use crate::slack::refusal::Refusal;
use crate::slack::workspace::{Token, TokenKind};

/// What goes back to the caller.
pub struct Reply {
    /// 0: the connection is closed without an answer.
    pub status: u16,
    body: Map<String, Value>,
    headers: Vec<(&'static str, String)>,
}

impl Reply {
    /// The answer to a call that was looked at.
    pub fn new(
        outcome: Result<Answer, Refusal>,
        method: Option<&Method>,
        caller: Option<&Token>,
        warning: Option<&'static str>,
    ) -> Self {
        let mut headers = Vec::new();
        if let (Some(method), Some(token)) = (method, caller) {
            let accepted = match token.kind {
                TokenKind::Bot => method.bot_scopes,
                TokenKind::User => method.user_scopes,
            };
            headers.push(("x-oauth-scopes", token.scopes.join(",")));
            headers.push(("x-accepted-oauth-scopes", accepted.join(",")));
        }
        let (status, mut body) = match outcome {
            Ok(mut answer) => {
                answer.insert("ok".to_owned(), json!(true));
                (200, answer)
            }
            Err(refusal) => {
                if let Some(seconds) = refusal.retry_after {
                    headers.push(("retry-after", seconds.to_string()));
                }
                (refusal.status(), refusal.body())
            }
        };
        if let Some(warning) = warning {
            warn(&mut body, warning);
        }
        Self {
            status,
            body,
            headers,
        }
    }

    /// A fault's error.
    pub fn error(error: &str, fields: Map<String, Value>) -> Self {
        let mut body = fields;
        body.insert("ok".to_owned(), json!(false));
        body.insert("error".to_owned(), json!(error));
        Self {
            status: 200,
            body,
            headers: Vec::new(),
        }
    }

    /// A fault's HTTP status. 429 has its body; others have none that an SDK could read.
    pub fn bare(status: u16, retry_after: Option<u64>) -> Self {
        let mut reply = Self {
            status,
            body: Map::new(),
            headers: Vec::new(),
        };
        if status == 429 {
            let seconds = retry_after.unwrap_or(1);
            reply = Self {
                status,
                ..Self::error("ratelimited", Map::new())
            };
            reply.headers.push(("retry-after", seconds.to_string()));
        }
        reply
    }

    /// No answer at all.
    pub fn dropped() -> Self {
        Self {
            status: 0,
            body: Map::new(),
            headers: Vec::new(),
        }
    }

    /// Whether it says `"ok": true`.
    pub fn is_ok(&self) -> bool {
        self.body.get("ok") == Some(&Value::Bool(true))
    }

    /// A text of the answer.
    pub fn text(&self, field: &str) -> Option<String> {
        self.body.get(field)?.as_str().map(str::to_owned)
    }

    /// As HTTP.
    pub fn into_response(self) -> Response {
        if self.status == 0 {
            return hang_up();
        }
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let text = if self.body.is_empty() {
            "Internal Server Error".to_owned()
        } else {
            Value::Object(self.body).to_string()
        };
        let content_type = if status.is_server_error() {
            "text/plain"
        } else {
            "application/json; charset=utf-8"
        };
        let mut response = (status, [(header::CONTENT_TYPE, content_type)], text).into_response();
        let headers = response.headers_mut();
        headers.insert(
            "cache-control",
            HeaderValue::from_static("private, no-cache, no-store"),
        );
        headers.insert(
            "x-content-type-options",
            HeaderValue::from_static("nosniff"),
        );
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(name, value);
            }
        }
        response
    }
}

/// A body that fails before its first byte: the server closes the connection with nothing sent.
pub fn hang_up() -> Response {
    let failing = stream::iter([Err::<Bytes, _>(std::io::Error::other("dropped on request"))]);
    Response::new(Body::from_stream(failing))
}

fn warn(body: &mut Map<String, Value>, warning: &str) {
    let metadata = body.entry("response_metadata").or_insert_with(|| json!({}));
    if let Some(metadata) = metadata.as_object_mut() {
        let warnings = metadata.entry("warnings").or_insert_with(|| json!([]));
        if let Some(warnings) = warnings.as_array_mut() {
            warnings.push(json!(warning));
        }
    }
    body.entry("warning").or_insert_with(|| json!(warning));
}
