//! What a rollout waits for, and for whom.

use rollouts::{Status, Waiting, WaitingKind};

/// What a rollout waits for.
pub(super) struct WaitingRow {
    pub(super) words: String,
    pub(super) who: Option<String>,
}

impl WaitingRow {
    pub(super) fn of(waiting: &Waiting) -> Self {
        Self {
            words: waiting.words.clone(),
            who: waiting.who.as_ref().map(ToString::to_string),
        }
    }
}

/// Who decides about the hold, if somebody has to.
pub(super) fn decides(status: &Status) -> Option<String> {
    let mut waiting = status.waiting_for.iter();
    let decision = waiting.find(|waiting| waiting.what == WaitingKind::Decision)?;
    decision.who.as_ref().map(ToString::to_string)
}

/// What it waits for; the hold is told by itself.
pub(super) fn besides_the_hold(status: &Status) -> Vec<WaitingRow> {
    let waiting = status.waiting_for.iter();
    let is_told =
        |waiting: &&Waiting| status.hold.is_some() && waiting.what == WaitingKind::Decision;
    waiting
        .filter(|waiting| !is_told(waiting))
        .map(WaitingRow::of)
        .collect()
}
