//! Who one is, what this channel is about, and where to change it.

pub(super) mod project;
pub(super) mod show;
pub(super) mod whoami;
