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

    /// Changes one flag in the snapshot that holds now, unless that one is newer than `revision`
    /// already.
    pub fn publish_flag(&self, flag: &crate::FlagKey, gates: Option<&crate::Gates>, revision: u64) {
        self.0.rcu(|now| {
            if revision <= now.revision() {
                Arc::clone(now)
            } else {
                Arc::new(now.with(flag, gates, revision))
            }
        });
    }
}
