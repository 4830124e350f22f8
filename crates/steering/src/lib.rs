//! What people ask of rollouts, and what is known of them.
//!
//! Whoever asks, by a command, a click, a page or the API, asks here: what the rollout makes of
//! it is `rollouts`', that it is written once is `store`'s. Carrying rollouts out is left to
//! `driver`, which is woken by whatever is written.

mod ask;
mod kept;
mod known;
mod links;
pub mod sinks;
mod start;
mod write;

use std::sync::Arc;

use clock::{Chance, Clock};
use domain::WorkspaceId;
use environments::Environments;
use rollouts::{Entry, Rollout};
use store::{Followed, Store, StoreError};

pub use ask::{AskError, Asked};
pub use kept::{KeptReading, ReadingAt};
pub use known::{ListFilter, Listed, running};
pub use links::Reach;
pub use start::{StartError, Started, root_delivery};
pub use write::written;

/// What follows from an entry of a rollout's history, as it stands after it: messages, and what
/// is done elsewhere. Quick, and without any waiting: it is stored with the entry.
pub type Aftermath = Arc<dyn Fn(&Rollout, &Entry) -> Followed + Send + Sync>;

/// What steering needs.
pub struct Parts {
    pub store: Store,
    pub environments: Environments,
    pub aftermath: Aftermath,
    /// The workspace in which rollouts are talked about; none: no card is shown.
    pub workspace: Option<WorkspaceId>,
    /// What `rollout link` may name.
    pub reach: Reach,
    /// Where the pages are, for links.
    pub public_url: String,
    pub clock: Clock,
    pub chance: Chance,
}

/// The rollouts there are, for whoever asks something of them. Clones are the same.
#[derive(Clone)]
pub struct Rollouts(Arc<Parts>);

/// Why nothing is known of a rollout right now.
#[derive(Debug, thiserror::Error)]
pub enum SteeringError {
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A newer program wrote it, or the database is damaged.
    #[error("what is stored of rollout {rollout} cannot be read; run the version that wrote it")]
    Unreadable {
        rollout: String,
        #[source]
        error: serde_json::Error,
    },
}

impl Rollouts {
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// The page of a rollout.
    #[must_use]
    pub fn page(&self, id: &domain::RolloutId) -> String {
        page(&self.0.public_url, id)
    }
}

/// The page of a rollout.
#[must_use]
pub fn page(public_url: &str, id: &domain::RolloutId) -> String {
    format!("{}/rollouts/{id}", public_url.trim_end_matches('/'))
}

impl std::fmt::Debug for Rollouts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rollouts").finish_non_exhaustive()
    }
}
