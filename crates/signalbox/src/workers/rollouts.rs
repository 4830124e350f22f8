//! Carries rollouts out: looks for those that are due, on a timer and when something was written.
//!
//! What a rollout does next is `driver`'s and `rollouts`'; that one node at a time does it is
//! `store`'s.

use std::sync::Arc;
use std::time::Duration;

use driver::Driver;
use store::{Store, StoreError};
use tokio_util::sync::CancellationToken;

/// A missed poke costs no more than this.
const SAFETY_NET: Duration = Duration::from_secs(1);
/// Events that come in by the thousand poke as often; nothing here hurries so.
const BREATH: Duration = Duration::from_millis(20);

/// The worker for rollouts.
#[derive(Clone)]
pub struct Rollouts {
    store: Store,
    driver: Driver,
    turn: Arc<tokio::sync::Mutex<()>>,
}

impl Rollouts {
    #[must_use]
    pub fn new(store: Store, driver: Driver) -> Self {
        Self {
            store,
            driver,
            turn: Arc::default(),
        }
    }

    /// Carries out what is due, then waits for more, until `stop`; what is under way is finished
    /// first.
    pub async fn run(self, stop: CancellationToken) {
        let mut changes = self.store.changes();
        while !stop.is_cancelled() {
            if let Err(error) = self.run_due(&stop).await {
                tracing::error!(%error, "rollouts cannot be carried out now");
            }
            tokio::select! {
                () = stop.cancelled() => (),
                _ = changes.changed() => (),
                () = self.driver.until_due() => (),
                () = tokio::time::sleep(SAFETY_NET) => (),
            }
            tokio::time::sleep(BREATH).await;
        }
    }

    /// Carries out whatever is due.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn run_due(&self, stop: &CancellationToken) -> Result<(), StoreError> {
        let _turn = self.turn.lock().await;
        self.driver.run_due_until(|| stop.is_cancelled()).await?;
        Ok(())
    }
}
