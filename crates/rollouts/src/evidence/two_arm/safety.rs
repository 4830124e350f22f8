//! `E_safe`: how much the failures speak against harm.
//!
//! The same wager with the sides changed: against `r ≥ r_harm` stand the ratios 1, 1.25 and 0.5
//! with weights 0.6, 0.2 and 0.2. While the flag is harmful, `P(E_safe ever ≥ 1/β) ≤ β`.
//!
//! Later stages exclude less harm than early ones, so the sums are kept for each ratio that may
//! be asked for, all from the first window on: changing the question changes no sum.

use serde::{Deserialize, Serialize};

use super::likelihood::{Likelihood, gain_by_failure};
use super::{Failures, Settings};
use crate::evidence::finite;
use crate::evidence::mixture::log_sum_exp;

/// What is likely if the flag is harmless, and how likely.
const HARMLESS: [(f64, f64); 3] = [(1.0, 0.6), (1.25, 0.2), (0.5, 0.2)];

/// The harm to exclude: up to a tenth of the traffic, and above.
const FEW: f64 = 2.0;
const MANY: f64 = 1.5;

/// A stage of 10 % has about a tenth of the traffic, seldom exactly.
const FEW_UP_TO: f64 = 0.15;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Safety(Likelihood);

impl Safety {
    pub(super) fn new(settings: &Settings) -> Self {
        Self(Likelihood::new(ratios(settings).len()))
    }

    pub(super) fn add(&mut self, settings: &Settings, failures: &Failures) {
        self.0.add(&ratios(settings), failures);
    }

    /// `ln E_safe` at this share of the traffic.
    pub(super) fn log_evidence(&self, settings: &Settings, share: Option<f64>) -> f64 {
        log_sum_exp(self.parts(settings, share).into_iter())
    }

    /// The logarithm of each alternative's part of `E_safe`.
    pub(super) fn parts(&self, settings: &Settings, share: Option<f64>) -> Vec<f64> {
        let (harm, ratios) = (harm(settings, share), ratios(settings));
        let logs: Vec<f64> = self.0.at(&ratios).collect();
        let at = |wanted: f64| {
            let mut known = ratios.iter().zip(&logs);
            known
                .find(|(ratio, _)| **ratio == wanted)
                .map(|(_, log)| *log)
        };
        let part = |(ratio, weight): &(f64, f64)| {
            // What is as bad as the harm itself would be wagered the wrong way: it is kept back.
            let gain = if *ratio < harm {
                at(*ratio)? - at(harm)?
            } else {
                0.0
            };
            Some(gain + weight.ln())
        };
        HARMLESS.iter().filter_map(part).collect()
    }
}

/// By how much a failure raises each of these logarithms on average, if the flag is harmless.
pub(super) fn gains_by_failure(settings: &Settings, share: f64) -> [f64; 3] {
    let harm = harm(settings, Some(share));
    HARMLESS.map(|(ratio, _)| {
        if ratio < harm {
            gain_by_failure(ratio, harm, 1.0, share)
        } else {
            0.0
        }
    })
}

/// `r_harm`: the ratio to exclude at this share of the traffic.
pub(super) fn harm(settings: &Settings, share: Option<f64>) -> f64 {
    let usual = if share.is_none_or(|share| share <= FEW_UP_TO) {
        FEW
    } else {
        MANY
    };
    settings
        .harm
        .map_or(usual, |harm| finite(harm, 1.01..=100.0, usual))
}

/// Every ratio whose likelihood is kept.
fn ratios(settings: &Settings) -> [f64; 5] {
    let [(none, _), (some, _), (less, _)] = HARMLESS;
    [
        none,
        some,
        less,
        harm(settings, Some(0.0)),
        harm(settings, Some(1.0)),
    ]
}

#[cfg(test)]
mod tests {
    use super::Safety;
    use crate::evidence::two_arm::{Failures, Settings};

    #[test]
    fn harmless_failures_exclude_more_harm_sooner() {
        let settings = Settings::default();
        let mut safety = Safety::new(&settings);
        let failures = Failures {
            share: 0.5,
            treatment: 20.0,
            all: 40.0,
        };
        safety.add(&settings, &failures);
        let (double, half_more) = (
            safety.log_evidence(&settings, Some(0.1)),
            safety.log_evidence(&settings, Some(0.5)),
        );
        assert!(
            0.0 < half_more && half_more < double,
            "{half_more} {double}"
        );
    }

    #[test]
    fn harm_below_an_alternative_is_not_wagered_the_wrong_way() {
        let settings = Settings {
            harm: Some(1.2),
            ..Settings::default()
        };
        let mut safety = Safety::new(&settings);
        // Much worse than 1.2: only what stands still may be left.
        let failures = Failures {
            share: 0.5,
            treatment: 90.0,
            all: 100.0,
        };
        safety.add(&settings, &failures);
        let evidence = safety.log_evidence(&settings, None).exp();
        assert!((0.2..0.21).contains(&evidence), "{evidence}");
    }
}
