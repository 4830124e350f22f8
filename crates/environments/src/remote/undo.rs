//! The way of a flag from some gates to others, in requests that the Features API has.
//!
//! It knows no "set to exactly this". The way is by the differences where that leads there, since
//! it names the fewest actors; else everything is cleared and set again. What closes a gate comes
//! first, so that a way that is broken off leaves less open, not more.

use std::collections::BTreeSet;

use flags::request::Verb;
use flags::{ActorId, Change, Gates, GroupName};

use crate::directory::TARGET_LIMIT;

/// One request.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Step {
    Everyone(Change),
    /// Never more than one change can name.
    Actors(Verb, Vec<ActorId>),
    Group(Verb, GroupName),
}

impl Step {
    fn changes(&self) -> Vec<Change> {
        match self {
            Self::Everyone(change) => vec![change.clone()],
            Self::Actors(verb, actors) => {
                let of = |actor: &ActorId| verb.actor(actor.clone());
                actors.iter().map(of).collect()
            }
            Self::Group(verb, group) => verb.group(group.clone()).into_iter().collect(),
        }
    }

    /// The actors that the request has to name.
    pub(super) fn actors(&self) -> &[ActorId] {
        match self {
            Self::Actors(_, actors) => actors,
            Self::Everyone(_) | Self::Group(..) => &[],
        }
    }
}

/// The steps from one to the other; `None` when no requests lead there.
pub(super) fn steps(from: Option<&Gates>, to: &Gates) -> Option<Vec<Step>> {
    [by_differences(from, to), anew(to)]
        .into_iter()
        .find(|steps| leads(from, steps, to))
}

/// Whether GitLab's rules make `to` of `from` by these steps.
fn leads(from: Option<&Gates>, steps: &[Step], to: &Gates) -> bool {
    let changes: Vec<Change> = steps.iter().flat_map(Step::changes).collect();
    flags::apply(from, &changes).is_ok_and(|after| after.as_ref() == Some(to))
}

fn by_differences(from: Option<&Gates>, to: &Gates) -> Vec<Step> {
    match from.filter(|from| from.boolean == to.boolean) {
        Some(from) => differences(from, to),
        None => {
            let mut steps = vec![Step::Everyone(Change::SetBoolean(to.boolean))];
            steps.extend(differences(&blank(to), to));
            steps
        }
    }
}

/// What is left when everything is cleared.
fn blank(to: &Gates) -> Gates {
    Gates {
        boolean: to.boolean,
        ..Gates::default()
    }
}

/// Clears everything, then sets it as it is to be.
fn anew(to: &Gates) -> Vec<Step> {
    let mut steps = vec![Step::Everyone(Change::SetBoolean(to.boolean))];
    // Whoever is both named and out is named first: naming somebody who is out is refused.
    let enabled = to.enabled_actors().cloned();
    steps.extend(of_actors(Verb::Enable, enabled));
    let rest = Gates {
        actors: to.opted_out_actors().map(|actor| actor.opt_out()).collect(),
        ..to.clone()
    };
    steps.extend(differences(&blank(to), &rest));
    steps
}

/// What differs besides the boolean, closing steps first.
fn differences(from: &Gates, to: &Gates) -> Vec<Step> {
    let enabled = |gates: &Gates| gates.enabled_actors().cloned().collect::<BTreeSet<_>>();
    let out = |gates: &Gates| gates.opted_out_actors().collect::<BTreeSet<_>>();
    let without = |one: &BTreeSet<ActorId>, other: &BTreeSet<ActorId>| {
        one.difference(other).cloned().collect::<Vec<_>>()
    };
    let groups = |verb, one: &Gates, other: &Gates| {
        let groups = one.groups.difference(&other.groups).cloned();
        let steps: Vec<_> = groups.map(|group| Step::Group(verb, group)).collect();
        steps
    };
    let (enabled_before, enabled_after) = (enabled(from), enabled(to));
    let (out_before, out_after) = (out(from), out(to));
    let (lowered, raised) = percentages(from, to);

    let mut steps = of_actors(Verb::Disable, without(&enabled_before, &enabled_after));
    steps.extend(groups(Verb::Disable, from, to));
    steps.extend(lowered);
    steps.extend(of_actors(Verb::OptOut, without(&out_after, &out_before)));
    steps.extend(of_actors(
        Verb::RemoveOptOut,
        without(&out_before, &out_after),
    ));
    steps.extend(of_actors(
        Verb::Enable,
        without(&enabled_after, &enabled_before),
    ));
    steps.extend(groups(Verb::Enable, to, from));
    steps.extend(raised);
    steps
}

/// The percentages that fall, and those that rise; of time last, since a flag that is open all
/// the time takes no other percentage.
fn percentages(from: &Gates, to: &Gates) -> (Vec<Step>, Vec<Step>) {
    let actors = (
        from.percentage_of_actors,
        to.percentage_of_actors,
        Change::PercentageOfActors(to.percentage_of_actors),
    );
    let time = (
        from.percentage_of_time,
        to.percentage_of_time,
        Change::PercentageOfTime(to.percentage_of_time),
    );
    let differing = [actors, time]
        .into_iter()
        .filter(|(before, after, _)| before != after);
    let (lowered, raised): (Vec<_>, Vec<_>) =
        differing.partition(|(before, after, _)| after < before);
    let steps = |shares: Vec<(_, _, Change)>| {
        let changes = shares.into_iter().map(|(_, _, change)| change);
        changes.map(Step::Everyone).collect()
    };
    (steps(lowered), steps(raised))
}

fn of_actors(verb: Verb, actors: impl IntoIterator<Item = ActorId>) -> Vec<Step> {
    let actors: Vec<ActorId> = actors.into_iter().collect();
    actors
        .chunks(TARGET_LIMIT)
        .map(|some| Step::Actors(verb, some.to_vec()))
        .collect()
}

#[cfg(test)]
mod tests;
