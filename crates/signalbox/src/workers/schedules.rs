//! Makes the changes that were put off, when they are due.
//!
//! What a schedule does is `commands`'; running it twice is harmless.

use std::time::Duration;

use commands::ChatOps;
use store::{Store, StoreError};
use tokio_util::sync::CancellationToken;

/// A missed poke costs no more than this.
const SAFETY_NET: Duration = Duration::from_secs(1);

/// The worker for schedules.
#[derive(Clone)]
pub struct Schedules {
    pub store: Store,
    pub chatops: ChatOps,
}

impl Schedules {
    /// Runs what is due, then waits for more, until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        let mut changes = self.store.changes();
        while !stop.is_cancelled() {
            if let Err(error) = self.run_due().await {
                tracing::error!(%error, "changes that are due cannot be made now");
            }
            tokio::select! {
                () = stop.cancelled() => (),
                _ = changes.changed() => (),
                () = tokio::time::sleep(SAFETY_NET) => (),
            }
        }
    }

    /// Makes whatever is due.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn run_due(&self) -> Result<(), StoreError> {
        while 0 < commands::schedule::run_due(&self.chatops).await? {}
        Ok(())
    }
}
