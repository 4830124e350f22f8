//! `E_bad`: how much the failures speak for harm.

use serde::{Deserialize, Serialize};

use super::likelihood::{Likelihood, gain_by_failure};
use super::{Failures, Settings};
use crate::evidence::exact::Exact;
use crate::evidence::mixture::log_sum_exp;

/// The alternatives, as multiples of the tolerated ratio.
const MULTIPLES: [f64; 7] = [1.25, 1.5, 2.0, 3.0, 5.0, 10.0, 20.0];

/// Later stages have no start of their own: their part would be too small to matter.
const MOST_STARTS: usize = 24;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Harm {
    likelihood: Likelihood,
    /// `log L_k` when each later stage began.
    starts: Vec<Vec<Exact>>,
    /// The largest `ln E_bad` so far.
    worst: Exact,
}

impl Harm {
    pub(super) fn new() -> Self {
        Self {
            likelihood: Likelihood::new(MULTIPLES.len() + 1),
            starts: Vec::new(),
            worst: Exact::default(),
        }
    }

    pub(super) fn start_anew(&mut self, settings: &Settings) {
        if settings.fresh_starts && self.starts.len() < MOST_STARTS {
            let gains = self.gains(settings).into_iter().map(Exact::new).collect();
            self.starts.push(gains);
        }
    }

    pub(super) fn add(&mut self, settings: &Settings, failures: &Failures) {
        self.likelihood.add(&ratios(settings), failures);
        self.worst.raise(self.log_evidence(settings));
    }

    /// `ln E_bad`
    pub(super) fn log_evidence(&self, settings: &Settings) -> f64 {
        log_sum_exp(self.parts_and_reserve(settings).into_iter())
    }

    /// The largest `ln E_bad` so far.
    pub(super) fn log_worst(&self) -> f64 {
        self.worst.get()
    }

    /// The logarithm of each alternative's part of `E_bad`, then that of what is kept back.
    pub(super) fn parts_and_reserve(&self, settings: &Settings) -> Vec<f64> {
        let mut parts = self.parts(settings);
        parts.push(self.log_reserve(settings));
        parts
    }

    /// `log L_k`, from the first window on.
    fn gains(&self, settings: &Settings) -> Vec<f64> {
        let ratios = ratios(settings);
        let mut logs = self.likelihood.at(&ratios);
        let tolerated = logs.next().unwrap_or_default();
        logs.map(|log| log - tolerated).collect()
    }

    fn parts(&self, settings: &Settings) -> Vec<f64> {
        let gains = self.gains(settings);
        let equal = (MULTIPLES.len() as f64).ln();
        let of_start = |start: usize, alternative: usize| match start.checked_sub(1) {
            None => Some(0.0),
            Some(later) => Some(self.starts.get(later)?.get(alternative)?.get()),
        };
        let part = |(alternative, gain): (usize, &f64)| {
            let starts = (0..=self.starts.len()).filter_map(|start| {
                let since = gain - of_start(start, alternative)?;
                Some(log_weight(settings, start) + since)
            });
            log_sum_exp(starts) - equal
        };
        gains.iter().enumerate().map(part).collect()
    }

    /// What is kept back for stages to come: `Σ 1/((s+1)(s+2))` over those that have not begun.
    fn log_reserve(&self, settings: &Settings) -> f64 {
        if settings.fresh_starts {
            -((self.starts.len() + 2) as f64).ln()
        } else {
            f64::NEG_INFINITY
        }
    }
}

/// By how much a failure raises each of these logarithms on average, if the flag makes failures
/// `truth` times as frequent.
pub(super) fn gains_by_failure(settings: &Settings, truth: f64, share: f64) -> [f64; 8] {
    let [tolerated, alternatives @ ..] = ratios(settings);
    let [a, b, c, d, e, f, g] =
        alternatives.map(|ratio| gain_by_failure(ratio, tolerated, truth, share));
    [a, b, c, d, e, f, g, 0.0]
}

/// `r0`, then the ratios it is tested against.
fn ratios(settings: &Settings) -> [f64; 8] {
    let tolerated = settings.tolerated();
    let [a, b, c, d, e, f, g] = MULTIPLES.map(|multiple| multiple * tolerated);
    [tolerated, a, b, c, d, e, f, g]
}

fn log_weight(settings: &Settings, start: usize) -> f64 {
    if settings.fresh_starts {
        -(((start + 1) * (start + 2)) as f64).ln()
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::Harm;
    use crate::evidence::two_arm::{Failures, Settings};

    #[test]
    fn nothing_seen_is_evidence_of_one_however_many_stages_began() {
        for fresh_starts in [false, true] {
            let settings = Settings {
                fresh_starts,
                ..Settings::default()
            };
            let mut harm = Harm::new();
            for _ in 0..40 {
                assert!(harm.log_evidence(&settings).abs() < 1e-12);
                harm.start_anew(&settings);
            }
        }
    }

    #[test]
    fn a_late_regression_is_not_buried_under_what_was_harmless_before() {
        let evidence = |fresh_starts| {
            let settings = Settings {
                fresh_starts,
                ..Settings::default()
            };
            let mut harm = Harm::new();
            let harmless = Failures {
                share: 0.1,
                treatment: 20.0,
                all: 200.0,
            };
            harm.add(&settings, &harmless);
            harm.start_anew(&settings);
            let harmful = Failures {
                share: 0.25,
                treatment: 12.0,
                all: 12.0,
            };
            harm.add(&settings, &harmful);
            harm.log_evidence(&settings).exp()
        };
        assert!(evidence(false) < 1.0, "{}", evidence(false));
        assert!(20_000.0 < evidence(true), "{}", evidence(true));
    }
}
