//! The one list of commands. The parser, `help` and the reference are made from it.

use crate::command::Command;
use crate::{auto_deploy, feature, help, release};

/// Every command, in the order in which the help shows them.
pub static COMMANDS: &[Command] = &[
    feature::set::COMMAND,
    feature::get::COMMAND,
    feature::list::COMMAND,
    feature::delete::COMMAND,
    feature::explain::COMMAND,
    feature::history::COMMAND,
    feature::cancel::COMMAND,
    auto_deploy::COMMAND,
    release::COMMAND,
    help::COMMAND,
];
