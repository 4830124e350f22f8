//! What more flags and more actors do to a decision.

use flags::{Asked, Catalogue, FeatureGroups, Gates, Snapshot};

use crate::ours::{key, share};
use crate::timing::{Effort, nanos};

pub fn figures(effort: Effort) {
    flags(effort);
    actors(effort);
}

fn flags(effort: Effort) {
    println!("Nanoseconds a decision with more flags (1 thread, the snapshot in hand)");
    println!(
        "{:>10} {:>10} {:>16} {:>10} {:>24}",
        "flags", "boolean", "25 % of actors", "unknown", "boolean, every flag once"
    );
    for count in [10_usize, 1_000, 100_000] {
        let snapshot = with_flags(count);
        let ask = |flag: &str, actor: &str| snapshot.is_enabled(flag, &Asked::of(actor), || 0.5);
        let actor = "Project:278964";
        let boolean = nanos(effort, 1, |_| ask("flag_number_4", actor));
        let percentage = nanos(effort, 1, |_| ask("flag_number_5", actor));
        let unknown = nanos(effort, 1, |_| ask("flag_number_none", actor));
        // Evenly over the memory that they take, so that the caches' sizes show.
        let names: Vec<_> = (0..count.div_ceil(2))
            .map(|at| name(2 * ((at * 7_919) % count.div_ceil(2))))
            .collect();
        let every = nanos(effort, 1, |at| ask(&names[at % names.len()], actor));
        println!("{count:>10} {boolean:>10.1} {percentage:>16.1} {unknown:>10.1} {every:>24.1}");
    }
    println!();
}

/// Flags of which every second is on, the others 25 percent.
pub fn with_flags(count: usize) -> Snapshot {
    let gates = |at: usize| {
        if at.is_multiple_of(2) {
            Gates::on()
        } else {
            share(25.0)
        }
    };
    let stored = (0..count).map(|at| (key(&name(at)), gates(at)));
    Snapshot::build(&Catalogue::default(), &FeatureGroups::new(), stored, 1)
}

fn name(at: usize) -> String {
    format!("flag_number_{at}")
}

fn actors(effort: Effort) {
    println!("Nanoseconds a decision with more actors (1 thread, the snapshot in hand)");
    println!("{:>10} {:>10} {:>10}", "actors", "named", "not named");
    for count in [10_u64, 100, 1_000, 10_000, 100_000] {
        let mut gates = Gates::off();
        gates.actors = (0..count).map(flags::ActorId::project).collect();
        let stored = [(key("bench_actors"), gates)];
        let snapshot = Snapshot::build(&Catalogue::default(), &FeatureGroups::new(), stored, 1);
        // The same few actors whatever the size, so that what grows is the set alone.
        let named: Vec<_> = (0..8)
            .map(|at| format!("Project:{}", at * (count / 10)))
            .collect();
        let others: Vec<_> = (0..8).map(|at| format!("User:{at}")).collect();
        let ask = |actor: &str| snapshot.is_enabled("bench_actors", &Asked::of(actor), || 0.5);
        let is_named = nanos(effort, 1, |at| ask(&named[at % 8]));
        let is_not = nanos(effort, 1, |at| ask(&others[at % 8]));
        println!("{count:>10} {is_named:>10.1} {is_not:>10.1}");
    }
    println!();
}
