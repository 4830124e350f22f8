//! What an entry of the history does to the state.

use crate::event::{Author, Entry, Event, Hold, Overridden, Through};
use crate::evidence::Judgement;
use crate::plan::MonitorName;
use crate::rollout::{Intended, Outside, OverrideRecord, Point, Purpose, Rollout, Tick};
use crate::status::State;
use crate::step::Change;

impl Rollout {
    /// Folds one entry in. One that is known already changes nothing, nor does any entry after the
    /// end but a link.
    pub fn record(&mut self, entry: &Entry) {
        if entry.number <= self.version {
            return;
        }
        self.version = entry.number;
        if self.is_over() && !matches!(entry.event, Event::Linked { .. }) {
            return;
        }
        if entry.by.through != Through::Itself {
            self.asked_at = None;
        }
        self.fold_in(entry);
    }

    fn fold_in(&mut self, entry: &Entry) {
        let (at, by) = (entry.at, &entry.by);
        match &entry.event {
            Event::Started { .. } | Event::Rerouted { .. } => (),
            Event::Checked { results } => {
                let results = results.iter();
                self.checks
                    .extend(results.map(|result| (result.id.clone(), result.clone())));
            }
            Event::Approved { .. } => self.approve(by),
            Event::Acknowledged { until } => self.acknowledge(by, at, *until),
            Event::NobodyWatches => {
                if let Some(watch) = &mut self.watch {
                    watch.called = true;
                }
            }
            Event::Ticked { item, evidence } => {
                let tick = Tick {
                    by: by.clone(),
                    at,
                    evidence: evidence.clone(),
                };
                self.ticks.insert(item.clone(), tick);
            }
            Event::Unticked { item } => {
                self.ticks.remove(item);
            }
            Event::Intended { change } => self.intend(change, at),
            Event::Applied { gates, .. } => self.applied(gates, at),
            Event::NotApplied { reason } => self.not_applied(reason, at),
            Event::Entered => self.put_in_force(at),
            Event::Advanced { to } => self.advance(*to, at, by),
            Event::Held { hold } => self.put_on_hold(hold),
            Event::Resumed { .. } => self.resume(),
            Event::WentBack { to, cause } => self.go_back(*to, cause, at),
            Event::RollbackBegan { .. } => self.begin_rollback(),
            Event::RolledBack => self.end(State::RolledBack, at),
            Event::Overridden { what, reason } => self.do_override(what, reason, by, at),
            Event::Judged { monitor, judgement } => self.judged(monitor, judgement),
            Event::Silent { monitor, reason } => self.is_silent(monitor, Some(reason.clone())),
            Event::Answers { monitor } => self.is_silent(monitor, None),
            Event::EditedOutside {
                environment,
                gates,
                by,
            } => {
                if self.believed(environment) == gates.as_ref() {
                    self.outside.remove(environment);
                } else {
                    let outside = Outside {
                        gates: gates.clone(),
                        by: by.clone(),
                    };
                    self.outside.insert(environment.clone(), outside);
                }
                self.restoring &= !self.outside.is_empty() && self.is_restorable();
                self.interrupt();
            }
            Event::Adopted => self.adopt(),
            Event::Restored => self.restoring = true,
            Event::Linked { link, url } => {
                self.links.insert(*link, url.clone());
            }
            Event::Completed => self.end(State::Completed, at),
            Event::Cancelled { .. } => self.end(State::Cancelled, at),
        }
    }

    fn approve(&mut self, by: &Author) {
        if let Some(person) = by
            .person()
            .filter(|person| !self.approvals.contains(person))
        {
            self.approvals.push(person);
        }
    }

    /// The very change that was intended before keeps its failures; another one leaves it behind.
    fn intend(&mut self, change: &Change, at: jiff::Timestamp) {
        let before = self
            .intended
            .take_if(|before| before.change.parts == change.parts);
        self.give_up_intended();
        self.intended = Some(Intended {
            change: change.clone(),
            purpose: self.purpose(),
            at,
            interrupted: false,
            failures: before.map_or(0, |before| before.failures),
            retry: None,
        });
    }

    fn purpose(&self) -> Purpose {
        if self.state == State::RollingBack {
            Purpose::RollBack
        } else if self.restoring {
            Purpose::Restore
        } else {
            match self.point {
                Point::Returning => Purpose::Return,
                Point::Asking | Point::Watching => Purpose::Stage,
            }
        }
    }

    fn put_on_hold(&mut self, hold: &Hold) {
        if self.state != State::RollingBack {
            self.state = State::Held;
            self.hold = Some(hold.clone());
            self.interrupt();
        }
    }

    /// What is intended for the stage is not made before what must hold was asked for again.
    fn interrupt(&mut self) {
        if let Some(intended) = &mut self.intended {
            intended.interrupted = true;
        }
    }

    fn resume(&mut self) {
        self.hold = None;
        if self.state == State::Held {
            self.state = State::Running;
        }
        if let Some(intended) = &mut self.intended {
            intended.retry = None;
        }
    }

    fn judged(&mut self, monitor: &MonitorName, judgement: &Judgement) {
        if let Some(watched) = self.monitors.get_mut(monitor) {
            watched.said = Some((judgement.verdict, judgement.severity));
        }
    }

    fn is_silent(&mut self, monitor: &MonitorName, reason: Option<String>) {
        if let Some(watched) = self.monitors.get_mut(monitor) {
            watched.silent = reason;
        }
    }

    fn do_override(&mut self, what: &Overridden, reason: &str, by: &Author, at: jiff::Timestamp) {
        self.overridden.retain(|record| record.what != *what);
        self.overridden.push(OverrideRecord {
            what: what.clone(),
            by: by.name.clone(),
            reason: reason.to_owned(),
        });
        match what {
            Overridden::Precondition(_) | Overridden::Evidence => (),
            Overridden::Monitor(name) => self.restart_evidence(name, at),
            Overridden::Soak => {
                if let Some(record) = self.stages.get_mut(self.stage) {
                    record.soak_until = record.soak_until.map(|until| until.min(at));
                }
            }
        }
    }
}
