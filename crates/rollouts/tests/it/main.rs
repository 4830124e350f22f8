//! What the crate promises, seen from outside.
#[path = "../page/mod.rs"]
mod page;
mod plan;
