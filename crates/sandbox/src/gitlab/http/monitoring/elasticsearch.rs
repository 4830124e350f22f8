//! An Elasticsearch 8: documents are written, counted and searched.
//!
//! Queries are evaluated on the documents that came in. What this double does not know, be it a
//! parameter, a key of a body or a kind of query, is refused in Elasticsearch's words.

mod access;
mod aggregations;
mod bulk;
mod dates;
mod documents;
mod indices;
mod lucene;
mod matching;
mod query;
mod refused;
mod search;

use axum::Json;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use serde_json::{Value, json};

pub(in crate::gitlab::http) use access::Partial;
pub(super) use documents::remembered;

use crate::gitlab::GitLabSandbox;
use access::Access;
use refused::Refused;

/// Everything below `/-/elasticsearch`.
pub(super) fn router() -> Router<GitLabSandbox> {
    let search = get(search::search).post(search::search);
    let count = get(search::count).post(search::count);
    let bulk = post(bulk::bulk).put(bulk::bulk);
    let refresh = get(refresh).post(refresh);
    let document = get(documents::get)
        .put(documents::put)
        .post(documents::put)
        .delete(documents::delete);
    Router::new()
        .route("/", get(about))
        .route("/_bulk", bulk.clone())
        .route("/{index}/_bulk", bulk)
        .route("/_count", count.clone())
        .route("/{index}/_count", count)
        .route("/_search", search.clone())
        .route("/{index}/_search", search)
        .route("/_refresh", refresh.clone())
        .route("/{index}/_refresh", refresh)
        .route("/{index}/_doc", post(documents::add))
        .route("/{index}/_doc/{id}", document)
        .route(
            "/{index}/_create/{id}",
            put(documents::create).post(documents::create),
        )
        .fallback(nothing_here)
        .method_not_allowed_fallback(not_allowed)
        .layer(from_fn(signed))
}

/// `/-/elasticsearch/`, where official clients ask what it is.
pub(super) fn root() -> Router<GitLabSandbox> {
    Router::new()
        .route("/-/elasticsearch/", get(about))
        .layer(from_fn(signed))
}

/// Official clients work with what says that it is Elasticsearch alone, and want their own media
/// type back.
async fn signed(request: Request, next: Next) -> Response {
    let wanted = request.headers().get(header::ACCEPT);
    let wanted = wanted
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let compatible = wanted.contains("application/vnd.elasticsearch+json");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let product = HeaderName::from_static("x-elastic-product");
    headers.insert(product, HeaderValue::from_static("Elasticsearch"));
    if compatible {
        let kind = "application/vnd.elasticsearch+json;compatible-with=8";
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    }
    response
}

/// `GET /`
async fn about(_: Access) -> Json<Value> {
    Json(json!({
        "name": "sandbox",
        "cluster_name": "sandbox",
        "cluster_uuid": refused::uuid("sandbox"),
        "version": {
            "number": "8.15.0",
            "build_flavor": "default",
            "build_type": "docker",
            "build_hash": "sandbox",
            "build_date": "2024-08-05T10:05:34.233336849Z",
            "build_snapshot": false,
            "lucene_version": "9.11.1",
            "minimum_wire_compatibility_version": "7.17.0",
            "minimum_index_compatibility_version": "7.0.0",
        },
        "tagline": "You Know, for Search",
    }))
}

/// `POST /[{index}/]_refresh`: what was written can be searched at once here.
async fn refresh(
    State(sandbox): State<GitLabSandbox>,
    access: Access,
) -> Result<Json<Value>, Refused> {
    let options = indices::Options::read(&access, &[])?;
    let state = sandbox.lock();
    let indices = indices::named(&state.world.documents, access.index(), options)?;
    let count = indices.len();
    Ok(Json(
        json!({ "_shards": { "total": count, "successful": count, "failed": 0 } }),
    ))
}

async fn not_allowed(method: Method, uri: Uri) -> Response {
    let error = format!("Incorrect HTTP method for uri [{uri}] and method [{method}]");
    let body = json!({ "error": error, "status": 405 });
    (StatusCode::METHOD_NOT_ALLOWED, Json(body)).into_response()
}

async fn nothing_here(method: Method, uri: Uri) -> Response {
    let error = format!("no handler found for uri [{uri}] and method [{method}]");
    let body = json!({ "error": error, "status": 400 });
    (StatusCode::BAD_REQUEST, Json(body)).into_response()
}
