//! The store, the environments and the clock, as far as a rollout meets them.

use std::collections::BTreeMap;
use std::rc::Rc;

use domain::{AuditId, EnvironmentName};
use flags::Gates;
use flags::request::{Plan, plan};
use jiff::Timestamp;
use rollouts::plan::MonitorName;
use rollouts::{Author, Entry, Event, FlagAct, Part, Rollout, Standing};

use super::node::Said;
use super::pass::Late;
use super::plan;

/// What is wrong with the driver or the store, to see that it is caught.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mutation {
    None,
    SkipPrecondition,
    ApplyTwice,
    MissAudit,
    NoFence,
}

#[derive(Clone, Debug)]
pub(crate) struct World {
    pub mutation: Mutation,
    pub now: Timestamp,
    /// As it is stored: the history's fold, with what was seen by looking.
    pub rollout: Rc<Rollout>,
    /// The last entries, and what they were folded into.
    pub last: Option<(Rc<Rollout>, Vec<Entry>)>,
    pub gates: BTreeMap<EnvironmentName, Option<Gates>>,
    /// How the flag stands as the audit tells it.
    pub audited: BTreeMap<EnvironmentName, Option<Gates>>,
    /// The entries of the audit by the rollout that may still be asked for, with what came of it
    /// and how often it was done.
    pub made: BTreeMap<AuditId, (Option<Gates>, u32)>,
    pub minted: u32,
    /// What each monitor said last, and of the time until when.
    pub said: BTreeMap<MonitorName, Said>,
    /// What a driver has decided and not done yet.
    pub late: Option<Late>,
    /// How many more things may go otherwise than planned.
    pub disturbances: u32,
    /// Nothing answers as one would wish.
    pub is_hostile: bool,
    /// Promises that were broken on the way here.
    pub broken: Option<String>,
}

/// Why a flag was not written.
pub(crate) enum NotWritten {
    /// The rollout has moved on.
    Fenced,
    Refused(String),
}

impl World {
    pub(crate) fn new(mutation: Mutation, disturbances: u32) -> Self {
        let rollout = Rollout::begin("rlt_1".parse().unwrap(), &plan::started()).unwrap();
        Self {
            mutation,
            now: plan::start(),
            rollout: Rc::new(rollout),
            last: None,
            gates: plan::origin(),
            audited: plan::origin(),
            made: BTreeMap::new(),
            minted: 0,
            said: BTreeMap::new(),
            late: None,
            disturbances,
            is_hostile: false,
            broken: None,
        }
    }

    pub(crate) fn fresh_ids(&mut self) -> Vec<AuditId> {
        let ids = (1..=3).map(|number| format!("aud_{}", self.minted + number));
        let ids = ids.map(|id| id.parse().unwrap()).collect();
        self.minted += 3;
        ids
    }

    /// One transaction: all of it, unless somebody was faster.
    pub(crate) fn record(
        &mut self,
        expected: u64,
        state: &Rc<Rollout>,
        at: Timestamp,
        by: &Author,
        events: &[Event],
    ) -> bool {
        if self.rollout.version != expected {
            return false;
        }
        self.rollout = Rc::clone(state);
        let numbers = self.rollout.version + 1..;
        let entries: Vec<Entry> = numbers
            .zip(events)
            .map(|(number, event)| Entry {
                number,
                at,
                by: by.clone(),
                event: event.clone(),
            })
            .collect();
        if !entries.is_empty() {
            let rollout = Rc::make_mut(&mut self.rollout);
            entries.iter().for_each(|entry| rollout.record(entry));
            self.last = Some((Rc::clone(state), entries));
        }
        true
    }

    /// Changes the flag, its audit and nothing else, if the rollout has not moved on.
    pub(crate) fn write(&mut self, part: &Part, fence: u64) -> Result<Option<Gates>, NotWritten> {
        let known = self.made.get(&part.entry).map(|(gates, _)| gates.clone());
        match known {
            Some(gates) if self.mutation != Mutation::ApplyTwice => return Ok(gates),
            Some(_) | None => (),
        }
        if fence != self.rollout.version && self.mutation != Mutation::NoFence {
            return Err(NotWritten::Fenced);
        }
        let before = self.gates.get(&part.environment).cloned().flatten();
        let after = result(before.as_ref(), &part.act).map_err(NotWritten::Refused)?;
        self.gates.insert(part.environment.clone(), after.clone());
        if self.mutation != Mutation::MissAudit {
            self.audited.insert(part.environment.clone(), after.clone());
        }
        let made = self.made.entry(part.entry.clone()).or_default();
        *made = (after.clone(), made.1 + 1);
        Ok(after)
    }

    /// Somebody else changes the flag in production, by the book.
    pub(crate) fn edit(&mut self, gates: Option<Gates>) {
        let production = plan::environment("production");
        self.gates.insert(production.clone(), gates.clone());
        self.audited.insert(production, gates);
    }

    pub(crate) fn standing(&self) -> BTreeMap<EnvironmentName, Standing> {
        let gates = self.gates.iter();
        gates
            .map(|(environment, gates)| {
                let standing = Standing {
                    gates: gates.clone(),
                    by: None,
                };
                (environment.clone(), standing)
            })
            .collect()
    }

    /// Forgets what nobody can ask for any more.
    pub(crate) fn prune(&mut self) {
        let intended = self.rollout.intended.iter();
        let parts = intended.flat_map(|of| &of.change.parts);
        let late = self.late.iter().flat_map(Late::parts);
        let wanted: Vec<&AuditId> = parts.chain(late).map(|part| &part.entry).collect();
        self.made.retain(|id, _| wanted.contains(&id));
    }

    /// Something goes otherwise than planned, if that may still be.
    pub(crate) fn disturb(&mut self) -> bool {
        let may = 0 < self.disturbances;
        self.disturbances = self.disturbances.saturating_sub(1);
        may
    }

    pub(crate) fn fail(&mut self, promise: &str, about: impl std::fmt::Debug) {
        self.broken
            .get_or_insert_with(|| format!("broken: {promise}: {about:?}"));
    }
}

fn result(before: Option<&Gates>, act: &FlagAct) -> Result<Option<Gates>, String> {
    match act {
        FlagAct::Restore(gates) => Ok(gates.clone()),
        FlagAct::Delete => Ok(None),
        FlagAct::Set(request) => {
            let changes = match plan(request).map_err(|refused| refused.to_string())? {
                Plan::Everyone(change) => vec![change],
                Plan::Each(verb) => vec![verb.actor("User:1".parse().unwrap())],
            };
            flags::apply(before, &changes).map_err(|refused| refused.to_string())
        }
    }
}
