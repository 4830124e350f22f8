//! What people hear of a rollout: for each entry of its history who is told, and in which words.
//!
//! The team's thread hears everything; the production channel what concerns everybody on call;
//! support what customers may see; and a person that it is their turn. Nobody is pinged, except
//! the on-call group, once a change, when nobody watches.

mod entries;
mod words;

use domain::{Message, Mrkdwn};

use crate::event::Entry;
use crate::plan::Person;
use crate::rollout::Rollout;

pub(crate) use words::after_rollback;
pub use words::{duration, moment, stage_title};

/// An entry of a rollout's history, and what its telling needs.
#[derive(Clone, Copy, Debug)]
pub struct Telling<'a> {
    /// As it stands after the entry.
    pub rollout: &'a Rollout,
    pub entry: &'a Entry,
    /// The rollout's page.
    pub page: Option<&'a str>,
    /// The mention of the on-call group: the only ping that is ever sent.
    pub on_call: Option<&'a Mrkdwn>,
}

/// A message to somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub to: To,
    pub message: Message,
}

/// Who is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum To {
    /// The team's channel; the thread begins with it. Its text is the card's.
    Root,
    /// The thread.
    Thread,
    /// The thread, shown in its channel as well.
    Broadcast,
    /// The channel of production.
    Production,
    /// The channel of support.
    Support,
    /// One person, in a direct message.
    Person(Person),
}

/// Who is told of an entry, in the order in which they are.
#[must_use]
pub fn tell(telling: &Telling<'_>) -> Vec<Told> {
    entries::tell(telling)
}
