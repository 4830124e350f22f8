//! What the sandbox serves: the scripting endpoints, the page, the REST API and a monitoring.

mod frame;
mod html;
mod markdown;
mod monitoring;
mod oauth;
mod page;
mod rest;
mod scripting;
mod secret;
mod session;
mod things;
mod trouble;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, header};
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use tower_http::set_header::SetResponseHeaderLayer;

use super::GitLabSandbox;

const BODY_LIMIT: usize = 4 * 1024 * 1024;

const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
    connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

impl GitLabSandbox {
    /// Everything that the sandbox serves.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/", get(page::show))
            .route("/act", post(page::act))
            .route("/hooks", post(page::enable_hooks))
            .route("/time", post(page::time::pass))
            .route("/traffic", post(page::time::set_traffic))
            .route("/static/page.css", get(page::style))
            .route("/static/page.js", get(page::script))
            .route("/sandbox/do", get(scripting::list).post(scripting::perform))
            .route("/sandbox/clock", post(scripting::move_clock))
            .route("/sandbox/hooks", post(scripting::enable_hooks))
            .route(
                "/sandbox/traffic",
                get(scripting::traffic).post(scripting::set_traffic),
            )
            .route("/sandbox/log", get(scripting::log))
            .route("/sandbox/log/stream", get(page::log::stream))
            .route("/sandbox/fault", post(trouble::fault))
            .route("/sandbox/people", post(scripting::set_state))
            .route(
                "/sandbox/issues/{project}/{iid}/tick",
                post(things::ticking::tick),
            )
            .route("/sandbox/authorize", post(oauth::approve))
            .merge(session::router())
            .merge(oauth::router())
            .merge(rest::router())
            .merge(monitoring::router())
            .route(
                "/uploads/-/system/user/avatar/{id}/avatar.png",
                get(things::avatar),
            )
            .fallback(get(things::show))
            .layer(from_fn_with_state(self.clone(), trouble::meet))
            .layer(DefaultBodyLimit::max(BODY_LIMIT))
            // The page that sends people back to an application says where that is.
            .layer(SetResponseHeaderLayer::if_not_present(
                header::CONTENT_SECURITY_POLICY,
                HeaderValue::from_static(POLICY),
            ))
            .layer(set(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
            .layer(set(header::REFERRER_POLICY, "no-referrer"))
            .with_state(self.clone())
    }
}

fn set(name: header::HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value))
}
