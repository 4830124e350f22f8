//! What the readings of a monitor prove: harm, no harm, or neither yet.
//!
//! A monitor's [`Rule`] says which of six methods judges it. Each may be asked after every
//! reading without losing its guarantee, which is why none has a sample size that was fixed
//! before. `docs/evidence.md` tells release engineers what each one means.
//!
//! State is additive: readings are folded in one by one, kept as JSON between checks, and a fold
//! over the stored readings gives the same state, to the last bit.

mod before_after;
mod budget;
mod exact;
mod gamma;
mod hard_limit;
mod judgement;
mod mean;
mod method;
mod mixture;
mod new_issue;
mod number;
mod reading;
mod sample_ratio;
mod two_arm;
mod window;

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

pub use before_after::{BASELINE_WINDOWS, Settings as BeforeAfter};
pub use budget::{Budget, Limits};
pub use hard_limit::Settings as HardLimit;
pub use judgement::{Interval, Judgement, Needed, Severity, Verdict};
pub use mean::{Moments, Samples, Settings as Mean, Worse};
pub use new_issue::{Issue, Settings as NewIssue};
pub use reading::{Entry, Reading, Silence, Stage};
pub use sample_ratio::Settings as SampleRatio;
pub use two_arm::Settings as TwoArm;
pub use window::{Arm, Window};

use method::Method;

/// How a monitor is judged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// Failures with the flag against failures without. May roll back.
    TwoArm(TwoArm),
    /// Failures after the change against failures before. May hold.
    BeforeAfter(BeforeAfter),
    /// The mean with the flag against the mean without. May hold.
    Mean(Mean),
    /// A value against an absolute limit. May roll back.
    HardLimit(HardLimit),
    /// Issues that nobody saw before. May hold.
    NewIssue(NewIssue),
    /// Exposures against the planned split. May hold.
    SampleRatio(SampleRatio),
}

/// What one monitor's readings add up to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    method: Method,
    budget: Budget,
    /// Why the last reading says nothing, if it does not.
    silence: Option<Silence>,
    skipped: u64,
}

impl Evidence {
    #[must_use]
    pub fn new(rule: &Rule, budget: Budget) -> Self {
        Self {
            method: Method::new(rule),
            budget,
            silence: None,
            skipped: 0,
        }
    }

    /// What these entries add up to, from the beginning.
    #[must_use]
    pub fn replay<'a>(
        rule: &Rule,
        budget: Budget,
        entries: impl IntoIterator<Item = &'a Entry>,
    ) -> Self {
        let mut evidence = Self::new(rule, budget);
        for entry in entries {
            evidence.apply(entry);
        }
        evidence
    }

    /// Evidence for the same rule that begins anew, because somebody overrode this one: at 1
    /// again, with half the budget.
    #[must_use]
    pub fn overridden(&self) -> Self {
        Self::new(&self.rule(), self.budget.overridden())
    }

    #[must_use]
    pub fn rule(&self) -> Rule {
        self.method.rule()
    }

    #[must_use]
    pub fn budget(&self) -> Budget {
        self.budget
    }

    /// Readings from which nothing could be learned.
    #[must_use]
    pub fn skipped(&self) -> u64 {
        self.skipped
    }

    pub fn apply(&mut self, entry: &Entry) {
        match entry {
            Entry::Stage(stage) => self.begin(stage),
            Entry::Reading(reading) => self.add(reading),
        }
    }

    /// The readings that follow are of this stage.
    pub fn begin(&mut self, stage: &Stage) {
        self.silence = None;
        self.method.begin(stage);
    }

    pub fn add(&mut self, reading: &Reading) {
        let learned = self.method.add(&self.budget, reading);
        self.silence = learned.err();
        if learned != Ok(true) {
            self.skipped = self.skipped.saturating_add(1);
        }
    }

    /// What has been proven so far is strong enough for; None while nothing is. The same as in
    /// [`Self::judge`], without the words.
    #[must_use]
    pub fn severity(&self) -> Option<Severity> {
        self.method.severity(&self.budget)
    }

    #[must_use]
    pub fn judge(&self) -> Judgement {
        let judgement = self.method.judge(&self.budget);
        match self.silence {
            Some(silence) => judgement.silenced(silence),
            None => judgement,
        }
    }
}

/// `value` where it lies within `range`, else the usual one.
fn finite(value: f64, range: RangeInclusive<f64>, usual: f64) -> f64 {
    if range.contains(&value) { value } else { usual }
}
