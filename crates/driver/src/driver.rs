//! The worker: claims rollouts that are due and carries each one as far as it goes.

use std::sync::Arc;
use std::time::Duration;

use clock::{Chance, Clock};
use commands::ChatOps;
use environments::Environments;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};
use jiff::SignedDuration;
use store::{ClaimedRollout, Speaker, Store, StoreError, StoredEvent};

use crate::aftermath::Aftermath;
use crate::pass::{Pass, PassError};
use crate::sources::Sources;

/// For how long a rollout belongs to whoever claimed it: longer than a pass may take.
const LEASE: SignedDuration = SignedDuration::from_mins(5);

/// Rollouts that are carried at the same time: most of a pass is waiting for others.
const AT_ONCE: usize = 128;

/// While all that is under way is slow, others that are due are looked for as often.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// A rollout whose pass failed is looked at again after this.
const AFTER_FAILURE: SignedDuration = SignedDuration::from_mins(1);

/// Carries rollouts out. Clones are the same.
#[derive(Clone)]
pub struct Driver(Arc<Parts>);

/// Who tells of an event now: asked again of what the app could not deliver, when the flag that
/// decides it was closed.
pub type Reroute = Arc<dyn Fn(&StoredEvent) -> Option<Speaker> + Send + Sync>;

/// What a driver is made of.
pub struct Parts {
    pub store: Store,
    pub environments: Environments,
    /// Its checks and what it knows of deployments and releases.
    pub chatops: ChatOps,
    /// The GitLab that has the issues and the code.
    pub gitlab: Option<gitlab::rest::Client>,
    pub sources: Sources,
    pub aftermath: Aftermath,
    /// For the rollout of the flag that decides which integration speaks.
    pub reroute: Option<(flags::FlagKey, Reroute)>,
    /// Where the pages are, for links.
    pub public_url: String,
    pub clock: Clock,
    pub chance: Chance,
}

impl Driver {
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    pub(crate) fn parts(&self) -> &Parts {
        &self.0
    }

    /// Carries every rollout that is due as far as it goes now, and those that become due
    /// meanwhile. Answers how many times it did. What goes wrong with one is logged, and tried
    /// again later; one that waits for a slow provider holds no other up.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn run_due(&self) -> Result<usize, StoreError> {
        self.run_due_until(|| false).await
    }

    /// As [`run_due`](Self::run_due), beginning nothing new as soon as `is_stopping`.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn run_due_until(&self, is_stopping: impl Fn() -> bool) -> Result<usize, StoreError> {
        let mut carried: FuturesUnordered<BoxFuture<'_, ()>> = FuturesUnordered::new();
        let mut count = 0;
        loop {
            let free = AT_ONCE.saturating_sub(carried.len());
            if 0 < free && !is_stopping() {
                match self.claim_due(free).await {
                    Ok(due) => {
                        count += due.len();
                        carried.extend(due.into_iter().map(|of| self.carry(of).boxed()));
                    }
                    Err(error) if carried.is_empty() => return Err(error),
                    // Those under way are carried to their end: dropped, nobody could take them
                    // up again before their leases are over.
                    Err(error) => {
                        tracing::warn!(%error, "more rollouts cannot be carried out now");
                    }
                }
            }
            match tokio::time::timeout(LOOK_AGAIN, carried.next()).await {
                Ok(Some(())) => (),
                Ok(None) => return Ok(count),
                // Those under way are slow; others may be due meanwhile.
                Err(_) => (),
            }
        }
    }

    async fn claim_due(&self, limit: usize) -> Result<Vec<ClaimedRollout>, StoreError> {
        if !self.is_any_due().await? {
            return Ok(Vec::new());
        }
        self.learn_who_is_reachable().await;
        let Parts { store, clock, .. } = self.parts();
        let limit = u32::try_from(limit).unwrap_or(u32::MAX);
        store.claim_rollouts(clock.now(), LEASE, limit).await
    }

    /// Before anybody is told something: who has linked their account since.
    async fn learn_who_is_reachable(&self) {
        let parts = self.parts();
        let read = parts.aftermath.refresh(&parts.store, parts.clock.now());
        if let Err(error) = read.await {
            tracing::warn!(%error, "who has linked their account is read later");
        }
    }

    /// Whether a rollout is due: only a read.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn is_any_due(&self) -> Result<bool, StoreError> {
        let due = self.parts().store.next_rollout_due().await?;
        Ok(due.is_some_and(|due| due <= self.parts().clock.now()))
    }

    /// Waits until a rollout is due; for ever when none waits for time.
    pub async fn until_due(&self) {
        let Parts { store, clock, .. } = self.parts();
        match store.next_rollout_due().await {
            Ok(Some(due)) => clock.sleep_until(due).await,
            Ok(None) | Err(_) => std::future::pending().await,
        }
    }

    async fn carry(&self, claimed: ClaimedRollout) {
        let parts = self.parts();
        let (token, id) = (claimed.token, claimed.record.id.clone());
        let revision = claimed.record.revision;
        let carried = match Pass::new(parts, &claimed) {
            Ok(pass) => pass.run().await,
            Err(error) => Err(error),
        };
        let now = parts.clock.now();
        let (revision, next_at) = match carried {
            Ok(carried) => (carried.revision, carried.next_at),
            // Somebody else was quicker: what they wrote is looked at now.
            Err(PassError::Stale) => (revision, Some(now)),
            Err(error @ (PassError::Unreadable(_) | PassError::Store(_))) => {
                tracing::error!(rollout.id = %id, %error, "a rollout cannot be carried out");
                (revision, now.checked_add(AFTER_FAILURE).ok())
            }
        };
        let released = parts
            .store
            .release_rollout(token, revision, next_at, now)
            .await;
        if let Err(error) = released {
            tracing::error!(rollout.id = %id, %error, "a rollout is looked at again only when its lease is over");
        }
    }
}
