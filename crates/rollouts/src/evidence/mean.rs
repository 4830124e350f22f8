//! Means of two arms: is something slower, larger, or less with the flag?
//!
//! A one-sided asymptotic confidence sequence for the difference of the means (Waudby-Smith,
//! Arbour, Sinha, Kennedy, Ramdas, arXiv 2103.06476, eq. 134; GrowthBook's sequential engine).
//! With `N` samples in both arms, the difference `D` and its standard error `SE`, harm is proven
//! when `D` exceeds
//!
//! ```text
//! SE·√N · √( 2(Nρ²+1)/(N²ρ²) · ln(1 + √(Nρ²+1)/(2α)) )      ρ² = (−2 ln 2α + ln(−2 ln 2α + 1))/N*
//! ```
//!
//! with `N* = 2,000`, where the sequence is tightest. Solved for `1/α` under the root that makes
//! an e-value, which is what is shown: `E = 2(exp(q) − 1)/√(Nρ²+1)` with
//! `q = (D/SE)² · Nρ²/(2(Nρ²+1))`.
//!
//! `D` is `mean_T − d·mean_C` where `d` is the tolerated ratio; the variance of the second term
//! has the factor `d²`. The guarantee is for many samples only, so nothing is said before each arm
//! has 100, and the rule may hold a rollout, not roll it back.

use serde::{Deserialize, Serialize};

use super::exact::{self, Exact};
use super::judgement::Found;
use super::mixture::capped;
use super::number::{count, plain};
use super::reading::Learned;
use super::{Budget, Judgement, Severity, Silence, finite};

/// `N*`
const TIGHTEST: f64 = 2_000.0;

/// Samples of each arm without which nothing is said.
const LEAST: f64 = 100.0;

/// How means are compared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The ratio of the means that is tolerated: 1.1 is a tenth more (or less).
    pub tolerated: f64,
    pub worse: Worse,
    /// Samples of each arm in a stage that are enough to advance after its soak.
    pub min_samples: f64,
}

/// Which way is bad.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Worse {
    #[default]
    Higher,
    Lower,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            tolerated: 1.1,
            worse: Worse::default(),
            min_samples: 500.0,
        }
    }
}

impl Settings {
    fn min_samples(&self) -> f64 {
        finite(self.min_samples, LEAST..=1e12, 500.0)
    }

    /// What the control's mean is multiplied with, and the sign of harm.
    fn side(&self) -> (f64, f64) {
        let tolerated = finite(self.tolerated, 1.0..=100.0, 1.1);
        match self.worse {
            Worse::Higher => (tolerated, 1.0),
            Worse::Lower => (1.0 / tolerated, -1.0),
        }
    }
}

/// A number of samples, their sum and the sum of their squares.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Moments {
    #[serde(with = "exact::number")]
    pub samples: f64,
    #[serde(with = "exact::number")]
    pub sum: f64,
    #[serde(with = "exact::number")]
    pub squares: f64,
}

/// Both arms' samples of one window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Samples {
    pub treatment: Moments,
    pub control: Moments,
}

impl Moments {
    /// The moments of these values.
    #[must_use]
    pub fn of(values: &[f64]) -> Self {
        Self {
            samples: values.len() as f64,
            sum: values.iter().sum(),
            squares: values.iter().map(|value| value * value).sum(),
        }
    }

    fn is_sensible(&self) -> bool {
        let finite = [self.samples, self.sum, self.squares]
            .iter()
            .all(|number| number.abs() <= 1e100);
        finite && 0.0 <= self.samples && 0.0 <= self.squares
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Sums {
    samples: Exact,
    sum: Exact,
    squares: Exact,
}

impl Sums {
    fn add(&mut self, moments: Moments) {
        self.samples.add(moments.samples);
        self.sum.add(moments.sum);
        self.squares.add(moments.squares);
    }

    fn mean(&self) -> f64 {
        self.sum.get() / self.samples.get()
    }

    /// The variance of the mean.
    fn variance(&self) -> f64 {
        let (samples, mean) = (self.samples.get(), self.mean());
        let of_one = (self.squares.get() - samples * mean * mean) / (samples - 1.0);
        of_one.max(0.0) / samples
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct State {
    treatment: Sums,
    control: Sums,
    /// Samples of both arms before this stage.
    earlier: (Exact, Exact),
    worst: Exact,
}

impl State {
    pub(super) fn begin(&mut self) {
        self.earlier = (self.treatment.samples, self.control.samples);
    }

    pub(super) fn add(
        &mut self,
        settings: &Settings,
        budget: &Budget,
        window: &Samples,
    ) -> Learned {
        if !(window.treatment.is_sensible() && window.control.is_sensible()) {
            return Err(Silence::Nonsense);
        }
        self.treatment.add(window.treatment);
        self.control.add(window.control);
        let evidence = self.evidence(settings, budget).unwrap_or_default();
        self.worst.raise(evidence);
        Ok(0.0 < window.treatment.samples + window.control.samples)
    }

    /// None as long as there are too few samples, or none of them differs.
    fn evidence(&self, settings: &Settings, budget: &Budget) -> Option<f64> {
        let (treatment, control) = (self.treatment.samples.get(), self.control.samples.get());
        if treatment.min(control) < LEAST {
            return None;
        }
        let (factor, sign) = settings.side();
        let difference = sign * (self.treatment.mean() - factor * self.control.mean());
        let variance = self.treatment.variance() + factor * factor * self.control.variance();
        let scaled = (treatment + control) * rho_squared(budget.hold_alpha());
        let q = difference * difference / variance * scaled / (2.0 * (scaled + 1.0));
        if !q.is_finite() {
            return None;
        }
        let evidence = if 0.0 < difference {
            2.0 * q.exp_m1() / (scaled + 1.0).sqrt()
        } else {
            0.0
        };
        Some(capped(evidence))
    }

    pub(super) fn judge(&self, settings: &Settings, budget: &Budget) -> Judgement {
        let (treatment, control) = self.earlier;
        let treatment = self.treatment.samples.get() - treatment.get();
        let control = self.control.samples.get() - control.get();
        let found = Found {
            severity: self.severity(budget),
            e_bad: self.evidence(settings, budget),
            p_value: 1.0 / self.worst.get(),
            limit: 1.0 / budget.hold_alpha(),
            seen: treatment.min(control),
            wanted: settings.min_samples(),
        };
        let sentence = self.sentence(found.e_bad, found.limit);
        Judgement::of(&found, sentence)
    }

    pub(super) fn severity(&self, budget: &Budget) -> Option<Severity> {
        (1.0 / budget.hold_alpha() <= self.worst.get()).then_some(Severity::Hold)
    }

    fn sentence(&self, evidence: Option<f64>, limit: f64) -> String {
        let (treatment, control) = (&self.treatment, &self.control);
        let Some(evidence) = evidence else {
            return format!(
                "{} samples with the flag and {} without: nothing is said before each has {} that differ.",
                count(treatment.samples.get()),
                count(control.samples.get()),
                plain(LEAST)
            );
        };
        format!(
            "The mean is {} with the flag ({} samples) and {} without ({}): evidence of harm {}; a hold needs {}, \
             and a comparison of means never rolls back.",
            plain(treatment.mean()),
            count(treatment.samples.get()),
            plain(control.mean()),
            count(control.samples.get()),
            plain(evidence),
            plain(limit)
        )
    }
}

fn rho_squared(alpha: f64) -> f64 {
    let log = -2.0 * (2.0 * alpha.min(0.25)).ln();
    (log + (log + 1.0).ln()) / TIGHTEST
}
