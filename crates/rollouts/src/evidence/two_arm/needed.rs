//! How much more must be seen, if things go on as they are.

use super::State;
use super::likelihood::chance_of_treatment;
use super::{Settings, harm, safety};
use crate::evidence::mixture::log_sum_exp;
use crate::evidence::{Budget, Needed, number};

/// Beyond this the answer is "not at this split of the traffic".
const MOST_FAILURES: f64 = 1e9;

impl State {
    pub(super) fn needed(&self, settings: &Settings, budget: &Budget) -> Needed {
        let exposures = (settings.min_exposures() - self.this_stage.smaller_arm()).max(0.0);
        let needed = Needed {
            exposures: Some(number::rounded(exposures.ceil())),
            ..Needed::default()
        };
        let Some(share) = self.share else {
            return needed;
        };
        let parts = self.harm.parts_and_reserve(settings);
        let failures_with_flag = |truth: f64, alpha: f64| {
            let gains = harm::gains_by_failure(settings, truth, share);
            let failures = failures_until(&parts, &gains, -alpha.ln())?;
            let with_flag = failures * chance_of_treatment(truth, share);
            Some(number::rounded(with_flag.ceil()))
        };
        let parts = self.safety.parts(settings, Some(share));
        let gains = safety::gains_by_failure(settings, share);
        let clear = failures_until(&parts, &gains, settings.clear_limit().ln());
        let rate = self.failure_rate();
        Needed {
            hold_if_double: failures_with_flag(2.0, budget.hold_alpha()),
            hold_if_fivefold: failures_with_flag(5.0, budget.hold_alpha()),
            roll_back_if_double: failures_with_flag(2.0, budget.roll_back_alpha()),
            roll_back_if_fivefold: failures_with_flag(5.0, budget.roll_back_alpha()),
            clear_failures: clear.map(|failures| number::rounded(failures.ceil())),
            clear_exposures: clear
                .zip(rate)
                .map(|(failures, rate)| number::rounded((failures / rate).ceil())),
            ..needed
        }
    }

    fn failure_rate(&self) -> Option<f64> {
        let mut seen = self.earlier_stages;
        seen.add_all(&self.this_stage);
        seen.failure_rate()
    }

    /// The harm that is to be excluded now.
    pub(super) fn harm_to_exclude(&self, settings: &Settings) -> f64 {
        safety::harm(settings, self.share)
    }
}

/// After how many failures `Σ exp(log + failures · gain)` reaches `exp(limit)`.
fn failures_until(logs: &[f64], gains: &[f64], limit: f64) -> Option<f64> {
    let sum_after = |failures: f64| {
        let logs = logs.iter().zip(gains);
        log_sum_exp(logs.map(|(log, gain)| log + failures * gain))
    };
    if limit <= sum_after(0.0) {
        return Some(0.0);
    }
    // One part alone gets there no sooner than all together, and all no sooner than one part
    // that is as many times as large.
    let first_alone = |limit: f64| {
        let growing = logs.iter().zip(gains).filter(|(_, gain)| 0.0 < **gain);
        let alone = growing.map(|(log, gain)| (limit - log) / gain);
        alone.fold(f64::INFINITY, f64::min)
    };
    let mut enough = first_alone(limit);
    let mut too_few = first_alone(limit - (logs.len() as f64).ln()).max(0.0);
    if MOST_FAILURES < enough {
        return None;
    }
    while 0.001 < enough - too_few {
        let middle = f64::midpoint(too_few, enough);
        if limit <= sum_after(middle) {
            enough = middle;
        } else {
            too_few = middle;
        }
    }
    Some(enough)
}

#[cfg(test)]
mod tests {
    use super::failures_until;

    #[test]
    fn failures_are_counted_until_the_limit() {
        let close = |logs: &[f64], gains: &[f64], limit: f64, expected: f64| {
            let failures = failures_until(logs, gains, limit).unwrap();
            assert!((failures - expected).abs() <= 0.001, "{failures}");
        };
        close(&[0.0], &[0.5], 5.0, 10.0);
        close(&[-3.0, 0.0], &[0.5, 0.0], (5.0_f64.exp() + 1.0).ln(), 16.0);
        // Two equal parts are twice as much.
        close(&[0.0, 0.0], &[0.5, 0.5], 5.0 + 2_f64.ln(), 10.0);
        close(&[6.0], &[-1.0], 5.0, 0.0);
        assert_eq!(failures_until(&[0.0, 0.0], &[-0.5, 0.0], 5.0), None);
        assert_eq!(failures_until(&[0.0], &[1e-12], 5.0), None);
        assert_eq!(failures_until(&[], &[], 5.0), None);
    }
}
