//! The one list of commands. The parser, `help` and the reference are made from it.

use crate::command::Command;
use crate::{auto_deploy, feature, help, release, rollout};

/// Every command, in the order in which the help shows them.
pub static COMMANDS: &[Command] = &[
    feature::set::COMMAND,
    feature::get::COMMAND,
    feature::list::COMMAND,
    feature::delete::COMMAND,
    feature::explain::COMMAND,
    feature::history::COMMAND,
    feature::cancel::COMMAND,
    rollout::start::COMMAND,
    rollout::status::COMMAND,
    rollout::list::COMMAND,
    rollout::history::COMMAND,
    rollout::acts::ADVANCE,
    rollout::acts::HOLD,
    rollout::acts::RESUME,
    rollout::back::BACK,
    rollout::back::ROLLBACK,
    rollout::acts::APPROVE,
    rollout::disregard::COMMAND,
    rollout::acts::ACKNOWLEDGE,
    rollout::items::TICK,
    rollout::items::UNTICK,
    rollout::acts::ADOPT,
    rollout::acts::RESTORE,
    rollout::acts::CANCEL,
    auto_deploy::COMMAND,
    release::COMMAND,
    help::COMMAND,
];
