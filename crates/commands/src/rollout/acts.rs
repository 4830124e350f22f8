//! What is asked of a rollout with nothing but its flag, and a reason.

use rollouts::Act;

use super::steered::From;
use crate::answer::{Answer, Refused};
use crate::command::{Argument, Command};
use crate::context::Context;
use crate::grammar::{Invocation, Opt};

pub(crate) const ADVANCE: Command = Command {
    name: "rollout advance",
    aliases: &["rollout promote"],
    summary: "Go on to the next stage now, if nothing stands in the way.",
    arguments: &[Argument::FLAG],
    options: &[],
    has_environments: false,
    examples: &["rollout advance tidy_sidebar"],
    run: |context, invocation| {
        Box::pin(async move {
            let line = "asked to go on; it does as soon as everything holds";
            run(
                context,
                invocation,
                &Act::Advance,
                From::WhereItIsSeen,
                line,
            )
            .await
        })
    },
};

pub(crate) const HOLD: Command = Command {
    name: "rollout hold",
    aliases: &["rollout pause"],
    summary: "Stop a rollout where it is. It is watched all the same, and still rolls back when it has to.",
    arguments: &[Argument::FLAG],
    options: &[Opt::Reason],
    has_environments: false,
    examples: &["rollout hold tidy_sidebar --reason \"support asks for a day\""],
    run: |context, invocation| {
        Box::pin(async move {
            let reason = needed(invocation, "why it is held")?;
            let act = Act::Hold { reason };
            run(context, invocation, &act, From::Anywhere, "held").await
        })
    },
};

pub(crate) const RESUME: Command = Command {
    name: "rollout resume",
    aliases: &[],
    summary: "Take a held rollout up where it is.",
    arguments: &[Argument::FLAG],
    options: &[Opt::Reason],
    has_environments: false,
    examples: &["rollout resume tidy_sidebar"],
    run: |context, invocation| {
        Box::pin(async move {
            let act = Act::Resume {
                note: reason(invocation),
            };
            run(context, invocation, &act, From::WhereItIsSeen, "resumed").await
        })
    },
};

pub(crate) const APPROVE: Command = Command {
    name: "rollout approve",
    aliases: &[],
    summary: "Approve the present stage; somebody else than who started the rollout, unless its plan says otherwise.",
    arguments: &[Argument::FLAG],
    options: &[Opt::Reason],
    has_environments: false,
    examples: &["rollout approve tidy_sidebar --reason \"dashboards are fine\""],
    run: |context, invocation| {
        Box::pin(async move {
            let act = Act::Approve {
                note: reason(invocation),
            };
            run(context, invocation, &act, From::WhereItIsSeen, "approved").await
        })
    },
};

pub(crate) const ACKNOWLEDGE: Command = Command {
    name: "rollout acknowledge",
    aliases: &["rollout ack", "rollout watch"],
    summary: "Say that you watch the rollout for two hours.",
    arguments: &[Argument::FLAG],
    options: &[],
    has_environments: false,
    examples: &["rollout acknowledge tidy_sidebar"],
    run: |context, invocation| {
        Box::pin(async move {
            let line = "you watch it for two hours";
            run(context, invocation, &Act::Acknowledge, From::Anywhere, line).await
        })
    },
};

pub(crate) const ADOPT: Command = Command {
    name: "rollout adopt",
    aliases: &[],
    summary: "Keep what somebody else changed about the flag, as part of the rollout.",
    arguments: &[Argument::FLAG],
    options: &[],
    has_environments: false,
    examples: &["rollout adopt tidy_sidebar"],
    run: |context, invocation| {
        Box::pin(async move {
            let line = "the other change stays, and is part of the rollout";
            run(context, invocation, &Act::Adopt, From::WhereItIsSeen, line).await
        })
    },
};

pub(crate) const RESTORE: Command = Command {
    name: "rollout restore",
    aliases: &[],
    summary: "Take back what somebody else changed about the flag.",
    arguments: &[Argument::FLAG],
    options: &[],
    has_environments: false,
    examples: &["rollout restore tidy_sidebar"],
    run: |context, invocation| {
        Box::pin(async move {
            let line = "the other change is taken back";
            run(
                context,
                invocation,
                &Act::Restore,
                From::WhereItIsSeen,
                line,
            )
            .await
        })
    },
};

pub(crate) const CANCEL: Command = Command {
    name: "rollout cancel",
    aliases: &[],
    summary: "Give a rollout up and leave the flag as it stands; `rollout rollback` closes it.",
    arguments: &[Argument::FLAG],
    options: &[Opt::Reason],
    has_environments: false,
    examples: &["rollout cancel tidy_sidebar --reason \"replaced by another flag\""],
    run: |context, invocation| {
        Box::pin(async move {
            let reason = needed(invocation, "why it is given up")?;
            let act = Act::Cancel { reason };
            run(
                context,
                invocation,
                &act,
                From::Anywhere,
                "given up; the flag stays as it is",
            )
            .await
        })
    },
};

async fn run(
    context: &Context<'_>,
    invocation: &Invocation,
    act: &Act,
    from: From,
    line: &str,
) -> Result<Answer, Refused> {
    let flag = invocation.argument(0).unwrap_or_default();
    let asked = context.ask(flag, act, from).await?;
    context.rollout_answer(line, &asked.status)
}

/// The reason, if one was given.
pub(super) fn reason(invocation: &Invocation) -> Option<String> {
    invocation.value(Opt::Reason).map(str::to_owned)
}

/// The reason, without which nothing is done.
pub(super) fn needed(invocation: &Invocation, what: &str) -> Result<String, Refused> {
    let given = reason(invocation).filter(|reason| !reason.trim().is_empty());
    given.ok_or_else(|| Refused(format!("say {what}: `--reason=\"…\"`")))
}
