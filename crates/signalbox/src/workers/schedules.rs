//! Makes the changes that were put off, when they are due.
//!
//! What a schedule does is `commands`'; running it twice is harmless.

use std::time::Duration;

use clock::Clock;
use commands::ChatOps;
use store::{Store, StoreError};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// A missed poke costs no more than this.
const SAFETY_NET: Duration = Duration::from_secs(1);

/// Events that come in by the thousand poke as often; nothing here hurries so.
const BREATH: Duration = Duration::from_millis(20);
/// Batches that run at the same time.
const AT_ONCE: usize = 16;

/// The worker for schedules.
#[derive(Clone)]
pub struct Schedules {
    pub store: Store,
    pub chatops: ChatOps,
    pub clock: Clock,
}

impl Schedules {
    /// Runs what is due, then waits for more, until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        let mut changes = self.store.changes();
        let tasks = TaskTracker::new();
        while !stop.is_cancelled() {
            match self.is_any_due().await {
                // A task of its own: an undo does not wait for the checks of what opens a flag.
                Ok(true) if tasks.len() < AT_ONCE => {
                    let schedules = self.clone();
                    tasks.spawn(async move {
                        if let Err(error) = schedules.run_due().await {
                            tracing::error!(%error, "changes that are due cannot be made now");
                        }
                    });
                }
                Ok(_) => (),
                Err(error) => {
                    tracing::error!(%error, "whether a change is due cannot be read now");
                }
            }
            tokio::select! {
                () = stop.cancelled() => (),
                _ = changes.changed() => (),
                () = tokio::time::sleep(SAFETY_NET) => (),
            }
            tokio::time::sleep(BREATH).await;
        }
        tasks.close();
        tasks.wait().await;
    }

    /// Only a read: every event that comes in pokes, and few changes are put off.
    async fn is_any_due(&self) -> Result<bool, StoreError> {
        let due = self.store.next_schedule_due().await?;
        Ok(due.is_some_and(|due| due <= self.clock.now()))
    }

    /// Makes whatever is due.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn run_due(&self) -> Result<(), StoreError> {
        while self.is_any_due().await? {
            if commands::schedule::run_due(&self.chatops).await? == 0 {
                break;
            }
        }
        Ok(())
    }
}
