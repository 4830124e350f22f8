//! HTTP in: GitLab's webhooks, the API, operations and pages.
//!
//! A handler accepts, records and answers; what follows is the workers' business. Each router
//! takes the small state it needs, and proof comes as an argument: a handler that has a
//! [`webhook::VerifiedWebhook`] or an [`access::Administrator`] cannot be reached without one.

pub mod access;
pub mod api;
pub mod error;
pub mod inbox;
pub mod operations;
pub mod pages;
pub mod server;
pub mod webhook;

use axum::{Router, middleware};

pub use access::Access;
pub use inbox::Inbox;
pub use operations::Readiness;
pub use webhook::{Hook, Hooks};

/// What the routes need, each router a part of it.
#[derive(Clone)]
pub struct Parts {
    pub inbox: Inbox,
    pub hooks: Hooks,
    pub access: Access,
    pub readiness: Readiness,
    pub pages: pages::Pages,
    /// Renders the metrics in Prometheus' text format.
    pub metrics: operations::Metrics,
}

/// Every route of the service.
pub fn router(parts: Parts) -> Router {
    let Parts {
        inbox,
        hooks,
        access,
        readiness,
        pages,
        metrics,
    } = parts;
    let store = inbox.store().clone();
    Router::new()
        .merge(webhook::router(inbox.clone(), hooks))
        .merge(api::router(
            store.clone(),
            inbox.clock().clone(),
            access.clone(),
        ))
        .merge(operations::router(readiness, metrics, store))
        .merge(pages::router(pages.clone(), access))
        .fallback(error::no_such_page)
        .layer(tower_http::catch_panic::CatchPanicLayer::custom(
            error::panicked,
        ))
        .layer(middleware::from_fn_with_state(
            pages,
            pages::refusal::as_page,
        ))
}
