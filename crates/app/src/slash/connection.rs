//! Projects that a workspace's people can name: connecting and disconnecting them.

pub(super) mod connect;
pub(super) mod disconnect;
pub(super) mod list;

mod alias;
mod news;

pub use alias::{AliasRefused, check as check_alias};
