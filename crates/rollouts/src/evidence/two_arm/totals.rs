//! Failures and exposures of both arms, over many windows.

use serde::{Deserialize, Serialize};

use crate::evidence::exact::Exact;
use crate::evidence::{Arm, Window};

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Totals {
    windows: u64,
    treatment: Total,
    control: Total,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Total {
    failed: Exact,
    exposed: Exact,
}

impl Totals {
    pub(super) fn add(&mut self, window: &Window) {
        self.windows = self.windows.saturating_add(1);
        self.treatment.add(window.treatment);
        self.control.add(window.control);
    }

    pub(super) fn add_all(&mut self, others: &Self) {
        self.windows = self.windows.saturating_add(others.windows);
        self.treatment.add(others.treatment.arm());
        self.control.add(others.control.arm());
    }

    pub(super) fn is_empty(&self) -> bool {
        self.windows == 0
    }

    pub(super) fn treatment(&self) -> Arm {
        self.treatment.arm()
    }

    pub(super) fn control(&self) -> Arm {
        self.control.arm()
    }

    /// Exposures of the arm that has fewer.
    pub(super) fn smaller_arm(&self) -> f64 {
        self.treatment().exposed.min(self.control().exposed)
    }

    /// Failures by exposure, both arms together. None while either is unknown.
    pub(super) fn failure_rate(&self) -> Option<f64> {
        let (treatment, control) = (self.treatment(), self.control());
        let exposed = treatment.exposed + control.exposed;
        let failed = treatment.failed + control.failed;
        (0.0 < exposed && 0.0 < failed).then(|| failed / exposed)
    }
}

impl Total {
    fn add(&mut self, arm: Arm) {
        self.failed.add(arm.failed);
        self.exposed.add(arm.exposed);
    }

    fn arm(&self) -> Arm {
        Arm::new(self.failed.get(), self.exposed.get())
    }
}
