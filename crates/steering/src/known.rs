//! What is known of rollouts.

use domain::RolloutId;
use flags::FlagKey;
use jiff::Timestamp;
use rollouts::plan::MonitorName;
use rollouts::{Entry, Rollout, Status};
use store::{Cursor, RolloutFilter, RolloutReadingRecord, RolloutRecord, Store, StoreError};

use crate::kept::{KeptReading, ReadingAt};
use crate::write::{entry, read, rollout};
use crate::{Rollouts, SteeringError};

/// Which rollouts; what is left out does not narrow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListFilter {
    /// Those that are not over, or that are.
    pub open: Option<bool>,
    pub flag: Option<FlagKey>,
    /// Where the last page ended.
    pub before: Option<Cursor>,
    /// 50 when it is `None`.
    pub limit: Option<u32>,
}

/// Some of the rollouts, newest first.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    pub rollouts: Vec<Status>,
    /// Where the next page begins, if there may be one.
    pub next: Option<Cursor>,
}

const PAGE: u32 = 50;

/// The flag's rollout that is not over, for those who have nothing but the store.
///
/// # Errors
/// See [`SteeringError`].
pub async fn running(store: &Store, flag: &FlagKey) -> Result<Option<Rollout>, SteeringError> {
    let found = store.open_rollout(flag).await?;
    found.as_ref().map(rollout).transpose()
}

impl Rollouts {
    /// How the flag's rollout stands: the open one, or the last one.
    ///
    /// # Errors
    /// See [`SteeringError`].
    pub async fn status(&self, flag: &FlagKey) -> Result<Option<Status>, SteeringError> {
        let found = self.rollout(flag).await?;
        Ok(found.map(|rollout| rollout.status(self.0.clock.now())))
    }

    /// How this very rollout stands.
    ///
    /// # Errors
    /// See [`SteeringError`].
    pub async fn status_of(&self, id: &RolloutId) -> Result<Option<Status>, SteeringError> {
        let found = self.rollout_of(id).await?;
        Ok(found.map(|rollout| rollout.status(self.0.clock.now())))
    }

    /// The flag's rollout with its plan: the open one, or the last one.
    ///
    /// # Errors
    /// See [`SteeringError`].
    pub async fn rollout(&self, flag: &FlagKey) -> Result<Option<Rollout>, SteeringError> {
        let found = self.newest(flag).await?;
        found.as_ref().map(rollout).transpose()
    }

    /// This very rollout with its plan.
    ///
    /// # Errors
    /// See [`SteeringError`].
    pub async fn rollout_of(&self, id: &RolloutId) -> Result<Option<Rollout>, SteeringError> {
        let found = self.0.store.rollout(id).await?;
        found.as_ref().map(rollout).transpose()
    }

    /// How rollouts stand, the newest first.
    ///
    /// # Errors
    /// See [`SteeringError`].
    pub async fn list(&self, filter: ListFilter) -> Result<Listed, SteeringError> {
        let filter = RolloutFilter {
            open: filter.open,
            flag: filter.flag,
            before: filter.before,
            limit: filter.limit.unwrap_or(PAGE),
        };
        let page = self.0.store.rollouts(filter).await?;
        let now = self.0.clock.now();
        let known = page.rollouts.iter();
        let known = known.map(|record| Ok(rollout(record)?.status(now)));
        Ok(Listed {
            rollouts: known.collect::<Result<_, SteeringError>>()?,
            next: page.next,
        })
    }

    /// The history of a rollout after this entry (0 is before the first), oldest first.
    ///
    /// # Errors
    /// See [`SteeringError`].
    pub async fn history(
        &self,
        id: &RolloutId,
        after: u64,
        limit: u32,
    ) -> Result<Vec<Entry>, SteeringError> {
        let entries = self.0.store.rollout_entries(id, after, limit).await?;
        entries.iter().map(|record| entry(id, record)).collect()
    }

    /// What one monitor, or all of them, said of windows that end after `since`, oldest first.
    ///
    /// # Errors
    /// See [`SteeringError`].
    pub async fn readings(
        &self,
        id: &RolloutId,
        monitor: Option<&MonitorName>,
        since: Option<Timestamp>,
        limit: u32,
    ) -> Result<Vec<ReadingAt>, SteeringError> {
        let monitor = monitor.map(MonitorName::as_str);
        let readings = self.0.store.rollout_readings(id, monitor, since, limit);
        kept(id, readings.await?)
    }

    /// What all monitors said of the newest windows that end after `since` and not after `until`,
    /// at most `limit` of them, oldest first. If there are as many, the oldest moment may not be
    /// all there.
    ///
    /// # Errors
    /// See [`SteeringError`].
    pub async fn newest_readings(
        &self,
        id: &RolloutId,
        since: Timestamp,
        until: Timestamp,
        limit: u32,
    ) -> Result<Vec<ReadingAt>, SteeringError> {
        let store = &self.0.store;
        let readings = store.newest_rollout_readings(id, since, until, limit);
        kept(id, readings.await?)
    }

    pub(crate) async fn newest(&self, flag: &FlagKey) -> Result<Option<RolloutRecord>, StoreError> {
        match self.0.store.open_rollout(flag).await? {
            Some(open) => Ok(Some(open)),
            None => self.0.store.latest_rollout(flag).await,
        }
    }
}

fn kept(
    id: &RolloutId,
    records: Vec<RolloutReadingRecord>,
) -> Result<Vec<ReadingAt>, SteeringError> {
    let read = |record: RolloutReadingRecord| {
        let kept: KeptReading = read(id, &record.body)?;
        Ok(ReadingAt {
            stage: record.stage,
            kept,
        })
    };
    records.into_iter().map(read).collect()
}
