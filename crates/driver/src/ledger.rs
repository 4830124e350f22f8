//! What is written about a rollout: each step's entries, with all that follows from them, in one
//! transaction.

use jiff::Timestamp;
use rollouts::{Author, CheckResult, Entry, Event, Reading, Rollout};
use steering::{KeptReading, written};
use store::{
    Followed, NewRolloutReading, RecordRolloutError, RolloutRecord, RolloutToken, RolloutWrite,
    StoreError,
};

use crate::driver::Parts;
use crate::pass::PassError;

/// A write that was overtaken is made again so often.
const TRIES: usize = 5;

/// A rollout as it was read, and what is new.
pub(crate) struct Ledger {
    pub(crate) rollout: Rollout,
    /// Of what was read or written last.
    pub(crate) revision: u64,
    token: Option<RolloutToken>,
    readings: Vec<NewRolloutReading>,
    /// There are answers that no entry has.
    asked: bool,
}

impl Ledger {
    /// # Errors
    /// When what is stored is no rollout.
    pub(crate) fn read(
        record: &RolloutRecord,
        token: Option<RolloutToken>,
    ) -> Result<Self, serde_json::Error> {
        Ok(Self {
            rollout: serde_json::from_str(&record.state)?,
            revision: record.revision,
            token,
            readings: Vec::new(),
            asked: false,
        })
    }

    /// Takes what a monitor said; it is kept with the next write.
    pub(crate) fn take(&mut self, reading: &Reading) -> Result<(), serde_json::Error> {
        self.rollout.take(reading);
        let stage = self.rollout.in_force.unwrap_or(self.rollout.stage);
        let stage = self.rollout.plan.stage(stage);
        let evidence = self.rollout.monitors.get(&reading.monitor);
        let body = KeptReading {
            reading: reading.clone(),
            judgement: evidence.map(|watched| watched.evidence.judge()),
        };
        self.readings.push(NewRolloutReading {
            monitor: reading.monitor.to_string(),
            stage: stage.map_or_else(String::new, |stage| stage.name.to_string()),
            from: reading.from,
            to: reading.to,
            at: reading.at,
            body: serde_json::to_string(&body)?,
        });
        Ok(())
    }

    /// Takes what was answered; it is kept with the next write.
    pub(crate) fn asked(&mut self, results: &[CheckResult], now: Timestamp) {
        self.rollout.asked(results, now);
        self.asked = true;
    }

    /// Writes these down with what follows from them, and all readings since the last write.
    pub(crate) async fn record(
        &mut self,
        parts: &Parts,
        events: Vec<Event>,
        by: &Author,
        now: Timestamp,
    ) -> Result<(), PassError> {
        let mut after = self.rollout.clone();
        let (mut entries, mut followed) = (Vec::new(), Followed::default());
        for event in events {
            let entry = Entry {
                number: after.version + 1,
                at: now,
                by: by.clone(),
                event,
            };
            after.record(&entry);
            let follows = parts.aftermath.follow(&after, &entry);
            followed.deliveries.extend(follows.deliveries);
            followed.effects.extend(follows.effects);
            entries.push(written(&entry)?);
        }
        let write = RolloutWrite {
            id: after.id.clone(),
            expected: self.revision,
            state: serde_json::to_string(&after)?,
            entries,
            readings: std::mem::take(&mut self.readings),
            next_at: after.next_look(now),
            open: !after.is_over(),
            followed,
            cards: Vec::new(),
            token: self.token,
            at: now,
        };
        self.revision = parts.store.record_rollout(write).await?;
        self.rollout = after;
        self.asked = false;
        Ok(())
    }

    /// Whether there is something that is not written yet.
    pub(crate) fn is_new(&self) -> bool {
        self.asked || !self.readings.is_empty()
    }
}

/// Writes down what was found or done outside of a pass, whoever carries the rollout meanwhile.
/// `events` is asked with the rollout as it stands; nothing is written when it has none.
pub(crate) async fn note(
    parts: &Parts,
    id: &domain::RolloutId,
    by: &Author,
    events: impl Fn(&Rollout) -> Vec<Event>,
) -> Result<(), PassError> {
    for _ in 0..TRIES {
        let Some(record) = parts.store.rollout(id).await? else {
            return Ok(());
        };
        let mut ledger = Ledger::read(&record, None)?;
        let events = events(&ledger.rollout);
        if events.is_empty() {
            return Ok(());
        }
        match ledger.record(parts, events, by, parts.clock.now()).await {
            Err(PassError::Stale) => (),
            written => return written,
        }
    }
    Err(PassError::Stale)
}

impl From<RecordRolloutError> for PassError {
    fn from(error: RecordRolloutError) -> Self {
        match error {
            RecordRolloutError::Stale(_) | RecordRolloutError::Unknown(_) => Self::Stale,
            RecordRolloutError::Store(error) => Self::Store(error),
        }
    }
}

impl From<StoreError> for PassError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<serde_json::Error> for PassError {
    fn from(error: serde_json::Error) -> Self {
        Self::Unreadable(error)
    }
}
