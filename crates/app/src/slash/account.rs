//! The account of whoever types: linking it, and unlinking.

pub(super) mod link;
pub(super) mod unlink;
