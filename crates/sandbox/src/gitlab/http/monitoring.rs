//! The monitoring beside the sandbox's GitLab: a Prometheus to ask, a Grafana to write to, an
//! Elasticsearch and a Sentry for both.
//!
//! Each speaks its own API, as far as rollouts need it, and remembers what it was told;
//! `/sandbox/annotations` and `/sandbox/documents` show that again.

mod elasticsearch;
mod grafana;
mod prometheus;

use axum::Router;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::routing::get;

use crate::gitlab::GitLabSandbox;

pub(super) use elasticsearch::Partial;

/// What Grafana wants as a bearer token, and Elasticsearch takes.
const TOKEN: &str = "demo-grafana-token";
/// So many annotations are kept.
const KEPT: usize = 1000;

/// Everything below `/-/prometheus`, `/-/grafana`, `/-/elasticsearch` and `/-/sentry`.
pub(super) fn router() -> Router<GitLabSandbox> {
    let query = get(prometheus::query).post(prometheus::query);
    let annotations = get(grafana::list).post(grafana::create);
    Router::new()
        .route("/-/prometheus/api/v1/query", query)
        .route("/-/grafana/api/annotations", annotations)
        .nest("/-/elasticsearch", elasticsearch::router())
        .route("/-/elasticsearch/", get(elasticsearch::about))
        .route("/sandbox/annotations", get(grafana::remembered))
        .route("/sandbox/documents", get(elasticsearch::remembered))
}

/// The credentials after `Bearer`.
fn has_token(headers: &HeaderMap) -> bool {
    let given = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    given.and_then(|given| given.strip_prefix("Bearer ")) == Some(TOKEN)
}

/// Makes room for one more.
fn forget_the_oldest<T>(kept: &mut Vec<T>) {
    if kept.len() >= KEPT {
        kept.drain(..=kept.len() - KEPT);
    }
}
