//! Sample ratio: does the flag reach as many as it should?
//!
//! If 10 % of actors were planned and 13 % are seen, something loses, repeats or misnames what it
//! measures, and no comparison of the arms can be believed. The test is the sequential
//! multinomial test with a Dirichlet prior around the planned split `θ0` (Lindon and Malek,
//! arXiv 2011.03567, of concentration 10,000 as in their published implementation), which for two
//! arms is
//!
//! ```text
//! E = B(c·θ0 + n_T, c·(1−θ0) + n_C) / (B(c·θ0, c·(1−θ0)) · θ0^n_T · (1−θ0)^n_C)
//! ```
//!
//! While the split is as planned, `P(E ever ≥ 1000) ≤ 0.001` in each stage. It holds a rollout
//! and never rolls it back. Exposures must be of distinct actors: a busy actor's thousand
//! requests are one assignment by chance.

use serde::{Deserialize, Serialize};

use super::exact::{Exact, optional};
use super::gamma::ln_beta;
use super::judgement::Found;
use super::mixture::evidence;
use super::number::{count, percent, plain};
use super::reading::Learned;
use super::{Budget, Judgement, Severity, Stage, Window, finite};

const CONCENTRATION: f64 = 10_000.0;

/// How the split is watched.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Probability of a false alarm in a stage.
    pub alpha: f64,
    /// Exposures of each arm in a stage that are enough to advance after its soak.
    pub min_exposures: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            alpha: 0.001,
            min_exposures: 500.0,
        }
    }
}

impl Settings {
    fn limit(&self, budget: &Budget) -> f64 {
        let alpha = finite(self.alpha, 1e-12..=0.5, 0.001);
        alpha.recip() * budget.strictness()
    }

    fn min_exposures(&self) -> f64 {
        finite(self.min_exposures, 0.0..=1e12, 500.0)
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct State {
    #[serde(with = "optional")]
    planned: Option<f64>,
    treatment: Exact,
    control: Exact,
    worst: Exact,
}

impl State {
    pub(super) fn begin(&mut self, stage: &Stage) {
        *self = Self {
            planned: stage.chance(),
            // What was proven in an earlier stage stays proven until somebody overrides it.
            worst: self.worst,
            ..Self::default()
        };
    }

    pub(super) fn add(&mut self, window: &Window) -> Learned {
        window.split()?;
        if self.planned.is_none() || window.share.is_some() {
            return Ok(false);
        }
        self.treatment.add(window.treatment.exposed);
        self.control.add(window.control.exposed);
        self.worst.raise(self.log_evidence());
        Ok(true)
    }

    fn log_evidence(&self) -> f64 {
        let Some(planned) = self.planned else {
            return 0.0;
        };
        let (treatment, control) = (self.treatment.get(), self.control.get());
        let (a, b) = (CONCENTRATION * planned, CONCENTRATION * (1.0 - planned));
        ln_beta(a + treatment, b + control)
            - ln_beta(a, b)
            - treatment * planned.ln()
            - control * (-planned).ln_1p()
    }

    pub(super) fn judge(&self, settings: &Settings, budget: &Budget) -> Judgement {
        let found = Found {
            severity: self.severity(settings, budget),
            e_bad: Some(evidence(self.log_evidence())),
            p_value: (-self.worst.get()).exp(),
            limit: settings.limit(budget),
            seen: self.treatment.get().min(self.control.get()),
            wanted: settings.min_exposures(),
        };
        let sentence = self.sentence(&found);
        Judgement::of(&found, sentence)
    }

    pub(super) fn severity(&self, settings: &Settings, budget: &Budget) -> Option<Severity> {
        (settings.limit(budget).ln() <= self.worst.get()).then_some(Severity::Hold)
    }

    fn sentence(&self, found: &Found) -> String {
        let (treatment, control) = (self.treatment.get(), self.control.get());
        let Some(planned) = self.planned else {
            return "No split by chance is planned in this stage.".to_owned();
        };
        let all = treatment + control;
        if all <= 0.0 {
            return format!(
                "{} should have the flag; nobody was seen yet.",
                percent(planned)
            );
        }
        format!(
            "{} of {} had the flag, {} where {} were planned: evidence of a wrong split {}; a hold needs {}.",
            count(treatment),
            count(all),
            percent(treatment / all),
            percent(planned),
            found.e_bad.map_or_else(String::new, plain),
            plain(found.limit)
        )
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::{Settings, State};
    use crate::evidence::{Arm, Budget, Severity, Stage, Verdict, Window};

    fn judged(planned: f64, windows: &[(f64, f64)]) -> (Verdict, Option<Severity>, String) {
        let mut state = State::default();
        state.begin(&Stage {
            share: Some(planned),
            since: Timestamp::UNIX_EPOCH,
        });
        for (treatment, control) in windows {
            let window = Window::new(Arm::new(0.0, *treatment), Arm::new(0.0, *control));
            state.add(&window).unwrap();
        }
        let judgement = state.judge(&Settings::default(), &Budget::new(4));
        (judgement.verdict, judgement.severity, judgement.sentence)
    }

    #[test]
    fn a_split_as_planned_is_healthy_and_a_wrong_one_is_held() {
        assert_eq!(judged(0.1, &[(1_003.0, 8_997.0)]).0, Verdict::Healthy);
        assert_eq!(judged(0.1, &[(10.0, 90.0)]).0, Verdict::Watching);
        let (verdict, severity, sentence) = judged(0.1, &[(650.0, 4_350.0); 2]);
        assert_eq!(
            (verdict, severity),
            (Verdict::Breached, Some(Severity::Hold))
        );
        assert!(
            sentence.starts_with("1,300 of 10,000 had the flag, 13 % where 10 % were planned"),
            "{sentence}"
        );
    }

    #[test]
    fn an_arm_that_nobody_sees_is_a_wrong_split() {
        assert_eq!(judged(0.1, &[(0.0, 2_000.0)]).0, Verdict::Breached);
    }
}
