//! The one list of commands. The parser, `help` and the reference are made from it.

use super::{Command, account, help, issue};

/// Every command, in the order in which the help shows them.
pub static COMMANDS: &[Command] = &[
    issue::show::COMMAND,
    account::link::COMMAND,
    account::unlink::COMMAND,
    help::COMMAND,
];
