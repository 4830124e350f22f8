//! `rollout back` and `rollout rollback`: less of the flag, at once.

use rollouts::Act;
use rollouts::plan::StageName;

use super::acts::reason;
use super::steered::From;
use crate::answer::{Answer, Refused};
use crate::command::{Argument, Command, Count};
use crate::context::Context;
use crate::grammar::{Invocation, Opt};
use crate::wording::Name;

pub(crate) const BACK: Command = Command {
    name: "rollout back",
    aliases: &[],
    summary: "Go back to an earlier stage and stay there.",
    arguments: &[Argument::FLAG, Argument::text("STAGE", Count::One)],
    options: &[Opt::Reason],
    has_environments: false,
    examples: &["rollout back tidy_sidebar 10-percent --reason \"slow queries\""],
    run: |context, invocation| Box::pin(back(context, invocation)),
};

pub(crate) const ROLLBACK: Command = Command {
    name: "rollout rollback",
    aliases: &["rollout roll_back", "rollout abort"],
    summary: "Put the flag back to how it stood before the rollout. Nothing holds this up.",
    arguments: &[Argument::FLAG],
    options: &[Opt::Reason],
    has_environments: false,
    examples: &["rollout rollback tidy_sidebar --reason \"messages come twice\""],
    run: |context, invocation| Box::pin(roll_back(context, invocation)),
};

async fn back(context: &Context<'_>, invocation: &Invocation) -> Result<Answer, Refused> {
    let typed = invocation.argument(1).unwrap_or_default();
    let to: StageName = typed.to_lowercase().parse().map_err(|_| {
        let stage = Name(typed);
        Refused(format!(
            "{stage} is no name of a stage; `rollout status` shows them"
        ))
    })?;
    let line = format!("back to `{to}`");
    let act = Act::Back {
        to,
        reason: reason(invocation),
    };
    let flag = invocation.argument(0).unwrap_or_default();
    let asked = context.ask(flag, &act, From::Anywhere).await?;
    context.rollout_answer(&line, &asked.status)
}

async fn roll_back(context: &Context<'_>, invocation: &Invocation) -> Result<Answer, Refused> {
    let act = Act::RollBack {
        reason: reason(invocation),
    };
    let flag = invocation.argument(0).unwrap_or_default();
    let asked = context.ask(flag, &act, From::Anywhere).await?;
    context.rollout_answer("is put back to how it stood before", &asked.status)
}
