//! Two arms, counted: does a failure come from those with the flag too often?
//!
//! In a window, let `w` be the share of exposures with the flag and `r` the ratio of the arms'
//! failure rates. Given how many failed, each failure is one with the flag with probability
//! `θ_w(r) = r·w / (r·w + 1 − w)`; how much traffic there was, and how bad its day is, cancels
//! (Lindon and Malek, arXiv 2011.03567). Against `r ≤ r0` stand the ratios
//! `r_k = r0 · {1.25, 1.5, 2, 3, 5, 10, 20}`, each with weight 1/7:
//!
//! ```text
//! log L_k += x_T · ln(θ_w(r_k)/θ_w(r0)) + x_C · ln((1−θ_w(r_k))/(1−θ_w(r0)))
//! E_bad    = Σ_k exp(log L_k) / 7
//! ```
//!
//! While `r ≤ r0`, every factor has a conditional mean of at most 1, so `E_bad` is a non-negative
//! supermartingale that starts at 1, and `P(E_bad ever ≥ 1/α) ≤ α` (Ville 1939): for any number
//! of looks, any stopping rule, any course of `w` and of the traffic. If units fail at most once,
//! the law is hypergeometric, smaller in convex order (Hoeffding 1963), and the bound holds.
//!
//! A regression that begins late would have to make up for all the harmless failures before it.
//! So a part of the wager is kept back for each later stage: the s-th start of the same process
//! has weight `1/((s+1)(s+2))`, what has not begun counts as 1. A mixture of supermartingales is
//! one, so the bound is the same; it costs `ln 2` for a regression that is there from the start.
//!
//! Failures must be independent, given the arm, and assigned by chance: windows of a stage with
//! named actors are left out.

mod harm;
mod interval;
mod judge;
mod likelihood;
mod needed;
mod safety;
mod totals;

use serde::{Deserialize, Serialize};

use self::harm::Harm;
use self::interval::Grid;
use self::safety::Safety;
use self::totals::Totals;
use super::exact::optional;
use super::reading::Learned;
use super::{Stage, Window, finite};

/// How two arms are compared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// `r0`: so many times as many failures are tolerated.
    pub tolerated: f64,
    /// The ratio that must be excluded for the stage to be clear. When absent, 2 up to a tenth of
    /// the traffic and 1.5 above.
    pub harm: Option<f64>,
    /// Probability of calling a harmful flag clear.
    pub beta: f64,
    /// Exposures of each arm in a stage that are enough to advance after its soak.
    pub min_exposures: f64,
    /// Whether part of the wager is kept for a regression that begins in a later stage.
    pub fresh_starts: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            tolerated: 1.1,
            harm: None,
            beta: 0.05,
            min_exposures: 500.0,
            fresh_starts: true,
        }
    }
}

impl Settings {
    fn tolerated(&self) -> f64 {
        finite(self.tolerated, 0.01..=100.0, 1.1)
    }

    fn min_exposures(&self) -> f64 {
        finite(self.min_exposures, 0.0..=1e12, 500.0)
    }

    fn clear_limit(&self) -> f64 {
        1.0 / finite(self.beta, 1e-9..=0.5, 0.05)
    }
}

/// What the windows so far add up to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct State {
    earlier_stages: Totals,
    this_stage: Totals,
    /// The share of traffic with the flag, as last seen or else as planned.
    #[serde(with = "optional")]
    share: Option<f64>,
    /// Whether actors were named, or everybody has the flag: then no window is compared.
    by_chance: bool,
    harm: Harm,
    safety: Safety,
    grid: Grid,
}

impl State {
    pub(super) fn new(settings: &Settings) -> Self {
        Self {
            earlier_stages: Totals::default(),
            this_stage: Totals::default(),
            share: None,
            by_chance: true,
            harm: Harm::new(),
            safety: Safety::new(settings),
            grid: Grid::new(),
        }
    }

    pub(super) fn begin(&mut self, settings: &Settings, stage: &Stage) {
        let seen = std::mem::take(&mut self.this_stage);
        if !seen.is_empty() {
            self.harm.start_anew(settings);
        }
        self.earlier_stages.add_all(&seen);
        self.share = stage.chance();
        self.by_chance = self.share.is_some();
    }

    pub(super) fn add(&mut self, settings: &Settings, window: &Window) -> Learned {
        let split = window.split()?;
        let Some(share) = split.filter(|_| self.by_chance) else {
            return Ok(false);
        };
        self.share = Some(share);
        self.this_stage.add(window);
        let failures = Failures {
            share,
            treatment: window.treatment.failed,
            all: window.treatment.failed + window.control.failed,
        };
        self.harm.add(settings, &failures);
        self.safety.add(settings, &failures);
        self.grid.add(&failures);
        Ok(true)
    }
}

/// A window, as far as failures tell the arms apart.
struct Failures {
    /// The share of exposures with the flag.
    share: f64,
    treatment: f64,
    all: f64,
}
