//! What must never be so.

use rollouts::evidence::Evidence;
use rollouts::plan::{Precondition, Stage};
use rollouts::{CheckOutcome, Event, Overridden, Point, Rollout, State};

use super::node::{Mode, Node};
use super::world::World;

/// Before a driver writes these down.
pub(crate) fn of_entries(world: &mut World, node: &Node, events: &[Event]) {
    for event in events {
        match event {
            Event::Intended { change } if !change.closes => begins(world, node),
            Event::Entered if node.local.point == Point::Asking => begins(world, node),
            Event::Advanced { .. } | Event::Completed => {
                let present = node.local.plan.stage(node.local.stage);
                if present.is_some_and(|stage| stage.by_hand) {
                    world.fail("what goes on by hand does not go on by itself", event);
                }
                ends(world, node);
            }
            Event::RollbackBegan { .. } | Event::WentBack { .. } => {
                let harm = node.said.values().any(|said| said.mode == Mode::RollsBack);
                if !harm {
                    world.fail("nothing is taken back without evidence", event);
                }
            }
            Event::Applied { entries, .. } => {
                let is_written = |entry| world.made.contains_key(entry);
                if world.rollout.version == node.version && !entries.iter().all(is_written) {
                    world.fail("no change without an entry of the audit", entries);
                }
            }
            _others => (),
        }
    }
}

/// A stage's change is intended, or a stage without one is entered.
fn begins(world: &mut World, node: &Node) {
    let rollout = &node.local;
    let Some(stage) = rollout.plan.stage(rollout.stage) else {
        return;
    };
    let unmet: Vec<&str> = stage
        .preconditions
        .iter()
        .filter(|precondition| !holds(node, precondition))
        .map(Precondition::id)
        .collect();
    if !unmet.is_empty() {
        world.fail("no change without its preconditions", (&stage.name, unmet));
    }
    let approvals = rollout.approvals.iter();
    let others = approvals.filter(|person| person.as_str() != rollout.started_by.name);
    if others.count() < stage.approvals as usize {
        world.fail("no change without its approvals", &stage.name);
    }
    if rollout.state != State::Running || !rollout.outside.is_empty() {
        world.fail("nothing begins while it is held", &stage.name);
    }
    if let Some(objection) = objection(node, false) {
        world.fail("nothing begins against a monitor", objection);
    }
}

fn holds(node: &Node, precondition: &Precondition) -> bool {
    let is_overridden = overridden(
        &node.local,
        &Overridden::Precondition(precondition.id().to_owned()),
    );
    let holds = match precondition {
        Precondition::Manual { item, .. } => node.local.ticks.contains_key(item),
        Precondition::Watched => {
            let watch = node.local.watch.as_ref();
            watch.and_then(|watch| watch.until) > Some(node.at)
        }
        _asked => node.truth == Some(CheckOutcome::Holds),
    };
    holds || is_overridden
}

fn overridden(rollout: &Rollout, what: &Overridden) -> bool {
    rollout.overridden.iter().any(|record| record.what == *what)
}

/// A monitor that stands in the way of going on. Of the two, only what was said since the last
/// change or override counts.
fn objection(node: &Node, at_the_end: bool) -> Option<String> {
    let rollout = &node.local;
    rollout.in_force?;
    node.said.iter().find_map(|(name, said)| {
        let watched = rollout.monitors.get(name)?;
        let is_old = said.to <= watched.since;
        let weak = at_the_end && !overridden(rollout, &Overridden::Evidence);
        let objects = said.is_silent
            || match said.mode {
                Mode::Healthy | Mode::Silent => false,
                Mode::Watching => weak && name.as_str() == "limit",
                Mode::Holds => name.as_str() == "issues",
                Mode::RollsBack => name.as_str() == "limit",
            };
        let is_heeded = !overridden(rollout, &Overridden::Monitor(name.clone()));
        (objects && is_heeded && !is_old).then(|| format!("{name} {said:?}"))
    })
}

/// A stage is over.
pub(crate) fn ends(world: &mut World, node: &Node) {
    let rollout = &node.local;
    let Some(stage) = rollout.plan.stage(rollout.stage) else {
        return;
    };
    let until = rollout
        .stages
        .get(rollout.stage)
        .and_then(|of| of.soak_until);
    let is_soaked = rollout.point == Point::Watching && until.is_some_and(|until| until <= node.at);
    if !is_soaked {
        world.fail("no stage ends before its soak", &stage.name);
    }
    if rollout.state != State::Running {
        world.fail("no stage ends while it is held", &stage.name);
    }
    if !stage.verify.iter().all(|verify| holds(node, verify)) {
        world.fail("no stage ends before it is verified", &stage.name);
    }
    if stage.soak.is_positive() {
        watched_to_the_end(world, node, stage);
    }
}

fn watched_to_the_end(world: &mut World, node: &Node, stage: &Stage) {
    let rollout = &node.local;
    let until = rollout
        .stages
        .get(rollout.stage)
        .and_then(|of| of.soak_until);
    for monitor in &rollout.plan.monitors {
        let heeded = !overridden(rollout, &Overridden::Monitor(monitor.name.clone()));
        let said_to = node.said.get(&monitor.name).map(|said| said.to);
        let since = rollout.monitors.get(&monitor.name).map(|of| of.since);
        if heeded && said_to.max(since) < until {
            world.fail("what nobody saw is no soak", (&stage.name, &monitor.name));
        }
    }
    if let Some(objection) = objection(node, true) {
        world.fail("silence and weak evidence end no stage", objection);
    }
}

/// After every step.
pub(crate) fn of_world(world: &mut World) {
    if world.gates != world.audited {
        let gates = world.gates.clone();
        world.fail("no change without an entry of the audit", gates);
    }
    if world.rollout.state == State::Held && world.rollout.hold.is_none() {
        let number = world.rollout.version;
        world.fail("a hold has a reason", number);
    }
}

/// In every state that is new. What was seen by looking changes nothing of what entries do, so
/// the state is the fold of its history.
pub(crate) fn of_state(world: &mut World) {
    let Some((before, entries)) = world.last.take() else {
        return;
    };
    let mut folded = seen_nothing(&before);
    entries.iter().for_each(|entry| folded.record(entry));
    if seen_nothing(&folded) != seen_nothing(&world.rollout) {
        world.fail("the state is the fold of its history", entries);
    }
}

/// The rollout without what is no part of its history.
fn seen_nothing(rollout: &Rollout) -> Rollout {
    let mut rollout = rollout.clone();
    rollout.asked_at = None;
    rollout
        .checks
        .values_mut()
        .for_each(|of| of.at = rollout.started_at);
    let start = rollout.started_at;
    for watched in rollout.monitors.values_mut() {
        watched.recent.clear();
        watched.read_to = Some(start);
        watched.failures = 0;
        watched.trouble = None;
        let (rule, budget) = (watched.evidence.rule(), watched.evidence.budget());
        watched.evidence = Evidence::new(&rule, budget);
    }
    rollout
}
