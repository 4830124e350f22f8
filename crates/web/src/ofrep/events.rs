//! `GET …/ofrep/v1/events`: tells that flags have changed, so that they are asked for anew.
//!
//! A browser's `EventSource` sends no headers, so the address carries a secret. It is made of the
//! token that asked for the flags and is good for nothing else.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use accounts::Scope;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{Stream, unfold};
use secrecy::ExposeSecret;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq};
use tokio::sync::{OwnedSemaphorePermit, watch};

use super::answer;
use super::{Evaluator, caller};
use crate::access::Access;

/// How often an idle stream says that it is alive.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// The most streams at a time. Each keeps a connection, and GitLab's webhooks need some too.
pub(super) const MOST_STREAMS: usize = 2_000;

#[derive(Deserialize)]
pub(super) struct Asked {
    secret: Option<String>,
    /// The revision that the client has; later ones are told at once.
    since: Option<u64>,
}

/// The secret of the stream that belongs to a token.
pub(super) fn secret(token: &str) -> String {
    let digest = Sha256::new_with_prefix("signalbox: stream of changes: ").chain_update(token);
    let digest = digest.finalize();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Compares with the secret of every token, each in constant time.
fn knows(access: &Access, given: &str) -> bool {
    let same = access.tokens().fold(Choice::from(0), |same, known| {
        let secret = secret(known.token.expose_secret());
        same | secret.as_bytes().ct_eq(given.as_bytes())
    });
    bool::from(same)
}

async fn may_listen(access: &Access, headers: &HeaderMap) -> bool {
    let Some(token) = caller::token(headers) else {
        return false;
    };
    let holder = access.holder(token).await;
    holder.is_ok_and(|holder| holder.is_some_and(|known| known.may(Scope::Evaluate)))
}

pub(super) async fn changes(
    State(evaluator): State<Arc<Evaluator>>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    let by_secret = asked
        .secret
        .as_deref()
        .map(|secret| knows(&evaluator.access, secret));
    let is_known = match by_secret {
        Some(is_known) => is_known,
        None => may_listen(&evaluator.access, &headers).await,
    };
    if !is_known {
        let details = "open the address that the bulk evaluation gives, or send a token";
        return answer::refused(StatusCode::UNAUTHORIZED, details);
    }
    let Ok(place) = Arc::clone(&evaluator.streams).try_acquire_owned() else {
        let details = "too many streams are open; ask for the flags from time to time";
        return answer::refused(StatusCode::SERVICE_UNAVAILABLE, details);
    };
    let last = headers.get("last-event-id");
    let last = last.and_then(|id| id.to_str().ok()?.parse().ok());
    let revisions = evaluator.hosted.revisions();
    let known = last.or(asked.since).unwrap_or_else(|| *revisions.borrow());
    let stream = Sse::new(stream(evaluator, revisions, known, place));
    let no_store = [
        (header::CACHE_CONTROL, "no-store"),
        (header::HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    (
        no_store,
        stream.keep_alive(KeepAlive::new().interval(HEARTBEAT)),
    )
        .into_response()
}

/// An event for every revision that comes after `known`; of several at once the last one.
fn stream(
    evaluator: Arc<Evaluator>,
    revisions: watch::Receiver<u64>,
    known: u64,
    place: OwnedSemaphorePermit,
) -> impl Stream<Item = Result<Event, Infallible>> {
    unfold(
        (evaluator, revisions, known, place),
        |(evaluator, mut revisions, known, place)| async move {
            let newer = revisions.wait_for(|revision| known < *revision);
            let revision = match evaluator.stop.run_until_cancelled(newer).await {
                Some(Ok(revision)) => *revision,
                Some(Err(_)) | None => return None,
            };
            let event = event(&evaluator, revision);
            Some((Ok(event), (evaluator, revisions, revision, place)))
        },
    )
}

fn event(evaluator: &Evaluator, revision: u64) -> Event {
    let data = serde_json::json!({
        "type": "refetchEvaluation",
        "etag": evaluator.tag.of_flags(revision),
        "lastModified": evaluator.clock.now().as_second(),
    });
    Event::default()
        .id(revision.to_string())
        .event("message")
        .data(data.to_string())
}
