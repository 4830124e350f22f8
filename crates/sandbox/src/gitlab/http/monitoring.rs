//! The monitoring beside the sandbox's GitLab: a Prometheus to ask, a Grafana and an
//! Elasticsearch to write to.
//!
//! Each speaks its own API, as far as a change of a flag needs it, and remembers what it was
//! told; `/sandbox/annotations` and `/sandbox/documents` show that again.

mod elasticsearch;
mod grafana;
mod prometheus;

use axum::Router;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::routing::{get, post, put};

use crate::gitlab::GitLabSandbox;

/// What Grafana and Elasticsearch want as a bearer token.
const TOKEN: &str = "demo-grafana-token";
/// So many annotations, and so many documents, are kept.
const KEPT: usize = 1000;

/// Everything below `/-/prometheus`, `/-/grafana` and `/-/elasticsearch`.
pub(super) fn router() -> Router<GitLabSandbox> {
    let query = get(prometheus::query).post(prometheus::query);
    let annotations = get(grafana::list).post(grafana::create);
    let document = put(elasticsearch::put).post(elasticsearch::put);
    Router::new()
        .route("/-/prometheus/api/v1/query", query)
        .route("/-/grafana/api/annotations", annotations)
        .route("/-/elasticsearch/{index}/_doc", post(elasticsearch::add))
        .route("/-/elasticsearch/{index}/_doc/{id}", document)
        .route(
            "/-/elasticsearch/{index}/_create/{id}",
            put(elasticsearch::create).post(elasticsearch::create),
        )
        .route("/sandbox/annotations", get(grafana::remembered))
        .route("/sandbox/documents", get(elasticsearch::remembered))
}

/// The credentials after `Bearer`, or after `ApiKey`, as Elasticsearch says it.
fn has_token(headers: &HeaderMap) -> bool {
    let given = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let token = given.and_then(|given| {
        let bearer = given.strip_prefix("Bearer ");
        bearer.or_else(|| given.strip_prefix("ApiKey "))
    });
    token == Some(TOKEN)
}

/// Makes room for one more.
fn forget_the_oldest<T>(kept: &mut Vec<T>) {
    if kept.len() >= KEPT {
        kept.drain(..=kept.len() - KEPT);
    }
}
