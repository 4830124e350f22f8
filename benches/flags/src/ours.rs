//! The flags as Signalbox has them.

use flags::{Asked, Catalogue, FeatureGroups, FlagKey, Gates, Live, Percentage, Snapshot};

use crate::cases;

pub fn engine() -> Live {
    let mut actors = Gates::off();
    actors.actors = cases::named()
        .map(|actor| actor.parse().expect("an actor"))
        .collect();
    let stored = [
        ("bench_boolean", Gates::on()),
        ("bench_actors", actors),
        ("bench_percentage", share(25.0)),
    ];
    let stored = stored.map(|(flag, gates)| (key(flag), gates));
    Live::new(Snapshot::build(
        &Catalogue::default(),
        &FeatureGroups::new(),
        stored,
        1,
    ))
}

/// As a caller does who keeps nothing: takes the snapshot that holds now, and asks it.
pub fn decide(live: &Live, flag: &str, actor: &str) -> bool {
    live.load().is_enabled(flag, &Asked::of(actor), || 0.5)
}

pub fn key(flag: &str) -> FlagKey {
    flag.parse().expect("a flag")
}

pub fn share(percentage: f64) -> Gates {
    let mut gates = Gates::off();
    gates.percentage_of_actors = Percentage::new(percentage).expect("a percentage");
    gates
}
