//! One look at a rollout: takes the readings that are due, and goes on step by step until there is
//! nothing to do but wait.

use domain::AuditId;
use jiff::{SignedDuration, Timestamp};
use rollouts::{Author, CheckResult, Event, Situation, Step, next_step};
use store::{ClaimedRollout, StoreError};

use crate::driver::Parts;
use crate::ledger::Ledger;
use crate::{changes, issue, preconditions, readings, standing};

/// More steps than any rollout has to do at once; what is left is done in the next pass.
const MOST_STEPS: usize = 24;

/// Rounds of readings after an outage: each monitor's windows follow each other.
const MOST_ROUNDS: usize = 60;

/// After a round that took longer, no other one follows in the same pass.
const SLOW: SignedDuration = SignedDuration::from_secs(5);

/// No new step is begun after this: those before may have been slow, and the lease ends.
const HELD: SignedDuration = SignedDuration::from_mins(2);

/// Why a pass ended before there was nothing left to do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PassError {
    #[error("somebody else changed the rollout meanwhile")]
    Stale,
    #[error(transparent)]
    Store(StoreError),
    #[error("what is stored cannot be read or written: {0}")]
    Unreadable(serde_json::Error),
}

/// Where a pass ended.
pub(crate) struct Carried {
    pub(crate) revision: u64,
    pub(crate) next_at: Option<Timestamp>,
}

/// A pass over one rollout.
pub(crate) struct Pass<'a> {
    parts: &'a Parts,
    ledger: Ledger,
    began: Timestamp,
}

impl<'a> Pass<'a> {
    pub(crate) fn new(parts: &'a Parts, claimed: &ClaimedRollout) -> Result<Self, PassError> {
        let ledger = Ledger::read(&claimed.record, Some(claimed.token))?;
        Ok(Self {
            parts,
            ledger,
            began: parts.clock.now(),
        })
    }

    pub(crate) async fn run(mut self) -> Result<Carried, PassError> {
        self.read_monitors().await?;
        self.look_at_the_issue().await?;
        let mut until = None;
        for _ in 0..MOST_STEPS {
            if self.is_late() {
                break;
            }
            match self.step().await? {
                Turned::On => (),
                Turned::Waits(at) => {
                    until = at;
                    break;
                }
            }
        }
        if self.ledger.is_new() {
            self.record(Vec::new()).await?;
        }
        let next = self.ledger.rollout.next_look(self.now());
        Ok(Carried {
            revision: self.ledger.revision,
            next_at: until.into_iter().chain(next).min(),
        })
    }

    fn now(&self) -> Timestamp {
        self.parts.clock.now()
    }

    fn is_late(&self) -> bool {
        HELD < self.now().duration_since(self.began)
    }

    async fn read_monitors(&mut self) -> Result<(), PassError> {
        for _ in 0..MOST_ROUNDS {
            let now = self.now();
            let wanted = self.ledger.rollout.readings_wanted(now);
            if wanted.is_empty() || self.is_late() {
                return Ok(());
            }
            let Parts { sources, store, .. } = self.parts;
            let rollout = &self.ledger.rollout;
            let read = readings::read_all(sources, store, rollout, &wanted, now).await;
            for reading in &read {
                self.ledger.take(reading)?;
            }
            // What the others found is acted upon before who is slow is asked again.
            if SLOW < self.now().duration_since(now) {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Ticks that people made in GitLab, whose webhook was lost.
    async fn look_at_the_issue(&mut self) -> Result<(), PassError> {
        let ticks = issue::ticks(self.parts, &self.ledger.rollout, self.now()).await;
        for (by, events) in ticks {
            let now = self.now();
            self.ledger.record(self.parts, events, &by, now).await?;
        }
        Ok(())
    }

    async fn step(&mut self) -> Result<Turned, PassError> {
        let mut situation = Situation {
            gates: standing::of(self.parts, &self.ledger.rollout).await,
            checks: None,
            fresh_ids: self.fresh_ids(),
        };
        let mut step = next_step(&self.ledger.rollout, &situation, self.now());
        if let Step::Check(wanted) = &step {
            let results = self.ask(wanted).await;
            self.ledger.asked(&results, self.now());
            situation.checks = Some(results);
            step = next_step(&self.ledger.rollout, &situation, self.now());
        }
        match step {
            Step::Wait { until } => Ok(Turned::Waits(until)),
            // Asked for what was answered just now: the answers are not good for long.
            Step::Check(_) | Step::Over => Ok(Turned::Waits(None)),
            Step::Record(events) => {
                self.record(events).await?;
                Ok(Turned::On)
            }
            Step::Apply(change) => {
                let rollout = &self.ledger.rollout;
                let made = changes::apply(self.parts, rollout, self.ledger.revision, &change);
                let event = made.await?;
                self.record(vec![event]).await?;
                Ok(Turned::On)
            }
        }
    }

    async fn ask(&self, wanted: &[rollouts::plan::Precondition]) -> Vec<CheckResult> {
        let asking = preconditions::Asking {
            parts: self.parts,
            rollout: &self.ledger.rollout,
            now: self.now(),
        };
        preconditions::check(asking, wanted).await
    }

    async fn record(&mut self, events: Vec<Event>) -> Result<(), PassError> {
        let now = self.now();
        let by = Author::itself();
        self.ledger.record(self.parts, events, &by, now).await
    }

    /// One an environment, for the audit.
    fn fresh_ids(&self) -> Vec<AuditId> {
        let millisecond = self.now().as_millisecond();
        let environments = self.ledger.rollout.origin.len();
        let mint = |_| AuditId::mint(millisecond, self.parts.chance.next_u128());
        (0..environments).map(mint).collect()
    }
}

/// What a step came to.
enum Turned {
    On,
    Waits(Option<Timestamp>),
}
