//! The projects that events came from, for a dry run to count among the actors that are known.

use std::collections::BTreeSet;
use std::sync::Arc;

use arc_swap::ArcSwap;
use domain::Event;
use flags::ActorId;

/// More are not remembered.
const MOST: usize = 100_000;

/// The numbers of projects since the process began. Clones remember the same ones; looking takes
/// no lock, and only a project that is new is written.
#[derive(Clone, Default)]
pub struct Projects(Arc<ArcSwap<BTreeSet<u64>>>);

impl Projects {
    /// Remembers where an event came from.
    pub fn see(&self, event: &Event) {
        let Some(id) = event.project.as_ref().and_then(|project| project.id) else {
            return;
        };
        let known = self.0.load();
        if known.contains(&id) || MOST <= known.len() {
            return;
        }
        self.0.rcu(|known| {
            let mut known = BTreeSet::clone(known);
            known.insert(id);
            known
        });
    }

    /// Whom they are as actors.
    #[must_use]
    pub fn actors(&self) -> Vec<ActorId> {
        let known = self.0.load();
        known.iter().map(|id| ActorId::project(*id)).collect()
    }
}
