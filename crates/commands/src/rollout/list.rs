//! `rollout list`: the rollouts there are, and the plans that wait.

use std::collections::BTreeSet;

use domain::mrkdwn::{self, Mrkdwn};
use domain::{Message, say};
use rollouts::{State, Status};
use steering::ListFilter;

use crate::answer::{Answer, Refused};
use crate::command::Command;
use crate::context::Context;
use crate::grammar::{Invocation, Opt};

/// More lines than anybody reads in a channel.
const MOST: usize = 30;

pub(crate) const COMMAND: Command = Command {
    name: "rollout list",
    aliases: &[],
    summary: "List the rollouts that run, the last ones that are over, and the plans that can be started.",
    arguments: &[],
    options: &[Opt::Match],
    has_environments: false,
    examples: &["rollout list", "rollout list --match=slack"],
    run: |context, invocation| Box::pin(run(context, invocation)),
};

async fn run(context: &Context<'_>, invocation: &Invocation) -> Result<Answer, Refused> {
    let steered = context.steered()?;
    let wanted = invocation.value(Opt::Match).unwrap_or_default();
    let list = |open| ListFilter {
        open: Some(open),
        ..ListFilter::default()
    };
    let matching = |statuses: Vec<Status>| -> Vec<Status> {
        let is_wanted = |status: &Status| status.flag.as_str().contains(wanted);
        statuses.into_iter().filter(is_wanted).collect()
    };
    let open = steered
        .rollouts
        .list(list(true))
        .await
        .map_err(Refused::because)?;
    let over = steered
        .rollouts
        .list(list(false))
        .await
        .map_err(Refused::because)?;
    let (open, over) = (matching(open.rollouts), matching(over.rollouts));
    let running: BTreeSet<&str> = open.iter().map(|status| status.flag.as_str()).collect();
    let waiting = steered
        .plans
        .iter()
        .filter(|(flag, _)| flag.as_str().contains(wanted) && !running.contains(flag.as_str()));
    let waiting = waiting.map(|(flag, plan)| match plan {
        Ok(_) => mrkdwn::code(flag.as_str()),
        Err(problems) => say!(
            "{} (broken: {} problems)",
            mrkdwn::code(flag.as_str()),
            problems.len()
        ),
    });
    let headline = match open.len() {
        0 => Mrkdwn::fixed("No rollout runs"),
        1 => Mrkdwn::fixed("1 rollout runs"),
        count => say!("{} rollouts run", count),
    };
    let message = Message::new(headline.clone(), headline)
        .body(lines(open.iter().map(line)))
        .wide_fact("Over", lines(over.iter().map(line)))
        .wide_fact(
            "Plans that can be started",
            mrkdwn::join(waiting.take(MOST), ", "),
        );
    Ok(Answer::in_channel(vec![message]))
}

fn lines(lines: impl Iterator<Item = Mrkdwn>) -> Mrkdwn {
    mrkdwn::join(lines.take(MOST), "\n")
}

fn line(status: &Status) -> Mrkdwn {
    let waits = match status.waiting_for.first() {
        Some(waiting) if !is_over(status.state) => {
            say!(", {}", mrkdwn::escape_line(&waiting.words))
        }
        Some(_) | None => Mrkdwn::empty(),
    };
    say!(
        "• {} {}, {} ({} of {}), open for {} %{}",
        mrkdwn::code(status.flag.as_str()),
        status.state.name(),
        mrkdwn::bold(status.stage.as_str()),
        status.stage_number,
        status.stages.len(),
        mrkdwn::escape(&status.percentage.to_string()),
        waits
    )
}

fn is_over(state: State) -> bool {
    match state {
        State::Running | State::Held | State::RollingBack => false,
        State::RolledBack | State::Completed | State::Cancelled => true,
    }
}
