//! `rollout override`: somebody decides not to heed something, and says why.

use rollouts::plan::MonitorName;
use rollouts::{Act, Overridden, Rollout};

use super::acts::needed;
use super::steered::From;
use crate::answer::{Answer, Refused};
use crate::command::{Argument, Command, Count};
use crate::context::{Context, flag_key};
use crate::grammar::{Invocation, Opt};
use crate::wording::{Name, OneOf};

pub(crate) const COMMAND: Command = Command {
    name: "rollout override",
    aliases: &["rollout despite"],
    summary: "Do not heed a precondition, a monitor, weak evidence or the soak in the present stage. A monitor begins anew with half its budget.",
    arguments: &[Argument::FLAG, Argument::text("WHAT", Count::One)],
    options: &[Opt::Reason],
    has_environments: false,
    examples: &[
        "rollout override tidy_sidebar evidence --reason \"too quiet at night, dashboards are fine\"",
        "rollout override tidy_sidebar sentry-errors --reason \"known bug, unrelated\"",
        "rollout override tidy_sidebar no-change-lock --reason \"agreed with who is on call\"",
    ],
    run: |context, invocation| Box::pin(run(context, invocation)),
};

async fn run(context: &Context<'_>, invocation: &Invocation) -> Result<Answer, Refused> {
    let flag = flag_key(invocation.argument(0).unwrap_or_default())?;
    let typed = invocation.argument(1).unwrap_or_default();
    let reason = needed(invocation, "why it is not heeded")?;
    let rollouts = &context.steered()?.rollouts;
    let Some(rollout) = rollouts.rollout(&flag).await.map_err(Refused::because)? else {
        return Err(context.no_rollout(&flag).await?);
    };
    let what = what(&rollout, typed)?;
    let line = format!("{} is not heeded in this stage", Name(what.name()));
    let act = Act::Override { what, reason };
    let asked = context
        .ask(flag.as_str(), &act, From::WhereItIsSeen)
        .await?;
    context.rollout_answer(&line, &asked.status)
}

/// What a word means in this rollout: `monitor:x` where a precondition has the name, too.
fn what(rollout: &Rollout, typed: &str) -> Result<Overridden, Refused> {
    let word = typed.to_lowercase();
    match word.as_str() {
        "evidence" => return Ok(Overridden::Evidence),
        "soak" => return Ok(Overridden::Soak),
        _ => (),
    }
    let (name, only_monitors) = match word.strip_prefix("monitor:") {
        Some(name) => (name, true),
        None => (word.as_str(), false),
    };
    let stage = rollout.plan.stage(rollout.stage);
    let items = stage
        .into_iter()
        .flat_map(|stage| stage.preconditions.iter().chain(&stage.verify));
    let items: Vec<&str> = items.map(rollouts::plan::Precondition::id).collect();
    if !only_monitors && items.contains(&name) {
        return Ok(Overridden::Precondition(name.to_owned()));
    }
    let monitor: Option<MonitorName> = name.parse().ok();
    if let Some(monitor) = monitor.filter(|name| rollout.plan.monitor(name).is_some()) {
        return Ok(Overridden::Monitor(monitor));
    }
    let monitors = rollout
        .plan
        .monitors
        .iter()
        .map(|monitor| monitor.name.as_str());
    let known: Vec<&str> = ["evidence", "soak"]
        .into_iter()
        .chain(monitors)
        .chain(items)
        .collect();
    Err(Refused(format!(
        "{} is nothing that this stage heeds; there is {}",
        Name(typed),
        OneOf(&known)
    )))
}
