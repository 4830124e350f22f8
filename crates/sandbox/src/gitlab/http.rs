//! What the sandbox serves: the scripting endpoints, the page and the REST API.

mod scripting;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

use super::GitLabSandbox;

const BODY_LIMIT: usize = 4 * 1024 * 1024;

impl GitLabSandbox {
    /// Everything that the sandbox serves.
    #[must_use]
    pub fn router(&self) -> Router {
        Router::new()
            .route("/sandbox/do", get(scripting::list).post(scripting::perform))
            .route("/sandbox/clock", post(scripting::move_clock))
            .route("/sandbox/hooks", post(scripting::enable_hooks))
            .route("/sandbox/log", get(scripting::log))
            .layer(DefaultBodyLimit::max(BODY_LIMIT))
            .with_state(self.clone())
    }
}
