//! `rollout start`: begins a flag's rollout by its plan.

use domain::mrkdwn;
use domain::{Message, say};

use super::acts::reason;
use super::dry_run;
use crate::answer::{Answer, Refused};
use crate::command::{Argument, Command};
use crate::context::{Context, flag_key};
use crate::grammar::{Invocation, Opt};

pub(crate) const COMMAND: Command = Command {
    name: "rollout start",
    aliases: &["rollout begin"],
    summary: "Begin a flag's rollout by the plan beside its definition. It then goes on by itself, stage by stage.",
    arguments: &[Argument::FLAG],
    options: &[Opt::Reason, Opt::DryRun],
    has_environments: false,
    examples: &[
        "rollout start tidy_sidebar --dry-run",
        "rollout start tidy_sidebar --reason \"ready for everybody\"",
    ],
    run: |context, invocation| Box::pin(run(context, invocation)),
};

async fn run(context: &Context<'_>, invocation: &Invocation) -> Result<Answer, Refused> {
    let flag = flag_key(invocation.argument(0).unwrap_or_default())?;
    let (file, warnings) = context.plan(&flag)?;
    if invocation.has(Opt::DryRun) {
        return dry_run::run(context, &file.plan, &warnings).await;
    }
    context.may_change_here(&context.production_of(&file.plan))?;
    let channel = file.plan.channels.team.clone();
    let rollouts = &context.steered()?.rollouts;
    let started = rollouts
        .start(file.plan, &context.asker(), reason(invocation))
        .await;
    let started = started.map_err(Refused::because)?;
    let line = say!(
        "The rollout of {} has begun; its thread is in {}",
        mrkdwn::code(flag.as_str()),
        mrkdwn::escape(channel.as_str())
    );
    let begun = Message::new(line.clone(), line);
    Ok(Answer::in_channel(vec![
        begun,
        context.rollout_card(&started.status)?,
    ]))
}
