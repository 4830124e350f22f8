//! Goes every way, nearest first.

use std::collections::{BTreeSet, HashMap, VecDeque};

use flags::State as FlagState;
use rollouts::{Act, Purpose, State};

use super::acts::{act, acts, asked};
use super::invariants;
use super::key::key;
use super::pass::{Ways, come_late, is_too_late, passes};
use super::plan::{MINUTE, environment, origin};
use super::surroundings::{others, time};
use super::world::{Mutation, World};

/// What was found.
#[derive(Default)]
pub(crate) struct Found {
    pub states: usize,
    pub transitions: usize,
    pub rollbacks: usize,
    pub depth: usize,
    pub ends: String,
    pub holds: String,
    /// The first promise that was broken, and the way to it.
    pub broken: Option<String>,
}

struct Explorer {
    found: Found,
    /// By state: the one before, and what happened between.
    ways: HashMap<u64, (u64, String)>,
    queue: VecDeque<(u64, usize, World)>,
    ends: BTreeSet<&'static str>,
    holds: BTreeSet<String>,
}

pub(crate) fn explore(mutation: Mutation, disturbances: u32) -> Found {
    let world = World::new(mutation, disturbances);
    let first = key(&world);
    let mut explorer = Explorer {
        found: Found::default(),
        ways: HashMap::from([(first, (first, "start".to_owned()))]),
        queue: VecDeque::from([(first, 0, world)]),
        ends: BTreeSet::new(),
        holds: BTreeSet::new(),
    };
    while let Some((id, depth, world)) = explorer.queue.pop_front() {
        explorer.found.depth = depth;
        explorer.expand(id, depth, &world);
        if explorer.found.broken.is_some() {
            break;
        }
    }
    let mut found = explorer.found;
    found.states = explorer.ways.len();
    found.ends = explorer.ends.into_iter().collect::<Vec<_>>().join(", ");
    found.holds = explorer.holds.into_iter().collect::<Vec<_>>().join(", ");
    found
}

impl Explorer {
    fn expand(&mut self, id: u64, depth: usize, world: &World) {
        if let Some(hold) = &world.rollout.hold {
            self.holds.insert(format!("{:?}", hold.reason));
        }
        if world.rollout.is_over() {
            self.ends.insert(world.rollout.state.name());
            return self.stays_over(id, world);
        }
        if world.late.is_none() {
            self.can_be_rolled_back(id, world);
            self.keeps_its_offers(id, world);
        }
        let mut ways: Ways = Vec::new();
        passes(world, &mut ways);
        come_late(world.clone(), &mut ways);
        acts(world, &mut ways);
        others(world, &mut ways);
        time(world, &mut ways);
        for (told, after) in ways {
            self.reach(id, depth, told, after);
        }
    }

    fn reach(&mut self, from: u64, depth: usize, told: String, mut world: World) {
        self.found.transitions += 1;
        is_too_late(&mut world);
        world.prune();
        invariants::of_world(&mut world);
        if let Some(broken) = world.broken.take() {
            self.breaks(from, &format!("{broken}\nafter {told}"));
            return;
        }
        let id = key(&world);
        if self.ways.contains_key(&id) {
            return;
        }
        invariants::of_state(&mut world);
        if let Some(broken) = world.broken.take() {
            return self.breaks(from, &format!("{broken}\nafter {told}"));
        }
        self.ways.insert(id, (from, told));
        self.queue.push_back((id, depth + 1, world));
    }

    fn breaks(&mut self, at: u64, broken: &str) {
        let mut way = Vec::new();
        let mut id = at;
        while let Some((before, told)) = self.ways.get(&id) {
            way.push(told.clone());
            if *before == id {
                break;
            }
            id = *before;
        }
        way.reverse();
        let way = way.join("\n  ");
        self.found
            .broken
            .get_or_insert_with(|| format!("{broken}\nthe way there:\n  {way}"));
    }

    /// What is over stays so, whatever anybody does.
    fn stays_over(&mut self, id: u64, world: &World) {
        let mut ways = Vec::new();
        acts(world, &mut ways);
        if let Some((told, _)) = ways.first() {
            self.breaks(id, &format!("broken: what is over is over: {told}"));
        }
        let mut ways = Vec::new();
        passes(world, &mut ways);
        if ways
            .iter()
            .any(|(_, after)| after.rollout.version != world.rollout.version)
        {
            self.breaks(id, "broken: what is over is over");
        }
    }

    /// A button that is shown does something.
    fn keeps_its_offers(&mut self, id: u64, world: &World) {
        for offer in world.rollout.status(world.now).may {
            let act = act(&world.rollout, &offer);
            if asked(world, &act, "ben").is_none() {
                self.breaks(id, &format!("broken: what is offered is done: {offer:?}"));
            }
        }
    }

    /// With every check failing and every monitor silent, in a few passes.
    fn can_be_rolled_back(&mut self, id: u64, world: &World) {
        self.found.rollbacks += 1;
        let mut world = World {
            disturbances: 0,
            is_hostile: true,
            ..world.clone()
        };
        if world.rollout.state != State::RollingBack {
            let act = Act::RollBack { reason: None };
            let Some(after) = asked(&world, &act, "ana") else {
                return self.breaks(id, "broken: always able to roll back: refused");
            };
            world = after;
        }
        let before = world.clone();
        for _pass in 0..4 {
            world.now += MINUTE * 61;
            let mut ways = Vec::new();
            passes(&world, &mut ways);
            let Some((_, after)) = ways.pop() else {
                break;
            };
            world = after;
        }
        if let Some(problem) = put_back(&before, &world) {
            self.breaks(id, &format!("broken: always able to roll back: {problem}"));
        }
    }
}

fn put_back(before: &World, after: &World) -> Option<String> {
    if after.rollout.state != State::RolledBack {
        return Some(format!("{:?}", after.rollout.state));
    }
    let production = environment("production");
    let stands = after.gates.get(&production).cloned().flatten();
    let stood = origin().get(&production).cloned().flatten();
    let is_closed = stands
        .as_ref()
        .is_none_or(|gates| gates.state() == FlagState::Off);
    let was_adopted = before.rollout.origin.get(&production).cloned().flatten();
    let is_untouched = !before.rollout.left.contains_key(&production)
        && !before.rollout.unsure.contains_key(&production);
    // What others did after the rollback was made is theirs.
    let is_made = before.rollout.taken_down.contains(&production)
        || before.rollout.intended.iter().any(|of| {
            let mut parts = of.change.parts.iter();
            of.purpose == Purpose::RollBack
                && parts.all(|part| before.made.contains_key(&part.entry))
        });
    let good = is_made || stands == stood || stands == was_adopted || is_closed || is_untouched;
    (!good).then(|| format!("production stands at {stands:?}"))
}
