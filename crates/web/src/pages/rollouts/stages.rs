//! The stages of a rollout from the first to the last, and what must hold in the present one.

use jiff::Timestamp;
use rollouts::{CheckOutcome, ItemStatus, StageStatus};

use super::forms::{Form, Forms};
use super::told::{self, Said};
use crate::pages::markup::{Piece, linked};
use crate::pages::time::{Moment, took};

/// A stage in the rail.
pub(super) struct StageRow {
    pub(super) name: String,
    pub(super) title: String,
    pub(super) progress: Said,
    pub(super) by: Option<String>,
    pub(super) began: Option<Moment>,
    pub(super) changed: Option<Moment>,
    /// How long it took, once it is over.
    pub(super) took: Option<String>,
}

impl StageRow {
    pub(super) fn of(stage: &StageStatus, now: Timestamp) -> Self {
        let moment = |at: Option<Timestamp>| at.map(|at| Moment::new(at, now));
        let over = stage.began_at.zip(stage.ended_at);
        Self {
            name: stage.name.to_string(),
            title: stage.title.clone(),
            progress: told::progress(stage.progress),
            by: stage.by.clone(),
            began: moment(stage.began_at),
            changed: moment(stage.changed_at),
            took: over.map(|(from, to)| took(from, to)),
        }
    }
}

/// Something that must hold.
pub(super) struct ItemRow {
    pub(super) id: String,
    pub(super) title: Vec<Piece>,
    pub(super) outcome: Said,
    pub(super) found: Vec<Piece>,
    pub(super) at: Option<Moment>,
    pub(super) ticked_by: Option<String>,
    pub(super) overridden: Option<(String, String)>,
    pub(super) forms: Vec<Form>,
    /// Nobody has to look at it now.
    pub(super) folds: bool,
}

impl ItemRow {
    pub(super) fn of(item: &ItemStatus, forms: &Forms, now: Timestamp) -> Self {
        let about = item
            .item
            .as_ref()
            .map_or(item.id.as_str(), |of| of.as_str());
        let forms = forms.about(about);
        let is_refused = forms.iter().any(|form| form.refused.is_some());
        Self {
            folds: item.outcome == CheckOutcome::Holds && !is_refused,
            id: item.id.clone(),
            title: linked(&item.title),
            outcome: told::outcome(item.outcome),
            found: linked(&item.found),
            at: item.at.map(|at| Moment::new(at, now)),
            ticked_by: item.ticked_by.as_ref().map(ToString::to_string),
            overridden: item.overridden.clone(),
            forms,
        }
    }
}
