//! Tidies up: old repeat keys and old finished events.

use std::time::Duration;

use clock::Clock;
use jiff::SignedDuration;
use store::Store;
use tokio_util::sync::CancellationToken;

const EVERY: Duration = Duration::from_secs(600);

/// Drops what is too old every ten minutes, until `stop`.
pub async fn run(store: Store, clock: Clock, keep_events: SignedDuration, stop: CancellationToken) {
    loop {
        if let Err(error) = store.expire(clock.now(), keep_events).await {
            tracing::warn!(%error, "old events cannot be dropped now");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = clock.sleep(EVERY) => (),
        }
    }
}
