//! One pass of a driver, with every way that it can go: each answer, and an end after each step.

use std::collections::BTreeMap;
use std::rc::Rc;

use domain::EnvironmentName;
use flags::Gates;
use jiff::Timestamp;
use rollouts::plan::Precondition;
use rollouts::{Change, CheckOutcome, CheckResult, Event, Part, Situation, Step, next_step};

use super::node::{Mode, Node};
use super::world::{Mutation, NotWritten, World};
use super::writes;

/// More steps than any pass needs.
const MOST_STEPS: usize = 12;

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
            writes::of_late_write(&mut world, &part, &before);
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

fn names(events: &[Event]) -> String {
    let names = events.iter().map(|event| {
        let told = format!("{event:?}");
        let end = told.find([' ', '{', '(']).unwrap_or(told.len());
        told.chars().take(end).collect::<String>()
    });
    names.collect::<Vec<_>>().join("+")
}
