//! `/healthz`, `/readyz` and `/metrics`.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;
use store::{Counts, Store};

use crate::error::Chain;

/// Whether the start is over: everything listens and the start state is loaded.
#[derive(Clone, Default)]
pub struct Readiness(Arc<AtomicBool>);

impl Readiness {
    /// Says that the start is over.
    pub fn started(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Says that the service is about to stop, so that no more traffic is sent to it.
    pub fn stopping(&self) {
        self.0.store(false, Ordering::Release);
    }

    fn is_started(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// Renders the metrics in Prometheus' text format.
pub type Metrics = Arc<dyn Fn() -> String + Send + Sync>;

#[derive(Clone)]
struct Operations {
    readiness: Readiness,
    metrics: Metrics,
    store: Store,
}

pub(crate) fn router(readiness: Readiness, metrics: Metrics, store: Store) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "ok" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(render_metrics))
        .with_state(Operations {
            readiness,
            metrics,
            store,
        })
}

#[derive(Serialize)]
struct Ready {
    ready: bool,
    /// Why not, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
}

/// 200 only while events can be accepted: asks the database for a durable write each time.
async fn ready(State(operations): State<Operations>) -> impl IntoResponse {
    let reason = if !operations.readiness.is_started() {
        Some("the service is starting or stopping")
    } else if let Err(error) = operations.store.check().await {
        tracing::warn!(error = %Chain(&error), "not ready: the database takes no writes");
        Some("the database takes no writes; the service's log has the reason")
    } else {
        None
    };
    let status = if reason.is_none() {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (
        status,
        Json(Ready {
            ready: reason.is_none(),
            reason,
        }),
    )
}

async fn render_metrics(State(operations): State<Operations>) -> impl IntoResponse {
    if let Ok(counts) = operations.store.counts().await {
        set_gauges(&counts);
    }
    (
        [(
            header::CONTENT_TYPE,
            "text/plain; version=0.0.4; charset=utf-8",
        )],
        (operations.metrics)(),
    )
}

fn set_gauges(counts: &Counts) {
    let events = [
        ("waiting", counts.waiting),
        ("delivered", counts.delivered),
        ("digested", counts.digested),
        ("dead", counts.dead),
        ("ignored", counts.ignored),
    ];
    for (outcome, count) in events {
        metrics::gauge!("signalbox_events", "outcome" => outcome).set(float(count));
    }
    metrics::gauge!("signalbox_unrouted_events").set(float(counts.unrouted));
    let deliveries = [
        ("waiting", counts.deliveries.waiting),
        ("sending", counts.deliveries.sending),
        ("sent", counts.deliveries.sent),
        ("updated", counts.deliveries.updated),
        ("digested", counts.deliveries.digested),
        ("dead", counts.deliveries.dead),
    ];
    for (state, count) in deliveries {
        metrics::gauge!("signalbox_deliveries", "state" => state).set(float(count));
    }
}

/// Exact up to 2^53, which no count here reaches.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
fn float(count: u64) -> f64 {
    count as f64
}
