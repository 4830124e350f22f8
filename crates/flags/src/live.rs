//! The snapshot that holds now.

use std::sync::Arc;

use arc_swap::{ArcSwap, Guard};

use crate::snapshot::Snapshot;

/// The flags of one environment as they are now. Clones show the same ones. Reading takes no
/// lock and waits for nobody; whoever reads goes on with the snapshot that it has.
#[derive(Clone, Debug)]
pub struct Live(Arc<ArcSwap<Snapshot>>);

impl Live {
    #[must_use]
    pub fn new(snapshot: Snapshot) -> Self {
        Self(Arc::new(ArcSwap::from_pointee(snapshot)))
    }

    /// The flags as they are now.
    #[must_use]
    pub fn load(&self) -> Guard<Arc<Snapshot>> {
        self.0.load()
    }

    /// Makes a snapshot the one that everybody reads from now on, unless theirs is newer.
    pub fn publish(&self, snapshot: Snapshot) {
        let snapshot = Arc::new(snapshot);
        self.0.rcu(|now| {
            if now.revision() <= snapshot.revision() {
                Arc::clone(&snapshot)
            } else {
                Arc::clone(now)
            }
        });
    }

    /// Changes one flag, when `revision` is the one that follows the snapshot's. Answers `false`
    /// when changes lie between that are not known here: then everything is to be read anew.
    #[must_use]
    pub fn publish_flag(
        &self,
        flag: &crate::FlagKey,
        gates: Option<&crate::Gates>,
        revision: u64,
    ) -> bool {
        let mut is_known = false;
        self.0.rcu(|now| {
            is_known = revision <= now.revision() + 1;
            if revision == now.revision() + 1 {
                Arc::new(now.with(flag, gates, revision))
            } else {
                Arc::clone(now)
            }
        });
        is_known
    }
}
