//! `--dry-run`: what a change would do and what the checks say of it. Changes nothing.

use std::collections::BTreeSet;

use domain::message::Tone;
use domain::mrkdwn::{self, Mrkdwn};
use domain::{Message, say};
use environments::{Environment, Preview};
use flags::{ActorId, Asked, Catalogue, FeatureGroups, FlagKey, Gates, Snapshot};

use crate::answer::{Answer, Refused};
use crate::checks::{self, Subject};
use crate::context::Context;
use crate::wording::prose;

use super::card::{self, Names};
use super::wanted::Wanted;
use super::{result, set};

pub(crate) async fn run(
    context: &Context<'_>,
    environments: &[&Environment],
    wanted: &Wanted,
) -> Answer {
    let known = known_actors(context, &wanted.flag).await;
    let mut results = Vec::with_capacity(environments.len());
    for environment in environments {
        let result = preview(context, environment, wanted, &known).await;
        results.push((environment.name.to_string(), result));
    }
    Answer::of_environments(results)
}

/// The projects that were seen, and every actor that the flag names in any environment.
async fn known_actors(context: &Context<'_>, flag: &FlagKey) -> BTreeSet<ActorId> {
    let mut known: BTreeSet<ActorId> = (context.parts().seen)().into_iter().collect();
    let asked = context
        .parts()
        .environments
        .iter()
        .map(|environment| environment.get(flag));
    for record in futures_util::future::join_all(asked)
        .await
        .into_iter()
        .flatten()
    {
        let gates = record.gates.unwrap_or_default();
        known.extend(gates.enabled_actors().cloned());
        known.extend(gates.opted_out_actors());
    }
    known
}

async fn preview(
    context: &Context<'_>,
    environment: &Environment,
    wanted: &Wanted,
    known: &BTreeSet<ActorId>,
) -> Result<Message, Refused> {
    let request = set::request(context, wanted);
    let preview = environment
        .preview(&request)
        .await
        .map_err(result::refused)?;
    let subject = Subject {
        environment,
        flag: &wanted.flag,
        preview: &preview,
        ignores: wanted.ignores,
    };
    let verdict = checks::pass(context.parts(), context.progress, &subject).await;
    let mut names = result::names(
        &context.parts().store,
        [preview.before.as_ref(), preview.after.as_ref()],
    )
    .await;
    names.extend(preview.names.iter().cloned());
    Ok(message(
        environment,
        &wanted.flag,
        &preview,
        &names,
        known,
        verdict,
    ))
}

fn message(
    environment: &Environment,
    flag: &FlagKey,
    preview: &Preview,
    names: &Names,
    known: &BTreeSet<ActorId>,
    verdict: Result<checks::Passed, checks::Blocked>,
) -> Message {
    let default = preview
        .definition
        .as_ref()
        .is_some_and(|of| of.default_enabled);
    let described = |gates: &Option<Gates>| card::described(gates.as_ref(), default, names);
    let headline = say!(
        "Dry run: {} would be {} on {}",
        mrkdwn::code(flag.as_str()),
        described(&preview.after),
        mrkdwn::bold(environment.name.as_str())
    );
    let (tone, checks) = match verdict {
        Ok(passed) => {
            let overrides = passed
                .overrides
                .iter()
                .map(|name| format!("{name} ignored"));
            let lines: Vec<Mrkdwn> = passed
                .remarks
                .into_iter()
                .chain(overrides)
                .map(|line| prose(&line))
                .collect();
            let lines = if lines.is_empty() {
                vec![Mrkdwn::fixed("passed")]
            } else {
                lines
            };
            (Tone::Neutral, mrkdwn::join(lines, "\n"))
        }
        Err(blocked) => (Tone::Danger, prose(&blocked.line())),
    };
    let mut known = known.clone();
    known.extend(preview.names.iter().map(|(actor, _)| actor.clone()));
    Message::new(headline.clone(), headline)
        .tone(tone)
        .wide_fact("Before", described(&preview.before))
        .wide_fact("Gates", gates_that_change(preview, names))
        .wide_fact("Known actors", flips(flag, preview, &known))
        .wide_fact("Checks", checks)
        .context(result::shadowed(preview.after.as_ref(), default))
        .context(Mrkdwn::fixed("Nothing was changed"))
}

/// Each gate that would change, before and after.
fn gates_that_change(preview: &Preview, names: &Names) -> Mrkdwn {
    let before = card::gates(preview.before.as_ref(), names);
    let after = card::gates(preview.after.as_ref(), names);
    let or_none = |value: &Mrkdwn| {
        if value.is_empty() {
            Mrkdwn::fixed("–")
        } else {
            value.clone()
        }
    };
    let changes = before
        .iter()
        .zip(&after)
        .filter(|(before, after)| before != after);
    let changes = changes.map(|((gate, before), (_, after))| {
        say!("{}: {} → {}", *gate, or_none(before), or_none(after))
    });
    let changes = mrkdwn::join(changes, "\n");
    if changes.is_empty() {
        Mrkdwn::fixed("nothing changes")
    } else {
        changes
    }
}

/// How many of the actors that are known would be let in or kept out.
fn flips(flag: &FlagKey, preview: &Preview, known: &BTreeSet<ActorId>) -> Mrkdwn {
    let catalogue: Catalogue = preview.definition.clone().into_iter().collect();
    let asked = |gates: &Option<Gates>| {
        let stored = gates.clone().map(|gates| (flag.clone(), gates));
        Snapshot::build(&catalogue, &FeatureGroups::new(), stored, 0)
    };
    let (before, after) = (asked(&preview.before), asked(&preview.after));
    // A percentage of time decides nobody's case: the draw that opens nothing is counted.
    let is_enabled = |snapshot: &Snapshot, actor: &ActorId| {
        snapshot.is_enabled(flag.as_str(), &Asked::of(actor.as_str()), || 1.0)
    };
    let count = |was: bool, will: bool| {
        let flips = |actor: &&ActorId| {
            is_enabled(&before, actor) == was && is_enabled(&after, actor) == will
        };
        known.iter().filter(flips).count()
    };
    say!(
        "of {} known, {} would be let in and {} kept out",
        known.len(),
        count(false, true),
        count(true, false)
    )
}
