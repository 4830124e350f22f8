//! Merge requests: looking, approving, merging, assigning, closing.

pub(super) mod approve;
pub(super) mod assign;
pub(super) mod close;
pub(super) mod merge;
pub(super) mod mine;
pub(super) mod reopen;
pub(super) mod show;
pub(super) mod unapprove;

mod accept;
pub(crate) mod buttons;
pub(crate) mod card;
mod one;

pub(crate) use buttons::CLICKS;
