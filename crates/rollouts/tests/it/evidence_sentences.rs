//! What people read.

use jiff::Timestamp;
use rollouts::evidence::{
    Arm, BeforeAfter, Budget, Evidence, Judgement, Mean, Moments, Reading, Rule, SampleRatio,
    Samples, Severity, Silence, Stage, TwoArm, Verdict, Window,
};

use crate::simulation::stage;

fn two_arm() -> Evidence {
    Evidence::new(&Rule::TwoArm(TwoArm::default()), Budget::new(4))
}

fn window(treatment: (f64, f64), control: (f64, f64)) -> Reading {
    let arm = |(failed, exposed)| Arm::new(failed, exposed);
    Reading::Arms(Window::new(arm(treatment), arm(control)))
}

#[track_caller]
fn check(judgement: &Judgement, verdict: Verdict, sentence: &str) {
    assert_eq!(judgement.sentence, sentence);
    assert_eq!(judgement.verdict, verdict, "{judgement:?}");
}

#[test]
fn two_arms_are_told_with_their_split_and_their_limits() {
    let mut evidence = two_arm();
    evidence.begin(&stage(0.25));
    check(
        &evidence.judge(),
        Verdict::Watching,
        "Nothing was seen in this stage yet: evidence of harm 1; a hold needs 200, a rollback \
         2,000.",
    );
    evidence.add(&window((11.0, 500.0), (9.0, 1_500.0)));
    check(
        &evidence.judge(),
        Verdict::Watching,
        "11 of 500 failed with the flag and 9 of 1,500 without (25 % of traffic had it): evidence \
         of harm 6.61; a hold needs 200, a rollback 2,000.",
    );
    evidence.add(&window((6.0, 500.0), (4.0, 1_500.0)));
    check(
        &evidence.judge(),
        Verdict::Watching,
        "17 of 1,000 failed with the flag and 13 of 3,000 without (25 % of traffic had it): \
         evidence of harm 51.4; a hold needs 200, a rollback 2,000.",
    );
    evidence.add(&window((9.0, 500.0), (1.0, 1_500.0)));
    let judgement = evidence.judge();
    check(
        &judgement,
        Verdict::Breached,
        "26 of 1,500 failed with the flag and 14 of 4,500 without (25 % of traffic had it): \
         evidence of harm 32,968; a hold needs 200, a rollback 2,000.",
    );
    assert_eq!(judgement.severity, Some(Severity::RollBack));
}

#[test]
fn a_new_stage_tells_of_the_earlier_ones_and_of_what_is_excluded() {
    let mut evidence = two_arm();
    evidence.begin(&stage(0.1));
    evidence.add(&window((30.0, 3_000.0), (270.0, 27_000.0)));
    check(
        &evidence.judge(),
        Verdict::Healthy,
        "30 of 3,000 failed with the flag and 270 of 27,000 without (10 % of traffic had it): \
         evidence of harm 0.52; a hold needs 200, a rollback 2,000; that it makes failures 2 \
         times as frequent is excluded.",
    );
    evidence.begin(&stage(0.25));
    evidence.add(&window((4.0, 300.0), (9.0, 900.0)));
    check(
        &evidence.judge(),
        Verdict::Watching,
        "4 of 300 failed with the flag and 9 of 900 without (25 % of traffic had it), after 30 of \
         3,000 failed with the flag and 270 of 27,000 without in earlier stages: evidence of harm \
         0.43; a hold needs 200, a rollback 2,000.",
    );
}

#[test]
fn failures_without_exposures_are_told_as_such() {
    let mut evidence = two_arm();
    evidence.begin(&stage(0.1));
    evidence.add(&Reading::Arms(Window::at_share(0.1, 2.0, 11.0)));
    check(
        &evidence.judge(),
        Verdict::Watching,
        "2 failed with the flag and 11 without (10 % of traffic had it): evidence of harm 0.8; a \
         hold needs 200, a rollback 2,000.",
    );
}

#[test]
fn named_actors_are_not_compared() {
    let mut evidence = two_arm();
    evidence.begin(&Stage {
        share: None,
        since: Timestamp::UNIX_EPOCH,
    });
    evidence.add(&window((50.0, 100.0), (0.0, 9_900.0)));
    check(
        &evidence.judge(),
        Verdict::Watching,
        "Nobody has the flag by chance in this stage, so no arms can be compared: evidence of harm \
         1; a hold needs 200, a rollback 2,000.",
    );
}

#[test]
fn silence_is_told_before_what_was_known() {
    let mut evidence = two_arm();
    evidence.begin(&stage(0.5));
    evidence.add(&window((1.0, 600.0), (1.0, 600.0)));
    evidence.add(&Reading::Nothing(Silence::Unanswered));
    check(
        &evidence.judge(),
        Verdict::Silent,
        "Nothing can be said now: the monitor could not be asked. 1 of 600 failed with the flag \
         and 1 of 600 without (50 % of traffic had it): evidence of harm 0.82; a hold needs 200, a \
         rollback 2,000.",
    );
}

#[test]
fn the_past_is_told_beside_the_present() {
    let mut evidence = Evidence::new(&Rule::BeforeAfter(BeforeAfter::default()), Budget::new(4));
    check(
        &evidence.judge(),
        Verdict::Silent,
        "Nothing can be said now: there is nothing from before the change to compare with. No \
         readings from before the change are known.",
    );
    evidence.add(&Reading::Baseline(vec![Arm::new(2.0, 100.0); 60]));
    evidence.add(&Reading::Everybody(Arm::new(16.0, 600.0)));
    check(
        &evidence.judge(),
        Verdict::Healthy,
        "16 of 600 failed since the change and 120 of 6,000 before it: evidence of harm 0.16; a \
         hold needs 250, and a comparison with the past never rolls back.",
    );
    evidence.add(&Reading::Everybody(Arm::new(40.0, 400.0)));
    let judgement = evidence.judge();
    assert_eq!(judgement.severity, Some(Severity::Hold), "{judgement:?}");
}

#[test]
fn means_are_told_with_their_samples() {
    let mut evidence = Evidence::new(&Rule::Mean(Mean::default()), Budget::new(4));
    let moments = |slow: f64| {
        let values: Vec<f64> = (0..90_u32).map(|n| slow * f64::from(n % 10 + 1)).collect();
        Moments::of(&values)
    };
    let samples = Reading::Samples(Samples {
        treatment: moments(30.0),
        control: moments(20.0),
    });
    evidence.add(&samples);
    check(
        &evidence.judge(),
        Verdict::Watching,
        "90 samples with the flag and 90 without: nothing is said before each has 100 that differ.",
    );
    evidence.add(&samples);
    check(
        &evidence.judge(),
        Verdict::Breached,
        "The mean is 165 with the flag (180 samples) and 110 without (180): evidence of harm 31,993; \
         a hold needs 200, and a comparison of means never rolls back.",
    );
}

#[test]
fn what_is_still_needed_is_told_in_plain_numbers() {
    let mut evidence = two_arm();
    evidence.begin(&stage(0.1));
    evidence.add(&window((0.0, 100.0), (4.0, 900.0)));
    assert_eq!(
        evidence.judge().needed.to_string(),
        "400 more exposures of the smaller arm, or about 27,622 in all (111 failures) to exclude harm"
    );
    evidence.add(&window((4.0, 400.0), (36.0, 3_600.0)));
    assert_eq!(evidence.judge().needed.to_string(), "nothing more");
    let mut evidence = two_arm();
    evidence.add(&Reading::Arms(Window::at_share(0.25, 1.0, 3.0)));
    let needed = evidence.judge().needed;
    assert_eq!(needed.clear_exposures, None, "nobody counted exposures");
    let split = Evidence::new(&Rule::SampleRatio(SampleRatio::default()), Budget::new(4));
    assert_eq!(
        split.judge().needed.to_string(),
        "500 more exposures of the smaller arm"
    );
}

/// "About 8 failures with the flag prove five times, about 35 prove twice", at 1 %.
#[test]
fn what_is_needed_is_what_it_takes() {
    let settings = TwoArm {
        tolerated: 1.0,
        fresh_starts: false,
        ..TwoArm::default()
    };
    let budget = Budget {
        hold: 0.01,
        ..Budget::new(1)
    };
    let mut evidence = Evidence::new(&Rule::TwoArm(settings), budget);
    evidence.begin(&stage(0.01));
    let needed = evidence.judge().needed;
    assert_eq!(needed.hold_if_fivefold, Some(8));
    assert_eq!(needed.hold_if_double, Some(33));
}

#[test]
fn the_page_shows_what_is_said_and_the_usual_limits() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/evidence.md");
    let page = std::fs::read_to_string(page).unwrap();
    let mut evidence = two_arm();
    evidence.begin(&stage(0.25));
    evidence.add(&window((26.0, 1_500.0), (14.0, 4_500.0)));
    let sentence = evidence.judge().sentence;
    assert!(page.contains(&sentence), "{sentence}");
    for (monitors, row) in [
        (1, "| limit with 1 monitor | 50 | 500 |"),
        (4, "| limit with 4 monitors | 200 | 2,000 |"),
    ] {
        let budget = Budget::new(monitors);
        let limits = (1.0 / budget.hold_alpha(), 1.0 / budget.roll_back_alpha());
        let shown = row.replace(',', "");
        let shown: Vec<f64> = shown
            .split('|')
            .filter_map(|cell| cell.trim().parse().ok())
            .collect();
        assert_eq!(shown, [limits.0, limits.1]);
        assert!(page.contains(row), "{row}");
    }
    let usual = TwoArm::default();
    for shown in [
        format!("(`tolerated`, {})", usual.tolerated),
        format!("(`beta`, {})", usual.beta),
        format!(
            "{} exposures in this stage (`min_exposures`)",
            usual.min_exposures
        ),
    ] {
        assert!(page.contains(&shown), "{shown}");
    }
}
