//! What the plan says of stages, as the machine needs it.

use std::collections::{BTreeMap, BTreeSet};

use domain::EnvironmentName;
use flags::Gates;
use jiff::Timestamp;

use crate::evidence;
use crate::plan::{By, Stage, StageKind};
use crate::rollout::{Point, Rollout, StageRecord};

impl Rollout {
    pub(crate) fn present(&self) -> Option<&Stage> {
        self.plan.stage(self.stage)
    }

    pub(crate) fn present_record(&self) -> Option<&StageRecord> {
        self.stages.get(self.stage)
    }

    pub(super) fn is_last_stage(&self) -> bool {
        self.plan.stages.len() <= self.stage + 1
    }

    /// Until when the present stage is watched, if its change is made.
    pub(super) fn soak_until(&self) -> Option<Timestamp> {
        match self.point {
            Point::Watching => self.present_record().and_then(|record| record.soak_until),
            Point::Asking | Point::Returning => None,
        }
    }

    /// What evidence has to know of the stage whose change is in force.
    pub(super) fn evidence_stage(&self, since: Timestamp) -> evidence::Stage {
        let stage = self.in_force.and_then(|number| self.plan.stage(number));
        evidence::Stage {
            share: stage.and_then(|stage| self.share(stage)),
            since,
        }
    }

    /// The share of actors who have the flag by chance.
    pub(super) fn share(&self, stage: &Stage) -> Option<f64> {
        match (stage.is_random(), self.plan.by, &stage.kind) {
            (true, By::Actors, StageKind::Percentage(share)) => Some(share.number() / 100.0),
            (_, By::Actors | By::Time, _) => None,
        }
    }

    /// The environments with customers.
    pub(crate) fn production(&self) -> BTreeSet<&EnvironmentName> {
        let stages = self.plan.stages.iter();
        stages
            .filter(|stage| is_production(stage))
            .flat_map(|stage| &stage.environments)
            .collect()
    }

    /// How the flag stood there after this stage.
    pub(super) fn gates_after(&self, stage: usize, environment: &EnvironmentName) -> Option<Gates> {
        let record = self.stages.get(stage);
        record
            .and_then(|record| record.left.get(environment))
            .or_else(|| self.origin.get(environment))
            .cloned()
            .flatten()
    }

    /// How the rollout believes that the flag stands there; nobody knows better unless they look.
    #[must_use]
    pub fn believed(&self, environment: &EnvironmentName) -> Option<&Gates> {
        let left = self.left.get(environment);
        left.or_else(|| self.origin.get(environment))
            .and_then(Option::as_ref)
    }

    /// As the flag was last seen there, whoever changed it.
    pub(super) fn last_seen(&self, environment: &EnvironmentName) -> Option<&Gates> {
        match self.outside.get(environment) {
            Some(outside) => outside.gates.as_ref(),
            None => self.believed(environment),
        }
    }

    /// Environments that the rollout changed, or may have.
    pub(super) fn touched(&self) -> BTreeSet<&EnvironmentName> {
        self.left.keys().chain(self.unsure.keys()).collect()
    }

    /// Whether going back to this stage lets nobody in.
    pub(super) fn back_only_closes(&self, to: usize) -> bool {
        let intended = self.intended.iter().flat_map(|of| &of.change.parts);
        let intended = intended.map(|part| &part.environment);
        self.touched()
            .into_iter()
            .chain(intended)
            .all(|environment| {
                let target = self.gates_after(to, environment);
                self.closes(environment, target.as_ref())
            })
    }

    /// Whether this lets nobody in, however the flag stands there now.
    pub(super) fn closes(&self, environment: &EnvironmentName, target: Option<&Gates>) -> bool {
        let only_closes = |gates: Option<&Gates>| flags::only_closes(gates, target, false);
        only_closes(self.last_seen(environment))
            && self
                .may_have_become(environment)
                .iter()
                .all(|gates| only_closes(gates.as_ref()))
    }

    /// Whether others opened the flag for everyone, where the rollout had not.
    pub(super) fn others_opened_all(&self) -> bool {
        let production = self.production();
        self.outside.iter().any(|(environment, outside)| {
            let gates = outside.gates.as_ref();
            production.contains(environment)
                && gates.is_some_and(|gates| gates.state() == flags::State::On)
        })
    }

    /// Whether a percentage is still to be set.
    pub(super) fn sets_percentages_later(&self) -> bool {
        let later = self.plan.stages.iter().skip(self.stage);
        let is_to_come = |(number, stage): (usize, &Stage)| {
            let is_made = number == 0 && self.point == Point::Watching;
            !is_made && matches!(stage.kind, StageKind::Percentage(_))
        };
        later.enumerate().any(is_to_come)
    }

    /// The stage before this one that changed the flag.
    pub(super) fn changing_stage_before(&self, number: usize) -> Option<usize> {
        let changes = |stage: &usize| {
            let stage = self.plan.stage(*stage);
            stage.is_some_and(Stage::changes_flag)
        };
        (0..number).rev().find(changes)
    }

    /// Where each environment ends when the rollout goes back to this stage, if that differs.
    pub(super) fn way_back(&self, to: usize) -> BTreeMap<EnvironmentName, Option<Gates>> {
        let touched = self.touched().into_iter();
        touched
            .map(|environment| (environment.clone(), self.gates_after(to, environment)))
            .filter(|(environment, target)| {
                self.unsure.contains_key(environment)
                    || self.last_seen(environment) != target.as_ref()
            })
            .collect()
    }
}

pub(crate) fn is_production(stage: &Stage) -> bool {
    !matches!(stage.kind, StageKind::NonProduction)
}
