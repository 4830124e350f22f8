//! Somebody asks something of a rollout.

use domain::RolloutId;
use flags::FlagKey;
use rollouts::{Act, ActRefused, Asker, Entry, Event, Rollout, Status, ask};
use store::{Followed, RecordRolloutError, RolloutRecord, RolloutWrite, StoreError};

use crate::write::{json, rollout, unreadable, written};
use crate::{Rollouts, SteeringError};

/// How often what somebody asks is decided anew because others wrote meanwhile.
const TRIES: usize = 10;

/// What came of asking.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    pub id: RolloutId,
    /// How it stands now. What it does next, it does by itself, and soon.
    pub status: Status,
    /// What was written into its history.
    pub events: Vec<Event>,
}

/// Why nothing was done. Says what to do instead.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    #[error("`{0}` has no rollout; start one with `rollout start {0}`")]
    NoRollout(FlagKey),
    #[error("there is no rollout {0}")]
    Unknown(RolloutId),
    #[error(transparent)]
    Refused(#[from] ActRefused),
    #[error("the rollout changes too quickly right now; ask again")]
    Busy,
    #[error(transparent)]
    Steering(#[from] SteeringError),
}

impl Rollouts {
    /// Asks something of the flag's rollout: of the open one, or the last one, which then says
    /// that it is over.
    ///
    /// # Errors
    /// See [`AskError`]; nothing was done.
    pub async fn ask(&self, flag: &FlagKey, act: &Act, asker: &Asker) -> Result<Asked, AskError> {
        for _ in 0..TRIES {
            let found = self.newest(flag).await?;
            let record = found.ok_or_else(|| AskError::NoRollout(flag.clone()))?;
            if let Some(asked) = self.try_to(&record, act, asker).await? {
                return Ok(asked);
            }
        }
        Err(AskError::Busy)
    }

    /// Asks something of this very rollout.
    ///
    /// # Errors
    /// See [`AskError`]; nothing was done.
    pub async fn ask_of(
        &self,
        id: &RolloutId,
        act: &Act,
        asker: &Asker,
    ) -> Result<Asked, AskError> {
        for _ in 0..TRIES {
            let found = self.0.store.rollout(id).await?;
            let record = found.ok_or_else(|| AskError::Unknown(id.clone()))?;
            if let Some(asked) = self.try_to(&record, act, asker).await? {
                return Ok(asked);
            }
        }
        Err(AskError::Busy)
    }

    /// `None` when somebody else wrote first.
    async fn try_to(
        &self,
        record: &RolloutRecord,
        act: &Act,
        asker: &Asker,
    ) -> Result<Option<Asked>, AskError> {
        let now = self.0.clock.now();
        let mut rollout = rollout(record)?;
        let events = ask(&rollout, act, asker, now)?;
        if let Act::Link { url, .. } = act
            && let Some(why) = self.0.reach.refuses(&rollout.plan, url)
        {
            return Err(ActRefused::NotNow(why).into());
        }
        let entries = events.iter().enumerate().map(|(after, event)| Entry {
            number: rollout.version + 1 + after as u64,
            at: now,
            by: asker.author.clone(),
            event: event.clone(),
        });
        let entries: Vec<Entry> = entries.collect();
        let write = self.write(&mut rollout, record.revision, &entries, now)?;
        match self.0.store.record_rollout(write).await {
            Ok(_) => Ok(Some(Asked {
                id: rollout.id.clone(),
                status: rollout.status(now),
                events,
            })),
            Err(RecordRolloutError::Stale(_)) => Ok(None),
            Err(RecordRolloutError::Unknown(id)) => Err(AskError::Unknown(id)),
            Err(RecordRolloutError::Store(error)) => Err(error.into()),
        }
    }

    /// What is written of these entries, which `rollout` takes.
    fn write(
        &self,
        rollout: &mut Rollout,
        expected: u64,
        entries: &[Entry],
        at: jiff::Timestamp,
    ) -> Result<RolloutWrite, SteeringError> {
        let (mut new, mut followed) = (Vec::with_capacity(entries.len()), Followed::default());
        for entry in entries {
            rollout.record(entry);
            let follows = (self.0.aftermath)(rollout, entry);
            followed.deliveries.extend(follows.deliveries);
            followed.effects.extend(follows.effects);
            followed.schedules.extend(follows.schedules);
            new.push(written(entry).map_err(|error| unreadable(&rollout.id, error))?);
        }
        Ok(RolloutWrite {
            id: rollout.id.clone(),
            expected,
            state: json(&rollout.id, rollout)?,
            entries: new,
            readings: Vec::new(),
            next_at: rollout.next_look(at),
            open: !rollout.is_over(),
            followed,
            cards: Vec::new(),
            token: None,
            at,
        })
    }
}

impl From<StoreError> for AskError {
    fn from(error: StoreError) -> Self {
        Self::Steering(error.into())
    }
}
