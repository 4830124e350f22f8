//! The decision: is a flag enabled for this actor?
//!
//! A snapshot is everything that one environment knows of its flags at one revision, laid out for
//! asking: no lock, no allocation, no I/O. Another snapshot takes its place when a flag changes
//! ([`Live`](crate::Live)); the two share whatever did not change.

mod compiled;
mod explain;
mod table;

use std::collections::HashMap;
use std::sync::Arc;

use crate::catalogue::Catalogue;
use crate::gates::Gates;
use crate::ids::{ActorId, FlagKey, GroupName};

use compiled::Flag;
use table::Table;

pub use explain::{Explanation, GateAnswer};

/// For whom a flag is asked.
///
/// GitLab passes one actor at a time and knows no inheritance. `ancestors` is how we ask for the
/// groups above a project: the actors gate opens for the project as well when it is open for one
/// of them, but only the project itself is hashed, so that p percent are p percent of projects
/// however deep their groups.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked<'a> {
    pub actor: Option<&'a str>,
    /// Nearest first.
    pub ancestors: &'a [&'a str],
}

impl<'a> Asked<'a> {
    /// Asks for nobody in particular.
    #[must_use]
    pub fn anyone() -> Self {
        Self::default()
    }

    #[must_use]
    pub fn of(actor: &'a str) -> Self {
        Self {
            actor: Some(actor),
            ancestors: &[],
        }
    }
}

/// What was decided, and which rule did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub enabled: bool,
    pub reason: Reason,
}

/// The rule that decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// Neither a definition nor a stored flag has this name: closed.
    Unknown,
    /// Nobody has touched the flag: its definition's default.
    Default,
    /// Open for everyone.
    Boolean,
    /// The actor, or a group above it, is named.
    Actor,
    /// The actor is in the percentage.
    PercentageOfActors,
    /// This evaluation is in the percentage.
    PercentageOfTime,
    /// The actor is a member of a feature group.
    Group,
    /// A gate was open, but the actor has opted out.
    OptedOut,
    /// No gate is open.
    Closed,
}

/// Who belongs to which feature group.
pub type FeatureGroups = HashMap<GroupName, Vec<ActorId>>;

/// The flags of one environment at one revision.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    table: Table,
    groups: Arc<compiled::Groups>,
    revision: u64,
}

impl Snapshot {
    /// Lays out what is known at `revision`: definitions, and what is stored of flags.
    #[must_use]
    pub fn build(
        catalogue: &Catalogue,
        groups: &FeatureGroups,
        stored: impl IntoIterator<Item = (FlagKey, Gates)>,
        revision: u64,
    ) -> Self {
        let groups = Arc::new(compiled::groups(groups));
        let mut table = Table::default();
        for definition in catalogue.iter() {
            let flag = Flag::new(&definition.name, Some(definition), None, &groups);
            table.insert(flag);
        }
        for (key, gates) in stored {
            let flag = Flag::new(&key, catalogue.get(&key), Some(gates), &groups);
            table.insert(flag);
        }
        Self {
            table,
            groups,
            revision,
        }
    }

    /// The same snapshot after a change of one flag. Takes as long as that flag has actors,
    /// however many flags there are.
    #[must_use]
    pub fn with(&self, key: &FlagKey, gates: Option<&Gates>, revision: u64) -> Self {
        let defined = self.table.get(key.as_str()).and_then(|flag| flag.default);
        let mut table = self.table.clone();
        if defined.is_none() && gates.is_none() {
            table.remove(key.as_str());
        } else {
            let flag = Flag::with_default(key, defined, gates.cloned(), &self.groups);
            table.insert(flag);
        }
        Self {
            table,
            groups: Arc::clone(&self.groups),
            revision,
        }
    }

    /// Counts up with every change of the environment's flags.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Whether the flag is enabled. `draw` is a random number from 0 to 1 (not reached); it is
    /// called only by a percentage of time.
    pub fn is_enabled(&self, key: &str, asked: &Asked<'_>, draw: impl FnOnce() -> f64) -> bool {
        self.evaluate(key, asked, draw).enabled
    }

    /// Decides, and says by which rule. The order of the rules is GitLab's.
    pub fn evaluate(&self, key: &str, asked: &Asked<'_>, draw: impl FnOnce() -> f64) -> Verdict {
        match self.table.get(key) {
            Some(flag) => flag.decide(asked, draw),
            None => Verdict {
                enabled: false,
                reason: Reason::Unknown,
            },
        }
    }

    /// What is stored of a flag.
    #[must_use]
    pub fn gates(&self, key: &str) -> Option<&Gates> {
        self.table.get(key)?.gates.as_ref()
    }

    /// Whether a definition or a stored flag has this name.
    #[must_use]
    pub fn knows(&self, key: &str) -> bool {
        self.table.get(key).is_some()
    }

    /// Every flag that is defined or stored, in no order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.table.iter().map(|flag| flag.key.as_str())
    }

    /// Goes through every gate and says what each answers, for people.
    #[must_use]
    pub fn explain(&self, key: &str, asked: &Asked<'_>) -> Explanation {
        explain::explain(self.table.get(key), asked)
    }
}
