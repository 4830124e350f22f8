//! What is measured, row by row.

use rollouts::evidence::TwoArm;

use crate::detectors::{Cleared, HalfMore, Proven, ZTest};
use crate::simulation::{Outcome, Traffic};

/// One line: what happened in the runs, and what a rule made of it.
pub struct Row {
    pub what: &'static str,
    pub rule: &'static str,
    pub outcome: Outcome,
}

pub const TWO_ARM: &str = "two arms";
pub const Z_TEST: &str = "z-test at every check";
pub const HALF_MORE: &str = "1.5 times control, 3 in a row";
pub const FRESH: &str = "two arms, a start each stage";

fn row(what: &'static str, rule: &'static str, outcome: Outcome) -> Row {
    Row {
        what,
        rule,
        outcome,
    }
}

/// No effect, and effects that should be found, by us and by what others do.
pub fn peers(runs: u32) -> Vec<Row> {
    let ratios = [("no effect", 1.0), ("twice", 2.0), ("five times", 5.0)];
    let rows = ratios.map(|(what, ratio)| {
        let traffic = Traffic::at(ratio);
        [
            row(
                what,
                TWO_ARM,
                Outcome::of(&traffic, runs, || Proven::plain(1.0)),
            ),
            row(what, FRESH, Outcome::of(&traffic, runs, fresh)),
            row(what, Z_TEST, Outcome::of(&traffic, runs, ZTest::default)),
            row(
                what,
                HALF_MORE,
                Outcome::of(&traffic, runs, HalfMore::default),
            ),
        ]
    });
    rows.into_iter().flatten().collect()
}

/// The same peer rule at other sizes of traffic: its false alarms are whatever traffic makes them.
pub fn peers_at_other_sizes(runs: u32) -> Vec<Row> {
    let quiet = Traffic {
        requests: 2_000.0,
        ..Traffic::at(1.0)
    };
    let failing = Traffic {
        failure_rate: 0.01,
        ..Traffic::at(1.0)
    };
    [
        ("no effect, a tenth of the traffic", quiet),
        ("no effect, ten times the failures", failing),
    ]
    .into_iter()
    .flat_map(|(what, traffic)| {
        [
            row(
                what,
                TWO_ARM,
                Outcome::of(&traffic, runs, || Proven::plain(1.0)),
            ),
            row(
                what,
                HALF_MORE,
                Outcome::of(&traffic, runs, HalfMore::default),
            ),
        ]
    })
    .collect()
}

/// What is tolerated does not fire; what is not, does.
pub fn tolerance(runs: u32) -> Vec<Row> {
    [
        ("1.2 times, 1 tolerated", 1.2, 1.0),
        ("1.2 times, 1.2 tolerated", 1.2, 1.2),
        ("1.5 times, 1.2 tolerated", 1.5, 1.2),
        ("twice, 1.2 tolerated", 2.0, 1.2),
    ]
    .into_iter()
    .map(|(what, ratio, tolerated)| {
        let traffic = Traffic::at(ratio);
        row(
            what,
            TWO_ARM,
            Outcome::of(&traffic, runs, || Proven::plain(tolerated)),
        )
    })
    .collect()
}

/// How often a stage is called clear: of no harm, and wrongly.
pub fn clear(runs: u32) -> Vec<Row> {
    [("clear, no effect", 1.0), ("clear, wrongly at twice", 2.0)]
        .into_iter()
        .map(|(what, ratio)| {
            row(
                what,
                TWO_ARM,
                Outcome::of(&Traffic::at(ratio), runs, Cleared::new),
            )
        })
        .collect()
}

/// Traffic as it is: noisy, and with actors who fail again and again.
pub fn disturbed(runs: u32) -> Vec<Row> {
    let noise = Traffic {
        noise: Some(2.0),
        ..Traffic::at(1.0)
    };
    // As many events as ever, from a fifth as many actors.
    let bursts = |events_by_actor| Traffic {
        failure_rate: 0.000_2,
        events_by_actor,
        ..Traffic::at(1.0)
    };
    [
        ("no effect, noisy traffic", noise),
        ("no effect, bursts counted as events", bursts(Some(5.0))),
        ("no effect, bursts counted as actors", bursts(None)),
    ]
    .into_iter()
    .map(|(what, traffic)| {
        row(
            what,
            TWO_ARM,
            Outcome::of(&traffic, runs, || Proven::plain(1.0)),
        )
    })
    .collect()
}

/// A regression that begins with the third stage, after 90 harmless checks.
pub fn late(runs: u32) -> Vec<Row> {
    [
        ("twice from 25 % on", 2.0),
        ("five times from 25 % on", 5.0),
    ]
    .into_iter()
    .flat_map(|(what, ratio)| {
        let traffic = Traffic {
            from_stage: 2,
            ..Traffic::at(ratio)
        };
        [
            row(
                what,
                TWO_ARM,
                Outcome::of(&traffic, runs, || Proven::plain(1.0)),
            ),
            row(what, FRESH, Outcome::of(&traffic, runs, fresh)),
        ]
    })
    .collect()
}

fn fresh() -> Proven {
    Proven::one_percent(&TwoArm {
        tolerated: 1.0,
        ..TwoArm::default()
    })
}
