//! One flag, laid out for asking.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::bucket::{self, BUCKETS};
use crate::definition::Definition;
use crate::gates::Gates;
use crate::ids::{FlagKey, GroupName};

use super::{Asked, FeatureGroups, Reason, Verdict};

type Names = HashSet<Box<str>, foldhash::fast::FixedState>;
pub(super) type Groups = HashMap<GroupName, Arc<Names>>;

pub(super) fn groups(groups: &FeatureGroups) -> Groups {
    let compile = |(name, members): (&GroupName, &Vec<crate::ActorId>)| {
        let members = members.iter().map(|member| member.as_str().into());
        (name.clone(), Arc::new(members.collect()))
    };
    groups.iter().map(compile).collect()
}

/// A flag that is defined or stored.
#[derive(Clone, Debug)]
pub(super) struct Flag {
    pub(super) key: FlagKey,
    /// The definition's default; `None` when nothing defines the flag.
    pub(super) default: Option<bool>,
    /// What is stored.
    pub(super) gates: Option<Gates>,
    boolean: bool,
    actors: Names,
    opted_out: Names,
    /// The name's hash, begun once.
    begun: crc32fast::Hasher,
    /// Buckets below this are covered.
    limit: f64,
    /// Draws below this are.
    share_of_time: f64,
    pub(super) groups: Vec<(GroupName, Arc<Names>)>,
}

impl Flag {
    pub(super) fn new(
        key: &FlagKey,
        definition: Option<&Definition>,
        gates: Option<Gates>,
        groups: &Groups,
    ) -> Self {
        let default = definition.map(|definition| definition.default_enabled);
        Self::with_default(key, default, gates, groups)
    }

    pub(super) fn with_default(
        key: &FlagKey,
        default: Option<bool>,
        gates: Option<Gates>,
        groups: &Groups,
    ) -> Self {
        let untouched = Gates::off();
        let stored = gates.as_ref().unwrap_or(&untouched);
        let opted_out = stored
            .opted_out_actors()
            .map(|actor| actor.as_str().into())
            .collect();
        let members = |name: &GroupName| Some((name.clone(), Arc::clone(groups.get(name)?)));
        Self {
            key: key.clone(),
            default,
            boolean: stored.boolean,
            opted_out,
            actors: stored
                .actors
                .iter()
                .map(|actor| actor.as_str().into())
                .collect(),
            begun: bucket::begun(key.as_str()),
            limit: bucket::limit(stored.percentage_of_actors),
            share_of_time: stored.percentage_of_time.number() / 100.0,
            groups: stored.groups.iter().filter_map(members).collect(),
            gates,
        }
    }

    pub(super) fn decide(&self, asked: &Asked<'_>, draw: impl FnOnce() -> f64) -> Verdict {
        if self.gates.is_none() {
            return Verdict {
                enabled: self.default == Some(true),
                reason: Reason::Default,
            };
        }
        match self.open_gate(asked, draw) {
            None => Verdict {
                enabled: false,
                reason: Reason::Closed,
            },
            Some(_) if self.has_opted_out(asked) => Verdict {
                enabled: false,
                reason: Reason::OptedOut,
            },
            Some(reason) => Verdict {
                enabled: true,
                reason,
            },
        }
    }

    /// The first gate that is open, in Flipper's order.
    fn open_gate(&self, asked: &Asked<'_>, draw: impl FnOnce() -> f64) -> Option<Reason> {
        if self.boolean {
            return Some(Reason::Boolean);
        }
        if !self.actors.is_empty() && self.names(asked) {
            return Some(Reason::Actor);
        }
        if 0.0 < self.limit && asked.actor.is_some_and(|actor| self.covers(actor)) {
            return Some(Reason::PercentageOfActors);
        }
        if 0.0 < self.share_of_time && draw() < self.share_of_time {
            return Some(Reason::PercentageOfTime);
        }
        let is_member = |actor| self.groups.iter().any(|(_, of)| of.contains(actor));
        asked.actor.is_some_and(is_member).then_some(Reason::Group)
    }

    pub(super) fn names(&self, asked: &Asked<'_>) -> bool {
        asked
            .actor
            .iter()
            .chain(asked.ancestors)
            .any(|actor| self.actors.contains(*actor))
    }

    pub(super) fn covers(&self, actor: &str) -> bool {
        f64::from(bucket::after(&self.begun, actor)) < self.limit
    }

    pub(super) fn bucket(&self, actor: &str) -> u32 {
        bucket::after(&self.begun, actor)
    }

    /// How many buckets the percentage covers, as people read it.
    pub(super) fn covered(&self) -> f64 {
        self.limit.min(f64::from(BUCKETS))
    }

    /// Whether the nearest that is named at all is kept out: a project that is enabled by name
    /// stays so when a group above it opts out.
    pub(super) fn has_opted_out(&self, asked: &Asked<'_>) -> bool {
        if self.opted_out.is_empty() {
            return false;
        }
        for actor in asked.actor.iter().chain(asked.ancestors) {
            if self.opted_out.contains(*actor) {
                return true;
            }
            if self.actors.contains(*actor) {
                return false;
            }
        }
        false
    }
}
