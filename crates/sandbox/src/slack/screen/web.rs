//! The page over HTTP: the document, its files, and the stream of changes.

use std::convert::Infallible;

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use futures_util::{Stream, StreamExt};
use tokio_stream::wrappers::BroadcastStream;

use super::markup::element;
use super::offers::Offers;
use super::page::{self, Wish};
use super::permalink;
use crate::slack::{Change, SlackSandbox};

/// Nothing but our own script and style; pictures may come from anywhere, as in Slack.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' https: http:; connect-src 'self'; form-action 'self'; base-uri 'none'; \
    frame-ancestors 'none'";

/// `/`, `/archives/…`, `/assets/slack/…` and `/sandbox/live`.
pub fn router(sandbox: SlackSandbox) -> Router {
    Router::new()
        .route("/", get(show))
        .route("/archives/{channel}/{place}", get(follow))
        .route("/sandbox/live", get(live))
        .route(
            "/assets/slack/page.css",
            get(|| file("text/css; charset=utf-8", CSS)),
        )
        .route(
            "/assets/slack/page.js",
            get(|| file("text/javascript; charset=utf-8", SCRIPT)),
        )
        .route(
            "/assets/slack/commands.js",
            get(|| file("text/javascript; charset=utf-8", COMMANDS)),
        )
        .route(
            "/assets/slack/forms.js",
            get(|| file("text/javascript; charset=utf-8", FORMS)),
        )
        .route(
            "/assets/slack/interact.js",
            get(|| file("text/javascript; charset=utf-8", INTERACT)),
        )
        .route(
            "/assets/slack/views.css",
            get(|| file("text/css; charset=utf-8", VIEWS)),
        )
        .route(
            "/assets/slack/icon.svg",
            get(|| file("image/svg+xml", ICON)),
        )
        .with_state(sandbox)
}

const CSS: &str = include_str!("../../../assets/slack/page.css");
const SCRIPT: &str = include_str!("../../../assets/slack/page.js");
const COMMANDS: &str = include_str!("../../../assets/slack/commands.js");
const FORMS: &str = include_str!("../../../assets/slack/forms.js");
const INTERACT: &str = include_str!("../../../assets/slack/interact.js");
const VIEWS: &str = include_str!("../../../assets/slack/views.css");
const ICON: &str = include_str!("../../../assets/slack/icon.svg");

async fn file(kind: &'static str, content: &'static str) -> Response {
    let headers: [(HeaderName, &str); 3] = [
        (CONTENT_TYPE, kind),
        (CACHE_CONTROL, "no-cache"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, content).into_response()
}

async fn show(State(sandbox): State<SlackSandbox>, Query(wish): Query<Wish>) -> Response {
    let now = sandbox.options().clock.now();
    let state = sandbox.lock();
    let wished = wish.workspace.as_deref();
    let wished = wished.and_then(|id| state.workspaces.get(id));
    let workspace = wished.unwrap_or(state.workspaces.first());
    let offers = Offers::of(state.apps_in(workspace)).among(&state.workspaces);
    html(page::draw(workspace, &offers, &wish, now))
}

#[derive(serde::Deserialize)]
struct Looker {
    /// A name or an id; somebody who sees the channel otherwise.
    user: Option<String>,
}

/// Leads from a permalink to the page that shows its message.
async fn follow(
    State(sandbox): State<SlackSandbox>,
    Path((channel, place)): Path<(String, String)>,
    Query(looker): Query<Looker>,
) -> Response {
    let user = looker.user.as_deref();
    let target = sandbox.with_workspaces(|workspaces| {
        let first = workspaces.first();
        let workspace = workspaces.with_channel(&channel).unwrap_or(first);
        let is_first = workspace.id == first.id;
        permalink::target((workspace, is_first), &channel, &place, user)
    });
    match target {
        Some(target) => Redirect::to(&target).into_response(),
        None => {
            let words = element("p").text("There is no such channel, or not for you.");
            let page = page::document("Not found", vec![words.into()]);
            (StatusCode::NOT_FOUND, html(page)).into_response()
        }
    }
}

/// An HTML document that runs and loads nothing but what the page brings with it.
#[must_use]
pub fn html(document: String) -> Response {
    let headers: [(HeaderName, &str); 5] = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CACHE_CONTROL, "no-store"),
        (CONTENT_SECURITY_POLICY, POLICY),
        (REFERRER_POLICY, "no-referrer"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, document).into_response()
}

/// Says which channel changed; the page then asks for what it shows. A page that falls behind is
/// told that something changed. The stream ends when the sandbox stops.
async fn live(
    State(sandbox): State<SlackSandbox>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let told = |change: Result<Change, _>| change.map(|change| change.channel).unwrap_or_default();
    let changes = BroadcastStream::new(sandbox.subscribe())
        .map(move |change| Ok(Event::default().data(told(change))))
        .take_until(Box::pin(sandbox.closed()));
    Sse::new(changes).keep_alive(KeepAlive::default())
}

#[cfg(test)]
mod tests {
    use clock::{Chance, Clock};
    use futures_util::StreamExt;

    use super::*;
    use crate::slack::{Options, What};

    #[tokio::test]
    async fn a_page_hears_of_changes_until_the_sandbox_stops() {
        let clock = Clock::new(|| jiff::Timestamp::UNIX_EPOCH);
        let sandbox = SlackSandbox::new(Options::new(clock, Chance::from_seed(1))).unwrap();
        let stream = live(State(sandbox.clone()))
            .await
            .into_response()
            .into_body();
        sandbox.announce([Change {
            channel: "C0GENERAL".to_owned(),
            ts: None,
            what: What::Channel,
        }]);
        let mut stream = stream.into_data_stream();
        let heard = stream.next().await.unwrap().unwrap();
        assert_eq!(heard, "data: C0GENERAL\n\n");
        sandbox.close();
        assert!(stream.next().await.is_none());
    }
}
