//! What each stage does to the flag.

use std::collections::BTreeSet;

use domain::EnvironmentName;
use flags::Percentage;
use flags::request::Request;

use super::step::Turn;
use crate::event::Event;
use crate::plan::{By, CleanUp, Stage, StageKind};
use crate::rollout::{Purpose, Rollout};
use crate::step::{Change, FlagAct, Part};
use crate::wording::stage_title;

impl Turn<'_> {
    /// The entry with which the present stage's change begins; `None` when ids are missing.
    pub(super) fn stage_change(&self) -> Option<Event> {
        let intended = self.rollout.intended.as_ref();
        if let Some(again) = intended.filter(|of| of.purpose == Purpose::Stage) {
            let change = again.change.clone();
            return Some(Event::Intended { change });
        }
        let stage = self.rollout.present()?;
        let Some(acts) = acts(self.rollout, stage) else {
            return Some(Event::Entered);
        };
        let what = stage_title(stage, self.rollout.plan.by == By::Time);
        let change = self.change_of(what, acts, false)?;
        Some(Event::Intended { change })
    }

    /// A change of these parts, each with an id of its own for the audit.
    pub(super) fn change_of(
        &self,
        what: String,
        acts: Vec<(EnvironmentName, FlagAct)>,
        closes: bool,
    ) -> Option<Change> {
        let enough = acts.len() <= self.situation.fresh_ids.len();
        enough.then(|| {
            let ids = self.situation.fresh_ids.iter();
            let parts = acts.into_iter().zip(ids);
            Change {
                what,
                parts: parts
                    .map(|((environment, act), entry)| Part {
                        environment,
                        entry: entry.clone(),
                        act,
                    })
                    .collect(),
                closes,
            }
        })
    }
}

/// What a stage does where; `None` when it changes nothing.
fn acts(rollout: &Rollout, stage: &Stage) -> Option<Vec<(EnvironmentName, FlagAct)>> {
    let act = match &stage.kind {
        StageKind::NonProduction | StageKind::Global => FlagAct::Set(Request::everyone("true")),
        StageKind::Named(actors) => FlagAct::Set(Request {
            targets: actors.0.clone(),
            ..Request::everyone("true")
        }),
        StageKind::Percentage(share) => FlagAct::Set(percentage(*share, rollout.plan.by)),
        StageKind::CleanUp(clean_up) => return Some(deletions(rollout, clean_up)),
        StageKind::Preparation | StageKind::Verification => return None,
    };
    let environments: BTreeSet<&EnvironmentName> = stage.environments.iter().collect();
    let acts = environments
        .into_iter()
        .map(|environment| (environment.clone(), act.clone()));
    Some(acts.collect())
}

fn percentage(share: Percentage, by: By) -> Request {
    let key = match by {
        By::Actors => "percentage_of_actors",
        By::Time => "percentage_of_time",
    };
    Request {
        key: Some(key.to_owned()),
        ..Request::everyone(share_as_text(share))
    }
}

/// GitLab takes the texts `100` and `100.0` for `true`, and 0 for `false`; written so they are
/// numbers.
fn share_as_text(share: Percentage) -> String {
    if share == Percentage::HUNDRED || share.is_zero() {
        format!("{share}.00")
    } else {
        share.to_string()
    }
}

fn deletions(rollout: &Rollout, clean_up: &CleanUp) -> Vec<(EnvironmentName, FlagAct)> {
    let everywhere = || rollout.origin.keys().cloned().collect();
    let environments: BTreeSet<EnvironmentName> = if clean_up.environments.is_empty() {
        everywhere()
    } else {
        clean_up.environments.iter().cloned().collect()
    };
    let environments = environments.into_iter();
    environments
        .map(|environment| (environment, FlagAct::Delete))
        .collect()
}
