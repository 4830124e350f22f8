//! What is concluded from a monitor's readings so far.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::new_issue::Issue;
use super::{Limits, Silence, number};

/// Above this evidence of harm a monitor is not healthy, whatever else it has seen.
pub(super) const SUSPICION: f64 = 3.0;

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

/// What a rule found that has one e-value, and may only hold.
pub(super) struct Found {
    pub severity: Option<Severity>,
    pub e_bad: Option<f64>,
    pub p_value: f64,
    pub limit: f64,
    /// Exposures of the smaller arm in this stage …
    pub seen: f64,
    /// … and those that are enough.
    pub wanted: f64,
}

impl Verdict {
    pub(super) fn of(severity: Option<Severity>, enough_and_unsuspicious: bool) -> Self {
        match severity {
            Some(Severity::Hold | Severity::RollBack) => Self::Breached,
            None if enough_and_unsuspicious => Self::Healthy,
            None => Self::Watching,
        }
    }
}

impl Judgement {
    /// The conclusion from one e-value that may only hold.
    pub(super) fn of(found: &Found, sentence: String) -> Self {
        let unsuspicious = found.e_bad.is_some_and(|e_bad| e_bad <= SUSPICION);
        let enough = found.wanted <= found.seen;
        let verdict = Verdict::of(found.severity, enough && unsuspicious);
        let missing = (found.wanted - found.seen).max(0.0).ceil();
        Self {
            severity: found.severity,
            e_bad: found.e_bad,
            p_value: Some(found.p_value.min(1.0)),
            limits: Limits {
                hold: Some(found.limit),
                ..Limits::default()
            },
            needed: Needed {
                exposures: Some(number::rounded(missing)),
                ..Needed::default()
            },
            progress: progress(found.seen, found.wanted),
            ..Self::new(verdict, sentence)
        }
    }

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

    /// Nothing speaks against the stage; all that may be missing is more of the same.
    #[must_use]
    pub fn is_unsuspicious(&self) -> bool {
        self.verdict == Verdict::Watching && self.e_bad.is_some_and(|e_bad| e_bad <= SUSPICION)
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

/// How much of what is wanted is there, from 0 to 1.
pub(super) fn progress(seen: f64, wanted: f64) -> f64 {
    if wanted <= seen {
        1.0
    } else {
        (seen / wanted).clamp(0.0, 1.0)
    }
}

impl fmt::Display for Needed {
    /// `120 more exposures of the smaller arm, or about 900 in all (41 failures) to exclude harm`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let enough = [self.exposures, self.clear_failures].contains(&Some(0));
        let exposures = self.exposures.map(|exposures| {
            format!(
                "{} more exposures of the smaller arm",
                number::whole(exposures)
            )
        });
        let clear = self.clear_failures.map(|failures| {
            let failures = number::whole(failures);
            match self.clear_exposures.map(number::whole) {
                Some(all) => format!("about {all} in all ({failures} failures) to exclude harm"),
                None => format!("about {failures} failures in all to exclude harm"),
            }
        });
        match (exposures, clear) {
            _ if enough => f.write_str("nothing more"),
            (Some(exposures), Some(clear)) => write!(f, "{exposures}, or {clear}"),
            (Some(only), None) | (None, Some(only)) => f.write_str(&only),
            (None, None) => f.write_str("the next check"),
        }
    }
}
