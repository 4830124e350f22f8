//! The statements of effects.

use domain::EffectId;
use jiff::Timestamp;

use super::{ClaimedEffect, EffectError, EffectOutcome, EffectRecord, EffectToken, NewEffect};
use crate::engine::{Fault, Row, Tx, tx::Poke};

pub(super) const CLAIM_SQLITE: &str = "
    WITH due AS MATERIALIZED (
        SELECT seq FROM effects
        WHERE state = 'waiting' AND next_at <= $1 AND lease_until <= $1
        ORDER BY next_at, seq LIMIT $2
    )
    UPDATE effects SET token = token + 1, lease_until = $3, node = $4
    WHERE seq IN (SELECT seq FROM due)
    RETURNING seq, token, id, kind, entry, payload, attempts, created_at, next_at";

pub(super) const CLAIM_POSTGRES: &str = "
    WITH due AS MATERIALIZED (
        SELECT seq FROM effects
        WHERE state = 'waiting' AND next_at <= $1 AND lease_until <= $1
        ORDER BY next_at, seq LIMIT $2 FOR UPDATE SKIP LOCKED
    )
    UPDATE effects SET token = token + 1, lease_until = $3, node = $4
    WHERE seq IN (SELECT seq FROM due)
    RETURNING seq, token, id, kind, entry, payload, attempts, created_at, next_at";

pub(super) fn read_claimed(mut row: Row) -> Result<(Timestamp, ClaimedEffect), Fault> {
    let effect = ClaimedEffect {
        token: EffectToken {
            seq: row.int(0)?,
            number: row.int(1)?,
        },
        id: row.parsed(2)?,
        kind: row.text(3)?,
        entry: row.parsed(4)?,
        payload: row.text(5)?,
        attempts: row.small(6)?,
        created_at: row.time(7)?,
    };
    Ok((row.time(8)?, effect))
}

pub(crate) fn insert(tx: &mut Tx<'_>, new: &NewEffect, now: Timestamp) -> Result<(), Fault> {
    tx.execute(
        "INSERT INTO effects (id, entry, kind, payload, created_at, state, next_at, at)
         VALUES ($1, $2, $3, $4, $5, 'waiting', $5, $5)",
        &[
            new.id.as_str().into(),
            new.entry.as_str().into(),
            (&new.kind).into(),
            (&new.payload).into(),
            now.into(),
        ],
    )?;
    tx.count("effect.waiting", 1);
    tx.poke(Poke::EveryNode);
    Ok(())
}

/// `false` if the effect is no longer the token's.
pub(super) fn settle(
    tx: &mut Tx<'_>,
    token: EffectToken,
    outcome: &EffectOutcome,
    now: Timestamp,
) -> Result<bool, Fault> {
    let (state, failed, next_at, link, reason, remedy) = match outcome {
        EffectOutcome::Done { link } => ("done", 0_i64, now, link.as_ref(), None, None),
        EffectOutcome::Again { at, reason } => ("waiting", 1, *at, None, Some(reason), None),
        EffectOutcome::Dead { reason, remedy } => {
            ("dead", 1, now, None, Some(reason), Some(remedy))
        }
    };
    let settled = tx.execute(
        "UPDATE effects SET state = $3, attempts = attempts + $4, next_at = $5, link = $6,
                reason = $7, remedy = $8, at = $9, lease_until = 0, node = NULL
         WHERE seq = $1 AND token = $2 AND state = 'waiting' AND lease_until > 0",
        &[
            token.seq.into(),
            token.number.into(),
            state.into(),
            failed.into(),
            next_at.into(),
            link.into(),
            reason.into(),
            remedy.into(),
            now.into(),
        ],
    )?;
    if settled == 0 {
        return Ok(false);
    }
    tx.count("effect.waiting", -1);
    tx.count(
        match outcome {
            EffectOutcome::Done { .. } => "effect.done",
            EffectOutcome::Again { .. } => "effect.waiting",
            EffectOutcome::Dead { .. } => "effect.dead",
        },
        1,
    );
    tx.poke(Poke::EveryNode);
    Ok(true)
}

pub(super) fn retry(
    tx: &mut Tx<'_>,
    id: &EffectId,
    now: Timestamp,
) -> Result<Result<(), EffectError>, Fault> {
    let retried = tx.execute(
        "UPDATE effects SET state = 'waiting', attempts = 0, next_at = $2, at = $2,
                reason = NULL, remedy = NULL
         WHERE id = $1 AND state = 'dead'",
        &[id.as_str().into(), now.into()],
    )?;
    if retried == 0 {
        let sql = "SELECT state FROM effects WHERE id = $1";
        let state = tx.one(sql, &[id.as_str().into()], |mut row| row.parsed(0))?;
        let id = id.clone();
        return Ok(Err(match state {
            Some(state) => EffectError::NotDead { id, state },
            None => EffectError::Unknown(id),
        }));
    }
    tx.count("effect.dead", -1);
    tx.count("effect.waiting", 1);
    tx.poke(Poke::EveryNode);
    Ok(Ok(()))
}

pub(super) const COLUMNS: &str = "seq, id, kind, entry, payload, created_at, state, attempts, next_at, link, \
     reason, remedy, at";

pub(super) fn read(mut row: Row) -> Result<(i64, EffectRecord), Fault> {
    let effect = EffectRecord {
        id: row.parsed(1)?,
        kind: row.text(2)?,
        entry: row.parsed(3)?,
        payload: row.text(4)?,
        created_at: row.time(5)?,
        state: row.parsed(6)?,
        attempts: row.small(7)?,
        next_at: row.time(8)?,
        link: row.maybe_text(9)?,
        reason: row.maybe_text(10)?,
        remedy: row.maybe_text(11)?,
        at: row.time(12)?,
    };
    Ok((row.int(0)?, effect))
}
