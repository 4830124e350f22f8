//! The one list of commands. The parser, `help` and the reference are made from it.

use super::{Command, account, deploy, help, issue, run_job};

/// Every command, in the order in which the help shows them.
pub static COMMANDS: &[Command] = &[
    issue::show::COMMAND,
    issue::create::COMMAND,
    issue::search::COMMAND,
    issue::comment::COMMAND,
    issue::close::COMMAND,
    issue::reopen::COMMAND,
    issue::assign::COMMAND,
    issue::label::COMMAND,
    issue::relocate::COMMAND,
    deploy::COMMAND,
    run_job::COMMAND,
    account::link::COMMAND,
    account::unlink::COMMAND,
    help::COMMAND,
];
