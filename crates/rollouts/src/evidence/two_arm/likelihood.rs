//! How likely the failures are at each of several ratios.
//!
//! Up to what is the same for all ratios, `ln θ_w(r)^x_T (1−θ_w(r))^x_C` is
//! `x_T · ln r − (x_T + x_C) · ln(1 + (r − 1)·w)`. Both parts are sums over windows, so a
//! likelihood is kept as the number of treatment failures and one sum for each ratio, and windows
//! may come in any order.

use serde::{Deserialize, Serialize};

use super::Failures;
use crate::evidence::exact::Exact;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Likelihood {
    treatment: Exact,
    sums: Vec<Exact>,
}

impl Likelihood {
    pub(super) fn new(ratios: usize) -> Self {
        Self {
            treatment: Exact::default(),
            sums: vec![Exact::default(); ratios],
        }
    }

    pub(super) fn add(&mut self, ratios: &[f64], failures: &Failures) {
        if failures.all == 0.0 {
            return;
        }
        self.treatment.add(failures.treatment);
        for (sum, ratio) in self.sums.iter_mut().zip(ratios) {
            sum.add(failures.all * spread(*ratio, failures.share));
        }
    }

    /// The logarithm at each ratio.
    pub(super) fn at(&self, ratios: &[f64]) -> impl Iterator<Item = f64> {
        let sums = self.sums.iter().zip(ratios);
        sums.map(|(sum, ratio)| self.treatment.get() * ratio.ln() - sum.get())
    }
}

/// `ln(1 + (r − 1)·w)`
fn spread(ratio: f64, share: f64) -> f64 {
    ((ratio - 1.0) * share).ln_1p()
}

/// `θ_w(r)`: the chance that a failure is one with the flag.
pub(super) fn chance_of_treatment(ratio: f64, share: f64) -> f64 {
    ratio * share / (ratio * share + 1.0 - share)
}

/// By how much one failure raises the logarithm of `ratio` over `against`, on average, when the
/// truth is `truth`.
pub(super) fn gain_by_failure(ratio: f64, against: f64, truth: f64, share: f64) -> f64 {
    chance_of_treatment(truth, share) * (ratio / against).ln() - spread(ratio, share)
        + spread(against, share)
}

#[cfg(test)]
mod tests {
    use super::{Likelihood, chance_of_treatment};
    use crate::evidence::two_arm::Failures;

    #[test]
    fn the_sums_are_the_formula_of_the_reference() {
        let (r, r0) = (3.0, 1.1);
        let mut likelihood = Likelihood::new(2);
        let mut expected = 0.0;
        for (share, treatment, control) in [(0.01, 3.0, 190.0), (0.25, 7.0, 12.0), (0.5, 0.0, 4.0)]
        {
            let all = treatment + control;
            let failures = Failures {
                share,
                treatment,
                all,
            };
            likelihood.add(&[r0, r], &failures);
            let (of_r, of_r0) = (
                chance_of_treatment(r, share),
                chance_of_treatment(r0, share),
            );
            expected += treatment * (of_r / of_r0).ln();
            expected += control * ((1.0 - of_r) / (1.0 - of_r0)).ln();
        }
        let logs: Vec<f64> = likelihood.at(&[r0, r]).collect();
        assert!(
            (logs[1] - logs[0] - expected).abs() < 1e-10,
            "{logs:?} {expected}"
        );
    }
}
