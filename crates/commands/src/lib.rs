//! ChatOps: what people type to change and to ask, from Slack and from a shell.
//!
//! A line of text becomes an [`Invocation`](grammar::Invocation), the one list of commands finds
//! who runs it, and an [`Answer`](answer::Answer) goes back.

pub mod command;
pub mod grammar;
mod wording;
