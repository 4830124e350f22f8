//! The rules that are compared: ours, and what others do.

use rollouts::evidence::{Budget, Evidence, Reading, Rule, Severity, Stage, TwoArm, Window};

use crate::simulation::Detector;

/// Evidence that has become strong enough for this.
pub struct Proven {
    evidence: Evidence,
    severity: Severity,
}

impl Proven {
    pub fn new(rule: &Rule, budget: Budget, severity: Severity) -> Self {
        let evidence = Evidence::new(rule, budget);
        Self { evidence, severity }
    }

    /// The two-arm rule for one monitor at α = 0.01, without a start of its own for each stage.
    pub fn plain(tolerated: f64) -> Self {
        Self::one_percent(&TwoArm {
            tolerated,
            fresh_starts: false,
            ..TwoArm::default()
        })
    }

    pub fn one_percent(settings: &TwoArm) -> Self {
        Self::new(
            &Rule::TwoArm(settings.clone()),
            one_percent(),
            Severity::Hold,
        )
    }
}

impl Detector for Proven {
    fn begin(&mut self, stage: &Stage) {
        self.evidence.begin(stage);
    }

    fn sees(&mut self, reading: &Reading) -> bool {
        self.evidence.add(reading);
        Some(self.severity) <= self.evidence.severity()
    }
}

/// Evidence that the flag is harmless: failures twice as frequent are excluded.
pub struct Cleared(Evidence);

impl Cleared {
    pub fn new() -> Self {
        let settings = TwoArm {
            tolerated: 1.0,
            harm: Some(2.0),
            fresh_starts: false,
            ..TwoArm::default()
        };
        Self(Evidence::new(&Rule::TwoArm(settings), one_percent()))
    }
}

impl Detector for Cleared {
    fn begin(&mut self, stage: &Stage) {
        self.0.begin(stage);
    }

    fn sees(&mut self, reading: &Reading) -> bool {
        self.0.add(reading);
        self.0.judge().clear
    }
}

/// All of the budget of 1 % for one monitor.
pub fn one_percent() -> Budget {
    Budget {
        hold: 0.01,
        roll_back: 0.001,
        ..Budget::new(1)
    }
}

/// "z > 2.326": a test for one look, at a nominal 1 %, looked at after each check.
#[derive(Default)]
pub struct ZTest {
    excess: f64,
    variance: f64,
}

impl Detector for ZTest {
    fn begin(&mut self, _: &Stage) {}

    fn sees(&mut self, reading: &Reading) -> bool {
        let window = arms(reading);
        let share = window.treatment.exposed / (window.treatment.exposed + window.control.exposed);
        let failures = window.treatment.failed + window.control.failed;
        self.excess += window.treatment.failed - share * failures;
        self.variance += share * (1.0 - share) * failures;
        2.326 * self.variance.sqrt() < self.excess
    }
}

/// "Treatment above 1.5 times control in three checks in a row."
#[derive(Default)]
pub struct HalfMore {
    in_a_row: u32,
}

impl Detector for HalfMore {
    fn begin(&mut self, _: &Stage) {}

    fn sees(&mut self, reading: &Reading) -> bool {
        let window = arms(reading);
        let treatment = window.treatment.failed / window.treatment.exposed;
        let control = window.control.failed / window.control.exposed;
        self.in_a_row = if 1.5 * control < treatment {
            self.in_a_row + 1
        } else {
            0
        };
        3 <= self.in_a_row
    }
}

fn arms(reading: &Reading) -> Window {
    match reading {
        Reading::Arms(window) => *window,
        other => panic!("a reading of two arms, not {other:?}"),
    }
}
