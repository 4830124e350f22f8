//! `rollout status`: how a rollout stands.

use crate::answer::{Answer, Refused};
use crate::command::{Argument, Command};
use crate::context::{Context, flag_key};
use crate::grammar::Invocation;

pub(crate) const COMMAND: Command = Command {
    name: "rollout status",
    aliases: &["rollout get", "rollout show"],
    summary: "Show how a flag's rollout stands: its stage, what it waits for, and what its monitors say.",
    arguments: &[Argument::FLAG],
    options: &[],
    has_environments: false,
    examples: &["rollout status tidy_sidebar"],
    run: |context, invocation| Box::pin(run(context, invocation)),
};

async fn run(context: &Context<'_>, invocation: &Invocation) -> Result<Answer, Refused> {
    let flag = flag_key(invocation.argument(0).unwrap_or_default())?;
    let found = context.steered()?.rollouts.status(&flag).await;
    match found.map_err(Refused::because)? {
        Some(status) => Ok(Answer::in_channel(vec![context.rollout_card(&status)?])),
        None => Err(context.no_rollout(&flag).await?),
    }
}
