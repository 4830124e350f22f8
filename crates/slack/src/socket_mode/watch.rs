//! When to ask whether Slack is still there, and when to give a line up.

use tokio::time::Instant;

use super::Patience;
use crate::error::Ended;

/// When something is due on a line on which nothing happens.
pub(super) struct Watch {
    patience: Patience,
    heard_at: Instant,
    was_asked: bool,
    farewell_at: Option<Instant>,
}

pub(super) enum Due {
    /// Whether Slack is still there.
    Question,
    End(Ended),
}

impl Watch {
    pub(super) fn new(patience: Patience) -> Self {
        Self {
            patience,
            heard_at: Instant::now(),
            was_asked: false,
            farewell_at: None,
        }
    }

    pub(super) fn hear(&mut self) {
        (self.heard_at, self.was_asked) = (Instant::now(), false);
    }

    pub(super) fn retire(&mut self) {
        let farewell_at = Instant::now() + self.patience.farewell;
        self.farewell_at.get_or_insert(farewell_at);
    }

    fn silent_at(&self) -> Instant {
        let question_at = self.heard_at + self.patience.silence;
        if self.was_asked {
            question_at + self.patience.answer
        } else {
            question_at
        }
    }

    pub(super) fn due_at(&self) -> Instant {
        let silent_at = self.silent_at();
        self.farewell_at.map_or(silent_at, |at| at.min(silent_at))
    }

    pub(super) fn is_due(&mut self) -> Due {
        let silent_at = self.silent_at();
        match self.farewell_at {
            Some(at) if at <= silent_at => Due::End(Ended::Closed),
            _ if self.was_asked => Due::End(Ended::Silent),
            _ => {
                self.was_asked = true;
                Due::Question
            }
        }
    }
}
