//! Before and after: do more fail than before the change?
//!
//! For what has no second arm: stages of named actors, flags without actors, everybody. With `x`
//! failures in `T0` exposures before the change, the rate was below
//! `λ_U = φ · χ²_{1−α_b}(2(Σx/φ + 1)) / (2·T0)` with probability `1 − α_b` (the exact limit of a
//! Poisson rate, Garwood 1936). Against that rate, each window of exposure `e` adds
//!
//! ```text
//! log L_k += (x/φ) · ln ρ_k − (ρ_k − 1) · λ_U · e/φ        ρ ∈ {1.25, 1.5, 2, 3, 5, 10}
//! E        = Σ_k exp(log L_k) / 6
//! ```
//!
//! and `P(E ever ≥ 1/(α − α_b)) ≤ α − α_b` for Poisson failures (Wald 1945, Robbins 1970).
//! Real failures vary more: `φ = max(1, Σ (x−λe)²/(λe) / (n−1))`, the variance of the windows
//! over their mean where exposures are equal, makes up for it, approximately. And the world may
//! have changed by itself. So this rule may hold a rollout, never roll it back.

use serde::{Deserialize, Serialize};

use super::exact::Exact;
use super::gamma::chi_squared_upper;
use super::judgement::Found;
use super::mixture::{evidence, log_sum_exp};
use super::number::{count, plain};
use super::reading::Learned;
use super::window::is_count;
use super::{Arm, Budget, Judgement, Severity, Silence, Verdict, finite};

const RATIOS: [f64; 6] = [1.25, 1.5, 2.0, 3.0, 5.0, 10.0];

/// Windows from before the change: fewer say nothing of how much they vary, more are a mistake.
pub const BASELINE_WINDOWS: std::ops::RangeInclusive<usize> = 20..=20_000;

/// How before and after are compared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Exposures in a stage that are enough to advance after its soak.
    pub min_exposures: f64,
    /// Whether windows that vary more than chance explains are allowed for. Without it, traffic
    /// with good and bad hours raises false alarms.
    pub dispersion: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            min_exposures: 500.0,
            dispersion: true,
        }
    }
}

impl Settings {
    fn min_exposures(&self) -> f64 {
        finite(self.min_exposures, 0.0..=1e12, 500.0)
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct State {
    baseline: Option<Baseline>,
    failed: Exact,
    exposed: Exact,
    /// Exposures before this stage.
    earlier: Exact,
    worst: Exact,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Baseline {
    failed: Exact,
    exposed: Exact,
    dispersion: Exact,
    /// `λ_U`: failures by exposure that were hardly exceeded.
    upper_rate: Exact,
}

impl State {
    pub(super) fn begin(&mut self) {
        self.earlier = self.exposed;
    }

    /// Takes what was before the change. Only once, and not after the fact.
    pub(super) fn compare_with(
        &mut self,
        settings: &Settings,
        budget: &Budget,
        windows: &[Arm],
    ) -> Learned {
        if self.baseline.is_some() {
            return Ok(false);
        }
        let baseline = Baseline::from_windows(settings, budget, windows);
        self.baseline = Some(baseline.ok_or(Silence::NoBaseline)?);
        Ok(true)
    }

    pub(super) fn add(&mut self, window: Arm) -> Learned {
        let baseline = self.baseline.as_ref().ok_or(Silence::NoBaseline)?;
        if !window.is_counted() {
            return Err(Silence::Nonsense);
        }
        if 0.0 < window.exposed {
            self.failed.add(window.failed);
            self.exposed.add(window.exposed);
            let now = log_evidence(baseline, self.failed.get(), self.exposed.get());
            self.worst.raise(now);
        }
        Ok(0.0 < window.exposed)
    }

    pub(super) fn judge(&self, settings: &Settings, budget: &Budget) -> Judgement {
        let Some(baseline) = &self.baseline else {
            let unknown = "No readings from before the change are known.".to_owned();
            return Judgement::new(Verdict::Watching, unknown).silenced(Silence::NoBaseline);
        };
        let (failed, exposed) = (self.failed.get(), self.exposed.get());
        let found = Found {
            severity: self.severity(budget),
            e_bad: Some(evidence(log_evidence(baseline, failed, exposed))),
            p_value: (-self.worst.get()).exp(),
            limit: limit(budget),
            seen: exposed - self.earlier.get(),
            wanted: settings.min_exposures(),
        };
        let sentence = self.sentence(baseline, &found);
        Judgement::of(&found, sentence)
    }

    pub(super) fn severity(&self, budget: &Budget) -> Option<Severity> {
        (limit(budget).ln() <= self.worst.get()).then_some(Severity::Hold)
    }

    fn sentence(&self, baseline: &Baseline, found: &Found) -> String {
        format!(
            "{} of {} failed since the change and {} of {} before it: evidence of harm {}; \
             a hold needs {}, and a comparison with the past never rolls back.",
            count(self.failed.get()),
            count(self.exposed.get()),
            count(baseline.failed.get()),
            count(baseline.exposed.get()),
            found.e_bad.map_or_else(String::new, plain),
            plain(found.limit)
        )
    }
}

impl Baseline {
    fn from_windows(settings: &Settings, budget: &Budget, windows: &[Arm]) -> Option<Self> {
        let usable: Vec<&Arm> = windows
            .iter()
            .filter(|window| window.is_counted() && 0.0 < window.exposed)
            .collect();
        if !BASELINE_WINDOWS.contains(&usable.len()) {
            return None;
        }
        let failed: f64 = usable.iter().map(|window| window.failed).sum();
        let exposed: f64 = usable.iter().map(|window| window.exposed).sum();
        let dispersion = if settings.dispersion {
            dispersion(&usable, failed / exposed)
        } else {
            1.0
        };
        let degrees = 2.0 * (failed / dispersion + 1.0);
        let quantile = chi_squared_upper(baseline_alpha(budget), degrees);
        let upper_rate = dispersion * quantile / (2.0 * exposed);
        (is_count(failed) && upper_rate.is_finite()).then(|| Self {
            failed: Exact::new(failed),
            exposed: Exact::new(exposed),
            dispersion: Exact::new(dispersion),
            upper_rate: Exact::new(upper_rate),
        })
    }
}

/// `φ`: Pearson's statistic by its degrees of freedom, not below 1.
fn dispersion(windows: &[&Arm], rate: f64) -> f64 {
    if rate <= 0.0 {
        return 1.0;
    }
    let pearson: f64 = windows
        .iter()
        .map(|window| {
            let expected = rate * window.exposed;
            (window.failed - expected).powi(2) / expected
        })
        .sum();
    (pearson / (windows.len() as f64 - 1.0)).max(1.0)
}

/// `α_b`: a fifth of the budget goes to the baseline's own uncertainty.
fn baseline_alpha(budget: &Budget) -> f64 {
    budget.hold_alpha() / 5.0
}

fn log_evidence(baseline: &Baseline, failed: f64, exposed: f64) -> f64 {
    let dispersion = baseline.dispersion.get();
    let expected = baseline.upper_rate.get() * exposed / dispersion;
    let logs = RATIOS
        .iter()
        .map(|ratio| failed / dispersion * ratio.ln() - (ratio - 1.0) * expected);
    log_sum_exp(logs) - (RATIOS.len() as f64).ln()
}

/// `1/(α − α_b)`
fn limit(budget: &Budget) -> f64 {
    1.0 / (budget.hold_alpha() - baseline_alpha(budget))
}
