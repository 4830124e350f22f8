//! What may be asked now: every offer is accepted when somebody takes it up, until the rollout
//! moves on.

use domain::Role;

use crate::event::HoldReason;
use crate::machine::guards::Guard;
use crate::machine::requests::stands;
use crate::machine::step::Turn;
use crate::plan::Precondition;
use crate::rollout::Point;
use crate::status::{Offer, State};

impl Turn<'_> {
    pub(super) fn offers(&self) -> Vec<Offer> {
        match self.rollout.state {
            State::RolledBack | State::Completed | State::Cancelled => Vec::new(),
            State::RollingBack => vec![offer("acknowledge", None, "I watch", false)],
            State::Running | State::Held => self.all(),
        }
    }

    fn all(&self) -> Vec<Offer> {
        let mut offers = Vec::new();
        if self.rollout.hold.is_none() && self.is_ready() {
            offers.push(offer("advance", None, "Advance", false));
        }
        offers.extend(self.decisions());
        offers.extend(self.approving());
        offers.extend(self.ticks());
        offers.extend(self.overrides());
        if self.needs_watcher() {
            offers.push(offer("acknowledge", None, "I watch", false));
        }
        offers.push(offer("hold", None, "Hold", true));
        offers.extend(self.back());
        offers.push(offer("rollback", None, "Roll back", false));
        offers.push(offer("cancel", None, "Cancel", true));
        offers
    }

    fn decisions(&self) -> Vec<Offer> {
        let Some(hold) = &self.rollout.hold else {
            return Vec::new();
        };
        let mut offers = Vec::new();
        if self.rollout.outside.is_empty() && stands(self, hold.reason).is_none() {
            offers.push(offer("resume", None, "Resume", false));
        }
        if !self.rollout.outside.is_empty() && !self.rollout.is_taking_back() {
            if self.rollout.is_adoptable() {
                offers.push(offer("adopt", None, "Adopt", false));
            }
            if self.rollout.is_restorable() {
                offers.push(offer("restore", None, "Restore", false));
            }
        }
        offers
    }

    fn approving(&self) -> Option<Offer> {
        let rollout = self.rollout;
        let waits = 0 < rollout.approvals_missing() && rollout.point == Point::Asking;
        waits.then(|| Offer {
            role: rollout.plan.approval.role.unwrap_or(Role::Approver),
            ..offer("approve", None, "Approve", false)
        })
    }

    /// Of the present stage, what is not ticked.
    fn ticks(&self) -> Vec<Offer> {
        let Some(stage) = self.rollout.present() else {
            return Vec::new();
        };
        let items = stage.must_hold().into_iter();
        items
            .chain(&stage.verify)
            .filter_map(|precondition| match precondition {
                Precondition::Manual { item, .. } => Some(item),
                _others => None,
            })
            .filter(|item| !self.rollout.ticks.contains_key(item))
            .map(|item| {
                let label = format!("Tick {item}");
                offer("tick", Some(item.to_string()), &label, true)
            })
            .collect()
    }

    fn overrides(&self) -> Vec<Offer> {
        let mut offers = Vec::new();
        let objecting = |guard: &&Guard<'_>| guard.severity().is_some() || guard.silences();
        for guard in self.guards.iter().filter(objecting) {
            let name = guard.monitor.name.to_string();
            let label = format!("Override {name}");
            offers.push(offer("override", Some(name), &label, true));
        }
        let reason = self.rollout.hold.as_ref().map(|hold| hold.reason);
        let is_weak = reason == Some(HoldReason::WeakEvidence) && self.weak_evidence().is_some();
        if is_weak {
            let label = "Go on with weak evidence";
            offers.push(offer("override", Some("evidence".to_owned()), label, true));
        }
        offers.extend(self.failing());
        offers
    }

    fn failing(&self) -> Vec<Offer> {
        let Some(stage) = self.rollout.present() else {
            return Vec::new();
        };
        let of_now: Vec<&Precondition> = match self.rollout.point {
            Point::Asking => stage.must_hold(),
            Point::Watching => stage.verify.iter().collect(),
            Point::Returning => Vec::new(),
        };
        let unmet = of_now.into_iter().filter(|precondition| {
            let known = self.rollout.checks.get(precondition.id());
            let own = self.rollout.own_answer(precondition, self.now);
            let answer = own.map(|of| of.outcome).or(known.map(|of| of.outcome));
            answer.is_some_and(|outcome| self.rollout.stands_in_the_way(precondition, outcome))
        });
        unmet
            .filter(|precondition| !precondition.is_manual())
            .map(|precondition| {
                let id = precondition.id();
                let label = format!("Override {id}");
                offer("override", Some(id.to_owned()), &label, true)
            })
            .collect()
    }

    fn needs_watcher(&self) -> bool {
        let watch = self.rollout.watch.as_ref();
        let asked = watch.is_some_and(|watch| watch.needed_until > Some(self.now));
        let needed = self.rollout.point == Point::Asking
            && self
                .rollout
                .present()
                .is_some_and(|stage| stage.preconditions.contains(&Precondition::Watched));
        (asked || needed) && self.rollout.watching_person(self.now).is_none()
    }

    /// To the nearest earlier stage that changed the flag.
    fn back(&self) -> Option<Offer> {
        let rollout = self.rollout;
        let to = rollout.changing_stage_before(rollout.stage)?;
        let stage = rollout.plan.stage(to)?;
        rollout.back_only_closes(to).then(|| {
            let name = stage.name.to_string();
            let label = format!("Back to {name}");
            offer("back", Some(name), &label, false)
        })
    }
}

fn offer(act: &str, about: Option<String>, label: &str, needs_words: bool) -> Offer {
    Offer {
        act: act.to_owned(),
        about,
        label: label.to_owned(),
        needs_words,
        role: Role::Operator,
    }
}
