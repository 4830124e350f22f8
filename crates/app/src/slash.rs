//! `/gitlab`: what people type at GitLab from Slack.
//!
//! A command is one file and one line in [`COMMANDS`]; parsing, the help and the reference are
//! made from that list. Whoever types is asked for their GitLab account first, so that a command
//! runs with their rights and no others.

mod account;
mod command;
mod connection;
mod deploy;
mod given;
pub mod grammar;
mod help;
mod incident;
pub(crate) mod issue;
mod list;
pub(crate) mod merge_request;
mod people;
pub(crate) mod pipeline;
pub(crate) mod project;
mod reference;
mod rights;
mod run;
mod run_job;
mod settings;
mod subscription;

pub use command::{Argument, Command, Kind, Place};
pub use connection::{AliasRefused, check_alias};
pub use given::Given;
pub use list::COMMANDS;
pub use reference::reference;
pub(crate) use run::{account, run, stopped};
