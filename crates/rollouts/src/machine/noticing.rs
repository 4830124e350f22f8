//! What is different from what the history says, and what follows from it at once.

use super::guards::Guard;
use super::step::Turn;
use crate::event::{Cause, Event, Hold, HoldReason};
use crate::evidence::{Severity, Verdict};
use crate::plan::OnBreach;
use crate::rollout::Rollout;
use crate::wording::moment;

impl Turn<'_> {
    /// What has to be written down before anything else is done.
    pub(super) fn noticed(&self) -> Vec<Event> {
        let edits = self.edits_outside();
        let conflict = !edits.is_empty() || !self.rollout.outside.is_empty();
        let mut events = edits;
        events.extend(self.guards.iter().filter_map(said));
        events.extend(self.guards.iter().filter_map(answering));
        events.extend(self.rollout.nobody_watches(self.now));
        events.extend(self.consequence(conflict));
        events
    }

    /// Harm first; then what nobody may overrule by waiting.
    fn consequence(&self, conflict: bool) -> Vec<Event> {
        if let Some(guard) = self
            .worst()
            .filter(|of| of.severity() == Some(Severity::RollBack))
        {
            return self.breach(guard);
        }
        let hold = self
            .harm()
            .filter(|_| self.may_replace_hold())
            .or_else(|| self.conflict(conflict).filter(|_| self.may_replace_hold()))
            .or_else(|| self.silence().filter(|_| self.rollout.hold.is_none()))
            .or_else(|| self.blocked().filter(|_| self.rollout.hold.is_none()));
        hold.map(|hold| Event::Held { hold }).into_iter().collect()
    }

    fn worst(&self) -> Option<&Guard<'_>> {
        let harmful = self
            .guards
            .iter()
            .filter(|guard| guard.severity().is_some());
        // The first of the worst: the order of the plan.
        harmful.rev().max_by_key(|guard| guard.severity())
    }

    /// A hold for which a person has to decide already is not replaced.
    fn may_replace_hold(&self) -> bool {
        match self.rollout.hold.as_ref().map(|hold| hold.reason) {
            None | Some(HoldReason::Silent | HoldReason::Blocked | HoldReason::WeakEvidence) => {
                true
            }
            Some(
                HoldReason::Manual
                | HoldReason::Regression
                | HoldReason::SampleRatio
                | HoldReason::Conflict
                | HoldReason::WentBack,
            ) => false,
        }
    }

    fn breach(&self, guard: &Guard<'_>) -> Vec<Event> {
        let number = self.rollout.in_force.unwrap_or(self.rollout.stage);
        let wanted = self
            .rollout
            .plan
            .stage(number)
            .map_or(OnBreach::Off, |stage| self.rollout.plan.on_breach(stage));
        let cause = Cause::Breach {
            monitor: guard.monitor.name.clone(),
            sentence: guard.judgement.sentence.clone(),
        };
        let before = self.rollout.changing_stage_before(number);
        let before = before.filter(|to| self.rollout.back_only_closes(*to));
        match (wanted, before) {
            (OnBreach::Hold, _) if !self.may_replace_hold() => Vec::new(),
            (OnBreach::Hold, _) => vec![Event::Held {
                hold: regression(guard),
            }],
            (OnBreach::Back, Some(to)) => went_back(self.rollout, to, cause),
            (OnBreach::Back, None) | (OnBreach::Off, _) => vec![Event::RollbackBegan { cause }],
        }
    }

    fn harm(&self) -> Option<Hold> {
        self.worst().map(regression)
    }

    fn conflict(&self, conflict: bool) -> Option<Hold> {
        conflict.then(|| Hold {
            reason: HoldReason::Conflict,
            note: "somebody else changed the flag: adopt it, restore it or roll back".to_owned(),
        })
    }

    fn silence(&self) -> Option<Hold> {
        let silent = self.guards.iter().find(|guard| guard.silences())?;
        let (at, why) = silent.watched.trouble.as_ref()?;
        let name = &silent.monitor.name;
        Some(Hold {
            reason: HoldReason::Silent,
            note: format!(
                "{name} gives no reading ({why}, last tried {})",
                moment(*at)
            ),
        })
    }

    fn blocked(&self) -> Option<Hold> {
        let intended = self.rollout.intended.as_ref()?;
        let (retry, why) = intended.retry.as_ref().filter(|(at, _)| self.now < *at)?;
        (!intended.change.closes).then(|| Hold {
            reason: HoldReason::Blocked,
            note: format!(
                "{} could not be made: {why}; tried again at {}",
                intended.change.what,
                moment(*retry)
            ),
        })
    }
}

/// The entries of going back, by whomever.
pub(super) fn went_back(rollout: &Rollout, to: usize, cause: Cause) -> Vec<Event> {
    let name = rollout.plan.stage(to).map(|stage| stage.name.to_string());
    let note = match &cause {
        Cause::Asked { .. } => "went back",
        Cause::Breach { .. } => "went back because of a breach",
    };
    let hold = Hold {
        reason: HoldReason::WentBack,
        note: format!(
            "{note} to {}; resume to go on from there",
            name.unwrap_or_default()
        ),
    };
    vec![Event::WentBack { to, cause }, Event::Held { hold }]
}

fn regression(guard: &Guard<'_>) -> Hold {
    let reason = if guard.is_about_split() {
        HoldReason::SampleRatio
    } else {
        HoldReason::Regression
    };
    Hold {
        reason,
        note: format!("{}: {}", guard.monitor.name, guard.judgement.sentence),
    }
}

/// A monitor says something else than before; saying nothing is told apart.
fn said(guard: &Guard<'_>) -> Option<Event> {
    let now = (guard.judgement.verdict, guard.judgement.severity);
    let before = guard.watched.said.unwrap_or((Verdict::Watching, None));
    (now.0 != Verdict::Silent && now != before).then(|| Event::Judged {
        monitor: guard.monitor.name.clone(),
        judgement: Box::new(guard.judgement.clone()),
    })
}

fn answering(guard: &Guard<'_>) -> Option<Event> {
    let monitor = guard.monitor.name.clone();
    match (&guard.watched.silent, &guard.watched.trouble) {
        (None, Some((_, reason))) if guard.is_out() => Some(Event::Silent {
            monitor,
            reason: reason.clone(),
        }),
        (Some(_), None) => Some(Event::Answers { monitor }),
        (None, Some(_) | None) | (Some(_), Some(_)) => None,
    }
}
