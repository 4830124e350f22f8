//! The boxes: a stage's preconditions, its change, its soak and its verification, in the order
//! in which they are gone through.

mod words;

use crate::plan::{By, ItemId, Precondition, Stage, StageKind};
use crate::rollout::{Point, Rollout};
use crate::status::State;
use crate::step::CheckOutcome;

use super::markdown::{code, duration};
use words::{deleted, named, people, text};

/// One box.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The name in its marker: the stage's number, and what it is of it.
    pub marker: String,
    /// The stage's number, counted from 0.
    pub stage: usize,
    /// GitLab's Markdown.
    pub text: String,
    pub done: bool,
    /// Of a manual item: what a person's tick in GitLab ticks.
    pub manual: Option<ItemId>,
}

/// Every box of a rollout.
#[must_use]
pub fn items(rollout: &Rollout) -> Vec<Item> {
    let stages = rollout.plan.stages.iter().enumerate();
    stages
        .flat_map(|(number, stage)| {
            Writer {
                rollout,
                stage,
                number,
            }
            .items()
        })
        .collect()
}

/// Where a stage is, seen from the present one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    Over,
    Now,
    Later,
}

struct Writer<'a> {
    rollout: &'a Rollout,
    stage: &'a Stage,
    number: usize,
}

impl Writer<'_> {
    fn items(&self) -> Vec<Item> {
        let before = &self.stage.preconditions;
        let mut items: Vec<Item> = before.iter().map(|of| self.precondition(of)).collect();
        if 0 < self.stage.approvals {
            let text = format!("{} approved by others", people(self.stage.approvals));
            let enough = self.rollout.approvals.len() >= self.stage.approvals as usize;
            items.push(self.item("approved", text, self.is_past(enough)));
        }
        items.extend(self.change());
        if !self.stage.soak.is_zero() {
            let text = format!("Wait for {} at least, and watch", duration(self.stage.soak));
            items.push(self.item("soaked", text, self.is_past(false)));
        }
        let verify = &self.stage.verify;
        items.extend(verify.iter().map(|of| self.precondition(of)));
        items.extend(self.at_the_end());
        items
    }

    fn item(&self, name: &str, text: String, done: bool) -> Item {
        Item {
            marker: format!("{}.{}", self.number + 1, name.replace("--", "-.")),
            stage: self.number,
            text,
            done,
            manual: None,
        }
    }

    fn precondition(&self, of: &Precondition) -> Item {
        let manual = if let Precondition::Manual { item, .. } = of {
            Some(item.clone())
        } else {
            None
        };
        let done = match &manual {
            Some(item) => self.rollout.ticks.contains_key(item),
            None => self.is_past(self.holds(of)),
        };
        Item {
            manual,
            ..self.item(of.id(), text(of, &self.rollout.plan, self.stage), done)
        }
    }

    fn holds(&self, of: &Precondition) -> bool {
        let is_behind = self.rollout.point != Point::Asking;
        let answer = self.rollout.checks.get(of.id());
        is_behind
            || answer.is_some_and(|answer| match answer.outcome {
                CheckOutcome::Holds | CheckOutcome::Skipped => true,
                CheckOutcome::Waits | CheckOutcome::Fails | CheckOutcome::Silent => false,
            })
    }

    fn when(&self) -> When {
        if self.rollout.state == State::Completed || self.number < self.rollout.stage {
            When::Over
        } else if self.number == self.rollout.stage {
            When::Now
        } else {
            When::Later
        }
    }

    /// Whether something of this stage is done, if `now` says so of the present one.
    fn is_past(&self, now: bool) -> bool {
        match self.when() {
            When::Over => true,
            When::Now => now,
            When::Later => false,
        }
    }

    fn change(&self) -> Option<Item> {
        let text = match &self.stage.kind {
            StageKind::Preparation | StageKind::Verification | StageKind::CleanUp(_) => {
                return None;
            }
            StageKind::NonProduction | StageKind::Global => "Open it for everyone".to_owned(),
            StageKind::Named(actors) => format!("Open it for {}", named(&actors.0)),
            StageKind::Percentage(share) => {
                let of = match self.rollout.plan.by {
                    By::Actors => "actors",
                    By::Time => "the time",
                };
                format!("Open it for {} percent of {of}", share.number())
            }
        };
        let places: Vec<String> = self
            .stage
            .environments
            .iter()
            .map(|environment| code(environment.as_str()))
            .collect();
        let text = format!("{text} on {}", places.join(", "));
        let record = self.rollout.stages.get(self.number);
        let changed = record.is_some_and(|record| record.changed_at.is_some());
        Some(self.item(
            "changed",
            text,
            self.is_past(changed) && self.still_stands(),
        ))
    }

    /// A rollback closes the flag wherever customers are.
    fn still_stands(&self) -> bool {
        match self.rollout.state {
            State::RolledBack | State::RollingBack => self.stage.kind == StageKind::NonProduction,
            State::Running | State::Held | State::Completed | State::Cancelled => true,
        }
    }

    fn at_the_end(&self) -> Vec<Item> {
        let has_feature_issue = self.rollout.plan.links.feature_issue.is_some();
        let completed = self.rollout.state == State::Completed;
        match &self.stage.kind {
            StageKind::Global if has_feature_issue => {
                let text = "Say on the feature issue that everybody has it".to_owned();
                let record = self.rollout.stages.get(self.number);
                let changed = record.is_some_and(|record| record.changed_at.is_some());
                vec![self.item("announced-done", text, self.is_past(changed))]
            }
            StageKind::CleanUp(of) => {
                let mut items = vec![self.item("deleted", deleted(of), completed)];
                if has_feature_issue {
                    let text = "Close the feature issue".to_owned();
                    items.push(self.item("feature-closed", text, completed));
                }
                items.push(self.item("closed", "Close this issue".to_owned(), completed));
                items
            }
            StageKind::NonProduction
            | StageKind::Named(_)
            | StageKind::Preparation
            | StageKind::Percentage(_)
            | StageKind::Global
            | StageKind::Verification => Vec::new(),
        }
    }
}
