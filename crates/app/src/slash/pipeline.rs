//! Pipelines: looking, trying again, canceling.

pub(super) mod cancel;
pub(super) mod list;
pub(super) mod retry;
pub(super) mod show;

mod buttons;
pub(crate) mod card;
mod one;
mod stages;

pub(crate) use buttons::CLICKS;
