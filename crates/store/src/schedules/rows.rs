//! The statements of schedules.

use domain::{AuditId, ScheduleId};
use jiff::Timestamp;

use super::{NewSchedule, ScheduleError, ScheduleFilter, ScheduleOutcome, ScheduleRecord};
use crate::audit::{Author, to_json};
use crate::engine::{Fault, Row, Tx, Value, tx::Poke};
use crate::names::ScheduleState;

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

/// Claims what is due, the most overdue first.
pub(super) fn claim(
    tx: &mut Tx<'_>,
    now: Timestamp,
    lease_until: Timestamp,
    limit: u32,
    node: &str,
) -> Result<Vec<ScheduleRecord>, Fault> {
    let values = [now.into(), limit.into(), lease_until.into(), node.into()];
    let sql = tx.pick(CLAIM_SQLITE, CLAIM_POSTGRES);
    let seqs = tx.query(sql, &values, |row| row.int(0))?;
    let sql = format!("SELECT {COLUMNS} FROM schedules WHERE seq = $1");
    let mut claimed = Vec::with_capacity(seqs.len());
    for seq in seqs {
        claimed.extend(tx.one(&sql, &[seq.into()], read)?);
    }
    claimed.sort_by_key(|(seq, schedule)| (schedule.next_at, *seq));
    Ok(claimed.into_iter().map(|(_, schedule)| schedule).collect())
}

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

pub(super) fn not_waiting(tx: &mut Tx<'_>, id: &ScheduleId) -> Result<ScheduleError, Fault> {
    let sql = "SELECT state FROM schedules WHERE id = $1";
    let state = tx.one(sql, &[id.as_str().into()], |mut row| row.parsed(0))?;
    let id = id.clone();
    Ok(match state {
        Some(state) => ScheduleError::Over { id, state },
        None => ScheduleError::Unknown(id),
    })
}

pub(super) fn finish(
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

pub(super) fn cancel(
    tx: &mut Tx<'_>,
    id: &ScheduleId,
    by: &Author,
    now: Timestamp,
) -> Result<(), Fault> {
    let ended = Ended {
        state: ScheduleState::Cancelled,
        result: None,
        entry: None,
        by: Some(by),
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

pub(super) fn find(tx: &mut Tx<'_>, id: &ScheduleId) -> Result<Option<ScheduleRecord>, Fault> {
    let sql = format!("SELECT {COLUMNS} FROM schedules WHERE id = $1");
    let found = tx.one(&sql, &[id.as_str().into()], read)?;
    Ok(found.map(|(_, schedule)| schedule))
}

pub(super) fn matching(
    tx: &mut Tx<'_>,
    filter: &ScheduleFilter,
) -> Result<Vec<(i64, ScheduleRecord)>, Fault> {
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
