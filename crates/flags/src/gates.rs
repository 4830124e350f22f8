//! The gates of one flag in one environment, as people have set them.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ids::{ActorId, GroupName};
use crate::percentage::Percentage;

/// A stored flag. The flag is enabled as soon as one gate is open.
///
/// A flag without any stored gates is `None` everywhere, not an empty `Gates`: an empty one
/// overrides a definition that is on by default.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gates {
    /// Open for everyone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub boolean: bool,
    /// Open for these; entries that end in `:opt_out` keep an actor out.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub actors: BTreeSet<ActorId>,
    /// Open for this share of all actors, always the same ones.
    #[serde(default, skip_serializing_if = "Percentage::is_zero")]
    pub percentage_of_actors: Percentage,
    /// Open in this share of all evaluations.
    #[serde(default, skip_serializing_if = "Percentage::is_zero")]
    pub percentage_of_time: Percentage,
    /// Open for the members of these groups of actors.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub groups: BTreeSet<GroupName>,
}

/// What Flipper reports of a flag's gates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Open for everyone.
    On,
    /// Open for some, or in some evaluations. 100 % of actors is this and not `On`, because
    /// whoever asks without an actor is told no.
    Conditional,
    Off,
}

impl State {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::Conditional => "conditional",
            Self::Off => "off",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Gates {
    /// Gates of which one is open for everyone.
    #[must_use]
    pub fn on() -> Self {
        Self {
            boolean: true,
            ..Self::default()
        }
    }

    /// Gates that are all closed.
    #[must_use]
    pub fn off() -> Self {
        Self::default()
    }

    #[must_use]
    pub fn state(&self) -> State {
        if self.boolean || self.percentage_of_time == Percentage::HUNDRED {
            State::On
        } else if self.actors.is_empty()
            && self.groups.is_empty()
            && self.percentage_of_actors.is_zero()
            && self.percentage_of_time.is_zero()
        {
            State::Off
        } else {
            State::Conditional
        }
    }

    /// The actors that the gate is open for, without the entries that keep one out.
    pub fn enabled_actors(&self) -> impl Iterator<Item = &ActorId> {
        self.actors
            .iter()
            .filter(|actor| actor.opted_out().is_none())
    }

    /// The actors that are kept out.
    pub fn opted_out_actors(&self) -> impl Iterator<Item = ActorId> {
        self.actors.iter().filter_map(ActorId::opted_out)
    }
}

/// Whether nobody can be let in by `after` who was not by `before`. `default` is what the
/// definition says, which holds where nothing is stored. Such a change is never held up by a
/// check.
#[must_use]
pub fn only_closes(before: Option<&Gates>, after: Option<&Gates>, default: bool) -> bool {
    let (on, off) = (Gates::on(), Gates::off());
    let untouched = if default { &on } else { &off };
    let (before, after) = (before.unwrap_or(untouched), after.unwrap_or(untouched));
    let nobody_returns = before.opted_out_actors().all(|out| after.has_out(&out));
    // Naming an actor lets it in past the opt-out of a group above it, even on an open flag.
    let nobody_is_named = after
        .enabled_actors()
        .all(|actor| before.actors.contains(actor));
    let open_to_all = before.boolean && before.opted_out_actors().next().is_none();
    let opens_no_gate = before.boolean
        || !after.boolean
            && after.percentage_of_actors <= before.percentage_of_actors
            && after.percentage_of_time <= before.percentage_of_time
            && after.groups.is_subset(&before.groups);
    after.state() == State::Off || open_to_all || opens_no_gate && nobody_is_named && nobody_returns
}

impl Gates {
    fn has_out(&self, actor: &ActorId) -> bool {
        self.actors.contains(&actor.opt_out())
    }
}
