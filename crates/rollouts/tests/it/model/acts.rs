//! What people ask.

use std::rc::Rc;

use domain::Role;
use rollouts::plan::ItemId;
use rollouts::{Act, Asker, Event, Offer, Overridden, Point, Rollout, ask};

use super::invariants;
use super::node::Node;
use super::pass::Ways;
use super::plan::author;
use super::world::World;

pub(crate) fn asked(world: &World, act: &Act, who: &str) -> Option<World> {
    let asker = Asker {
        author: author(who),
        known: true,
        roles: [Role::Operator, Role::Approver].into(),
    };
    let events = ask(&world.rollout, act, &asker, world.now).ok()?;
    let mut world = world.clone();
    promises_of_acts(&mut world, &events);
    let (version, state, at) = (world.rollout.version, Rc::clone(&world.rollout), world.now);
    world.record(version, &state, at, &asker.author, &events);
    Some(world)
}

/// People cannot get past the soak, the monitors or the verification by asking.
fn promises_of_acts(world: &mut World, events: &[Event]) {
    let ends = |event: &Event| matches!(event, Event::Advanced { .. } | Event::Completed);
    if events.iter().any(ends) {
        let node = Node::looking_at(world);
        invariants::ends(world, &node);
    }
    let begins = |event: &Event| matches!(event, Event::Intended { .. } | Event::Applied { .. });
    if events.iter().any(begins) {
        world.fail("people change nothing past the driver", events.to_vec());
    }
}

/// What somebody asks who takes up an offer.
pub(crate) fn act(rollout: &Rollout, offer: &Offer) -> Act {
    let reason = || "because".to_owned();
    let about = offer.about.clone().unwrap_or_default();
    match offer.act.as_str() {
        "advance" => Act::Advance,
        "hold" => Act::Hold { reason: reason() },
        "resume" => Act::Resume { note: None },
        "rollback" => Act::RollBack { reason: None },
        "cancel" => Act::Cancel { reason: reason() },
        "approve" => Act::Approve { note: None },
        "acknowledge" => Act::Acknowledge,
        "adopt" => Act::Adopt,
        "restore" => Act::Restore,
        "tick" => Act::Tick {
            item: about.parse().unwrap(),
            evidence: reason(),
        },
        "back" => Act::Back {
            to: about.parse().unwrap(),
            reason: None,
        },
        "override" => Act::Override {
            what: overridden(rollout, &about),
            reason: reason(),
        },
        unknown => panic!("nobody knows how to {unknown}"),
    }
}

fn overridden(rollout: &Rollout, about: &str) -> Overridden {
    let name = about.parse().ok();
    match name.filter(|name| rollout.plan.monitor(name).is_some()) {
        Some(monitor) => Overridden::Monitor(monitor),
        None if about == "evidence" => Overridden::Evidence,
        None => Overridden::Precondition(about.to_owned()),
    }
}

/// Everything that somebody may ask here.
pub(crate) fn acts(world: &World, ways: &mut Ways) {
    let words = || "because".to_owned();
    let mut all = vec![
        ("ana", Act::Advance),
        ("ana", Act::Hold { reason: words() }),
        ("ana", Act::Resume { note: None }),
        ("ana", Act::RollBack { reason: None }),
        ("ana", Act::Approve { note: None }),
        ("ben", Act::Approve { note: None }),
        ("ana", Act::Adopt),
        ("ana", Act::Restore),
        ("ana", Act::Cancel { reason: words() }),
    ];
    for stage in &world.rollout.plan.stages {
        let to = stage.name.clone();
        all.push(("ana", Act::Back { to, reason: None }));
    }
    if world.rollout.stage == 3 {
        all.push(("ana", Act::Acknowledge));
    }
    all.extend(ticks(&world.rollout).map(|act| ("ana", act)));
    all.extend(overrides(&world.rollout).map(|what| {
        let reason = words();
        ("ana", Act::Override { what, reason })
    }));
    for (who, act) in all {
        let mut world = world.clone();
        if (!disturbs(&act) || world.disturb())
            && let Some(after) = asked(&world, &act, who)
        {
            ways.push((format!("{who}: {act:?}"), after));
        }
    }
}

/// Whether a rollout that is on its way goes otherwise with this.
fn disturbs(act: &Act) -> bool {
    match act {
        Act::Hold { .. } | Act::Back { .. } | Act::Override { .. } | Act::Untick { .. } => true,
        Act::Advance
        | Act::Resume { .. }
        | Act::RollBack { .. }
        | Act::Approve { .. }
        | Act::Acknowledge
        | Act::Tick { .. }
        | Act::Adopt
        | Act::Restore
        | Act::Link { .. }
        | Act::Cancel { .. } => false,
    }
}

/// What the present stage needs, and the other way round.
fn ticks(rollout: &Rollout) -> impl Iterator<Item = Act> + use<> {
    let item = match (rollout.stage, rollout.point) {
        (0, Point::Watching) => Some("qa"),
        (2, _) => Some("docs"),
        _others => None,
    };
    let item = item.map(|item| item.parse::<ItemId>().unwrap());
    let evidence = "seen".to_owned();
    let acts = item.map(|item| {
        let untick = Act::Untick { item: item.clone() };
        [untick, Act::Tick { item, evidence }]
    });
    acts.into_iter().flatten()
}

/// One thing at a time: what is overridden together does not matter to each other.
fn overrides(rollout: &Rollout) -> impl Iterator<Item = Overridden> + use<> {
    let monitors = rollout.plan.monitors.iter();
    let mut all: Vec<_> = monitors
        .map(|monitor| Overridden::Monitor(monitor.name.clone()))
        .collect();
    all.extend([Overridden::Evidence, Overridden::Soak]);
    let preconditions = ["no-incident", "removal-merged"];
    all.extend(preconditions.map(|id| Overridden::Precondition(id.to_owned())));
    if !rollout.overridden.is_empty() {
        all.clear();
    }
    all.into_iter()
}
