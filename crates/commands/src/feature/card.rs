//! How a flag looks in an answer.

use std::collections::BTreeMap;

use domain::message::Tone;
use domain::mrkdwn::{self, Mrkdwn};
use domain::{Message, say};
use environments::{Environment, FlagRecord};
use flags::{ActorId, Definition, Gates, Percentage, State};

/// What people call actors.
pub(crate) type Names = BTreeMap<ActorId, String>;

/// The most actors that are listed one by one.
const MOST_LISTED: usize = 20;

/// For whom a flag is enabled, in a few words: `enabled for everyone`, `disabled`, `enabled for
/// gitlab-org/gitlab and 25 % of actors`.
pub(crate) fn described(gates: Option<&Gates>, default: bool, names: &Names) -> Mrkdwn {
    let Some(gates) = gates else {
        return if default {
            Mrkdwn::fixed("enabled by default")
        } else {
            Mrkdwn::fixed("not set")
        };
    };
    let out = listed(gates.opted_out_actors(), names, 3);
    let kept_out = if out.is_empty() {
        Mrkdwn::empty()
    } else {
        say!(", but not for {}", out)
    };
    let whom = openings(gates, names);
    if whom.is_empty() {
        return Mrkdwn::fixed("disabled").and(&kept_out);
    }
    say!("enabled for {}{}", mrkdwn::and_list(whom), kept_out)
}

fn openings(gates: &Gates, names: &Names) -> Vec<Mrkdwn> {
    if gates.state() == State::On {
        return vec![Mrkdwn::fixed("everyone")];
    }
    let mut whom = Vec::new();
    let actors = listed(gates.enabled_actors().cloned(), names, 3);
    whom.extend((!actors.is_empty()).then_some(actors));
    whom.extend(
        gates
            .groups
            .iter()
            .map(|group| say!("the group {}", mrkdwn::code(group.as_str()))),
    );
    whom.extend(share(gates.percentage_of_actors).map(|share| say!("{} of actors", share)));
    whom.extend(share(gates.percentage_of_time).map(|share| say!("{} of the time", share)));
    whom
}

fn share(percentage: Percentage) -> Option<Mrkdwn> {
    (!percentage.is_zero()).then(|| mrkdwn::escape(&format!("{percentage} %")))
}

/// Actors by the names that people know, at most `most` of them.
fn listed(actors: impl Iterator<Item = ActorId>, names: &Names, most: usize) -> Mrkdwn {
    let actors: Vec<ActorId> = actors.collect();
    let more = actors.len().saturating_sub(most);
    let shown = actors.iter().take(most).map(|actor| named(actor, names));
    let shown = mrkdwn::join(shown, ", ");
    if more == 0 {
        shown
    } else {
        say!("{} and {} more", shown, more)
    }
}

fn named(actor: &ActorId, names: &Names) -> Mrkdwn {
    mrkdwn::code(names.get(actor).map_or(actor.as_str(), String::as_str))
}

/// A flag of one environment, gate by gate.
pub(crate) fn of_record(environment: &Environment, record: &FlagRecord) -> Message {
    let default = record
        .definition
        .as_ref()
        .is_some_and(|of| of.default_enabled);
    let gates = record.gates.as_ref();
    let line = say!(
        "{} is {} on {}",
        mrkdwn::code(record.name.as_str()),
        described(gates, default, &record.names),
        mrkdwn::bold(environment.name.as_str())
    );
    let message = Message::new(line.clone(), line).tone(tone(gates, default));
    let message = gate_facts(message, gates, &record.names);
    let message = definition_facts(message, record.definition.as_ref());
    message.context(mrkdwn::escape(&environment.host))
}

/// The colour of a state.
pub(crate) fn tone(gates: Option<&Gates>, default: bool) -> Tone {
    match gates.map(Gates::state) {
        Some(State::On) => Tone::Good,
        Some(State::Conditional) => Tone::Work,
        Some(State::Off) => Tone::Neutral,
        None if default => Tone::Good,
        None => Tone::Neutral,
    }
}

/// A fact for each gate that is stored, under the titles that ChatOps has for them.
pub(crate) fn gate_facts(message: Message, stored: Option<&Gates>, names: &Names) -> Message {
    let Some(stored) = stored else {
        return message.fact(
            "State",
            Mrkdwn::fixed("not set: the definition's default holds"),
        );
    };
    let message = message.fact("State", mrkdwn::escape(stored.state().name()));
    gates(Some(stored), names)
        .into_iter()
        .fold(message, |message, (title, value)| match title {
            "Scoped to" | "Opted out" => message.wide_fact(title, value),
            title => message.fact(title, value),
        })
}

/// Every gate under its title, empty where it lets nobody in.
pub(crate) fn gates(gates: Option<&Gates>, names: &Names) -> [(&'static str, Mrkdwn); 6] {
    let untouched = Gates::off();
    let is_stored = gates.is_some();
    let gates = gates.unwrap_or(&untouched);
    let globally = match (gates.boolean, is_stored) {
        (true, _) => Mrkdwn::fixed("Yes"),
        (false, true) => Mrkdwn::fixed("No"),
        (false, false) => Mrkdwn::empty(),
    };
    let groups = gates
        .groups
        .iter()
        .map(|group| mrkdwn::code(group.as_str()));
    let shown = |percentage| share(percentage).unwrap_or_else(Mrkdwn::empty);
    [
        ("Enabled Globally", globally),
        (
            "Scoped to",
            listed(gates.enabled_actors().cloned(), names, MOST_LISTED),
        ),
        (
            "Opted out",
            listed(gates.opted_out_actors(), names, MOST_LISTED),
        ),
        ("Percentage of actors", shown(gates.percentage_of_actors)),
        ("Percentage of time", shown(gates.percentage_of_time)),
        ("Groups", mrkdwn::join(groups, ", ")),
    ]
}

fn definition_facts(message: Message, definition: Option<&Definition>) -> Message {
    let Some(definition) = definition else {
        return message.context(Mrkdwn::fixed("No definition"));
    };
    let default = if definition.default_enabled {
        "on"
    } else {
        "off"
    };
    let mut context = vec![say!(
        "{}, {} by default",
        mrkdwn::escape(definition.flag_type.name()),
        default
    )];
    context.extend(definition.group.as_deref().map(mrkdwn::escape));
    context.extend(definition.milestone.as_deref().map(mrkdwn::escape));
    let message = message.context(mrkdwn::join(context, " · "));
    with_links(message, Some(definition))
}

/// Buttons to the issues of a flag.
pub(crate) fn with_links(message: Message, definition: Option<&Definition>) -> Message {
    let Some(definition) = definition else {
        return message;
    };
    message
        .link(
            "Rollout issue",
            definition.rollout_issue_url.as_deref().unwrap_or(""),
        )
        .link(
            "Feature issue",
            definition.feature_issue_url.as_deref().unwrap_or(""),
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_told_in_a_few_words() {
        let names = Names::from([(ActorId::project(1), "gitlab-org/gitlab".to_owned())]);
        let conditional = Gates {
            actors: [1, 2, 3, 4].map(ActorId::project).into_iter().collect(),
            percentage_of_actors: "25".parse().unwrap(),
            ..Gates::default()
        };
        let mut on_but = Gates::on();
        on_but.actors.insert(ActorId::user(7).opt_out());
        for (gates, default, expected) in [
            (None, false, "not set"),
            (None, true, "enabled by default"),
            (Some(Gates::on()), false, "enabled for everyone"),
            (Some(Gates::off()), true, "disabled"),
            (
                Some(on_but),
                false,
                "enabled for everyone, but not for `User:7`",
            ),
            (
                Some(conditional),
                false,
                "enabled for `gitlab-org/gitlab`, `Project:2`, `Project:3` and 1 more and 25 % of actors",
            ),
        ] {
            assert_eq!(
                described(gates.as_ref(), default, &names).as_str(),
                expected
            );
        }
    }
}
