//! The error rates and the evidence needed, measured on simulated rollouts, against what was
//! promised. The seeds are fixed; `cargo run --release -p rollouts --example evidence_table`
//! prints the whole table from more runs.

use crate::default_set::{default_set, outage};
use crate::other_rules::{
    DISPERSED, INTERVAL, MEAN, PLAIN, SPLIT, before_after, intervals, means, splits,
};
use crate::simulation::Outcome;
use crate::table::{
    FRESH, HALF_MORE, Row, TWO_ARM, Z_TEST, clear, disturbed, late, peers, peers_at_other_sizes,
    tolerance,
};

struct Table(Vec<Row>);

impl Table {
    #[track_caller]
    fn outcome(&self, what: &str, rule: &str) -> &Outcome {
        let row = self
            .0
            .iter()
            .find(|row| row.what == what && row.rule == rule);
        &row.unwrap_or_else(|| panic!("no row {what:?} {rule:?}"))
            .outcome
    }

    /// Alarms are no more frequent than promised, but for three standard errors.
    #[track_caller]
    fn at_most(&self, what: &str, rule: &str, alpha: f64) {
        let outcome = self.outcome(what, rule);
        let error = (alpha * (1.0 - alpha) / f64::from(outcome.runs)).sqrt();
        let share = outcome.share();
        println!(
            "{what}, {rule}: {share} of {} runs, {alpha} allowed",
            outcome.runs
        );
        assert!(share <= alpha + 3.0 * error, "{what}, {rule}: {share}");
    }

    /// Alarms are as frequent as measured elsewhere, within three standard errors of both.
    #[track_caller]
    fn about(&self, what: &str, rule: &str, expected: f64) {
        let outcome = self.outcome(what, rule);
        let error = (expected * (1.0 - expected) * 2.0 / f64::from(outcome.runs)).sqrt();
        let share = outcome.share();
        println!(
            "{what}, {rule}: {share} of {} runs, {expected} expected",
            outcome.runs
        );
        assert!(
            (share - expected).abs() <= 3.0 * error + 0.005,
            "{what}, {rule}: {share}"
        );
    }

    /// The alarm is always raised, after about so many checks.
    #[track_caller]
    fn always_after(&self, what: &str, rule: &str, checks: f64) {
        let outcome = self.outcome(what, rule);
        let median = outcome.median_checks();
        println!(
            "{what}, {rule}: {} of {}, median {median}",
            outcome.alarms.len(),
            outcome.runs
        );
        assert!(
            0.99 <= outcome.share(),
            "{what}, {rule}: {}",
            outcome.share()
        );
        let error = (0.15 * checks).max(1.5);
        assert!((median - checks).abs() <= error, "{what}, {rule}: {median}");
    }
}

#[test]
fn harmless_rollouts_are_left_alone_and_harmful_ones_are_found() {
    let table = Table(peers(400));
    table.at_most("no effect", TWO_ARM, 0.01);
    table.at_most("no effect", FRESH, 0.01);
    table.always_after("twice", TWO_ARM, 40.0);
    table.always_after("five times", TWO_ARM, 8.0);
    for (what, failures) in [("twice", 33.0), ("five times", 8.0)] {
        let median = table.outcome(what, TWO_ARM).median_treatment_failures();
        assert!(
            (median - failures).abs() <= 0.15 * failures,
            "{what}: {median}"
        );
        // A start of its own for each stage costs a little of this.
        let fresh = table.outcome(what, FRESH).median_treatment_failures();
        assert!(fresh <= 1.25 * failures, "{what}: {fresh}");
    }
}

#[test]
fn what_others_do_raises_false_alarms() {
    let table = Table(peers(400));
    table.about("no effect", Z_TEST, 0.23);
    table.about("no effect", HALF_MORE, 0.84);
    let table = Table(peers_at_other_sizes(200));
    table.about("no effect, a tenth of the traffic", HALF_MORE, 0.98);
    table.about("no effect, ten times the failures", HALF_MORE, 0.27);
    table.at_most("no effect, a tenth of the traffic", TWO_ARM, 0.01);
    table.at_most("no effect, ten times the failures", TWO_ARM, 0.01);
}

#[test]
fn what_is_tolerated_is_left_alone_and_what_is_not_is_found() {
    let table = Table(tolerance(300));
    table.about("1.2 times, 1 tolerated", TWO_ARM, 0.96);
    table.at_most("1.2 times, 1.2 tolerated", TWO_ARM, 0.01);
    table.always_after("1.5 times, 1.2 tolerated", TWO_ARM, 118.0);
    table.always_after("twice, 1.2 tolerated", TWO_ARM, 51.0);
}

#[test]
fn harmless_rollouts_are_cleared_and_harmful_ones_seldom() {
    let table = Table(clear(400));
    table.always_after("clear, no effect", TWO_ARM, 34.0);
    let failures = table
        .outcome("clear, no effect", TWO_ARM)
        .median(|alarm| alarm.failures);
    assert!((failures - 671.0).abs() <= 67.0, "{failures}");
    table.at_most("clear, wrongly at twice", TWO_ARM, 0.05);
}

#[test]
fn noise_that_both_arms_share_cancels_and_bursts_must_be_counted_as_actors() {
    let table = Table(disturbed(400));
    table.at_most("no effect, noisy traffic", TWO_ARM, 0.01);
    table.at_most("no effect, bursts counted as actors", TWO_ARM, 0.01);
    table.about("no effect, bursts counted as events", TWO_ARM, 0.56);
}

#[test]
fn a_late_regression_is_found_sooner_with_a_start_for_each_stage() {
    let table = Table(late(200));
    for what in ["twice from 25 % on", "five times from 25 % on"] {
        let plain = table.outcome(what, TWO_ARM);
        let fresh = table.outcome(what, FRESH);
        assert_eq!((plain.share(), fresh.share()), (1.0, 1.0), "{what}");
        let (slow, quick) = (plain.median_checks(), fresh.median_checks());
        println!("{what}: after {slow} checks, {quick} with a start for each stage");
        assert!(quick < slow, "{what}: {quick} {slow}");
    }
}

#[test]
fn before_and_after_allows_for_good_and_bad_hours() {
    let table = Table(before_after(1_000));
    table.about("no effect", PLAIN, 0.099);
    table.at_most("no effect", DISPERSED, 0.01);
    table.always_after("twice", DISPERSED, 7.0);
    table.about("1.3 times", DISPERSED, 0.80);
}

#[test]
fn means_and_splits_keep_their_budgets_and_find_what_is_wrong() {
    let table = Table(means(200));
    table.at_most("no effect", MEAN, 0.01);
    assert_eq!(table.outcome("1.2 times as slow", MEAN).share(), 1.0);
    let table = Table(splits(400));
    table.at_most("10 % as planned", SPLIT, 0.001);
    assert_eq!(
        table.outcome("9 % where 10 % were planned", SPLIT).share(),
        1.0
    );
}

#[test]
fn the_interval_keeps_the_ratio_inside_at_all_times_together() {
    let table = Table(intervals(200));
    table.at_most("misses no effect", INTERVAL, 0.05);
    table.at_most("misses three times", INTERVAL, 0.05);
}

#[test]
fn four_monitors_together_keep_the_rollouts_budget() {
    let table = Table(default_set(200));
    for rule in [TWO_ARM, FRESH] {
        table.at_most("held, no effect", rule, 0.02);
        table.at_most("held, 1.1 times", rule, 0.02);
        table.at_most("rolled back, no effect", rule, 0.002);
        table.at_most("rolled back, 1.1 times", rule, 0.002);
        table.always_after("held, one at twice", rule, 47.0);
        table.always_after("rolled back, one at twice", rule, 56.0);
        table.always_after("held, one at five times", rule, 10.0);
        table.always_after("rolled back, one at five times", rule, 13.0);
    }
}

#[test]
fn an_outage_is_rolled_back_within_a_few_failures() {
    let table = Table(outage(400));
    let outcome = table.outcome("half of all fail from 25 % on", FRESH);
    assert_eq!(outcome.share(), 1.0);
    let failures = outcome.alarms.iter().map(|alarm| alarm.treatment_failures);
    let most = failures.fold(0.0, f64::max);
    println!(
        "at most {most} failures, {} at the median",
        outcome.median_treatment_failures()
    );
    assert!(most <= 30.0, "{most}");
}
