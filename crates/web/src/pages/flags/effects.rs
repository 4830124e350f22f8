//! What was done elsewhere because a flag was changed: comments, annotations, pipelines.

use jiff::Timestamp;
use store::{AuditEntry, EffectRecord, EffectState, Store};

use crate::error::ApiError;
use crate::pages::address;
use crate::pages::time::Moment;

/// An effect of a change.
pub(in crate::pages) struct EffectRow {
    pub(in crate::pages) id: String,
    pub(in crate::pages) kind: String,
    pub(in crate::pages) state: EffectState,
    pub(in crate::pages) at: Moment,
    /// When it is tried again, while it waits after a failure.
    pub(in crate::pages) next: Option<Moment>,
    pub(in crate::pages) link: Option<String>,
    pub(in crate::pages) reason: String,
    pub(in crate::pages) remedy: String,
}

/// The effects of these changes, the latest change first.
pub(super) async fn effects(
    store: &Store,
    changes: &[AuditEntry],
    now: Timestamp,
) -> Result<Vec<EffectRow>, ApiError> {
    let mut rows = Vec::new();
    for change in changes.iter().filter(|change| change.refused.is_none()) {
        let effects = store.effects_of(&change.id).await?;
        rows.extend(
            effects
                .into_iter()
                .map(|effect| EffectRow::new(effect, now)),
        );
    }
    Ok(rows)
}

impl EffectRow {
    pub(in crate::pages) fn new(effect: EffectRecord, now: Timestamp) -> Self {
        let waits = effect.state == EffectState::Waiting && 0 < effect.attempts;
        Self {
            id: effect.id.to_string(),
            kind: effect.kind.replace('_', " "),
            state: effect.state,
            at: Moment::new(effect.at, now),
            next: waits.then(|| Moment::new(effect.next_at, now)),
            link: effect.link.filter(|link| address::foreign(link).is_some()),
            reason: effect.reason.unwrap_or_default(),
            remedy: effect.remedy.unwrap_or_default(),
        }
    }

    pub(super) fn is_done(&self) -> bool {
        self.state == EffectState::Done
    }

    pub(in crate::pages) fn is_dead(&self) -> bool {
        self.state == EffectState::Dead
    }
}
