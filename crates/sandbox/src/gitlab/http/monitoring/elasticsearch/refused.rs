//! Refusals in Elasticsearch's shape.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// A refusal as it is answered.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Refused {
    pub status: StatusCode,
    kind: &'static str,
    reason: String,
    /// More fields of the error: the index, the shards that failed.
    more: Value,
    /// What is behind it when that is not the error itself.
    root: Option<Value>,
}

/// Why the part of an index that was asked cannot answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ShardFailure {
    pub kind: &'static str,
    pub reason: String,
    pub cause: Option<(&'static str, String)>,
}

impl ShardFailure {
    pub fn new(kind: &'static str, reason: impl Into<String>) -> Self {
        Self {
            kind,
            reason: reason.into(),
            cause: None,
        }
    }

    /// As it stands among a search's failures.
    pub fn json(&self, index: &str) -> Value {
        let mut json = json!({ "type": self.kind, "reason": self.reason });
        if self.kind == "query_shard_exception" {
            json["index_uuid"] = uuid(index).into();
            json["index"] = index.into();
        }
        if let Some((kind, reason)) = &self.cause {
            json["caused_by"] = json!({ "type": kind, "reason": reason });
        }
        json
    }
}

/// Something like an index's id, the same for the same name.
pub(super) fn uuid(index: &str) -> String {
    let mut id: String = index.chars().filter(char::is_ascii_alphanumeric).collect();
    id.truncate(22);
    format!("{id:A<22}")
}

impl Refused {
    pub fn new(status: StatusCode, kind: &'static str, reason: impl Into<String>) -> Self {
        Self {
            status,
            kind,
            reason: reason.into(),
            more: Value::Null,
            root: None,
        }
    }

    pub fn parsing(reason: impl Into<String>) -> Self {
        Self {
            more: json!({ "line": 1, "col": 1 }),
            ..Self::new(StatusCode::BAD_REQUEST, "parsing_exception", reason)
        }
    }

    pub fn argument(reason: impl Into<String>) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "illegal_argument_exception",
            reason,
        )
    }

    pub fn no_index(index: &str) -> Self {
        Self {
            more: json!({
                "resource.type": "index_or_alias",
                "resource.id": index,
                "index_uuid": "_na_",
                "index": index,
            }),
            ..Self::new(
                StatusCode::NOT_FOUND,
                "index_not_found_exception",
                format!("no such index [{index}]"),
            )
        }
    }

    /// No part of any index could answer.
    pub fn all_shards(index: &str, failure: &ShardFailure) -> Self {
        let mut root = failure.json(index);
        if let Value::Object(root) = &mut root {
            root.remove("caused_by");
        }
        let failed = json!({
            "shard": 0,
            "index": index,
            "node": "sandbox",
            "reason": failure.json(index),
        });
        Self {
            more: json!({ "phase": "query", "grouped": true, "failed_shards": [failed] }),
            root: Some(root),
            ..Self::new(
                StatusCode::BAD_REQUEST,
                "search_phase_execution_exception",
                "all shards failed",
            )
        }
    }

    /// The error alone, as it stands in a bulk answer's item.
    pub fn error(&self) -> Value {
        let mut error = json!({ "type": self.kind, "reason": self.reason });
        if let (Value::Object(error), Value::Object(more)) = (&mut error, &self.more) {
            error.extend(more.clone());
        }
        error
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let mut error = self.error();
        let root = self.root.clone().unwrap_or_else(|| error.clone());
        error["root_cause"] = json!([root]);
        let body = json!({ "error": error, "status": self.status.as_u16() });
        let mut response = (self.status, Json(body)).into_response();
        if self.status == StatusCode::UNAUTHORIZED {
            for offered in ["Basic realm=\"security\", charset=\"UTF-8\"", "ApiKey"] {
                let offered = HeaderValue::from_static(offered);
                response
                    .headers_mut()
                    .append(header::WWW_AUTHENTICATE, offered);
            }
        }
        response
    }
}
