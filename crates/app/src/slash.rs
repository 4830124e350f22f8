//! `/gitlab`: what people type at GitLab from Slack.
//!
//! A command is one file and one line in [`COMMANDS`]; parsing, the help and the reference are
//! made from that list. Whoever types is asked for their GitLab account first, so that a command
//! runs with their rights and no others.

mod account;
mod command;
mod deploy;
mod given;
pub mod grammar;
mod help;
pub(crate) mod issue;
mod list;
pub(crate) mod project;
mod reference;
mod run;
mod run_job;

pub use command::{Argument, Command, Kind, Place};
pub use given::Given;
pub use list::COMMANDS;
pub use reference::reference;
pub(crate) use run::{account, run};
