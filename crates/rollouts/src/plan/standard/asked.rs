//! The usual plan, without what nobody could answer.

use std::collections::BTreeSet;

use crate::plan::lint::{lacking, provider};
use crate::plan::{Facts, Plan, Precondition, Stage, StageKind};

impl Plan {
    /// Leaves out what nobody is configured for or named to answer, so that it can be started.
    /// What a person can see for themselves becomes an item. Says what was left out, and what
    /// would bring it back.
    pub fn leave_out_unasked(&mut self, facts: &Facts<'_>) -> Vec<String> {
        let mut left_out = self.monitors_left_out(facts);
        let mut without_removal = false;
        let asked: Vec<Vec<Precondition>> = self
            .stages
            .iter()
            .map(|stage| {
                let mut kept = Vec::new();
                for item in stage.must_hold() {
                    let Some(lacks) = lacking(self, stage, item, facts) else {
                        kept.push(item.clone());
                        continue;
                    };
                    without_removal |= is_removal(item);
                    kept.extend(by_hand(item));
                    left_out.push(format!("`{}`: {}", item.id(), lacks.why));
                }
                kept
            })
            .collect();
        for (stage, asked) in self.stages.iter_mut().zip(asked) {
            stage.preconditions = asked;
        }
        if without_removal {
            let is_clean_up = |stage: &Stage| matches!(stage.kind, StageKind::CleanUp(_));
            self.stages.retain(|stage| !is_clean_up(stage));
        } else if self.milestone.is_none() {
            let released = Precondition::RemovalReleased;
            self.optional.extend(released.id().parse());
        }
        let mut seen = BTreeSet::new();
        left_out.retain(|line| seen.insert(line.clone()));
        left_out
    }

    fn monitors_left_out(&mut self, facts: &Facts<'_>) -> Vec<String> {
        let Some(known) = &facts.providers else {
            return Vec::new();
        };
        let mut left_out = Vec::new();
        self.monitors.retain(|monitor| {
            let lacks = provider(&monitor.source).filter(|of| !known.contains(of));
            let why = lacks.map(|of| format!("`{}`: configure `{}`", monitor.name, of.setting()));
            left_out.extend(why);
            lacks.is_none()
        });
        left_out
    }
}

fn is_removal(item: &Precondition) -> bool {
    matches!(
        item,
        Precondition::RemovalMerged | Precondition::RemovalDeployed
    )
}

/// What a person sees in place of Signalbox, once.
fn by_hand(item: &Precondition) -> Option<Precondition> {
    let (id, text) = match item {
        Precondition::Documentation => (
            "documentation-is-there",
            "See that the documentation is merged, or assigned to somebody who will merge it.",
        ),
        Precondition::Announced => (
            "feature-is-announced",
            "Tell those who wait for the feature when it is expected.",
        ),
        Precondition::Deployed
        | Precondition::NoIncident
        | Precondition::NoChangeInProgress
        | Precondition::NoChangeLock
        | Precondition::Healthy
        | Precondition::OnCall
        | Precondition::Watched
        | Precondition::Milestone
        | Precondition::ChangeIssue
        | Precondition::Notified
        | Precondition::Http { .. }
        | Precondition::Manual { .. }
        | Precondition::RemovalMerged
        | Precondition::RemovalDeployed
        | Precondition::RemovalReleased => return None,
    };
    Some(Precondition::Manual {
        item: id.parse().ok()?,
        text: text.to_owned(),
        environment: None,
    })
}
