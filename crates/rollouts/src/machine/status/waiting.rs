//! What a rollout waits for, and whose turn it is.

use crate::event::HoldReason;
use crate::machine::guards::Guard;
use crate::machine::step::Turn;
use crate::machine::words;
use crate::plan::{Person, Precondition, Stage};
use crate::status::{Phase, State, Waiting, WaitingKind};
use crate::step::{CheckOutcome, CheckResult};
use crate::wording::moment;

impl Turn<'_> {
    /// The most urgent first; nothing when it is over.
    pub(super) fn waiting_for(&self, phase: Phase) -> Vec<Waiting> {
        match self.rollout.state {
            State::RolledBack | State::Completed | State::Cancelled => return Vec::new(),
            State::RollingBack => return vec![self.change("the flag is being put back")],
            State::Running | State::Held => (),
        }
        let mut waiting: Vec<Waiting> = self.decision().into_iter().collect();
        match phase {
            Phase::Checking | Phase::AwaitingApproval => {
                waiting.extend(self.approval());
                waiting.extend(self.unmet());
            }
            Phase::Applying => waiting.push(self.change("the change is being made")),
            Phase::Soaking => waiting.extend(self.soak()),
            Phase::Verifying => {
                waiting.extend(self.evidence());
                waiting.extend(self.unverified());
            }
            Phase::Ready => waiting.push(Waiting {
                what: WaitingKind::Decision,
                words: "all is well; say `advance` to go on".to_owned(),
                who: Some(self.owner()),
            }),
        }
        waiting
    }

    fn owner(&self) -> Person {
        self.rollout.plan.people.owner.clone()
    }

    fn decision(&self) -> Option<Waiting> {
        let hold = self.rollout.hold.as_ref()?;
        let who = match hold.reason {
            HoldReason::Silent | HoldReason::Blocked => None,
            HoldReason::Manual
            | HoldReason::Regression
            | HoldReason::WeakEvidence
            | HoldReason::SampleRatio
            | HoldReason::Conflict
            | HoldReason::WentBack => Some(self.owner()),
        };
        Some(Waiting {
            what: WaitingKind::Decision,
            words: format!("held: {}", hold.note),
            who,
        })
    }

    fn approval(&self) -> Option<Waiting> {
        let missing = self.rollout.approvals_missing();
        let people = &self.rollout.plan.approval.people;
        let given = &self.rollout.approvals;
        let who = people.iter().find(|person| !given.contains(person));
        (0 < missing).then(|| Waiting {
            what: WaitingKind::Approval,
            words: match missing {
                1 => "one approval".to_owned(),
                missing => format!("{missing} approvals"),
            },
            who: who.cloned(),
        })
    }

    /// What fails comes before what is waited for, and that before what nobody answered.
    fn unmet(&self) -> Vec<Waiting> {
        let stage = self.rollout.present();
        let preconditions = stage.map(Stage::must_hold).unwrap_or_default();
        self.in_the_way(&preconditions, WaitingKind::Precondition)
    }

    fn unverified(&self) -> Vec<Waiting> {
        let stage = self.rollout.present();
        let verify: Vec<&Precondition> = stage.into_iter().flat_map(|of| &of.verify).collect();
        self.in_the_way(&verify, WaitingKind::Verification)
    }

    fn in_the_way(&self, of: &[&Precondition], what: WaitingKind) -> Vec<Waiting> {
        let mut open: Vec<(u8, Waiting)> = of
            .iter()
            .filter_map(|precondition| {
                let answer = self.answer(precondition);
                let outcome = answer.as_ref().map_or(CheckOutcome::Waits, |of| of.outcome);
                let stands = self.rollout.stands_in_the_way(precondition, outcome);
                stands.then(|| (urgency(outcome), self.item(precondition, answer, what)))
            })
            .collect();
        open.sort_by_key(|(urgency, _)| *urgency);
        open.into_iter().map(|(_, waiting)| waiting).collect()
    }

    fn answer(&self, of: &Precondition) -> Option<CheckResult> {
        let known = self.rollout.checks.get(of.id());
        self.rollout
            .own_answer(of, self.now)
            .or_else(|| known.cloned())
    }

    fn item(&self, of: &Precondition, answer: Option<CheckResult>, what: WaitingKind) -> Waiting {
        let title = words::title(of);
        let words = match (of, answer) {
            (Precondition::Manual { item, text, .. }, _) => words::to_be_ticked(item, text),
            (_, Some(answer)) => format!("{title}: {}", answer.found),
            (_, None) => format!("{title}: was not asked yet"),
        };
        let who = match of {
            Precondition::Manual { .. } => Some(self.owner()),
            Precondition::Watched => Some(self.rollout.plan.people.watcher().clone()),
            _others => None,
        };
        Waiting { what, words, who }
    }

    fn soak(&self) -> Option<Waiting> {
        let until = self.rollout.soak_until()?;
        let words = if self.now < until {
            format!("the soak ends at {}", moment(until))
        } else {
            let unread = self.guards.iter().find(|guard| !guard.covers(until))?;
            let name = &unread.monitor.name;
            format!("the soak is over; {name} has not read to its end yet")
        };
        Some(Waiting {
            what: WaitingKind::Soak,
            words,
            who: None,
        })
    }

    fn evidence(&self) -> Vec<Waiting> {
        if self.weak_evidence().is_none() {
            return Vec::new();
        }
        self.weak_guards()
            .map(|guard: &Guard<'_>| Waiting {
                what: WaitingKind::Evidence,
                words: format!("{}: {}", guard.monitor.name, guard.judgement.needed),
                who: None,
            })
            .collect()
    }

    fn change(&self, words: &str) -> Waiting {
        let retry = self
            .rollout
            .intended
            .as_ref()
            .and_then(|of| of.retry.as_ref());
        let words = match retry {
            Some((at, why)) => format!("{words}; {why}, tried again at {}", moment(*at)),
            None => words.to_owned(),
        };
        Waiting {
            what: WaitingKind::Change,
            words,
            who: None,
        }
    }
}

fn urgency(outcome: CheckOutcome) -> u8 {
    match outcome {
        CheckOutcome::Fails => 0,
        CheckOutcome::Waits => 1,
        CheckOutcome::Silent => 2,
        CheckOutcome::Holds | CheckOutcome::Skipped => 3,
    }
}
