//! How often a harmless rollout may be stopped by chance, and who shares in that.
//!
//! A rollout may be held by mistake with probability 0.02 and rolled back with 0.002. Each of
//! its M monitors gets an equal part, so each needs evidence M times as strong (the union bound).
//! After an override the evidence starts at 1 again with half the part, so that however often it
//! is overridden, the sum 1 + 1/2 + 1/4 + … stays below two parts.

use serde::{Deserialize, Serialize};

/// Beyond this the limits are out of reach for good.
const LAST_GENERATION: u32 = 60;

/// The share of one rollout's false alarms that one of its monitors may have.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Budget {
    /// Probability that a harmless rollout is ever held.
    pub hold: f64,
    /// Probability that a harmless rollout is ever rolled back.
    pub roll_back: f64,
    /// How many monitors may do that.
    pub monitors: u32,
    /// How often it was overridden.
    pub generation: u32,
}

/// What the evidence must reach. None where the rule has no such limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Limits {
    /// Evidence of harm that holds the rollout.
    pub hold: Option<f64>,
    /// Evidence of harm that rolls it back.
    pub roll_back: Option<f64>,
    /// Evidence of no harm that clears the stage.
    pub clear: Option<f64>,
}

impl Budget {
    /// The usual budget, split over so many monitors.
    #[must_use]
    pub fn new(monitors: u32) -> Self {
        Self {
            hold: 0.02,
            roll_back: 0.002,
            monitors,
            generation: 0,
        }
    }

    /// The budget after one more override.
    #[must_use]
    pub fn overridden(self) -> Self {
        Self {
            generation: self.generation.saturating_add(1),
            ..self
        }
    }

    /// Probability with which this monitor may hold a harmless rollout.
    #[must_use]
    pub fn hold_alpha(&self) -> f64 {
        self.part(self.hold, 0.02)
    }

    /// Probability with which this monitor may roll a harmless rollout back.
    #[must_use]
    pub fn roll_back_alpha(&self) -> f64 {
        self.part(self.roll_back, 0.002)
    }

    fn part(&self, alpha: f64, usual: f64) -> f64 {
        let alpha = if 0.0 < alpha && alpha < 1.0 {
            alpha
        } else {
            usual
        };
        alpha / f64::from(self.monitors.max(1)) / self.strictness()
    }

    /// By how much overrides made the limits stricter: 1, 2, 4, …
    pub(super) fn strictness(&self) -> f64 {
        f64::from(self.generation.min(LAST_GENERATION)).exp2()
    }
}

#[cfg(test)]
mod tests {
    use super::Budget;

    #[test]
    fn every_monitor_gets_an_equal_part_and_every_override_halves_it() {
        let budget = Budget::new(4);
        assert_eq!(1.0 / budget.hold_alpha(), 200.0);
        assert_eq!(1.0 / budget.roll_back_alpha(), 2_000.0);
        let overridden = budget.overridden().overridden();
        assert_eq!(overridden.generation, 2);
        assert_eq!(1.0 / overridden.hold_alpha(), 800.0);
    }

    #[test]
    fn all_generations_together_spend_less_than_two_parts() {
        let mut budget = Budget::new(1);
        let mut spent = 0.0;
        for _ in 0..50 {
            spent += budget.hold_alpha();
            budget = budget.overridden();
        }
        assert!(spent < 2.0 * Budget::new(1).hold_alpha(), "{spent}");
    }

    #[test]
    fn a_senseless_budget_is_the_usual_one() {
        for alpha in [0.0, -1.0, 1.0, 7.0, f64::NAN, f64::INFINITY] {
            let budget = Budget {
                hold: alpha,
                monitors: 0,
                ..Budget::new(1)
            };
            assert_eq!(budget.hold_alpha(), 0.02, "{alpha}");
        }
        let worn_out = Budget {
            generation: u32::MAX,
            ..Budget::new(u32::MAX)
        };
        assert!(0.0 < worn_out.overridden().roll_back_alpha());
    }
}
