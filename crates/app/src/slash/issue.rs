//! Issues: looking, opening, finding, commenting, changing and moving.

pub(super) mod assign;
pub(super) mod close;
pub(super) mod comment;
pub(super) mod create;
pub(super) mod label;
pub(super) mod relocate;
pub(super) mod reopen;
pub(super) mod search;
pub(super) mod show;

mod buttons;
pub(crate) mod card;
mod one;

pub(crate) use buttons::CLICKS;
