//! The rules as they come: four monitors, the usual budget, traffic that all four share.

use rollouts::evidence::{Budget, Entry, Evidence, Rule, Severity, TwoArm};

use crate::detectors::Proven;
use crate::draws::Draws;
use crate::simulation::{Alarm, Outcome, Traffic};
use crate::table::{FRESH, Row, TWO_ARM};

const MONITORS: u32 = 4;

struct Case {
    what: &'static str,
    /// One monitor's ratio …
    ratio: f64,
    /// … and that of the other three.
    others: f64,
    severity: Severity,
}

pub fn default_set(runs: u32) -> Vec<Row> {
    let case = |what, ratio, others, severity| Case {
        what,
        ratio,
        others,
        severity,
    };
    [
        case("held, no effect", 1.0, 1.0, Severity::Hold),
        case("held, 1.1 times", 1.1, 1.1, Severity::Hold),
        case("rolled back, no effect", 1.0, 1.0, Severity::RollBack),
        case("rolled back, 1.1 times", 1.1, 1.1, Severity::RollBack),
        case("held, one at twice", 2.0, 1.0, Severity::Hold),
        case("rolled back, one at twice", 2.0, 1.0, Severity::RollBack),
        case("held, one at five times", 5.0, 1.0, Severity::Hold),
        case(
            "rolled back, one at five times",
            5.0,
            1.0,
            Severity::RollBack,
        ),
    ]
    .iter()
    .flat_map(|case| {
        [false, true].map(|fresh_starts| Row {
            what: case.what,
            rule: if fresh_starts { FRESH } else { TWO_ARM },
            outcome: Outcome::of_runs(runs, |draws| first_of_all(draws, case, fresh_starts)),
        })
    })
    .collect()
}

/// The first check at which any of the monitors has proven enough.
fn first_of_all(draws: &Draws, case: &Case, fresh_starts: bool) -> Option<Alarm> {
    let traffic = Traffic {
        noise: Some(4.0),
        ..Traffic::at(case.ratio)
    };
    let rule = Rule::TwoArm(TwoArm {
        fresh_starts,
        ..TwoArm::default()
    });
    let ratios = [case.ratio, case.others, case.others, case.others];
    let monitors = traffic.entries_of(draws, &ratios);
    let checks = monitors.iter().filter_map(|entries| {
        let mut evidence = Evidence::new(&rule, Budget::new(MONITORS));
        let mut checks = 0;
        entries.iter().find_map(|entry| {
            checks += u32::from(matches!(entry, Entry::Reading(_)));
            evidence.apply(entry);
            (Some(case.severity) <= evidence.severity()).then_some(checks)
        })
    });
    let checks = checks.min()?;
    Some(Alarm {
        checks,
        ..Alarm::default()
    })
}

/// 20 harmless requests a check until the stage of 25 %, where half of those with the flag
/// fail: how many do until the default set rolls back.
pub fn outage(runs: u32) -> Vec<Row> {
    let traffic = Traffic {
        from_stage: 2,
        requests: 20.0,
        ..Traffic::at(500.0)
    };
    [false, true]
        .map(|fresh_starts| {
            let rule = Rule::TwoArm(TwoArm {
                fresh_starts,
                ..TwoArm::default()
            });
            let budget = Budget::new(MONITORS);
            let detector = || Proven::new(&rule, budget, Severity::RollBack);
            Row {
                what: "half of all fail from 25 % on",
                rule: if fresh_starts { FRESH } else { TWO_ARM },
                outcome: Outcome::of(&traffic, runs, detector),
            }
        })
        .into()
}
