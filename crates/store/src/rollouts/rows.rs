//! The statements of rollouts.

use domain::{AuditId, RolloutId};
use jiff::Timestamp;

use super::{
    ClaimedRollout, NewRollout, NewRolloutEntry, RecordRolloutError, RolloutEntryRecord,
    RolloutFilter, RolloutRecord, RolloutToken, RolloutWrite, StartRolloutError, cards, readings,
};
use crate::engine::{Fault, Row, Tx, Value, tx::Poke};
use crate::{Followed, effects, route, schedules};

const COLUMNS: &str = "seq, id, flag, revision, version, state, open, next_at, started_at, \
     changed_at, ended_at";

fn read(mut row: Row) -> Result<(i64, RolloutRecord), Fault> {
    let record = RolloutRecord {
        id: row.parsed(1)?,
        flag: row.parsed(2)?,
        revision: row.count(3)?,
        version: row.count(4)?,
        state: row.text(5)?,
        open: row.int(6)? != 0,
        next_at: row.maybe_time(7)?,
        started_at: row.time(8)?,
        changed_at: row.time(9)?,
        ended_at: row.maybe_time(10)?,
    };
    Ok((row.int(0)?, record))
}

/// The newest rollout of those that `condition` names, which may use `$1`.
pub(super) fn find(
    tx: &mut Tx<'_>,
    condition: &str,
    value: &str,
) -> Result<Option<RolloutRecord>, Fault> {
    let sql = format!("SELECT {COLUMNS} FROM rollouts WHERE {condition} ORDER BY seq DESC LIMIT 1");
    tx.one(&sql, &[value.into()], |row| {
        read(row).map(|(_, found)| found)
    })
}

pub(super) fn matching(
    tx: &mut Tx<'_>,
    filter: &RolloutFilter,
) -> Result<Vec<(i64, RolloutRecord)>, Fault> {
    let before = filter.before.map_or(i64::MAX, |cursor| cursor.0);
    let mut values: Vec<Value<'_>> = vec![before.into(), filter.limit.into()];
    let mut conditions = match filter.open {
        None => "",
        Some(true) => " AND open = 1",
        Some(false) => " AND open = 0",
    }
    .to_owned();
    if let Some(flag) = &filter.flag {
        values.push(flag.as_str().into());
        conditions.push_str(" AND flag = $3");
    }
    let sql = format!(
        "SELECT {COLUMNS} FROM rollouts WHERE seq < $1{conditions} ORDER BY seq DESC LIMIT $2"
    );
    tx.query(&sql, &values, read)
}

/// How often a place that was taken and is free again is tried for.
const TRIES: usize = 3;

pub(super) fn start(
    tx: &mut Tx<'_>,
    new: &NewRollout,
) -> Result<Result<(), StartRolloutError>, Fault> {
    for _ in 0..TRIES {
        if find(tx, "id = $1", new.id.as_str())?.is_some() {
            return Ok(Ok(()));
        }
        let inserted = tx.execute(
            "INSERT INTO rollouts (id, flag, revision, version, state, open, next_at, started_at,
                                   changed_at)
             VALUES ($1, $2, 1, $3, $4, 1, $5, $6, $6)
             ON CONFLICT DO NOTHING",
            &[
                new.id.as_str().into(),
                new.flag.as_str().into(),
                new.entry.number.into(),
                (&new.state).into(),
                new.next_at.into(),
                new.entry.at.into(),
            ],
        )?;
        if inserted == 1 {
            insert_entry(tx, &new.id, &new.entry)?;
            follow(tx, &new.id, new.entry.number, &new.followed, new.entry.at)?;
            cards::insert(tx, &new.id, &new.cards)?;
            tx.poke(Poke::EveryNode);
            return Ok(Ok(()));
        }
        if let Some(open) = find(tx, "flag = $1 AND open = 1", new.flag.as_str())? {
            return Ok(Err(StartRolloutError::AlreadyRuns(open.id)));
        }
    }
    Err(Fault::Conflict(format!("{} is begun elsewhere", new.flag)))
}

fn insert_entry(tx: &mut Tx<'_>, id: &RolloutId, entry: &NewRolloutEntry) -> Result<(), Fault> {
    tx.execute(
        "INSERT INTO rollout_entries (rollout, number, at, author, kind, body)
         VALUES ($1, $2, $3, $4, $5, $6)",
        &[
            id.as_str().into(),
            entry.number.into(),
            entry.at.into(),
            (&entry.author).into(),
            (&entry.kind).into(),
            (&entry.body).into(),
        ],
    )
    .map(drop)
}

fn follow(
    tx: &mut Tx<'_>,
    id: &RolloutId,
    version: u64,
    followed: &Followed,
    at: Timestamp,
) -> Result<(), Fault> {
    let entry = AuditId::of_rollout(id, version);
    route::announce(tx, &entry, &followed.deliveries, at)?;
    for effect in &followed.effects {
        effects::insert(tx, effect, at)?;
    }
    for schedule in &followed.schedules {
        schedules::insert(tx, schedule, at)?;
    }
    Ok(())
}

const CLAIM_SQLITE: &str = "
    WITH due AS MATERIALIZED (
        SELECT seq FROM rollouts
        WHERE next_at IS NOT NULL AND next_at <= $1 AND lease_until <= $1
        ORDER BY next_at, seq LIMIT $2
    )
    UPDATE rollouts SET token = token + 1, lease_until = $3, node = $4
    WHERE seq IN (SELECT seq FROM due)
    RETURNING seq, id, flag, revision, version, state, open, next_at, started_at, changed_at,
              ended_at, token";

const CLAIM_POSTGRES: &str = "
    WITH due AS MATERIALIZED (
        SELECT seq FROM rollouts
        WHERE next_at IS NOT NULL AND next_at <= $1 AND lease_until <= $1
        ORDER BY next_at, seq LIMIT $2 FOR UPDATE SKIP LOCKED
    )
    UPDATE rollouts SET token = token + 1, lease_until = $3, node = $4
    WHERE seq IN (SELECT seq FROM due)
    RETURNING seq, id, flag, revision, version, state, open, next_at, started_at, changed_at,
              ended_at, token";

pub(super) fn claim(
    tx: &mut Tx<'_>,
    now: Timestamp,
    until: Timestamp,
    limit: u32,
    node: &str,
) -> Result<Vec<ClaimedRollout>, Fault> {
    let values = [now.into(), limit.into(), until.into(), node.into()];
    let sql = tx.pick(CLAIM_SQLITE, CLAIM_POSTGRES);
    let mut claimed = tx.query(sql, &values, |row| {
        let number = row.int(11)?;
        let (seq, record) = read(row)?;
        let token = RolloutToken { seq, number };
        Ok(ClaimedRollout { token, record })
    })?;
    claimed.sort_by_key(|claimed| (claimed.record.next_at, claimed.token.seq));
    Ok(claimed)
}

pub(super) fn release(
    tx: &mut Tx<'_>,
    token: RolloutToken,
    revision: u64,
    next_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<(), Fault> {
    let released = tx.execute(
        "UPDATE rollouts SET lease_until = 0, node = NULL,
                next_at = CASE WHEN revision = $3 THEN $4 ELSE CAST($5 AS BIGINT) END
         WHERE seq = $1 AND token = $2 AND lease_until > 0",
        &[
            token.seq.into(),
            token.number.into(),
            revision.into(),
            next_at.into(),
            now.into(),
        ],
    )?;
    if released != 0 {
        tx.poke(Poke::EveryNode);
    }
    Ok(())
}

pub(super) fn wake(tx: &mut Tx<'_>, id: &RolloutId, now: Timestamp) -> Result<(), Fault> {
    // A revision of its own, so that whoever carries it out now looks again before it sleeps.
    let woken = tx.execute(
        "UPDATE rollouts SET next_at = $2, revision = revision + 1 WHERE id = $1 AND open = 1",
        &[id.as_str().into(), now.into()],
    )?;
    if woken != 0 {
        tx.poke(Poke::EveryNode);
    }
    Ok(())
}

/// A rollout's row while it is locked.
struct Locked {
    seq: i64,
    revision: u64,
    version: u64,
    token: i64,
    is_leased: bool,
}

fn lock(tx: &mut Tx<'_>, id: &RolloutId) -> Result<Option<Locked>, Fault> {
    let sql = tx.pick(
        "SELECT seq, revision, version, token, lease_until FROM rollouts WHERE id = $1",
        "SELECT seq, revision, version, token, lease_until FROM rollouts WHERE id = $1
         FOR UPDATE",
    );
    tx.one(sql, &[id.as_str().into()], |row| {
        Ok(Locked {
            seq: row.int(0)?,
            revision: row.count(1)?,
            version: row.count(2)?,
            token: row.int(3)?,
            is_leased: row.int(4)? > 0,
        })
    })
}

/// Whether nobody has written about a rollout since this revision. Locks its row: nobody does
/// before this transaction ends.
pub(crate) fn fence_holds(tx: &mut Tx<'_>, id: &RolloutId, revision: u64) -> Result<bool, Fault> {
    Ok(lock(tx, id)?.is_some_and(|locked| locked.revision == revision))
}

pub(super) fn record(
    tx: &mut Tx<'_>,
    write: &RolloutWrite,
) -> Result<Result<u64, RecordRolloutError>, Fault> {
    let Some(locked) = lock(tx, &write.id)? else {
        return Ok(Err(RecordRolloutError::Unknown(write.id.clone())));
    };
    let is_holder = |token: RolloutToken| locked.is_leased && token.number == locked.token;
    if locked.revision != write.expected || write.token.is_some_and(|token| !is_holder(token)) {
        return Ok(Err(RecordRolloutError::Stale(write.id.clone())));
    }
    let mut version = locked.version;
    for entry in &write.entries {
        if entry.number != version + 1 {
            let id = &write.id;
            let what = format!(
                "entry {} of rollout {id} comes after {version}",
                entry.number
            );
            return Err(Fault::Failed(what));
        }
        insert_entry(tx, &write.id, entry)?;
        version = entry.number;
    }
    readings::insert(tx, &write.id, &write.readings)?;
    follow(tx, &write.id, version, &write.followed, write.at)?;
    cards::insert(tx, &write.id, &write.cards)?;
    let revision = locked.revision + 1;
    update(tx, locked.seq, write, revision, version)?;
    tx.poke(Poke::EveryNode);
    Ok(Ok(revision))
}

fn update(
    tx: &mut Tx<'_>,
    seq: i64,
    write: &RolloutWrite,
    revision: u64,
    version: u64,
) -> Result<(), Fault> {
    // Whoever carries it out says when to look again; anybody else wakes them.
    let next_at = match write.token {
        Some(_) => write.next_at,
        None => write.next_at.map(|next_at| next_at.min(write.at)),
    };
    tx.execute(
        "UPDATE rollouts SET revision = $2, version = $3, state = $4, open = $5, next_at = $6,
                changed_at = $7,
                ended_at = CASE WHEN CAST($5 AS BIGINT) = 1 THEN NULL
                                ELSE COALESCE(ended_at, CAST($7 AS BIGINT)) END
         WHERE seq = $1",
        &[
            seq.into(),
            revision.into(),
            version.into(),
            (&write.state).into(),
            i64::from(write.open).into(),
            next_at.into(),
            write.at.into(),
        ],
    )
    .map(drop)
}

pub(super) fn entries(
    tx: &mut Tx<'_>,
    id: &RolloutId,
    after: u64,
    limit: u32,
) -> Result<Vec<RolloutEntryRecord>, Fault> {
    tx.query(
        "SELECT number, at, author, kind, body FROM rollout_entries
         WHERE rollout = $1 AND number > $2 ORDER BY number LIMIT $3",
        &[id.as_str().into(), after.into(), limit.into()],
        |mut row| {
            Ok(RolloutEntryRecord {
                number: row.count(0)?,
                at: row.time(1)?,
                author: row.text(2)?,
                kind: row.text(3)?,
                body: row.text(4)?,
            })
        },
    )
}
