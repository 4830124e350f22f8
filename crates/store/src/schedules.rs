//! Changes that are to be made later.
//!
//! What the change is, is the caller's JSON. A schedule is run by one node at a time; when that
//! node dies, another runs it after its lease. It ends once: [`FlagWrite::finishing`] ends it in
//! the very transaction of its change.
//!
//! [`FlagWrite::finishing`]: crate::FlagWrite::finishing

use domain::{AuditId, EnvironmentName, ScheduleId};
use flags::FlagKey;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::audit::{Author, to_json};
use crate::engine::{Fault, Row, Tx, Value, tx::Poke};
use crate::names::ScheduleState;
use crate::{Cursor, Store, StoreError};

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
        self.write(move |tx| {
            let until = (now + lease).into();
            let values = [now.into(), limit.into(), until, (&node).into()];
            let sql = tx.pick(CLAIM_SQLITE, CLAIM_POSTGRES);
            let seqs = tx.query(sql, &values, |row| row.int(0))?;
            let sql = format!("SELECT {COLUMNS} FROM schedules WHERE seq = $1");
            let mut claimed = Vec::with_capacity(seqs.len());
            for seq in seqs {
                claimed.extend(tx.one(&sql, &[seq.into()], read)?);
            }
            claimed.sort_by_key(|(seq, schedule)| (schedule.next_at, *seq));
            Ok(claimed.into_iter().map(|(_, schedule)| schedule).collect())
        })
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
                return Ok(Err(not_waiting(tx, &id)?));
            }
            finish(tx, &id, &outcome, now)?;
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
                return Ok(Err(not_waiting(tx, &id)?));
            }
            let ended = Ended {
                state: ScheduleState::Cancelled,
                result: None,
                entry: None,
                by: Some(&by),
                at: now,
            };
            end(tx, &id, &ended)?;
            let sql = format!("SELECT {COLUMNS} FROM schedules WHERE id = $1");
            let schedule = tx.one(&sql, &[id.as_str().into()], read)?;
            Ok(schedule
                .map(|(_, schedule)| schedule)
                .ok_or_else(|| ScheduleError::Unknown(id.clone())))
        })
        .await?
    }

    /// Schedules, newest first.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn schedules(&self, filter: ScheduleFilter) -> Result<SchedulePage, StoreError> {
        self.read(move |tx| {
            let rows = matching(tx, &filter)?;
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

const CLAIM_SQLITE: &str = "
    WITH due AS MATERIALIZED (
        SELECT seq FROM schedules
        WHERE state = 'waiting' AND next_at <= $1 AND lease_until <= $1
        ORDER BY next_at, seq LIMIT $2
    )
    UPDATE schedules SET lease_until = $3, node = $4
    WHERE seq IN (SELECT seq FROM due) RETURNING seq";

const CLAIM_POSTGRES: &str = "
    WITH due AS MATERIALIZED (
        SELECT seq FROM schedules
        WHERE state = 'waiting' AND next_at <= $1 AND lease_until <= $1
        ORDER BY next_at, seq LIMIT $2 FOR UPDATE SKIP LOCKED
    )
    UPDATE schedules SET lease_until = $3, node = $4
    WHERE seq IN (SELECT seq FROM due) RETURNING seq";

pub(crate) fn insert(tx: &mut Tx<'_>, new: &NewSchedule, now: Timestamp) -> Result<(), Fault> {
    tx.execute(
        "INSERT INTO schedules (id, due, environment, flag, what, author, reason, created_at,
                                state, next_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'waiting', $2)",
        &[
            new.id.as_str().into(),
            new.due.into(),
            new.environment.as_str().into(),
            new.flag.as_str().into(),
            (&new.what).into(),
            (&to_json(&new.author)?).into(),
            new.reason.as_ref().into(),
            now.into(),
        ],
    )?;
    tx.poke(Poke::EveryNode);
    Ok(())
}

/// Locks a schedule for this transaction; `false` if it does not wait any more.
pub(crate) fn lock_waiting(tx: &mut Tx<'_>, id: &ScheduleId) -> Result<bool, Fault> {
    let sql = tx.pick(
        "SELECT 1 FROM schedules WHERE id = $1 AND state = 'waiting'",
        "SELECT 1 FROM schedules WHERE id = $1 AND state = 'waiting' FOR UPDATE",
    );
    Ok(tx.one(sql, &[id.as_str().into()], |_| Ok(()))?.is_some())
}

fn not_waiting(tx: &mut Tx<'_>, id: &ScheduleId) -> Result<ScheduleError, Fault> {
    let sql = "SELECT state FROM schedules WHERE id = $1";
    let state = tx.one(sql, &[id.as_str().into()], |mut row| row.parsed(0))?;
    let id = id.clone();
    Ok(match state {
        Some(state) => ScheduleError::Over { id, state },
        None => ScheduleError::Unknown(id),
    })
}

fn finish(
    tx: &mut Tx<'_>,
    id: &ScheduleId,
    outcome: &ScheduleOutcome,
    now: Timestamp,
) -> Result<(), Fault> {
    let (state, result) = match outcome {
        ScheduleOutcome::Done { result } => (ScheduleState::Done, result.as_ref()),
        ScheduleOutcome::Failed { reason } => (ScheduleState::Failed, Some(reason)),
        ScheduleOutcome::Again { at, reason } => {
            tx.execute(
                "UPDATE schedules SET next_at = $2, lease_until = 0, node = NULL,
                        attempts = attempts + 1, result = $3
                 WHERE id = $1",
                &[id.as_str().into(), (*at).into(), reason.into()],
            )?;
            tx.poke(Poke::EveryNode);
            return Ok(());
        }
    };
    let ended = Ended {
        state,
        result,
        entry: None,
        by: None,
        at: now,
    };
    end(tx, id, &ended)
}

/// How a schedule ends.
struct Ended<'a> {
    state: ScheduleState,
    result: Option<&'a String>,
    entry: Option<&'a AuditId>,
    by: Option<&'a Author>,
    at: Timestamp,
}

/// Ends a schedule with the change that it was made for.
pub(crate) fn end_with_change(
    tx: &mut Tx<'_>,
    id: &ScheduleId,
    entry: &AuditId,
    at: Timestamp,
) -> Result<(), Fault> {
    let ended = Ended {
        state: ScheduleState::Done,
        result: None,
        entry: Some(entry),
        by: None,
        at,
    };
    end(tx, id, &ended)
}

fn end(tx: &mut Tx<'_>, id: &ScheduleId, ended: &Ended<'_>) -> Result<(), Fault> {
    let by = ended.by.map(to_json).transpose()?;
    tx.execute(
        "UPDATE schedules SET state = $2, result = $3, entry = $4, ended_by = $5, ended_at = $6,
                lease_until = 0, node = NULL
         WHERE id = $1",
        &[
            id.as_str().into(),
            ended.state.name().into(),
            ended.result.into(),
            ended.entry.map(AuditId::as_str).into(),
            by.as_ref().into(),
            ended.at.into(),
        ],
    )?;
    tx.poke(Poke::EveryNode);
    Ok(())
}

fn matching(tx: &mut Tx<'_>, filter: &ScheduleFilter) -> Result<Vec<(i64, ScheduleRecord)>, Fault> {
    let before = filter.before.map_or(i64::MAX, |cursor| cursor.0);
    let mut values: Vec<Value<'_>> = vec![before.into(), filter.limit.into()];
    let mut conditions = String::new();
    let mut narrow = |column: &str, value| {
        values.push(value);
        conditions.push_str(&format!(" AND {column} = ${}", values.len()));
    };
    if let Some(environment) = &filter.environment {
        narrow("environment", environment.as_str().into());
    }
    if let Some(flag) = &filter.flag {
        narrow("flag", flag.as_str().into());
    }
    if let Some(state) = filter.state {
        narrow("state", state.name().into());
    }
    let sql = format!(
        "SELECT {COLUMNS} FROM schedules WHERE seq < $1{conditions} ORDER BY seq DESC LIMIT $2"
    );
    tx.query(&sql, &values, read)
}

const COLUMNS: &str = "seq, id, due, environment, flag, what, author, reason, created_at, state, \
     attempts, next_at, result, entry, ended_by, ended_at";

fn read(mut row: Row) -> Result<(i64, ScheduleRecord), Fault> {
    let schedule = ScheduleRecord {
        id: row.parsed(1)?,
        due: row.time(2)?,
        environment: row.parsed(3)?,
        flag: row.parsed(4)?,
        what: row.text(5)?,
        author: row.json(6)?,
        reason: row.maybe_text(7)?,
        created_at: row.time(8)?,
        state: row.parsed(9)?,
        attempts: row.small(10)?,
        next_at: row.time(11)?,
        result: row.maybe_text(12)?,
        entry: row.maybe_parsed(13)?,
        ended_by: row.maybe_json(14)?,
        ended_at: row.maybe_time(15)?,
    };
    Ok((row.int(0)?, schedule))
}
