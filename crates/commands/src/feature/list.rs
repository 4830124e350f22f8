//! `feature list`: what people have touched, by state.

use domain::message::Tone;
use domain::mrkdwn::{self, Mrkdwn};
use domain::{Message, say};
use environments::{Environment, FlagRecord};
use flags::{Percentage, State};

use crate::answer::{Answer, Refused};
use crate::command::Command;
use crate::context::Context;
use crate::grammar::{Invocation, Opt};

pub(crate) const COMMAND: Command = Command {
    name: "feature list",
    aliases: &[],
    summary: "List the flags that somebody has set, by state.",
    arguments: &[],
    options: &[Opt::Match],
    has_environments: true,
    examples: &["feature list", "feature list --match=slack --staging"],
    run: |context, invocation| Box::pin(run(context, invocation)),
};

/// The most names of one state.
const MOST_LISTED: usize = 100;

async fn run(context: &Context<'_>, invocation: &Invocation) -> Result<Answer, Refused> {
    let wanted = invocation
        .value(Opt::Match)
        .unwrap_or_default()
        .to_lowercase();
    let mut results = Vec::new();
    for environment in context.environments(invocation)? {
        let result = match environment.list().await {
            Ok(mut records) => {
                records.retain(|record| record.name.as_str().to_lowercase().contains(&wanted));
                Ok(message(environment, &records))
            }
            Err(error) => Err(Refused::because(error)),
        };
        results.push((environment.name.to_string(), result));
    }
    Ok(Answer::of_environments(results))
}

fn message(environment: &Environment, records: &[FlagRecord]) -> Message {
    let of = |state: State| -> Vec<&FlagRecord> {
        let is = |record: &&FlagRecord| {
            record
                .gates
                .as_ref()
                .is_some_and(|gates| gates.state() == state)
        };
        records.iter().filter(is).collect()
    };
    let [on, conditional, off] = [State::On, State::Conditional, State::Off].map(of);
    let headline = say!(
        "Flags on {}: {} enabled, {} conditional, {} disabled",
        mrkdwn::bold(environment.name.as_str()),
        on.len(),
        conditional.len(),
        off.len()
    );
    Message::new(headline.clone(), headline)
        .tone(if on.is_empty() && conditional.is_empty() {
            Tone::Neutral
        } else {
            Tone::Good
        })
        .wide_fact("Enabled", names(&on))
        .wide_fact("Conditional", names(&conditional))
        .wide_fact("Disabled", names(&off))
        .context(mrkdwn::escape(&environment.host))
}

fn names(records: &[&FlagRecord]) -> Mrkdwn {
    let shown = records.iter().take(MOST_LISTED).map(|record| {
        let name = mrkdwn::code(record.name.as_str());
        let time = record
            .gates
            .as_ref()
            .map_or(Percentage::ZERO, |gates| gates.percentage_of_time);
        if time.is_zero() || time == Percentage::HUNDRED {
            name
        } else {
            say!(
                "{} ({} % of the time)",
                name,
                mrkdwn::escape(&time.to_string())
            )
        }
    });
    let shown = mrkdwn::join(shown, "\n");
    match records.len().saturating_sub(MOST_LISTED) {
        0 => shown,
        more => say!(
            "{}\nand {} more; narrow with {}",
            shown,
            more,
            mrkdwn::code("--match")
        ),
    }
}
