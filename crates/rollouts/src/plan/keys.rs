//! Every key of a plan's file: the one table that the parser, the published schema and the
//! reference are made from.

mod monitors;
mod plan;
mod stages;
mod variants;

pub(super) use monitors::MONITOR;
pub(super) use plan::{APPROVAL, CHANGE, CHANNELS, EXPECTATIONS, LINKS, OWNERS, PLAN};
pub(super) use stages::{CHECKS, CLEAN_UP, ITEM, STAGE, STAGE_KINDS};
pub(super) use variants::{RULES, SOURCES, Variant, foreign};

/// One key of a mapping.
#[derive(Debug)]
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) shape: Shape,
    pub(super) needed: bool,
    /// What it says, in one sentence.
    pub(super) about: &'static str,
}

/// A mapping: what it is called, and its keys in the order in which they are written.
#[derive(Debug)]
pub(super) struct Keys {
    /// `a stage`.
    pub(super) what: &'static str,
    pub(super) keys: &'static [Key],
}

/// What a key may have.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shape {
    Text,
    /// One of these words.
    Word(&'static [&'static str]),
    /// `true` and nothing else.
    True,
    Bool,
    /// A whole number from 0 to this.
    Count(u32),
    Number,
    Percentage,
    Duration,
    /// At most so many texts.
    Texts(usize),
    Mapping(&'static Keys),
    /// At most so many mappings.
    List(&'static Keys, usize),
    /// A list of what must hold: words of [`CHECKS`] and mappings of [`ITEM`].
    Items,
}

/// The most stages of a plan.
pub(super) const MOST_STAGES: usize = 50;
/// The most monitors of a plan.
pub(super) const MOST_MONITORS: usize = 20;
/// The most things that must hold, in all stages together.
pub(super) const MOST_ITEMS: usize = 100;
/// The most names in one list.
pub(super) const MOST_NAMES: usize = 100;

pub(super) const ON_BREACH: &[&str] = &["hold", "back", "off"];
pub(super) const ROLES: &[&str] = &["operator", "approver"];

const fn key(name: &'static str, shape: Shape, about: &'static str) -> Key {
    Key {
        name,
        shape,
        needed: false,
        about,
    }
}

const fn needed(name: &'static str, shape: Shape, about: &'static str) -> Key {
    Key {
        name,
        shape,
        needed: true,
        about,
    }
}

impl Keys {
    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.keys.iter().map(|key| key.name)
    }

    pub(super) fn get(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }
}
