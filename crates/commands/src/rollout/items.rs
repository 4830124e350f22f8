//! `rollout tick` and `rollout untick`: what people do, with how they know.

use rollouts::Act;
use rollouts::plan::ItemId;

use super::steered::From;
use crate::answer::{Answer, Refused};
use crate::command::{Argument, Command, Count};
use crate::context::Context;
use crate::grammar::{Invocation, Opt};
use crate::wording::Name;

pub(crate) const TICK: Command = Command {
    name: "rollout tick",
    aliases: &["rollout done"],
    summary: "Say that an item is done, and how you know: words or a link.",
    arguments: &[
        Argument::FLAG,
        Argument::text("ITEM", Count::One),
        Argument::text("EVIDENCE", Count::Any),
    ],
    options: &[Opt::Evidence],
    has_environments: false,
    examples: &[
        "rollout tick tidy_sidebar qa-production it works for both projects",
        "rollout tick tidy_sidebar publish --evidence=https://example.com/app",
    ],
    run: |context, invocation| Box::pin(tick(context, invocation)),
};

pub(crate) const UNTICK: Command = Command {
    name: "rollout untick",
    aliases: &[],
    summary: "Take a tick back.",
    arguments: &[Argument::FLAG, Argument::text("ITEM", Count::One)],
    options: &[],
    has_environments: false,
    examples: &["rollout untick tidy_sidebar qa-production"],
    run: |context, invocation| Box::pin(untick(context, invocation)),
};

async fn tick(context: &Context<'_>, invocation: &Invocation) -> Result<Answer, Refused> {
    let item = item(invocation)?;
    let typed = invocation.arguments.get(2..).unwrap_or_default();
    let given = invocation.value(Opt::Evidence).into_iter();
    let words: Vec<&str> = typed.iter().map(String::as_str).chain(given).collect();
    let evidence = words.join(" ");
    if evidence.trim().is_empty() {
        return Err(Refused(format!(
            "say how you know that `{item}` is done, in words or with a link: `rollout tick FLAG {item} EVIDENCE`"
        )));
    }
    let line = format!("`{item}` is ticked");
    let act = Act::Tick { item, evidence };
    run(context, invocation, &act, &line).await
}

async fn untick(context: &Context<'_>, invocation: &Invocation) -> Result<Answer, Refused> {
    let item = item(invocation)?;
    let line = format!("the tick of `{item}` is taken back");
    run(context, invocation, &Act::Untick { item }, &line).await
}

async fn run(
    context: &Context<'_>,
    invocation: &Invocation,
    act: &Act,
    line: &str,
) -> Result<Answer, Refused> {
    let flag = invocation.argument(0).unwrap_or_default();
    let asked = context.ask(flag, act, From::Anywhere).await?;
    context.rollout_answer(line, &asked.status)
}

fn item(invocation: &Invocation) -> Result<ItemId, Refused> {
    let typed = invocation.argument(1).unwrap_or_default();
    typed.to_lowercase().parse().map_err(|_| {
        let item = Name(typed);
        Refused(format!(
            "{item} is no name of an item; `rollout status` shows them"
        ))
    })
}
