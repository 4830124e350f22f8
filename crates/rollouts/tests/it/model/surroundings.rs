//! What happens without the rollout: changes by others, and time.

use flags::{Gates, Percentage};
use jiff::SignedDuration;

use super::pass::Ways;
use super::plan::{MINUTE, environment};
use super::world::World;

/// Somebody else opens the flag for more, closes it, or thinks better of it; where it is open for
/// some.
pub(crate) fn others(world: &World, ways: &mut Ways) {
    let production = environment("production");
    let stands = world.gates.get(&production).cloned().flatten();
    let mut half = stands.clone().unwrap_or_default();
    half.percentage_of_actors = Percentage::new(50.0).unwrap();
    let left = world.rollout.left.get(&production);
    let left = left.or_else(|| world.rollout.origin.get(&production));
    let left = left.cloned().flatten();
    let edits = if stands == left {
        vec![("half", Some(half)), ("closed", Some(Gates::off()))]
    } else {
        vec![("as before", left), ("closed", Some(Gates::off()))]
    };
    for (told, gates) in edits {
        let mut world = world.clone();
        if gates != stands && (told == "as before" || world.disturb()) {
            world.edit(gates);
            ways.push((format!("others: {told}"), world));
        }
    }
}

pub(crate) fn time(world: &World, ways: &mut Ways) {
    for pause in [MINUTE, SignedDuration::from_hours(3)] {
        let mut world = world.clone();
        if pause != MINUTE && !world.disturb() {
            continue;
        }
        world.now += pause;
        ways.push((format!("time: {}", pause.as_mins()), world));
    }
}
