//! What one check brought: how many failed, of how many that were exposed.

use serde::{Deserialize, Serialize};

use super::Silence;
use super::exact::{number, optional};

/// More than any monitor counts in a window: what is above is an error of whoever counted.
const LARGEST: f64 = 1e12;

/// One side of a comparison within one window.
///
/// `failed` counts *distinct actors that failed for the first time in this stage*, never events:
/// an actor who fails in every window is one failure. `exposed` are the actors of the window who
/// had not failed before. Requests will do where requests fail independently. With events in
/// their place, one actor who fails five times looks like five, and more than half of all
/// harmless rollouts raise an alarm.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Arm {
    #[serde(with = "number")]
    pub failed: f64,
    #[serde(with = "number")]
    pub exposed: f64,
}

/// Both arms within one window: those with the flag, and those without.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    pub treatment: Arm,
    pub control: Arm,
    /// The share of traffic with the flag (0 to 1), where nobody counts exposures. It then
    /// stands in for them when the arms are compared, but never for a minimum of them.
    #[serde(default, with = "optional", skip_serializing_if = "Option::is_none")]
    pub share: Option<f64>,
}

impl Arm {
    #[must_use]
    pub fn new(failed: f64, exposed: f64) -> Self {
        Self { failed, exposed }
    }

    pub(super) fn is_counted(self) -> bool {
        [self.failed, self.exposed].into_iter().all(is_count)
    }
}

impl Window {
    /// A window whose exposures were counted.
    #[must_use]
    pub fn new(treatment: Arm, control: Arm) -> Self {
        Self {
            treatment,
            control,
            share: None,
        }
    }

    /// A window in which only failures were counted, at a known split of the traffic.
    #[must_use]
    pub fn at_share(share: f64, treatment_failed: f64, control_failed: f64) -> Self {
        Self {
            treatment: Arm::new(treatment_failed, 0.0),
            control: Arm::new(control_failed, 0.0),
            share: Some(share),
        }
    }

    /// The share of traffic with the flag. None where one arm had nobody: then nothing can be
    /// compared, and nothing is wrong. Numbers that count nothing (negative, infinite, not a
    /// number) are nonsense.
    pub(super) fn split(&self) -> Result<Option<f64>, Silence> {
        let is_counted = self.treatment.is_counted() && self.control.is_counted();
        if !is_counted || self.share.is_some_and(|share| !share.is_finite()) {
            return Err(Silence::Nonsense);
        }
        let all = self.treatment.exposed + self.control.exposed;
        let share = self.share.unwrap_or(self.treatment.exposed / all);
        Ok((0.0 < share && share < 1.0).then_some(share))
    }
}

pub(super) fn is_count(number: f64) -> bool {
    (0.0..=LARGEST).contains(&number)
}

#[cfg(test)]
mod tests {
    use super::{Arm, Window};
    use crate::evidence::Silence;

    #[test]
    fn a_window_teaches_something_only_with_both_arms() {
        let window = |failed, exposed, other_failed, other_exposed| {
            Window::new(
                Arm::new(failed, exposed),
                Arm::new(other_failed, other_exposed),
            )
        };
        let nan = f64::NAN;
        for (window, expected) in [
            (window(1.0, 25.0, 0.0, 75.0), Ok(Some(0.25))),
            (window(0.0, 0.0, 0.0, 0.0), Ok(None)),
            (window(3.0, 10.0, 0.0, 0.0), Ok(None)),
            (window(0.0, 0.0, 3.0, 10.0), Ok(None)),
            (window(nan, 10.0, 3.0, 10.0), Err(Silence::Nonsense)),
            (window(-1.0, 10.0, 3.0, 10.0), Err(Silence::Nonsense)),
            (
                window(1.0, f64::INFINITY, 3.0, 10.0),
                Err(Silence::Nonsense),
            ),
            (window(1.0, 1e13, 3.0, 10.0), Err(Silence::Nonsense)),
            (Window::at_share(0.1, 2.0, 3.0), Ok(Some(0.1))),
            (Window::at_share(1.0, 2.0, 3.0), Ok(None)),
            (Window::at_share(nan, 2.0, 3.0), Err(Silence::Nonsense)),
        ] {
            assert_eq!(window.split(), expected, "{window:?}");
        }
    }
}
