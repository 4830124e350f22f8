//! A driver in the middle of a pass, and what the monitors tell it.

use std::collections::BTreeMap;
use std::rc::Rc;

use flags::Gates;
use jiff::Timestamp;
use rollouts::evidence::{self, Issue, Silence};
use rollouts::plan::MonitorName;
use rollouts::{Author, CheckOutcome, CheckResult, Event, Part, Reading, Rollout, WantedReading};

use super::invariants;
use super::plan::MINUTE;
use super::world::{NotWritten, World};
use super::writes;

/// What the monitors say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Mode {
    Healthy,
    Watching,
    Holds,
    RollsBack,
    Silent,
}

impl Mode {
    pub(crate) const ALL: [Self; 5] = [
        Self::Healthy,
        Self::Watching,
        Self::Holds,
        Self::RollsBack,
        Self::Silent,
    ];
}

/// What a monitor has said since the last change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Said {
    /// The worst that it knows of, for what keeps; else the newest.
    pub mode: Mode,
    pub is_silent: bool,
    pub to: Timestamp,
}

impl Said {
    fn after(before: Option<&Self>, mode: Mode, wanted: &WantedReading) -> Self {
        let known = before.map(|said| said.mode);
        let is_issues = wanted.monitor.as_str() == "issues";
        let keeps = match mode {
            Mode::Silent => true,
            Mode::Watching => !is_issues,
            Mode::Healthy | Mode::RollsBack => is_issues && known == Some(Mode::Holds),
            Mode::Holds => false,
        };
        let fresh = if mode == Mode::Silent {
            Mode::Watching
        } else {
            mode
        };
        Self {
            mode: known.filter(|_| keeps).unwrap_or(fresh),
            is_silent: mode == Mode::Silent,
            to: wanted.to,
        }
    }
}

/// A driver in the middle of a pass.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub local: Rc<Rollout>,
    pub version: u64,
    pub at: Timestamp,
    pub checks: Option<Vec<CheckResult>>,
    /// What is so, whatever the driver makes of it.
    pub truth: Option<CheckOutcome>,
    pub said: BTreeMap<MonitorName, Said>,
    pub steps: usize,
    pub told: String,
}

impl Node {
    /// Somebody who knows what is stored.
    pub(crate) fn looking_at(world: &World) -> Self {
        Self {
            local: Rc::clone(&world.rollout),
            version: world.rollout.version,
            at: world.now,
            checks: None,
            truth: None,
            said: world.said.clone(),
            steps: 0,
            told: "pass".to_owned(),
        }
    }

    /// Reads everything that is due, also what an outage left unread.
    pub(crate) fn read(&mut self, mode: Mode) {
        for _window in 0..6 {
            let wanted = self.local.readings_wanted(self.at);
            if wanted.is_empty() {
                return;
            }
            for wanted in wanted {
                // A try that fails again has failed for long.
                let watched = self.local.monitors.get(&wanted.monitor);
                let tries = match (mode, watched.map_or(0, |of| of.failures)) {
                    (Mode::Silent, 1..) => 3,
                    _once => 1,
                };
                for _again in 1..tries {
                    Rc::make_mut(&mut self.local).take(&reading(&wanted, mode, self.at));
                }
                Rc::make_mut(&mut self.local).take(&reading(&wanted, mode, self.at));
                let before = self.said.get(&wanted.monitor);
                let before = before.filter(|said| wanted.since < said.to);
                let said = Said::after(before, mode, &wanted);
                self.said.insert(wanted.monitor, said);
            }
        }
    }

    pub(crate) fn record(&mut self, world: &mut World, events: &[Event]) -> bool {
        invariants::of_entries(world, self, events);
        let itself = Author::itself();
        let is_recorded = world.record(self.version, &self.local, self.at, &itself, events);
        if is_recorded {
            world.said.clone_from(&self.said);
            self.local = Rc::clone(&world.rollout);
            self.version = self.local.version;
        }
        is_recorded
    }

    pub(crate) fn write(
        &self,
        world: &mut World,
        part: &Part,
    ) -> Result<Option<Gates>, NotWritten> {
        let before = world.gates.clone();
        let written = world.write(part, self.version);
        writes::of_write(world, part, &before);
        written
    }
}

fn reading(wanted: &WantedReading, mode: Mode, at: Timestamp) -> Reading {
    let is_limit = wanted.monitor.as_str() == "limit";
    let value = |value: f64, requests: f64| evidence::Reading::Value {
        value,
        requests: Some(requests),
    };
    let got = match (mode, is_limit) {
        (Mode::Silent, _) => evidence::Reading::Nothing(Silence::Unanswered),
        (Mode::Healthy | Mode::Holds, true) => value(0.0, 100.0),
        (Mode::Watching, true) => value(0.0, 1.0),
        (Mode::RollsBack, true) => value(1.0, 100.0),
        (Mode::Holds, false) => evidence::Reading::Issues(vec![issue(wanted)]),
        (Mode::Healthy | Mode::Watching | Mode::RollsBack, false) => {
            evidence::Reading::Issues(Vec::new())
        }
    };
    Reading {
        monitor: wanted.monitor.clone(),
        from: wanted.from,
        to: wanted.to,
        at,
        got,
        why: None,
    }
}

fn issue(wanted: &WantedReading) -> Issue {
    Issue {
        id: "1".to_owned(),
        title: "NoMethodError".to_owned(),
        url: None,
        first_seen: wanted.since + MINUTE / 2,
        with_flag: true,
        events: 3,
        users: 2,
    }
}
