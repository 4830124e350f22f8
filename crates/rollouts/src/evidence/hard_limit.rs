//! A hard limit: is something plainly broken?
//!
//! Breached when the value is beyond its limit in 3 of the last 4 checks. Plain and quick, for
//! outages; strong enough to roll back. A check with fewer than 20 requests counts for nothing,
//! either way: one failure among three requests is not a third of all traffic.
//!
//! If a harmless check is beyond the limit with probability `p`, independently, then `n` checks
//! raise a false alarm with probability at most `4·n·p³`, by the union bound.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::exact::optional;
use super::mean::Worse;
use super::number::plain;
use super::reading::Learned;
use super::window::is_count;
use super::{Judgement, Severity, Silence, Verdict, finite};

/// No rule remembers more checks.
const MOST_CHECKS: u32 = 100;

/// An absolute limit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub limit: f64,
    #[serde(default)]
    pub worse: Worse,
    /// So many checks beyond the limit …
    #[serde(default = "three")]
    pub beyond: u32,
    /// … of the last so many are a breach.
    #[serde(default = "four")]
    pub of_last: u32,
    #[serde(default = "twenty")]
    pub min_requests: f64,
}

fn three() -> u32 {
    3
}

fn four() -> u32 {
    4
}

fn twenty() -> f64 {
    20.0
}

impl Settings {
    /// The usual rule for this limit.
    #[must_use]
    pub fn new(limit: f64, worse: Worse) -> Self {
        Self {
            limit,
            worse,
            beyond: three(),
            of_last: four(),
            min_requests: twenty(),
        }
    }

    fn of_last(&self) -> usize {
        self.of_last.clamp(1, MOST_CHECKS) as usize
    }

    fn beyond(&self) -> usize {
        (self.beyond.clamp(1, MOST_CHECKS) as usize).min(self.of_last())
    }

    fn is_beyond(&self, value: f64) -> bool {
        match self.worse {
            Worse::Higher => self.limit < value,
            Worse::Lower => value < self.limit,
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct State {
    /// Whether each of the last checks was beyond the limit, oldest first.
    checks: VecDeque<bool>,
    #[serde(with = "optional")]
    last: Option<f64>,
}

impl State {
    /// What was beyond the limit before a change says nothing of the change.
    pub(super) fn begin(&mut self) {
        *self = Self::default();
    }

    pub(super) fn add(
        &mut self,
        settings: &Settings,
        value: f64,
        requests: Option<f64>,
    ) -> Learned {
        let are_numbers = value.is_finite() && settings.limit.is_finite();
        if !are_numbers || !requests.is_none_or(is_count) {
            return Err(Silence::Nonsense);
        }
        let least = finite(settings.min_requests, 0.0..=1e12, twenty());
        if requests.is_some_and(|requests| requests < least) {
            return Ok(false);
        }
        self.last = Some(value);
        self.checks.push_back(settings.is_beyond(value));
        while settings.of_last() < self.checks.len() {
            self.checks.pop_front();
        }
        Ok(true)
    }

    pub(super) fn judge(&self, settings: &Settings) -> Judgement {
        let beyond = self.beyond();
        let severity = self.severity(settings);
        let verdict = Verdict::of(severity, !self.checks.is_empty() && beyond == 0);
        Judgement {
            severity,
            progress: if verdict == Verdict::Healthy {
                1.0
            } else {
                0.0
            },
            ..Judgement::new(verdict, self.sentence(settings, beyond))
        }
    }

    pub(super) fn severity(&self, settings: &Settings) -> Option<Severity> {
        (settings.beyond() <= self.beyond()).then_some(Severity::RollBack)
    }

    fn beyond(&self) -> usize {
        self.checks.iter().filter(|beyond| **beyond).count()
    }

    fn sentence(&self, settings: &Settings, beyond: usize) -> String {
        let Some(last) = self.last else {
            return "No check with enough requests in this stage yet.".to_owned();
        };
        let side = match settings.worse {
            Worse::Higher => "above",
            Worse::Lower => "below",
        };
        format!(
            "The value is {}; {beyond} of the last {} checks were {side} {}, and a rollback needs {} of {}.",
            plain(last),
            self.checks.len(),
            plain(settings.limit),
            settings.beyond(),
            settings.of_last()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::{Settings, State, Worse};
    use crate::evidence::{Severity, Silence, Verdict};

    fn judged(settings: &Settings, checks: &[(f64, f64)]) -> Verdict {
        let mut state = State::default();
        for (value, requests) in checks {
            state.add(settings, *value, Some(*requests)).unwrap();
        }
        let judgement = state.judge(settings);
        let breached = judgement.verdict == Verdict::Breached;
        assert_eq!(judgement.severity, breached.then_some(Severity::RollBack));
        judgement.verdict
    }

    #[test]
    fn three_of_the_last_four_checks_beyond_the_limit_are_a_breach() {
        let settings = Settings::new(0.05, Worse::Higher);
        let (good, bad, quiet) = ((0.01, 100.0), (0.2, 100.0), (1.0, 19.0));
        for (checks, expected) in [
            (&[][..], Verdict::Watching),
            (&[good], Verdict::Healthy),
            (&[good, bad], Verdict::Watching),
            (&[bad, bad, bad], Verdict::Breached),
            (&[bad, good, bad, bad], Verdict::Breached),
            (&[bad, bad, good, good, bad], Verdict::Watching),
            (&[bad, bad, bad, good, good], Verdict::Watching),
            (&[bad, good, good, good, good], Verdict::Healthy),
            (&[quiet, quiet, quiet, quiet], Verdict::Watching),
            (&[bad, quiet, bad, quiet, bad], Verdict::Breached),
            (&[(0.05, 20.0)], Verdict::Healthy),
        ] {
            assert_eq!(judged(&settings, checks), expected, "{checks:?}");
        }
    }

    #[test]
    fn a_limit_may_be_a_floor() {
        let settings = Settings::new(10.0, Worse::Lower);
        assert_eq!(judged(&settings, &[(11.0, 50.0)]), Verdict::Healthy);
        assert_eq!(judged(&settings, &[(9.0, 50.0); 3]), Verdict::Breached);
    }

    #[test]
    fn no_number_is_no_check() {
        let settings = Settings::new(0.05, Worse::Higher);
        let mut state = State::default();
        for (value, requests) in [
            (f64::NAN, None),
            (0.1, Some(f64::NAN)),
            (f64::INFINITY, None),
        ] {
            assert_eq!(
                state.add(&settings, value, requests),
                Err(Silence::Nonsense)
            );
        }
        assert_eq!(state, State::default());
    }

    #[test]
    fn senseless_numbers_of_checks_still_make_a_rule() {
        let settings = Settings {
            beyond: 0,
            of_last: 0,
            ..Settings::new(1.0, Worse::Higher)
        };
        assert_eq!(judged(&settings, &[(0.0, 50.0)]), Verdict::Healthy);
        assert_eq!(judged(&settings, &[(2.0, 50.0)]), Verdict::Breached);
    }
}
