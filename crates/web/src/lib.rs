//! HTTP in: GitLab's webhooks, the API, operations and pages.
//!
//! A handler accepts, records and answers; what follows is the workers' business. Each router
//! takes the small state it needs, and proof comes as an argument: a handler that has a
//! [`webhook::VerifiedWebhook`] or an [`access::Administrator`] cannot be reached without one.

pub mod access;
pub mod api;
mod asked;
pub mod error;
mod hosting;
pub mod inbox;
mod ofrep;
pub mod operations;
pub mod pages;
mod replays;
mod request_id;
pub mod server;
pub mod slack;
mod steered;
mod v4;
pub mod webhook;

use axum::{Router, middleware};
use tokio_util::sync::CancellationToken;

pub use access::{Access, ApiToken, Role};
pub use hosting::Hosting;
pub use inbox::{Inbox, OnEdit};
pub use operations::Readiness;
pub use slack::SlackApp;
pub use v4::integrations::IntegrationsApi;
pub use webhook::{Hook, Hooks};

use replays::Replays;

/// What the routes need, each router a part of it.
#[derive(Clone)]
pub struct Parts {
    pub inbox: Inbox,
    pub hooks: Hooks,
    pub access: Access,
    pub readiness: Readiness,
    pub pages: pages::Pages,
    /// The environments that answer here.
    pub hosting: Hosting,
    pub integrations: IntegrationsApi,
    /// Takes commands, from Slack and from a shell.
    pub slack: SlackApp,
    /// Ends the streams that stay open, so that none of them holds up a stop.
    pub stop: CancellationToken,
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
        hosting,
        integrations,
        slack,
        stop,
        metrics,
    } = parts;
    let store = inbox.store().clone();
    // Asked more often than all else together, and never by somebody who wants to see a page.
    let evaluation = ofrep::router(&hosting, &access, &stop);
    let flags = pages::FlagsState {
        environments: hosting.environments.clone(),
        integrations: integrations.integrations.clone(),
        chatops: slack.app.parts().chatops.clone(),
        tasks: slack.app.parts().tasks.clone(),
        command: slack.app.parts().names.gitlab.clone(),
        chance: hosting.chance.clone(),
    };
    let app = slack.app.clone();
    Router::new()
        .merge(webhook::router(inbox.clone(), hooks))
        .merge(v4::features::router(&hosting, &access))
        .merge(v4::integrations::router(&integrations, &access))
        .merge(api::router(api::Api {
            store: store.clone(),
            clock: inbox.clock().clone(),
            access: access.clone(),
            environments: hosting.environments,
            chatops: slack.app.parts().chatops.clone(),
            tasks: slack.app.parts().tasks.clone(),
            replays: Replays {
                store: store.clone(),
                clock: inbox.clock().clone(),
                integrations: flags.integrations.clone(),
            },
        }))
        .merge(slack::router(slack))
        .merge(operations::router(readiness, metrics, store))
        .merge(pages::router(pages.clone(), flags, access.clone(), app))
        .fallback(error::no_such_page)
        .layer(tower_http::catch_panic::CatchPanicLayer::custom(
            error::panicked,
        ))
        .layer(middleware::from_fn_with_state(
            pages::refusal::Refusals { pages, access },
            pages::refusal::as_page,
        ))
        .layer(middleware::from_fn(access::csrf::take_field))
        .merge(evaluation)
}
