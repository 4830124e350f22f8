//! Elasticsearch's documents: one is added, or put under an id of its own, which makes a repeat
//! harmless. With `op_type=create` the repeat is refused, as the document is there already.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use serde_json::{Map, Value, json};

use super::{forget_the_oldest, has_token};
use crate::gitlab::GitLabSandbox;
use crate::gitlab::words;
use crate::gitlab::world::Document;

type Answer = (StatusCode, Json<Value>);

fn refused(status: StatusCode, kind: &str, reason: &str) -> Answer {
    let body = json!({
        "error": {
            "root_cause": [{ "type": kind, "reason": reason }],
            "type": kind,
            "reason": reason,
        },
        "status": status.as_u16(),
    });
    (status, Json(body))
}

/// `POST /{index}/_doc`
pub(super) async fn add(
    State(sandbox): State<GitLabSandbox>,
    Path(index): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let mut id = words::sha(&sandbox.options().chance);
    id.truncate(20);
    keep(&sandbox, (index, id), false, (&headers, &body))
}

/// `PUT` or `POST /{index}/_doc/{id}`
pub(super) async fn put(
    State(sandbox): State<GitLabSandbox>,
    Path(place): Path<(String, String)>,
    Query(query): Query<Vec<(String, String)>>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let mut query = query.iter();
    let once = query.any(|(name, value)| name == "op_type" && value == "create");
    keep(&sandbox, place, once, (&headers, &body))
}

/// `PUT` or `POST /{index}/_create/{id}`
pub(super) async fn create(
    State(sandbox): State<GitLabSandbox>,
    Path(place): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    keep(&sandbox, place, true, (&headers, &body))
}

fn keep(
    sandbox: &GitLabSandbox,
    (index, id): (String, String),
    once: bool,
    (headers, body): (&HeaderMap, &[u8]),
) -> Answer {
    if !has_token(headers) {
        let reason = format!("missing authentication credentials for REST request [/{index}/_doc]");
        return refused(StatusCode::UNAUTHORIZED, "security_exception", &reason);
    }
    let upper = index.chars().any(char::is_uppercase);
    if upper || index.starts_with(['-', '_', '+']) {
        let reason = format!("Invalid index name [{index}], must be lowercase");
        let kind = "invalid_index_name_exception";
        return refused(StatusCode::BAD_REQUEST, kind, &reason);
    }
    let source: Map<String, Value> = match serde_json::from_slice(body) {
        Ok(source) => source,
        Err(_) => {
            let kind = "document_parsing_exception";
            return refused(StatusCode::BAD_REQUEST, kind, "failed to parse");
        }
    };
    let now = sandbox.options().clock.now();
    let mut state = sandbox.lock();
    let documents = &mut state.world.documents;
    let known = documents
        .iter()
        .position(|d| d.index == index && d.id == id);
    if let (Some(at), true) = (known, once) {
        let version = documents[at].version;
        let reason = format!(
            "[{id}]: version conflict, document already exists (current version [{version}])"
        );
        let kind = "version_conflict_engine_exception";
        return refused(StatusCode::CONFLICT, kind, &reason);
    }
    let before = known.map_or(0, |at| documents.remove(at).version);
    forget_the_oldest(documents);
    let body = json!({
        "_index": index,
        "_id": id,
        "_version": before + 1,
        "result": if before == 0 { "created" } else { "updated" },
        "_shards": { "total": 2, "successful": 1, "failed": 0 },
        "_seq_no": documents.len(),
        "_primary_term": 1,
    });
    documents.push(Document {
        index,
        id,
        version: before + 1,
        at: now,
        source: source.into(),
    });
    state.unsaved = true;
    let status = match before {
        0 => StatusCode::CREATED,
        _ => StatusCode::OK,
    };
    (status, Json(body))
}

/// `GET /sandbox/documents`: everything that was indexed, oldest first, or that of one `index`.
pub(super) async fn remembered(
    State(sandbox): State<GitLabSandbox>,
    Query(query): Query<Vec<(String, String)>>,
) -> Json<Value> {
    let index = query.iter().find(|(name, _)| name == "index");
    let state = sandbox.lock();
    let documents = state.world.documents.iter();
    let found = documents.filter(|d| index.is_none_or(|(_, index)| d.index == *index));
    let found: Vec<Value> = found
        .map(|document| {
            json!({
                "_index": document.index,
                "_id": document.id,
                "_version": document.version,
                "_source": document.source,
            })
        })
        .collect();
    Json(json!({ "documents": found }))
}
