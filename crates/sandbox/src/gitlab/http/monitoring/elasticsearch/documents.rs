//! Documents one by one: added, put under an id of their own, which makes a repeat harmless, and
//! read. With `op_type=create` the repeat is refused, as the document is there already.

use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::access::Access;
use super::refused::Refused;
use crate::gitlab::GitLabSandbox;
use crate::gitlab::words;
use crate::gitlab::world::{New, NotWritten, Written};

type Answer = Result<(StatusCode, Json<Value>), Refused>;

const PARAMS: [&str; 5] = [
    "op_type",
    "refresh",
    "require_alias",
    "timeout",
    "wait_for_active_shards",
];

/// `POST /{index}/_doc`
pub(super) async fn add(State(sandbox): State<GitLabSandbox>, access: Access) -> Answer {
    let id = new_id(&sandbox);
    let id = id.as_str();
    one(&sandbox, &access, id)
}

/// `PUT` or `POST /{index}/_doc/{id}`
pub(super) async fn put(State(sandbox): State<GitLabSandbox>, access: Access) -> Answer {
    one(&sandbox, &access, access.part("id"))
}

/// `PUT` or `POST /{index}/_create/{id}`
pub(super) async fn create(State(sandbox): State<GitLabSandbox>, mut access: Access) -> Answer {
    access
        .params
        .insert("op_type".to_owned(), "create".to_owned());
    one(&sandbox, &access, access.part("id"))
}

/// An id as they are made for documents that have none.
pub(super) fn new_id(sandbox: &GitLabSandbox) -> String {
    let mut id = words::sha(&sandbox.options().chance);
    id.truncate(20);
    id
}

fn one(sandbox: &GitLabSandbox, access: &Access, id: &str) -> Answer {
    access.only(&PARAMS)?;
    let once = match access.params.get("op_type").map(String::as_str) {
        None | Some("index") => false,
        Some("create") => true,
        Some(other) => {
            let reason = format!("opType must be 'create' or 'index', found: [{other}]");
            return Err(Refused::argument(reason));
        }
    };
    let source = str::from_utf8(&access.body).unwrap_or_default();
    write(sandbox, (access.index(), id), once, source)
}

/// Writes a document and answers as the API does.
pub(super) fn write(
    sandbox: &GitLabSandbox,
    (index, id): (&str, &str),
    once: bool,
    source: &str,
) -> Answer {
    check_names(index, id)?;
    let at = sandbox.options().clock.now();
    let mut state = sandbox.lock();
    let documents = state.world.documents.change();
    let written = documents.write(New {
        index,
        id,
        source,
        once,
        at,
    });
    let written = written.map_err(|problem| refused(&problem, id))?;
    state.unsaved = true;
    drop(state);
    let status = match written.version {
        1 => StatusCode::CREATED,
        _ => StatusCode::OK,
    };
    Ok((status, Json(shape(index, id, written))))
}

fn shape(index: &str, id: &str, written: Written) -> Value {
    let result = if written.version == 1 {
        "created"
    } else {
        "updated"
    };
    json!({
        "_index": index,
        "_id": id,
        "_version": written.version,
        "result": result,
        "_shards": { "total": 2, "successful": 1, "failed": 0 },
        "_seq_no": written.seq - 1,
        "_primary_term": 1,
    })
}

fn refused(problem: &NotWritten, id: &str) -> Refused {
    let reason = problem.to_string().replace("{id}", id);
    let (status, kind) = match problem {
        NotWritten::Unfit(_) | NotWritten::NoObject => {
            (StatusCode::BAD_REQUEST, "document_parsing_exception")
        }
        NotWritten::Conflict { .. } => (StatusCode::CONFLICT, "version_conflict_engine_exception"),
        NotWritten::TooManyIndices => (StatusCode::BAD_REQUEST, "validation_exception"),
    };
    Refused::new(status, kind, reason)
}

fn check_names(index: &str, id: &str) -> Result<(), Refused> {
    let invalid = |problem: &str| {
        let reason = format!("Invalid index name [{index}], {problem}");
        let kind = "invalid_index_name_exception";
        Err(Refused::new(StatusCode::BAD_REQUEST, kind, reason))
    };
    if index.chars().any(char::is_uppercase) {
        return invalid("must be lowercase");
    }
    if index.is_empty() || index.starts_with(['-', '_', '+']) {
        return invalid("must not start with '_', '-', or '+'");
    }
    if index.contains(|c: char| c.is_whitespace() || "\\/*?\"<>|,#:".contains(c)) {
        return invalid(
            "must not contain the following characters [' ','\"','*','\\\\','<','|',',','>','/','?']",
        );
    }
    if 255 < index.len() || 512 < id.len() {
        return Err(Refused::argument(
            "an index has at most 255 bytes in its name, an id 512",
        ));
    }
    Ok(())
}

/// `GET /{index}/_doc/{id}`
pub(super) async fn get(State(sandbox): State<GitLabSandbox>, access: Access) -> Answer {
    access.only(&["realtime", "refresh"])?;
    let (name, id) = (access.index(), access.part("id"));
    let state = sandbox.lock();
    let index = state.world.documents.index(name);
    let index = index.ok_or_else(|| Refused::no_index(name))?;
    Ok(match index.get(id) {
        Some(document) => {
            let body = json!({
                "_index": name,
                "_id": id,
                "_version": document.version,
                "_seq_no": document.seq - 1,
                "_primary_term": 1,
                "found": true,
                "_source": document.source,
            });
            (StatusCode::OK, Json(body))
        }
        None => {
            let body = json!({ "_index": name, "_id": id, "found": false });
            (StatusCode::NOT_FOUND, Json(body))
        }
    })
}

/// `DELETE /{index}/_doc/{id}`
pub(super) async fn delete(State(sandbox): State<GitLabSandbox>, access: Access) -> Answer {
    access.only(&["refresh", "timeout", "wait_for_active_shards"])?;
    let (status, answer) = remove(&sandbox, access.index(), access.part("id"));
    Ok((status, Json(answer)))
}

/// Removes a document and answers as the API does.
pub(super) fn remove(sandbox: &GitLabSandbox, index: &str, id: &str) -> (StatusCode, Value) {
    let mut state = sandbox.lock();
    let version = state.world.documents.change().delete(index, id);
    state.unsaved = true;
    drop(state);
    let (status, result) = match version {
        Some(_) => (StatusCode::OK, "deleted"),
        None => (StatusCode::NOT_FOUND, "not_found"),
    };
    let answer = json!({
        "_index": index,
        "_id": id,
        "_version": version.unwrap_or(0) + 1,
        "result": result,
        "_shards": { "total": 2, "successful": 1, "failed": 0 },
    });
    (status, answer)
}

/// `GET /sandbox/documents`: everything that was indexed, oldest first, or that of one `index`.
pub(in super::super) async fn remembered(
    State(sandbox): State<GitLabSandbox>,
    Query(query): Query<Vec<(String, String)>>,
) -> Json<Value> {
    let index = query.iter().find(|(name, _)| name == "index");
    let state = sandbox.lock();
    let documents = state.world.documents.all().into_iter();
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
