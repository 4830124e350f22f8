//! Takes over what other nodes have changed: flags, integrations and installations.
//!
//! A node's own changes are seen at once; this is for everybody else's. A poke says that
//! something has changed, the revisions say what; a missed poke costs a moment.

use std::time::Duration;

use environments::Environments;
use installations::Installations;
use integrations::Integrations;
use store::{Store, StoreError};
use tokio_util::sync::CancellationToken;

/// A missed poke costs no more than this.
const SAFETY_NET: Duration = Duration::from_millis(500);

/// The worker that keeps what is in memory as it is in the database.
#[derive(Clone)]
pub struct Reloading {
    pub store: Store,
    pub environments: Environments,
    pub integrations: Integrations,
    pub installations: Installations,
}

impl Reloading {
    /// Looks when poked and on a timer, until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        let mut changes = self.store.revision_changes();
        loop {
            if let Err(error) = self.look().await {
                tracing::error!(%error, "what other nodes have changed cannot be read now");
            }
            tokio::select! {
                () = stop.cancelled() => return,
                _ = changes.changed() => (),
                () = tokio::time::sleep(SAFETY_NET) => (),
            }
        }
    }

    /// Reads what is newer in the database.
    ///
    /// # Errors
    /// When the database does not answer; what was known stays.
    pub async fn look(&self) -> Result<(), StoreError> {
        let revisions = self.store.revisions().await?;
        for (environment, hosted) in self.environments.hosted() {
            let name = format!("flags:{}", environment.name);
            let newest = revisions.get(&name).copied().unwrap_or(0);
            if hosted.live().load().revision() < newest {
                hosted.reload().await?;
            }
        }
        self.installations.reload(&revisions).await?;
        self.integrations.reload(&revisions).await
    }
}
