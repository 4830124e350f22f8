//! Counts of both arms, as the rule wants them.

use rollouts::evidence::{Arm, Reading, Rule, Window};

use super::{Answer, Asked};

/// Failures and exposures with the flag and without. Without exposures the planned split stands
/// in for them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Counts {
    pub failed: [f64; 2],
    pub exposed: Option<[f64; 2]>,
}

impl Counts {
    /// What the rule makes of them.
    pub(super) fn reading(&self, asked: Asked<'_>) -> Answer {
        let [with, without] = self.failed;
        match &asked.monitor.rule {
            Rule::TwoArm(_) => Ok(Reading::Arms(self.window(asked.share()))),
            Rule::SampleRatio(_) => match self.exposed {
                Some(_) => Ok(Reading::Arms(self.window(None))),
                None => Err(asked.cannot("how many were exposed")),
            },
            // Where nobody counts exposures, time stands for them.
            Rule::BeforeAfter(_) => {
                let exposed = self.exposed.map_or_else(|| asked.seconds(), sum);
                Ok(Reading::Everybody(Arm::new(with + without, exposed)))
            }
            Rule::HardLimit(_) => Ok(Reading::Value {
                value: with,
                requests: self.exposed.map(|[with, _]| with),
            }),
            Rule::Mean(_) => Err(asked.cannot("how large something was")),
            Rule::NewIssue(_) => Err(asked.cannot("which issues are new")),
        }
    }

    fn window(&self, share: Option<f64>) -> Window {
        let [with, without] = self.failed;
        match (self.exposed, share) {
            (Some([treatment, control]), _) => {
                Window::new(Arm::new(with, treatment), Arm::new(without, control))
            }
            (None, Some(share)) => Window::at_share(share, with, without),
            // Nobody was drawn: nothing can be compared.
            (None, None) => Window::new(Arm::new(with, 0.0), Arm::new(without, 0.0)),
        }
    }
}

fn sum([one, other]: [f64; 2]) -> f64 {
    one + other
}

/// The windows of a baseline from counts at moments that follow each other, `seconds` apart.
pub(super) fn baseline(failed: &[f64], seconds: f64) -> Vec<Arm> {
    failed
        .iter()
        .map(|failed| Arm::new(*failed, seconds))
        .collect()
}
