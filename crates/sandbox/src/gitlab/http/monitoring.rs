//! The monitoring beside the sandbox's GitLab: a Prometheus to ask, a Grafana to write to, an
//! Elasticsearch and a Sentry for both.
//!
//! Each speaks its own API, as far as rollouts need it, and remembers what it was told;
//! `/sandbox/annotations` and `/sandbox/documents` show that again.

mod elasticsearch;
mod grafana;
mod page;
mod prometheus;
mod sentry;

use axum::Router;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::routing::{get, post};

use crate::gitlab::GitLabSandbox;

pub(super) use elasticsearch::Partial;

/// What Grafana wants as a bearer token, and Elasticsearch takes.
const TOKEN: &str = "demo-grafana-token";
/// So many annotations are kept.
const KEPT: usize = 1000;

/// Everything below `/-/prometheus`, `/-/grafana`, `/-/elasticsearch` and `/-/sentry`.
pub(super) fn router() -> Router<GitLabSandbox> {
    let query = get(prometheus::query).post(prometheus::query);
    let query_range = get(prometheus::query_range).post(prometheus::query_range);
    let annotations = get(grafana::list).post(grafana::create);
    Router::new()
        .route("/-/prometheus/api/v1/query", query)
        .route("/-/prometheus/api/v1/query_range", query_range)
        .route("/-/prometheus/-/ready", get(prometheus::well))
        .route("/-/prometheus/-/healthy", get(prometheus::well))
        .route("/sandbox/metrics", post(prometheus::add))
        .route("/-/grafana/api/annotations", annotations)
        .route("/-/monitoring", get(page::show))
        .route("/-/monitoring/resolve", post(page::resolve))
        .nest("/-/sentry", sentry::router())
        .nest("/-/elasticsearch", elasticsearch::router())
        .merge(elasticsearch::root())
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
