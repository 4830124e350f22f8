//! Forgetting: old repeat keys, and events that are long over.

use jiff::{SignedDuration, Timestamp};

use crate::engine::{Fault, Tx};
use crate::outcome::{delivery_tally, event_tally};
use crate::rollouts::expire_readings;
use crate::{Store, StoreError, link_tokens, pending, seen, sessions};

/// What was dropped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Expired {
    pub repeat_keys: u64,
    pub events: u64,
    pub deliveries: u64,
    /// Sessions, links, authorizations under way and remembered requests.
    pub temporary: u64,
    /// What the monitors of rollouts said that are long over.
    pub readings: u64,
}

/// How much is dropped in one transaction, so that nobody waits long for the next.
const STEP: u32 = 500;

impl Store {
    /// Drops repeat keys, sessions, links, authorizations under way and remembered requests whose
    /// time is over, and events that were received more than
    /// `keep_events` ago and have come to an end, with their deliveries. What waits or is dead
    /// stays, however old. The readings of rollouts that ended more than `keep_events` ago go
    /// too; their histories stay.
    ///
    /// # Errors
    /// Those of the store; part of it may have been dropped then.
    pub async fn expire(
        &self,
        now: Timestamp,
        keep_events: SignedDuration,
    ) -> Result<Expired, StoreError> {
        let mut expired = Expired {
            repeat_keys: self.drop_all(now, drop_keys).await?,
            ..Expired::default()
        };
        for drop_some in TEMPORARY {
            expired.temporary += self.drop_all(now, drop_some).await?;
        }
        let before = now - keep_events;
        let mut after = Some(i64::MIN);
        while let Some(from) = after {
            let step = self.write(move |tx| drop_events(tx, from, before)).await?;
            expired.events += step.events;
            expired.deliveries += step.deliveries;
            after = step.through;
        }
        expired.deliveries += self.drop_all(before, drop_digests).await?;
        expired.readings = self.drop_all(before, expire_readings).await?;
        Ok(expired)
    }

    /// Drops step by step until nothing is left to be dropped.
    async fn drop_all(&self, before: Timestamp, drop_some: DropSome) -> Result<u64, StoreError> {
        let mut dropped = 0;
        loop {
            let step = self.write(move |tx| drop_some(tx, before, STEP)).await?;
            dropped += step;
            if step < u64::from(STEP) {
                return Ok(dropped);
            }
        }
    }
}

/// Drops as many rows as it is told at most, of those that are over at a time. Answers how many.
type DropSome = fn(&mut Tx<'_>, Timestamp, u32) -> Result<u64, Fault>;

/// What nobody asks for any more once its time is over.
const TEMPORARY: [DropSome; 4] = [
    sessions::expire,
    link_tokens::expire,
    pending::expire,
    seen::expire,
];

fn drop_keys(tx: &mut Tx<'_>, now: Timestamp, step: u32) -> Result<u64, Fault> {
    tx.execute(
        "DELETE FROM repeat_keys WHERE key IN
             (SELECT key FROM repeat_keys WHERE until <= $1 ORDER BY until LIMIT $2)",
        &[now.into(), step.into()],
    )
}

/// One step through the events, oldest first.
struct Step {
    events: u64,
    deliveries: u64,
    /// Where the next step begins; `None` at the first event that is young enough to stay.
    through: Option<i64>,
}

fn drop_events(tx: &mut Tx<'_>, from: i64, before: Timestamp) -> Result<Step, Fault> {
    let sql = tx.pick(
        "SELECT seq, received_at, outcome FROM events WHERE seq > $1 ORDER BY seq LIMIT $2",
        "SELECT seq, received_at, outcome FROM events WHERE seq > $1 ORDER BY seq LIMIT $2
         FOR UPDATE",
    );
    let rows = tx.query(sql, &[from.into(), STEP.into()], |mut row| {
        Ok((row.int(0)?, row.time(1)?, row.text(2)?))
    })?;
    let old: Vec<_> = rows
        .iter()
        .take_while(|(_, received, _)| *received < before)
        .collect();
    let full = rows.len() == STEP as usize && old.len() == rows.len();
    let mut step = Step {
        events: 0,
        deliveries: 0,
        through: None,
    };
    if full {
        step.through = old.last().map(|(seq, _, _)| *seq);
    }
    for (seq, _, outcome) in old {
        if matches!(outcome.as_str(), "delivered" | "digested" | "ignored") {
            step.deliveries += drop_event(tx, *seq, outcome)?;
            step.events += 1;
        }
    }
    Ok(step)
}

fn drop_event(tx: &mut Tx<'_>, seq: i64, outcome: &str) -> Result<u64, Fault> {
    let states = tx.query(
        "DELETE FROM deliveries WHERE event_seq = $1 RETURNING state",
        &[seq.into()],
        |mut row| row.text(0),
    )?;
    for state in &states {
        tx.count(delivery_tally(state)?, -1);
    }
    tx.execute("DELETE FROM bodies WHERE seq = $1", &[seq.into()])?;
    tx.execute("DELETE FROM events WHERE seq = $1", &[seq.into()])?;
    tx.count(event_tally(outcome)?, -1);
    Ok(states.len() as u64)
}

/// Digests and announcements have no event; they go when nothing points at them any more.
fn drop_digests(tx: &mut Tx<'_>, before: Timestamp, step: u32) -> Result<u64, Fault> {
    let states = tx.query(
        "DELETE FROM deliveries WHERE seq IN (
             SELECT d.seq FROM deliveries d
             WHERE d.event_seq IS NULL AND d.at < $1 AND d.state IN ('sent', 'updated', 'digested')
                   AND NOT EXISTS (SELECT 1 FROM deliveries f WHERE f.digest = d.seq)
             ORDER BY d.at LIMIT $2
         ) RETURNING state",
        &[before.into(), step.into()],
        |mut row| row.text(0),
    )?;
    for state in &states {
        tx.count(delivery_tally(state)?, -1);
    }
    Ok(states.len() as u64)
}
