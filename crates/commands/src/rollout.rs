//! `rollout …`: rollouts, begun, asked and steered.
//!
//! What a rollout makes of it is `rollouts`' business; here are the words for it, and who may say
//! them where.

pub(crate) mod acts;
pub(crate) mod answers;
pub(crate) mod back;
pub(crate) mod disregard;
mod dry_run;
pub(crate) mod history;
pub(crate) mod items;
pub(crate) mod list;
mod plans;
pub(crate) mod start;
pub(crate) mod status;
mod steered;

pub use steered::{Foresight, Steered};
