//! What the two engines have in common: values in, rows out, and a transaction that every
//! operation is written against.
//!
//! Operations live in the modules about events, lanes and so on; an engine only knows how to
//! run them: on which thread, in which transaction, and what to do when that fails.

pub(crate) mod fault;
pub(crate) mod job;
pub(crate) mod postgres;
pub(crate) mod sqlite;
pub(crate) mod tx;
pub(crate) mod value;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use tokio::sync::watch;

pub(crate) use fault::Fault;
pub(crate) use tx::Tx;
pub(crate) use value::{Row, Value};

/// What all threads of one store share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub commits: AtomicU64,
    pub accepts: AtomicU64,
    pub changes: watch::Sender<u64>,
    /// As `changes`, for what nodes keep in memory.
    pub revisions: watch::Sender<u64>,
    /// This process's name among the nodes, once it has one; only PostgreSQL has several.
    pub node: OnceLock<String>,
}

impl Shared {
    pub fn new() -> Arc<Self> {
        Arc::new(Self {
            commits: AtomicU64::new(0),
            accepts: AtomicU64::new(0),
            changes: watch::Sender::new(0),
            revisions: watch::Sender::new(0),
            node: OnceLock::new(),
        })
    }

    /// Counts a commit and tells this process's listeners if there is something for them.
    pub fn committed(&self, poke: tx::Poke) {
        self.commits.fetch_add(1, Ordering::Relaxed);
        self.poke(poke);
    }

    /// Wakes this process's listeners.
    pub fn poke(&self, poke: tx::Poke) {
        if poke != tx::Poke::Nobody {
            self.changes.send_modify(|n| *n = n.wrapping_add(1));
        }
        if poke == tx::Poke::EveryMemory {
            self.revisions.send_modify(|n| *n = n.wrapping_add(1));
        }
    }
}
