//! `GET /live`: says that something changed, so that the page in view is made anew.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream::{Stream, unfold};

use super::Pages;
use crate::access::Reader;

/// At most so often, however much happens.
const PAUSE: Duration = Duration::from_millis(300);

pub(super) async fn changes(
    _: Reader,
    State(pages): State<Pages>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let start = (pages.store.changes(), pages.setup.stop);
    let stream = unfold(start, |(mut changes, stop)| async move {
        let changed = async {
            let open = changes.changed().await;
            tokio::time::sleep(PAUSE).await;
            open
        };
        if !stop.run_until_cancelled(changed).await? {
            return None;
        }
        // A browser hears nothing of an event without data.
        Some((
            Ok(Event::default().event("changed").data("now")),
            (changes, stop),
        ))
    });
    Sse::new(stream).keep_alive(KeepAlive::default())
}
