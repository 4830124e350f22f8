//! `GET /live`: says that something changed, so that the page in view is made anew.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream::{Stream, unfold};

use super::Site;
use crate::access::{Caller, Refused};

/// At most so often, however much happens.
const PAUSE: Duration = Duration::from_millis(300);

pub(super) async fn changes(
    caller: Caller,
    State(site): State<Site>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Refused> {
    caller.may_listen(&site.access).await?;
    let pages = site.pages;
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
    Ok(Sse::new(stream).keep_alive(KeepAlive::default()))
}
