//! What must never be so of the flag itself.

use std::collections::BTreeMap;

use domain::EnvironmentName;
use flags::{Gates, Percentage};
use rollouts::{FlagAct, Part, Purpose, Rollout, State};

use super::world::World;

/// After a flag was written, or was not.
pub(crate) fn of_write(
    world: &mut World,
    part: &Part,
    before: &BTreeMap<EnvironmentName, Option<Gates>>,
) {
    written(world, part, before, false);
}

/// The same for a driver that was late: what others did meanwhile and nobody has noticed yet it
/// cannot know.
pub(crate) fn of_late_write(
    world: &mut World,
    part: &Part,
    before: &BTreeMap<EnvironmentName, Option<Gates>>,
) {
    written(world, part, before, true);
}

fn written(
    world: &mut World,
    part: &Part,
    before: &BTreeMap<EnvironmentName, Option<Gates>>,
    is_late: bool,
) {
    if world.made.values().any(|(_, times)| 1 < *times) {
        world.fail("no change is made twice", &part.entry);
    }
    if *before == world.gates {
        return;
    }
    let rollout = &world.rollout;
    let is_stage = rollout
        .intended
        .as_ref()
        .is_none_or(|of| of.purpose == Purpose::Stage);
    let opened = level(world.gates.get(&part.environment));
    let was = level(before.get(&part.environment));
    let is_running = rollout.state == State::Running;
    let planned = planned(rollout, &part.environment);
    // How the flag stood may be more than others have left of it in this very moment.
    let is_blind = is_late && matches!(part.act, FlagAct::Restore(_));
    if was < opened && planned < opened && !is_blind {
        world.fail("never more open than the stage", (part, was, opened));
    }
    if !is_late && was < opened && (!is_stage || !is_running) {
        world.fail("nothing opens while it is held or taken back", part);
    }
}

/// How far the flag is open: 0 for whom it was before, 1 for the named, 2 for a share, 3 for all.
fn level(gates: Option<&Option<Gates>>) -> u8 {
    let Some(Some(gates)) = gates else {
        return 0;
    };
    let before: flags::ActorId = "User:7".parse().unwrap();
    if gates.boolean {
        3
    } else if Percentage::ZERO < gates.percentage_of_actors {
        2
    } else if gates.enabled_actors().any(|actor| *actor != before) {
        1
    } else {
        0
    }
}

fn planned(rollout: &Rollout, environment: &EnvironmentName) -> u8 {
    match environment.as_str() {
        "production" => [0, 1, 1, 2, 3, 3, 3]
            .get(rollout.stage)
            .copied()
            .unwrap_or(0),
        _elsewhere => 3,
    }
}
