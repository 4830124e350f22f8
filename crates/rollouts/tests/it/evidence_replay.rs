//! Stored evidence is the evidence that was; windows may come in any order; nonsense changes
//! nothing and passes for nothing.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use rollouts::evidence::{
    Arm, BeforeAfter, Budget, Entry, Evidence, HardLimit, Issue, Judgement, Mean, Moments,
    NewIssue, Reading, Rule, SampleRatio, Samples, Severity, Silence, Stage, TwoArm, Verdict,
    Window, Worse,
};

use crate::simulation::stage;

/// Numbers as they come from outside, sensible or not.
fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        6 => (0..40_u32).prop_map(f64::from),
        3 => 0.0..5_000.0,
        1 => prop::num::f64::ANY,
        1 => prop::sample::select(vec![
            0.0, -1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e12, 1e300, f64::MIN_POSITIVE,
        ]),
    ]
}

fn arm() -> impl Strategy<Value = Arm> {
    (number(), number()).prop_map(|(failed, exposed)| Arm::new(failed, exposed))
}

fn moments() -> impl Strategy<Value = Moments> {
    (number(), number(), number()).prop_map(|(samples, sum, squares)| Moments {
        samples,
        sum,
        squares,
    })
}

fn issue() -> impl Strategy<Value = Issue> {
    (0..6_u8, 0..100_i64, 0..5_u64, any::<bool>()).prop_map(|(id, after, events, with_flag)| {
        Issue {
            id: id.to_string(),
            title: "NoMethodError".to_owned(),
            url: None,
            first_seen: Timestamp::UNIX_EPOCH + SignedDuration::from_secs(after - 50),
            with_flag,
            events,
            users: events,
        }
    })
}

fn silence() -> impl Strategy<Value = Silence> {
    prop::sample::select(vec![Silence::Empty, Silence::Unanswered, Silence::Nonsense])
}

fn reading() -> impl Strategy<Value = Reading> {
    let window = (arm(), arm(), prop::option::weighted(0.2, number()));
    prop_oneof![
        4 => window.prop_map(|(treatment, control, share)| {
            Reading::Arms(Window { treatment, control, share })
        }),
        2 => arm().prop_map(Reading::Everybody),
        1 => prop::collection::vec(arm(), 0..60).prop_map(Reading::Baseline),
        2 => (moments(), moments())
            .prop_map(|(treatment, control)| Reading::Samples(Samples { treatment, control })),
        2 => (number(), prop::option::of(number()))
            .prop_map(|(value, requests)| Reading::Value { value, requests }),
        1 => prop::collection::vec(issue(), 0..4).prop_map(Reading::Issues),
        1 => silence().prop_map(Reading::Nothing),
    ]
}

fn entry() -> impl Strategy<Value = Entry> {
    let share = prop::option::of(prop_oneof![0.0..=1.0, number()]);
    let stage = (share, 0..100_i64).prop_map(|(share, since)| Stage {
        share,
        since: Timestamp::UNIX_EPOCH + SignedDuration::from_secs(since),
    });
    prop_oneof![1 => stage.prop_map(Entry::Stage), 8 => reading().prop_map(Entry::Reading)]
}

fn rule() -> impl Strategy<Value = Rule> {
    let two_arm = (
        number(),
        prop::option::of(number()),
        number(),
        any::<bool>(),
    );
    prop_oneof![
        Just(Rule::TwoArm(TwoArm::default())),
        two_arm.prop_map(|(tolerated, harm, min_exposures, fresh_starts)| {
            Rule::TwoArm(TwoArm {
                tolerated,
                harm,
                beta: tolerated,
                min_exposures,
                fresh_starts,
            })
        }),
        any::<bool>().prop_map(|dispersion| {
            Rule::BeforeAfter(BeforeAfter {
                dispersion,
                ..BeforeAfter::default()
            })
        }),
        number().prop_map(|tolerated| Rule::Mean(Mean {
            tolerated,
            ..Mean::default()
        })),
        number().prop_map(|limit| Rule::HardLimit(HardLimit::new(limit, Worse::Higher))),
        Just(Rule::NewIssue(NewIssue::default())),
        number().prop_map(|alpha| Rule::SampleRatio(SampleRatio {
            alpha,
            ..SampleRatio::default()
        })),
    ]
}

fn is_of_numbers(rule: &Rule) -> bool {
    let json = serde_json::to_string(rule).unwrap();
    serde_json::from_str(&json).is_ok_and(|read: Rule| read == *rule)
}

#[track_caller]
fn check_sensible(judgement: &Judgement) {
    let limits = [
        judgement.limits.hold,
        judgement.limits.roll_back,
        judgement.limits.clear,
    ];
    let numbers = [judgement.e_bad, judgement.e_safe, judgement.p_value];
    let interval = judgement.ratio.unwrap_or_default();
    let all = limits
        .into_iter()
        .chain(numbers)
        .chain([interval.lower, interval.upper]);
    assert!(
        all.flatten()
            .all(|number| number.is_finite() && 0.0 <= number),
        "{judgement:?}"
    );
    assert!(
        judgement.p_value.is_none_or(|p| (0.0..=1.0).contains(&p)),
        "{judgement:?}"
    );
    assert!((0.0..=1.0).contains(&judgement.progress), "{judgement:?}");
    assert_eq!(
        judgement.severity.is_some(),
        judgement.verdict == Verdict::Breached
    );
    assert_eq!(
        judgement.silence.is_some(),
        judgement.verdict == Verdict::Silent
    );
    assert!(
        judgement.sentence.ends_with('.') && !judgement.sentence.contains("NaN"),
        "{judgement:?}"
    );
}

proptest! {
    #[test]
    fn whatever_comes_the_judgement_is_sensible(
        rule in rule(),
        entries in prop::collection::vec(entry(), 0..30),
    ) {
        let mut evidence = Evidence::new(&rule, Budget::new(4));
        for entry in &entries {
            evidence.apply(entry);
            check_sensible(&evidence.judge());
            prop_assert_eq!(evidence.severity(), evidence.judge().severity);
        }
    }

    #[test]
    fn a_replay_of_what_was_stored_is_what_was_live(
        rule in rule().prop_filter("a plan has numbers only", is_of_numbers),
        entries in prop::collection::vec(entry(), 0..30),
    ) {
        let mut live = Evidence::new(&rule, Budget::new(4));
        for entry in &entries {
            live.apply(entry);
            let stored = serde_json::to_string(&live).unwrap();
            let restored: Evidence = serde_json::from_str(&stored).unwrap();
            prop_assert_eq!(&restored, &live);
        }
        let stored = serde_json::to_string(&entries).unwrap();
        let stored: Vec<Entry> = serde_json::from_str(&stored).unwrap();
        let replayed = Evidence::replay(&rule, Budget::new(4), &stored);
        prop_assert_eq!(&replayed, &live);
        prop_assert_eq!(replayed.judge(), live.judge());
    }

    #[test]
    fn windows_at_one_split_may_come_in_any_order(
        windows in prop::collection::vec((0..30_u32, 0..90_u32), 1..40),
        share in 0.01..0.9,
        rotation in 0..40_usize,
    ) {
        let judged = |windows: &[(u32, u32)]| {
            let mut evidence = Evidence::new(&Rule::TwoArm(TwoArm::default()), Budget::new(4));
            for (treatment, control) in windows {
                let (treatment, control) = (f64::from(*treatment), f64::from(*control));
                evidence.add(&Reading::Arms(Window::at_share(share, treatment, control)));
            }
            let judgement = evidence.judge();
            (judgement.e_bad.unwrap(), judgement.e_safe.unwrap(), judgement.ratio)
        };
        let mut others = windows.clone();
        others.reverse();
        others.rotate_left(rotation % windows.len());
        let (one, other) = (judged(&windows), judged(&others));
        prop_assert!((one.0 - other.0).abs() <= 1e-9 * one.0, "{:?} {:?}", one, other);
        prop_assert!((one.1 - other.1).abs() <= 1e-9 * one.1, "{:?} {:?}", one, other);
    }

    #[test]
    fn windows_that_teach_nothing_change_nothing(
        windows in prop::collection::vec((0..30_u32, 0..90_u32, 1..500_u32), 1..20),
        at in 0..20_usize,
        (failed, other_failed) in (0..5_u32, 0..5_u32),
        wrong in prop::sample::select(vec![f64::NAN, f64::INFINITY, -1.0, 1e13]),
    ) {
        let mut readings: Vec<Reading> = windows
            .iter()
            .map(|(treatment, control, exposed)| {
                let exposed = f64::from(*exposed);
                let treatment = Arm::new(f64::from(*treatment), exposed);
                Reading::Arms(Window::new(treatment, Arm::new(f64::from(*control), 1_000.0)))
            })
            .collect();
        let folded = |readings: &[Reading]| {
            let mut evidence = Evidence::new(&Rule::TwoArm(TwoArm::default()), Budget::new(4));
            readings.iter().for_each(|reading| evidence.add(reading));
            evidence
        };
        let expected = folded(&readings);
        let at = at.min(readings.len() - 1);
        let (failed, other_failed) = (f64::from(failed), f64::from(other_failed));
        for window in [
            Window::default(),
            Window::new(Arm::new(failed, 0.0), Arm::new(other_failed, 0.0)),
            Window::new(Arm::new(failed, 10.0), Arm::new(other_failed, 0.0)),
            Window::new(Arm::new(failed, wrong), Arm::new(other_failed, 10.0)),
            Window::new(Arm::new(wrong, 10.0), Arm::new(other_failed, 10.0)),
        ] {
            readings.insert(at, Reading::Arms(window));
            let evidence = folded(&readings);
            prop_assert_eq!(evidence.judge(), expected.judge());
            prop_assert_eq!(evidence.skipped(), 1);
            readings.remove(at);
        }
    }

    #[test]
    fn what_is_proven_stays_proven_until_it_is_overridden(
        entries in prop::collection::vec(entry(), 1..30),
    ) {
        let rule = Rule::TwoArm(TwoArm::default());
        let mut evidence = Evidence::new(&rule, Budget::new(4));
        let mut worst: Option<Severity> = None;
        for entry in &entries {
            evidence.apply(entry);
            prop_assert!(worst <= evidence.severity());
            worst = evidence.severity();
        }
        let overridden = evidence.overridden();
        prop_assert_eq!(overridden.severity(), None);
        prop_assert_eq!(overridden.judge().limits.hold, Some(400.0));
    }
}

#[test]
fn a_reading_of_another_kind_is_silence() {
    let two_arm = Rule::TwoArm(TwoArm::default());
    let mut evidence = Evidence::new(&two_arm, Budget::new(1));
    evidence.begin(&stage(0.5));
    let healthy = Window::new(Arm::new(0.0, 600.0), Arm::new(0.0, 600.0));
    evidence.add(&Reading::Arms(healthy));
    assert_eq!(evidence.judge().verdict, Verdict::Healthy);
    let other = Reading::Value {
        value: 0.0,
        requests: None,
    };
    evidence.add(&other);
    assert_eq!(evidence.judge().silence, Some(Silence::Nonsense));
    evidence.add(&Reading::Arms(healthy));
    assert_eq!(evidence.judge().verdict, Verdict::Healthy);
    evidence.add(&Reading::Nothing(Silence::Unanswered));
    assert_eq!(evidence.judge().verdict, Verdict::Silent);
}

#[test]
fn verdicts_are_ordered_from_best_to_worst() {
    let ordered = [
        Verdict::Healthy,
        Verdict::Watching,
        Verdict::Silent,
        Verdict::Breached,
    ];
    assert!(ordered.is_sorted());
    assert!(Severity::Hold < Severity::RollBack);
}
