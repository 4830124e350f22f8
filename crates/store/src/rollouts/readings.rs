//! What the monitors of rollouts said, kept so that a verdict can be replayed.

use domain::RolloutId;
use jiff::Timestamp;
use serde::Serialize;

use crate::engine::{Fault, Row, Tx};
use crate::{Store, StoreError};

/// What a monitor said of one window of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRolloutReading {
    pub monitor: String,
    /// The stage that it was taken in.
    pub stage: String,
    /// The window is `[from, to)`.
    pub from: Timestamp,
    pub to: Timestamp,
    /// When it was taken.
    pub at: Timestamp,
    /// The reading and what was made of it, as JSON. The store does not look into it.
    pub body: String,
}

/// A reading as it was kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RolloutReadingRecord {
    pub monitor: String,
    pub stage: String,
    pub from: Timestamp,
    pub to: Timestamp,
    pub at: Timestamp,
    /// JSON, as it was given.
    pub body: String,
}

impl Store {
    /// Readings of a rollout whose windows end after `since` (all when it is `None`), of one
    /// monitor or of all, oldest first. The next page begins at the end of the last window, so
    /// ask for more than there are monitors.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn rollout_readings(
        &self,
        id: &RolloutId,
        monitor: Option<&str>,
        since: Option<Timestamp>,
        limit: u32,
    ) -> Result<Vec<RolloutReadingRecord>, StoreError> {
        let (id, monitor) = (id.clone(), monitor.map(str::to_owned));
        self.read(move |tx| {
            tx.query(
                "SELECT monitor, stage, from_at, to_at, at, body FROM rollout_readings
                 WHERE rollout = $1 AND to_at > $2 AND monitor = COALESCE($3, monitor)
                 ORDER BY to_at, seq LIMIT $4",
                &[
                    id.as_str().into(),
                    since.unwrap_or(Timestamp::MIN).into(),
                    monitor.as_ref().into(),
                    limit.into(),
                ],
                read,
            )
        })
        .await
    }

    /// The newest readings of a rollout whose windows end after `since` and not after `until`, of
    /// all its monitors, oldest first. If there are as many as `limit`, the oldest moment may not
    /// be all there.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn newest_rollout_readings(
        &self,
        id: &RolloutId,
        since: Timestamp,
        until: Timestamp,
        limit: u32,
    ) -> Result<Vec<RolloutReadingRecord>, StoreError> {
        let id = id.clone();
        self.read(move |tx| {
            let mut readings = tx.query(
                "SELECT monitor, stage, from_at, to_at, at, body FROM rollout_readings
                 WHERE rollout = $1 AND to_at > $2 AND to_at <= $3
                 ORDER BY to_at DESC, seq DESC LIMIT $4",
                &[id.as_str().into(), since.into(), until.into(), limit.into()],
                read,
            )?;
            readings.reverse();
            Ok(readings)
        })
        .await
    }
}

fn read(mut row: Row) -> Result<RolloutReadingRecord, Fault> {
    Ok(RolloutReadingRecord {
        monitor: row.text(0)?,
        stage: row.text(1)?,
        from: row.time(2)?,
        to: row.time(3)?,
        at: row.time(4)?,
        body: row.text(5)?,
    })
}

pub(super) fn insert(
    tx: &mut Tx<'_>,
    id: &RolloutId,
    readings: &[NewRolloutReading],
) -> Result<(), Fault> {
    for reading in readings {
        tx.execute(
            "INSERT INTO rollout_readings (rollout, monitor, stage, from_at, to_at, at, body)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            &[
                id.as_str().into(),
                (&reading.monitor).into(),
                (&reading.stage).into(),
                reading.from.into(),
                reading.to.into(),
                reading.at.into(),
                (&reading.body).into(),
            ],
        )?;
    }
    Ok(())
}

/// Drops up to `step` readings of rollouts that ended before. Their histories stay.
pub(crate) fn expire(tx: &mut Tx<'_>, before: Timestamp, step: u32) -> Result<u64, Fault> {
    tx.execute(
        "DELETE FROM rollout_readings WHERE seq IN (
             SELECT o.seq FROM rollout_readings o JOIN rollouts r ON r.id = o.rollout
             WHERE r.ended_at < $1 LIMIT $2)",
        &[before.into(), step.into()],
    )
}
