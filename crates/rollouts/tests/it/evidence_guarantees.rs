//! The property on which the promises rest, exactly: whatever happened before, and whatever the
//! split and the traffic are, the evidence does not grow on average while its hypothesis is true.
//! The averages are sums over all that can happen in the next window; nothing is simulated.

use proptest::prelude::*;
use rollouts::evidence::{
    Arm, BeforeAfter, Budget, Evidence, Reading, Rule, SampleRatio, TwoArm, Window,
};

use crate::simulation::stage;

/// What rounding may do.
const ROUNDING: f64 = 1e-9;

#[derive(Clone, Debug)]
enum Past {
    Stage(f64),
    Window {
        share: f64,
        treatment: u32,
        control: u32,
    },
}

fn past() -> impl Strategy<Value = Vec<Past>> {
    let event = prop_oneof![
        1 => (0.01..0.9).prop_map(Past::Stage),
        5 => (0.01..0.9, 0..6_u32, 0..12_u32).prop_map(|(share, treatment, control)| {
            Past::Window { share, treatment, control }
        }),
    ];
    prop::collection::vec(event, 0..12)
}

fn window(share: f64, treatment: f64, control: f64) -> Reading {
    Reading::Arms(Window::at_share(share, treatment, control))
}

fn evidence_after(rule: &Rule, past: &[Past]) -> Evidence {
    let mut evidence = Evidence::new(rule, Budget::new(4));
    for event in past {
        match *event {
            Past::Stage(share) => evidence.begin(&stage(share)),
            Past::Window {
                share,
                treatment,
                control,
            } => {
                evidence.add(&window(share, f64::from(treatment), f64::from(control)));
            }
        }
    }
    evidence
}

/// `evidence` with one more window, averaged over which of `failures` are with the flag.
fn average(
    evidence: &Evidence,
    share: f64,
    failures: u32,
    chance_of: impl Fn(u32) -> f64,
    number: impl Fn(&Evidence) -> f64,
) -> f64 {
    let outcomes = (0..=failures).map(|with_flag| {
        let mut next = evidence.clone();
        next.add(&window(
            share,
            f64::from(with_flag),
            f64::from(failures - with_flag),
        ));
        chance_of(with_flag) * number(&next)
    });
    outcomes.sum()
}

fn e_bad(evidence: &Evidence) -> f64 {
    evidence.judge().e_bad.unwrap()
}

fn e_safe(evidence: &Evidence) -> f64 {
    evidence.judge().e_safe.unwrap()
}

fn choose(of: u32, hits: u32) -> f64 {
    (0..hits).fold(1.0, |ways, hit| {
        ways * f64::from(of - hit) / f64::from(hit + 1)
    })
}

fn binomial(of: u32, chance: f64) -> impl Fn(u32) -> f64 {
    move |hits| {
        let misses = i32::try_from(of - hits).unwrap();
        let hits = i32::try_from(hits).unwrap();
        choose(of, hits.unsigned_abs()) * chance.powi(hits) * (1.0 - chance).powi(misses)
    }
}

fn chance_of_treatment(ratio: f64, share: f64) -> f64 {
    ratio * share / (ratio * share + 1.0 - share)
}

proptest! {
    #[test]
    fn evidence_of_harm_does_not_grow_while_the_ratio_is_tolerated(
        past in past(),
        share in 0.01..0.9,
        failures in 0..12_u32,
        tolerated in 0.8..2.0,
        part in 0.05..=1.0_f64,
        fresh_starts: bool,
    ) {
        let settings = TwoArm { tolerated, fresh_starts, ..TwoArm::default() };
        let evidence = evidence_after(&Rule::TwoArm(settings), &past);
        let chance = chance_of_treatment(tolerated * part, share);
        let mean = average(&evidence, share, failures, binomial(failures, chance), e_bad);
        let now = e_bad(&evidence);
        prop_assert!(mean <= now * (1.0 + ROUNDING), "{} after {}", mean, now);
    }

    #[test]
    fn evidence_of_safety_does_not_grow_while_the_flag_is_harmful(
        past in past(),
        share in 0.01..0.9,
        failures in 0..12_u32,
        harm in 1.05..4.0,
        more in 1.0..5.0,
    ) {
        let settings = TwoArm { harm: Some(harm), ..TwoArm::default() };
        let evidence = evidence_after(&Rule::TwoArm(settings), &past);
        let chance = chance_of_treatment(harm * more, share);
        let mean = average(&evidence, share, failures, binomial(failures, chance), e_safe);
        let now = e_safe(&evidence);
        prop_assert!(mean <= now * (1.0 + ROUNDING), "{} after {}", mean, now);
    }

    /// Actors who fail at most once, of a known number: the law is hypergeometric.
    #[test]
    fn evidence_of_harm_does_not_grow_where_actors_fail_only_once(
        past in past(),
        treatment in 1..12_u32,
        control in 1..24_u32,
        failures in 0..12_u32,
    ) {
        let settings = TwoArm { tolerated: 1.0, ..TwoArm::default() };
        let evidence = evidence_after(&Rule::TwoArm(settings), &past);
        let all = treatment + control;
        let failures = failures.min(all);
        let share = f64::from(treatment) / f64::from(all);
        let chance = |with_flag: u32| {
            let without = failures - with_flag;
            if treatment < with_flag || control < without {
                return 0.0;
            }
            choose(treatment, with_flag) * choose(control, without) / choose(all, failures)
        };
        let mean = average(&evidence, share, failures, chance, e_bad);
        let now = e_bad(&evidence);
        prop_assert!(mean <= now * (1.0 + ROUNDING), "{} after {}", mean, now);
    }

    #[test]
    fn a_new_stage_changes_no_evidence(past in past(), share in 0.01..0.14) {
        let mut evidence = evidence_after(&Rule::TwoArm(TwoArm::default()), &past);
        let before = e_bad(&evidence);
        evidence.begin(&stage(share));
        let after = e_bad(&evidence);
        prop_assert!((after - before).abs() <= before * ROUNDING, "{} {}", before, after);
    }

    /// Poisson failures at the highest rate that the baseline leaves possible, or below it.
    #[test]
    fn evidence_against_the_past_does_not_grow_while_nothing_changed(
        before in prop::collection::vec(0..9_u32, 20..60),
        after in prop::collection::vec(0..9_u32, 0..12),
        exposed in 50.0..200.0_f64,
        part in 0.05..=1.0_f64,
    ) {
        let settings = BeforeAfter { dispersion: false, ..BeforeAfter::default() };
        let mut evidence = Evidence::new(&Rule::BeforeAfter(settings), Budget::new(4));
        let arm = |failed: f64| Arm::new(failed, exposed);
        let baseline = before.iter().map(|failed| arm(f64::from(*failed))).collect();
        evidence.add(&Reading::Baseline(baseline));
        for failed in after {
            evidence.add(&Reading::Everybody(arm(f64::from(failed))));
        }
        let mean_before: f64 = f64::from(before.iter().sum::<u32>()) / before.len() as f64;
        let (now, rate) = (e_bad(&evidence), mean_before.max(0.01) * part);
        let mut chance = (-rate).exp();
        let mut mean = 0.0;
        for failed in 0..120 {
            let mut next = evidence.clone();
            next.add(&Reading::Everybody(arm(f64::from(failed))));
            mean += chance * e_bad(&next);
            chance *= rate / f64::from(failed + 1);
        }
        prop_assert!(mean <= now * (1.0 + ROUNDING), "{} after {}", mean, now);
    }

    /// One more actor, who has the flag by chance.
    #[test]
    fn evidence_of_a_wrong_split_stays_the_same_on_average_while_the_split_is_as_planned(
        planned in 0.01..0.9,
        treatment in 0..3_000_u32,
        control in 0..3_000_u32,
    ) {
        let mut evidence = Evidence::new(&Rule::SampleRatio(SampleRatio::default()), Budget::new(4));
        let seen = |treatment: u32, control: u32| {
            let arm = |exposed: u32| Arm::new(0.0, f64::from(exposed));
            Reading::Arms(Window::new(arm(treatment), arm(control)))
        };
        evidence.begin(&stage(planned));
        evidence.add(&seen(treatment, control));
        let now = e_bad(&evidence);
        prop_assume!(now < 1e200);
        let next = |treatment, control| {
            let mut next = evidence.clone();
            next.add(&seen(treatment, control));
            e_bad(&next)
        };
        let mean = planned * next(1, 0) + (1.0 - planned) * next(0, 1);
        prop_assert!((mean - now).abs() <= now * 1e-7, "{} after {}", mean, now);
    }
}
