//! Taking back: to an earlier stage, to how the flag stood, or what others changed. None of it is
//! held up by a check, an approval or a hold.

use domain::EnvironmentName;
use flags::request::Request;
use flags::{Gates, State};

use super::step::Turn;
use crate::event::Event;
use crate::rollout::{Intended, Point, Purpose, Rollout};
use crate::step::{FlagAct, Step};

type Acts = Vec<(EnvironmentName, FlagAct)>;

impl Turn<'_> {
    /// The flag is put back where customers are; where no customer was reached, everywhere.
    pub(super) fn roll_back(&self) -> Step {
        let intended = self.intended_for(Purpose::RollBack);
        if let Some(intended) = intended.filter(|intended| !self.opens_what_others_closed(intended))
        {
            return self.make(intended);
        }
        let acts = self.takes_down();
        if acts.is_empty() {
            return Step::Record(vec![Event::RolledBack]);
        }
        self.intend("back to how it stood".to_owned(), acts)
    }

    fn takes_down(&self) -> Acts {
        let environments = self.rollout.taken_down_in().into_iter();
        environments
            .filter(|environment| !self.rollout.taken_down.contains(*environment))
            .filter_map(|environment| Some((environment.clone(), self.takes_down_in(environment)?)))
            .collect()
    }

    fn takes_down_in(&self, environment: &EnvironmentName) -> Option<FlagAct> {
        let origin = self.rollout.origin.get(environment).cloned().flatten();
        let restore = FlagAct::Restore(origin.clone());
        let Some(standing) = self.situation.gates.get(environment) else {
            return Some(restore);
        };
        let gates = standing.gates.as_ref();
        if gates == origin.as_ref() {
            None
        } else if is_closed(gates) {
            // It is closed already, by whomever. Going back never opens.
            None
        } else if self.rollout.may_stand(environment, gates)
            && flags::only_closes(gates, origin.as_ref(), false)
        {
            Some(restore)
        } else {
            Some(FlagAct::Set(Request::everyone("false")))
        }
    }

    fn opens_what_others_closed(&self, intended: &Intended) -> bool {
        intended.change.parts.iter().any(|part| {
            let standing = self.situation.gates.get(&part.environment);
            let gates = standing.and_then(|standing| standing.gates.as_ref());
            let FlagAct::Restore(target) = &part.act else {
                return false;
            };
            standing.is_some()
                && gates != target.as_ref()
                && !flags::only_closes(gates, target.as_ref(), false)
        })
    }

    /// The present stage's gates are made so again.
    pub(super) fn go_back(&self) -> Step {
        if let Some(intended) = self.intended_for(Purpose::Return) {
            if self.rollout.would_open(intended) {
                return self.wait();
            }
            return self.make(intended);
        }
        let way = self.rollout.way_back(self.rollout.stage).into_iter();
        let acts: Acts = way
            .filter(|(environment, target)| self.rollout.closes(environment, target.as_ref()))
            .map(|(environment, target)| (environment, FlagAct::Restore(target)))
            .collect();
        if acts.is_empty() {
            return Step::Record(vec![Event::Entered]);
        }
        let stage = self.rollout.present();
        let name = stage.map(|stage| stage.name.to_string());
        self.intend(format!("back to {}", name.unwrap_or_default()), acts)
    }

    /// What others opened is closed as far as the rollout had left it.
    pub(super) fn restore(&self) -> Step {
        if let Some(intended) = self.intended_for(Purpose::Restore) {
            if self.rollout.would_open(intended) {
                return self.wait();
            }
            return self.make(intended);
        }
        let outside = self.rollout.outside.keys();
        let acts: Acts = outside
            .map(|environment| {
                let left = self.rollout.believed(environment).cloned();
                (environment.clone(), FlagAct::Restore(left))
            })
            .collect();
        self.intend("what others changed, taken back".to_owned(), acts)
    }

    pub(super) fn intended_for(&self, purpose: Purpose) -> Option<&Intended> {
        let intended = self.rollout.intended.as_ref();
        intended.filter(|intended| intended.purpose == purpose)
    }

    fn make(&self, intended: &Intended) -> Step {
        match &intended.retry {
            Some((at, _)) if self.now < *at => self.wait(),
            Some(_) | None => Step::Apply(intended.change.clone()),
        }
    }

    fn intend(&self, what: String, acts: Acts) -> Step {
        match self.change_of(what, acts, true) {
            Some(change) => Step::Record(vec![Event::Intended { change }]),
            None => self.wait_a_second(),
        }
    }
}

impl Rollout {
    /// Where the rollback ended with a flag that is closed though it was open before: somebody
    /// else had changed it, or there was no way back.
    pub(crate) fn closed_instead(&self) -> Vec<&EnvironmentName> {
        let is_closed_instead = |environment: &&EnvironmentName| {
            let origin = self.origin.get(*environment).and_then(Option::as_ref);
            let outside = self.outside.get(*environment);
            let stands = outside.map_or_else(
                || self.believed(environment),
                |outside| outside.gates.as_ref(),
            );
            // What others had closed before anybody noticed is not what the rollout left.
            let is_unnoticed = outside.is_none() && !self.taken_down.contains(*environment);
            !is_closed(origin) && (stands != origin || is_unnoticed)
        };
        let environments = self.taken_down_in().into_iter();
        environments.filter(is_closed_instead).collect()
    }

    /// Where a rollback puts the flag back: where customers are, or everywhere if none was reached.
    pub(super) fn taken_down_in(&self) -> Vec<&EnvironmentName> {
        let touched = self.touched();
        let production = self.production();
        let reached: Vec<_> = touched.intersection(&production).copied().collect();
        if reached.is_empty() {
            touched.into_iter().collect()
        } else {
            reached
        }
    }

    /// Whether what others changed is being taken back, without anybody's decision.
    pub(super) fn is_taking_back(&self) -> bool {
        match &self.intended {
            Some(intended) if intended.change.closes => !self.would_open(intended),
            Some(_) | None => self.restoring || self.point == Point::Returning,
        }
    }

    /// Others closed the flag meanwhile: what was intended as closing would open it again.
    fn would_open(&self, intended: &Intended) -> bool {
        intended.change.parts.iter().any(|part| match &part.act {
            FlagAct::Restore(target) => {
                self.outside.contains_key(&part.environment)
                    && !self.closes(&part.environment, target.as_ref())
            }
            FlagAct::Set(_) | FlagAct::Delete => false,
        })
    }
}

fn is_closed(gates: Option<&Gates>) -> bool {
    gates.is_none_or(|gates| gates.state() == State::Off)
}
