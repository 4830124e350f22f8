//! What is concluded from a monitor's readings so far.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::new_issue::Issue;
use super::{Limits, Silence, number};

/// What a monitor says of a stage, from best to worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Enough was seen, and nothing of it is suspicious.
    Healthy,
    /// Too little was seen, or something is suspicious but not proven.
    Watching,
    /// Nothing can be said. Never health.
    Silent,
    /// Harm is proven, or a hard limit was passed.
    Breached,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Healthy => "healthy",
            Self::Watching => "watching",
            Self::Silent => "silent",
            Self::Breached => "breached",
        })
    }
}

/// What a breach is strong enough for. The plan says what is then done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    Hold,
    RollBack,
}

/// One monitor's conclusion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Judgement {
    pub verdict: Verdict,
    /// Present exactly when the verdict is [`Verdict::Breached`].
    pub severity: Option<Severity>,
    /// Present exactly when the verdict is [`Verdict::Silent`].
    pub silence: Option<Silence>,
    /// Whether harm worth stopping for is excluded.
    pub clear: bool,
    /// Evidence of harm now, 1 at the start. None where the rule knows no such number.
    pub e_bad: Option<f64>,
    /// Evidence of no harm now, 1 at the start.
    pub e_safe: Option<f64>,
    /// The smallest always-valid p-value so far, `1 / max E`.
    pub p_value: Option<f64>,
    pub limits: Limits,
    /// Where the ratio of the arms' failure rates lies, with 95 % at all times together.
    pub ratio: Option<Interval>,
    pub needed: Needed,
    /// How far the monitor is on its way to say that the stage is healthy: 0 to 1.
    pub progress: f64,
    /// What a new-issue rule found.
    pub issues: Vec<Issue>,
    /// All of it for people, in one sentence.
    pub sentence: String,
}

/// A range that may be open at either end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    pub lower: Option<f64>,
    pub upper: Option<f64>,
}

/// Evidence still needed, in plain numbers, at the split of the traffic as it is now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Needed {
    /// Failures with the flag until a hold, if it made failures twice as frequent.
    pub hold_if_double: Option<u64>,
    /// … if it made them five times as frequent.
    pub hold_if_fivefold: Option<u64>,
    /// Failures with the flag until a roll back, if it made failures twice as frequent.
    pub roll_back_if_double: Option<u64>,
    /// … if it made them five times as frequent.
    pub roll_back_if_fivefold: Option<u64>,
    /// Failures in both arms together until the stage is clear, if the flag is harmless.
    pub clear_failures: Option<u64>,
    /// Exposures in both arms together until then, at the rate of failures so far.
    pub clear_exposures: Option<u64>,
    /// Exposures of the smaller arm until there are enough to advance after the soak.
    pub exposures: Option<u64>,
}

impl Judgement {
    /// A conclusion of which nothing is known but the verdict and what is said of it.
    pub(super) fn new(verdict: Verdict, sentence: String) -> Self {
        Self {
            verdict,
            severity: None,
            silence: None,
            clear: false,
            e_bad: None,
            e_safe: None,
            p_value: None,
            limits: Limits::default(),
            ratio: None,
            needed: Needed::default(),
            progress: 0.0,
            issues: Vec::new(),
            sentence,
        }
    }

    /// The same evidence, of a monitor that says nothing now. What is proven stays proven.
    pub(super) fn silenced(mut self, silence: Silence) -> Self {
        if self.verdict != Verdict::Breached {
            self.verdict = Verdict::Silent;
            self.silence = Some(silence);
            self.sentence = format!("Nothing can be said now: {silence}. {}", self.sentence);
        }
        self
    }
}

impl fmt::Display for Needed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.clear_failures, self.clear_exposures, self.exposures) {
            (Some(0), _, _) | (None, _, Some(0) | None) => f.write_str("enough was seen"),
            (Some(failures), Some(exposures), _) => write!(
                f,
                "about {} more exposures ({} failures) exclude harm",
                number::whole(exposures),
                number::whole(failures)
            ),
            (Some(failures), None, Some(0) | None) => {
                write!(
                    f,
                    "about {} more failures exclude harm",
                    number::whole(failures)
                )
            }
            (_, _, Some(exposures)) => write!(
                f,
                "{} more exposures of the smaller arm are enough",
                number::whole(exposures)
            ),
        }
    }
}
