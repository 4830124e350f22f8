//! What two arms add up to, and how it is said.

use super::{Settings, State};
use crate::evidence::judgement::{SUSPICION, progress};
use crate::evidence::mixture::evidence;
use crate::evidence::number::{count, percent, plain};
use crate::evidence::{Arm, Budget, Judgement, Limits, Severity, Verdict};

impl State {
    pub(in crate::evidence) fn judge(&self, settings: &Settings, budget: &Budget) -> Judgement {
        let limits = Limits {
            hold: Some(1.0 / budget.hold_alpha()),
            roll_back: Some(1.0 / budget.roll_back_alpha()),
            clear: Some(settings.clear_limit()),
        };
        let severity = self.severity(budget);
        let e_bad = evidence(self.harm.log_evidence(settings));
        let log_safe = self.safety.log_evidence(settings, self.share);
        let clear = settings.clear_limit().ln() <= log_safe;
        let exposed = settings.min_exposures() <= self.this_stage.smaller_arm();
        let verdict = Verdict::of(severity, (clear || exposed) && e_bad <= SUSPICION);
        let sentence = self.sentence(settings, e_bad, &limits, clear);
        Judgement {
            severity,
            clear,
            e_bad: Some(e_bad),
            e_safe: Some(evidence(log_safe)),
            p_value: Some((-self.harm.log_worst()).exp().min(1.0)),
            limits,
            ratio: Some(self.grid.interval()),
            needed: self.needed(settings, budget),
            progress: self.progress(settings, log_safe),
            ..Judgement::new(verdict, sentence)
        }
    }

    /// What was proven once stays proven: the guarantee is for the largest evidence ever seen.
    pub(in crate::evidence) fn severity(&self, budget: &Budget) -> Option<Severity> {
        let worst = self.harm.log_worst();
        if -budget.roll_back_alpha().ln() <= worst {
            Some(Severity::RollBack)
        } else if -budget.hold_alpha().ln() <= worst {
            Some(Severity::Hold)
        } else {
            None
        }
    }

    fn progress(&self, settings: &Settings, log_safe: f64) -> f64 {
        let clear = log_safe / settings.clear_limit().ln();
        let exposed = progress(self.this_stage.smaller_arm(), settings.min_exposures());
        clear.max(exposed).clamp(0.0, 1.0)
    }

    fn sentence(&self, settings: &Settings, e_bad: f64, limits: &Limits, clear: bool) -> String {
        let seen = if !self.by_chance {
            "Nobody has the flag by chance in this stage, so no arms can be compared".to_owned()
        } else if self.this_stage.is_empty() {
            "Nothing was seen in this stage yet".to_owned()
        } else {
            let share = self
                .share
                .map(|share| format!(" ({} of traffic had it)", percent(share)));
            let this_stage = arms(self.this_stage.treatment(), self.this_stage.control());
            format!("{this_stage}{}", share.unwrap_or_default())
        };
        let before = if self.earlier_stages.is_empty() {
            String::new()
        } else {
            let (treatment, control) = (
                self.earlier_stages.treatment(),
                self.earlier_stages.control(),
            );
            format!(", after {} in earlier stages", arms(treatment, control))
        };
        let limit = |limit: Option<f64>| limit.map_or_else(|| "-".to_owned(), plain);
        let cleared = if clear {
            let harm = plain(self.harm_to_exclude(settings));
            format!("; that it makes failures {harm} times as frequent is excluded")
        } else {
            String::new()
        };
        format!(
            "{seen}{before}: evidence of harm {}; a hold needs {}, a rollback {}{cleared}.",
            plain(e_bad),
            limit(limits.hold),
            limit(limits.roll_back)
        )
    }
}

fn arms(treatment: Arm, control: Arm) -> String {
    let of = |arm: Arm| {
        if 0.0 < arm.exposed {
            format!("{} of {}", count(arm.failed), count(arm.exposed))
        } else {
            count(arm.failed)
        }
    };
    format!(
        "{} failed with the flag and {} without",
        of(treatment),
        of(control)
    )
}
