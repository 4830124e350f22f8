//! Before and after, means, splits, and the interval: one monitor's other rules, measured.

use rollouts::evidence::{
    Arm, BeforeAfter, Entry, Evidence, Mean, Moments, Reading, Rule, SampleRatio, Samples,
    Severity, TwoArm, Window,
};

use crate::detectors::{Proven, one_percent};
use crate::draws::Draws;
use crate::simulation::{Alarm, Outcome, Traffic, first_alarm, stage};
use crate::table::Row;

const WINDOWS: u32 = 288;

pub const PLAIN: &str = "before and after, without dispersion";
pub const DISPERSED: &str = "before and after";
pub const MEAN: &str = "means";
pub const SPLIT: &str = "sample ratio";
pub const INTERVAL: &str = "95 % interval";

/// A day before and a day after, 10 failures a window, which vary more than chance explains.
pub fn before_after(runs: u32) -> Vec<Row> {
    [
        ("no effect", 1.0, false),
        ("no effect", 1.0, true),
        ("1.3 times", 1.3, true),
        ("twice", 2.0, true),
    ]
    .into_iter()
    .map(|(what, ratio, dispersion)| Row {
        what,
        rule: if dispersion { DISPERSED } else { PLAIN },
        outcome: Outcome::of_runs(runs, |draws| days(draws, ratio, dispersion)),
    })
    .collect()
}

fn days(draws: &Draws, ratio: f64, dispersion: bool) -> Option<Alarm> {
    let window = |ratio: f64| {
        let mean = 10.0 * ratio * draws.gamma(4.0);
        Arm::new(draws.poisson(mean), 20_000.0)
    };
    let rule = Rule::BeforeAfter(BeforeAfter {
        dispersion,
        ..BeforeAfter::default()
    });
    let before = (0..WINDOWS).map(|_| window(1.0)).collect();
    let mut entries = vec![
        Entry::Stage(stage(1.0)),
        Entry::Reading(Reading::Baseline(before)),
    ];
    let after = (0..WINDOWS).map(|_| Entry::Reading(Reading::Everybody(window(ratio))));
    entries.extend(after);
    first_alarm(&entries, Proven::new(&rule, one_percent(), Severity::Hold))
}

/// Exponential response times, 40 a check in each arm.
pub fn means(runs: u32) -> Vec<Row> {
    [("no effect", 1.0), ("1.2 times as slow", 1.2)]
        .into_iter()
        .map(|(what, ratio)| Row {
            what,
            rule: MEAN,
            outcome: Outcome::of_runs(runs, |draws| response_times(draws, ratio)),
        })
        .collect()
}

fn response_times(draws: &Draws, ratio: f64) -> Option<Alarm> {
    let arm = |ratio: f64| {
        let values: Vec<f64> = (0..40).map(|_| ratio * draws.exponential()).collect();
        Moments::of(&values)
    };
    let rule = Rule::Mean(Mean {
        tolerated: 1.0,
        ..Mean::default()
    });
    let check = |_| {
        Entry::Reading(Reading::Samples(Samples {
            treatment: arm(ratio),
            control: arm(1.0),
        }))
    };
    let entries: Vec<Entry> = (0..270).map(check).collect();
    first_alarm(&entries, Proven::new(&rule, one_percent(), Severity::Hold))
}

/// 200 new actors a check, 270 checks, of whom a tenth should have the flag.
pub fn splits(runs: u32) -> Vec<Row> {
    [
        ("10 % as planned", 0.1),
        ("9 % where 10 % were planned", 0.09),
    ]
    .into_iter()
    .map(|(what, share)| Row {
        what,
        rule: SPLIT,
        outcome: Outcome::of_runs(runs, |draws| actors(draws, share)),
    })
    .collect()
}

fn actors(draws: &Draws, share: f64) -> Option<Alarm> {
    let arm = |share: f64| Arm::new(0.0, draws.poisson(200.0 * share));
    let check = |_| Entry::Reading(Reading::Arms(Window::new(arm(share), arm(1.0 - share))));
    let checks = (0..270).map(check);
    let entries: Vec<Entry> = std::iter::once(Entry::Stage(stage(0.1)))
        .chain(checks)
        .collect();
    let rule = Rule::SampleRatio(SampleRatio::default());
    first_alarm(&entries, Proven::new(&rule, one_percent(), Severity::Hold))
}

/// Runs in which the interval ever leaves the ratio outside.
pub fn intervals(runs: u32) -> Vec<Row> {
    [("misses no effect", 1.0), ("misses three times", 3.0)]
        .into_iter()
        .map(|(what, ratio)| Row {
            what,
            rule: INTERVAL,
            outcome: Outcome::of_runs(runs, |draws| misses(draws, ratio)),
        })
        .collect()
}

fn misses(draws: &Draws, ratio: f64) -> Option<Alarm> {
    let mut evidence = Evidence::new(&Rule::TwoArm(TwoArm::default()), one_percent());
    let entries = Traffic::at(ratio).entries(draws);
    let outside = |entry: &Entry| {
        evidence.apply(entry);
        let interval = evidence.judge().ratio.unwrap_or_default();
        let above = interval.lower.is_some_and(|lower| ratio < lower);
        above || interval.upper.is_some_and(|upper| upper < ratio)
    };
    let missed = entries.iter().position(outside)?;
    Some(Alarm {
        checks: u32::try_from(missed).ok()?,
        ..Alarm::default()
    })
}
