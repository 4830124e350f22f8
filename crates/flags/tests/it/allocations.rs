//! A decision asks the allocator for nothing, whichever gate decides.

use std::hint::black_box;

use flags::{Asked, Catalogue, FeatureGroups, Gates, Live, Percentage, Snapshot};

use super::{FLAG, actor, flag, group};

/// One flag with every gate but the boolean one, so that all of them are asked.
fn live() -> Live {
    let mut gates = Gates::off();
    gates.actors = (0..1_000).map(flags::ActorId::user).collect();
    gates.actors.insert(actor("Project:3:opt_out"));
    gates.percentage_of_actors = Percentage::new(0.001).unwrap();
    gates.percentage_of_time = Percentage::new(50.0).unwrap();
    gates.groups.insert(group("team"));
    let groups = FeatureGroups::from([(group("team"), vec![actor("Project:7")])]);
    let stored = [(flag(), gates), ("on".parse().unwrap(), Gates::on())];
    Live::new(Snapshot::build(&Catalogue::default(), &groups, stored, 1))
}

#[test]
fn a_decision_allocates_nothing() {
    let live = live();
    // A thread's first look takes a place in the list of readers, once and for all.
    drop(live.load());
    let ancestors = ["Group:1", "User:5"];
    let measured = allocation_counter::measure(|| {
        for key in [FLAG, "on", "no_such_flag"] {
            for who in [
                None,
                Some("User:7"),
                Some("Project:3"),
                Some("Project:7"),
                Some("Project:9"),
            ] {
                for ancestors in [&[][..], &ancestors] {
                    for draw in [0.1, 0.9] {
                        let asked = Asked {
                            actor: who,
                            ancestors,
                        };
                        black_box(live.load().evaluate(key, &asked, || draw));
                    }
                }
            }
        }
    });
    assert_eq!(measured.count_total, 0);
    // The counter counts.
    let clone = allocation_counter::measure(|| {
        drop(black_box(live.load().explain(FLAG, &Asked::anyone())))
    });
    assert!(0 < clone.count_total);
}
