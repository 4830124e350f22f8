//! Carries rollouts out.
//!
//! What comes next is decided by `rollouts`, from stored state, readings and the time; this crate
//! finds out what that needs (how the flag stands, what must hold, what the monitors say), makes
//! the changes, and keeps the rollout issue and the clean-up going. It can die at any point:
//! whoever looks at the rollout next goes on where it was.

mod aftermath;
mod changes;
mod cleanup;
mod driver;
mod effects;
mod foresight;
mod issue;
mod ledger;
mod pass;
mod people;
mod preconditions;
mod readings;
mod reroute;
mod sources;
mod standing;

pub use aftermath::{Aftermath, Telling};
pub use driver::{Driver, Parts, Reroute};
pub use people::Reachable;
pub use sources::Sources;
