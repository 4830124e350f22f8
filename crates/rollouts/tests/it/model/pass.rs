//! One pass of a driver, with every way that it can go: each answer, and an end after each step.

use std::collections::BTreeMap;
use std::rc::Rc;

use domain::EnvironmentName;
use flags::Gates;
use jiff::Timestamp;
use rollouts::evidence::{self, Issue, Silence};
use rollouts::plan::{MonitorName, Precondition};
use rollouts::{
    Author, Change, CheckOutcome, CheckResult, Event, Part, Reading, Rollout, Situation, Step,
    WantedReading, next_step,
};

use super::invariants;
use super::plan::MINUTE;
use super::world::{Mutation, NotWritten, World};

/// More steps than any pass needs.
const MOST_STEPS: usize = 12;

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

const OUTCOMES: [CheckOutcome; 3] = [
    CheckOutcome::Holds,
    CheckOutcome::Fails,
    CheckOutcome::Silent,
];

/// What a driver decided, and does later.
#[derive(Clone, Debug)]
pub(crate) struct Late {
    pub at: Timestamp,
    pub version: u64,
    pub what: Doing,
    node: Box<Node>,
}

#[derive(Clone, Debug)]
pub(crate) enum Doing {
    Record(Vec<Event>),
    Write(Box<Part>),
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
    steps: usize,
    told: String,
}

pub(crate) type Ways = Vec<(String, World)>;

/// Every way in which a pass that begins now can go.
pub(crate) fn passes(world: &World, ways: &mut Ways) {
    let node = Node::looking_at(world);
    if node.local.readings_wanted(world.now).is_empty() {
        return decide(world.clone(), node, ways);
    }
    for mode in Mode::ALL {
        let (mut world, mut node) = (world.clone(), node.clone());
        let is_possible = match (mode, world.is_hostile) {
            (Mode::Healthy, false) | (Mode::Silent, true) => true,
            (_, true) => false,
            (_, false) => world.disturb(),
        };
        if is_possible {
            node.read(mode);
            node.told.push_str(&format!(", monitors {mode:?}"));
            decide(world, node, ways);
        }
    }
}

/// What was put off is done now, and the driver dies.
pub(crate) fn come_late(mut world: World, ways: &mut Ways) {
    let Some(mut late) = world.late.take() else {
        return;
    };
    let told = format!("late: {:?}", late.what);
    match late.what {
        Doing::Record(events) => {
            late.node.record(&mut world, &events);
        }
        Doing::Write(part) => {
            let before = world.gates.clone();
            let _written = world.write(&part, late.node.version);
            invariants::of_late_write(&mut world, &part, &before);
        }
    }
    ways.push((told, world));
}

/// A driver that comes late when the rollout has moved on changes nothing.
pub(crate) fn is_too_late(world: &mut World) {
    let Some(late) = &world.late else {
        return;
    };
    if late.version == world.rollout.version {
        return;
    }
    let mut after = world.clone();
    let mut ways = Vec::new();
    after.late.clone_from(&world.late);
    come_late(after, &mut ways);
    world.late = None;
    for (told, after) in ways {
        if after.gates != world.gates || after.rollout != world.rollout {
            world.fail("a driver that comes late changes nothing", told);
        }
    }
}

fn decide(mut world: World, mut node: Node, ways: &mut Ways) {
    node.steps += 1;
    if MOST_STEPS < node.steps {
        world.fail("a pass comes to an end", &node.told);
        ways.push((node.told, world));
        return;
    }
    let situation = Situation {
        gates: world.standing(),
        checks: node.checks.clone(),
        fresh_ids: world.fresh_ids(),
    };
    match next_step(&node.local, &situation, world.now) {
        Step::Wait { .. } | Step::Over => {
            node.record(&mut world, &[]);
            ways.push((format!("{}, end", node.told), world));
        }
        Step::Check(preconditions) => check(&world, &node, &preconditions, ways),
        Step::Record(events) => {
            put_off(&world, &node, Doing::Record(events.clone()), ways);
            if node.record(&mut world, &events) {
                node.told.push_str(&format!(", {}", names(&events)));
                die(&world, &node, ways);
                decide(world, node, ways);
            }
        }
        Step::Apply(change) => apply(world, node, &change, BTreeMap::new(), ways),
    }
}

fn check(world: &World, node: &Node, preconditions: &[Precondition], ways: &mut Ways) {
    for outcome in OUTCOMES {
        let (mut world, mut node) = (world.clone(), node.clone());
        let is_possible = match (outcome, world.is_hostile) {
            (CheckOutcome::Holds, false) | (CheckOutcome::Fails, true) => true,
            (_, true) => false,
            (_, false) => world.disturb(),
        };
        if !is_possible {
            continue;
        }
        let seen = match world.mutation {
            Mutation::SkipPrecondition => CheckOutcome::Holds,
            Mutation::None | Mutation::ApplyTwice | Mutation::MissAudit | Mutation::NoFence => {
                outcome
            }
        };
        let results: Vec<CheckResult> = preconditions
            .iter()
            .map(|precondition| CheckResult {
                id: precondition.id().to_owned(),
                outcome: seen,
                found: String::new(),
                at: world.now,
            })
            .collect();
        Rc::make_mut(&mut node.local).asked(&results, world.now);
        node.checks = Some(results);
        node.truth = Some(outcome);
        node.told.push_str(&format!(", checks {outcome:?}"));
        decide(world, node, ways);
    }
}

/// Each part by itself: the driver may die after any, and any may be refused.
fn apply(
    mut world: World,
    mut node: Node,
    change: &Change,
    done: BTreeMap<EnvironmentName, Option<Gates>>,
    ways: &mut Ways,
) {
    let Some(part) = change.parts.get(done.len()) else {
        let applied = Event::Applied {
            entries: change.parts.iter().map(|part| part.entry.clone()).collect(),
            gates: done,
        };
        put_off(&world, &node, Doing::Record(vec![applied.clone()]), ways);
        node.record(&mut world, &[applied]);
        node.told.push_str(", applied");
        die(&world, &node, ways);
        return decide(world, node, ways);
    };
    put_off(&world, &node, Doing::Write(Box::new(part.clone())), ways);
    refuse(&world, &node, ways);
    match node.write(&mut world, part) {
        Ok(gates) => {
            let mut done = done;
            done.insert(part.environment.clone(), gates);
            node.told
                .push_str(&format!(", changes {}", part.environment));
            die(&world, &node, ways);
            apply(world, node, change, done, ways);
        }
        Err(NotWritten::Fenced) => ways.push((format!("{}, fenced", node.told), world)),
        Err(NotWritten::Refused(reason)) => {
            node.record(&mut world, &[Event::NotApplied { reason }]);
            node.told.push_str(", refused by the flag");
            decide(world, node, ways);
        }
    }
}

/// The environment does not let itself be changed.
fn refuse(world: &World, node: &Node, ways: &mut Ways) {
    let (mut world, mut node) = (world.clone(), node.clone());
    if !world.disturb() {
        return;
    }
    let reason = "it is down".to_owned();
    node.record(&mut world, &[Event::NotApplied { reason }]);
    node.told.push_str(", not applied");
    decide(world, node, ways);
}

/// The driver is killed here.
fn die(world: &World, node: &Node, ways: &mut Ways) {
    let mut world = world.clone();
    if world.disturb() {
        ways.push((format!("{}, dies", node.told), world));
    }
}

/// One driver at a time is late, and only with what has an effect.
fn put_off(world: &World, node: &Node, what: Doing, ways: &mut Ways) {
    let opens = match &what {
        Doing::Record(events) => events
            .iter()
            .any(|event| matches!(event, Event::Intended { .. } | Event::Applied { .. })),
        Doing::Write(_) => true,
    };
    let mut world = world.clone();
    if world.late.is_none() && opens && world.disturb() {
        world.late = Some(Late {
            at: world.now,
            version: node.version,
            what,
            node: Box::new(node.clone()),
        });
        ways.push((format!("{}, falls behind", node.told), world));
    }
}

impl Late {
    pub(crate) fn parts(&self) -> Vec<&Part> {
        match &self.what {
            Doing::Record(events) => events
                .iter()
                .filter_map(|event| match event {
                    Event::Intended { change } => Some(&change.parts),
                    _others => None,
                })
                .flatten()
                .collect(),
            Doing::Write(part) => vec![part.as_ref()],
        }
    }
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
    fn read(&mut self, mode: Mode) {
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

    fn record(&mut self, world: &mut World, events: &[Event]) -> bool {
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

    fn write(&self, world: &mut World, part: &Part) -> Result<Option<Gates>, NotWritten> {
        let before = world.gates.clone();
        let written = world.write(part, self.version);
        invariants::of_write(world, part, &before);
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

fn names(events: &[Event]) -> String {
    let names = events.iter().map(|event| {
        let told = format!("{event:?}");
        let end = told.find([' ', '{', '(']).unwrap_or(told.len());
        told.chars().take(end).collect::<String>()
    });
    names.collect::<Vec<_>>().join("+")
}
