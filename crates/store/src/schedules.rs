//! Changes that are to be made later.
//!
//! What the change is, is the caller's JSON. A schedule is run by one node at a time; when that
//! node dies, another runs it after its lease. It ends once: [`FlagWrite::finishing`] ends it in
//! the very transaction of its change.
//!
//! [`FlagWrite::finishing`]: crate::FlagWrite::finishing

mod rows;

use domain::{AuditId, EnvironmentName, ScheduleId};
use flags::FlagKey;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::audit::Author;
use crate::names::ScheduleState;
use crate::{Cursor, Store, StoreError};

pub(crate) use rows::{end_with_change, insert, lock_waiting};

/// A change to be made later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSchedule {
    pub id: ScheduleId,
    /// When to make it.
    pub due: Timestamp,
    pub environment: EnvironmentName,
    pub flag: FlagKey,
    /// What to do, as JSON. The store does not look into it.
    pub what: String,
    /// Who asked for it.
    pub author: Author,
    pub reason: Option<String>,
}

/// A schedule, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ScheduleRecord {
    pub id: ScheduleId,
    pub due: Timestamp,
    pub environment: EnvironmentName,
    pub flag: FlagKey,
    /// JSON, as it was given.
    pub what: String,
    pub author: Author,
    pub reason: Option<String>,
    pub created_at: Timestamp,
    pub state: ScheduleState,
    /// How often running it was put off.
    pub attempts: u32,
    /// While it waits: when it is looked at next.
    pub next_at: Timestamp,
    /// What came of it, or why it was put off.
    pub result: Option<String>,
    /// The change that it made.
    pub entry: Option<AuditId>,
    /// Who cancelled it.
    pub ended_by: Option<Author>,
    pub ended_at: Option<Timestamp>,
}

/// What running a schedule came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScheduleOutcome {
    Done {
        result: Option<String>,
    },
    Failed {
        reason: String,
    },
    /// It is to be run again, not before `at`.
    Again {
        at: Timestamp,
        reason: String,
    },
}

/// Which schedules; what is left out does not narrow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduleFilter {
    pub environment: Option<EnvironmentName>,
    pub flag: Option<FlagKey>,
    pub state: Option<ScheduleState>,
    /// Where the last page ended.
    pub before: Option<Cursor>,
    pub limit: u32,
}

impl Default for ScheduleFilter {
    fn default() -> Self {
        Self {
            environment: None,
            flag: None,
            state: None,
            before: None,
            limit: 50,
        }
    }
}

/// Some of the schedules, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SchedulePage {
    pub schedules: Vec<ScheduleRecord>,
    /// Where the next page begins, if there may be one.
    pub next: Option<Cursor>,
}

/// Why a schedule was not ended; nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    #[error("there is no schedule {0}")]
    Unknown(ScheduleId),
    #[error("schedule {id} is {state} already; only one that waits can be changed")]
    Over {
        id: ScheduleId,
        state: ScheduleState,
    },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// Writes a schedule down; every node is told of it.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn schedule(&self, new: NewSchedule, now: Timestamp) -> Result<(), StoreError> {
        self.write(move |tx| insert(tx, &new, now)).await
    }

    /// Claims up to `limit` schedules that are due, the most overdue first. Nobody else gets
    /// them until `lease` is over.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn due_schedules(
        &self,
        now: Timestamp,
        lease: SignedDuration,
        limit: u32,
    ) -> Result<Vec<ScheduleRecord>, StoreError> {
        let node = self.node();
        self.write(move |tx| rows::claim(tx, now, now + lease, limit, &node))
            .await
    }

    /// Writes down what running a schedule came to.
    ///
    /// # Errors
    /// [`ScheduleError`]: among others when it has ended meanwhile.
    pub async fn finish_schedule(
        &self,
        id: &ScheduleId,
        outcome: ScheduleOutcome,
        now: Timestamp,
    ) -> Result<(), ScheduleError> {
        let id = id.clone();
        self.write(move |tx| {
            if !lock_waiting(tx, &id)? {
                return Ok(Err(rows::not_waiting(tx, &id)?));
            }
            rows::finish(tx, &id, &outcome, now)?;
            Ok(Ok(()))
        })
        .await?
    }

    /// Takes a schedule back before it is run.
    ///
    /// # Errors
    /// [`ScheduleError`]: among others when it was run already.
    pub async fn cancel_schedule(
        &self,
        id: &ScheduleId,
        by: Author,
        now: Timestamp,
    ) -> Result<ScheduleRecord, ScheduleError> {
        let id = id.clone();
        self.write(move |tx| {
            if !lock_waiting(tx, &id)? {
                return Ok(Err(rows::not_waiting(tx, &id)?));
            }
            rows::cancel(tx, &id, &by, now)?;
            Ok(rows::find(tx, &id)?.ok_or_else(|| ScheduleError::Unknown(id.clone())))
        })
        .await?
    }

    /// One schedule, whatever has become of it.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn find_schedule(
        &self,
        id: &ScheduleId,
    ) -> Result<Option<ScheduleRecord>, StoreError> {
        let id = id.clone();
        self.read(move |tx| rows::find(tx, &id)).await
    }

    /// Schedules, newest first.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn schedules(&self, filter: ScheduleFilter) -> Result<SchedulePage, StoreError> {
        self.read(move |tx| {
            let rows = rows::matching(tx, &filter)?;
            let full = rows.len() >= filter.limit as usize;
            let next = rows.last().filter(|_| full).map(|(seq, _)| Cursor(*seq));
            Ok(SchedulePage {
                schedules: rows.into_iter().map(|(_, schedule)| schedule).collect(),
                next,
            })
        })
        .await
    }

    /// The earliest moment at which a schedule is to be run, or run again because its node died;
    /// `None` when none waits.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn next_schedule_due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.read(|tx| {
            let sql = "SELECT MIN(CASE WHEN lease_until > 0 THEN lease_until ELSE next_at END)
                       FROM schedules WHERE state = 'waiting'";
            Ok(tx.one(sql, &[], |row| row.maybe_time(0))?.flatten())
        })
        .await
    }
}
