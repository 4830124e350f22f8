//! How much of what there is, and how the lanes stand.

use domain::{ChannelName, WorkspaceId};
use jiff::Timestamp;

use crate::engine::{Fault, Row};
use crate::lanes::LaneId;
use crate::{Store, StoreError};

/// How many events the store holds, by outcome, and deliveries, by state. Exact, and read from
/// running sums: it costs the same with a hundred events and a hundred million.
///
/// Every event is in exactly one of `waiting`, `delivered`, `digested`, `dead`, `ignored`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Counts {
    /// Includes `unrouted`.
    pub waiting: u64,
    pub unrouted: u64,
    pub delivered: u64,
    pub digested: u64,
    pub dead: u64,
    pub ignored: u64,
    pub deliveries: DeliveryCounts,
    pub effects: EffectCounts,
}

impl Counts {
    /// All events.
    #[must_use]
    pub fn events(&self) -> u64 {
        self.waiting + self.delivered + self.digested + self.dead + self.ignored
    }
}

/// Deliveries by state, digests included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct DeliveryCounts {
    /// Includes what waits in a digest.
    pub waiting: u64,
    pub sending: u64,
    pub sent: u64,
    pub updated: u64,
    pub digested: u64,
    pub dead: u64,
}

/// Effects by state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct EffectCounts {
    pub waiting: u64,
    pub done: u64,
    pub dead: u64,
}

/// A lane, for an overview.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct LaneRecord {
    #[serde(skip)]
    pub lane: LaneId,
    pub workspace: WorkspaceId,
    pub channel: ChannelName,
    pub waiting: u64,
    pub next_at: Timestamp,
    /// Until when somebody has it.
    pub lease_until: Option<Timestamp>,
    /// Attempts in a row that have failed.
    pub failures: u32,
    /// What the last attempt failed of; `None` after one that did not fail.
    pub last_error: Option<String>,
    pub last_error_at: Option<Timestamp>,
}

impl Store {
    /// How much of what there is.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn counts(&self) -> Result<Counts, StoreError> {
        self.read(|tx| {
            let sql = "SELECT name, CAST(SUM(n) AS BIGINT) FROM tallies GROUP BY name";
            let sums = tx.query(sql, &[], |mut row| Ok((row.text(0)?, row.count(1)?)))?;
            let mut counts = Counts::default();
            for (name, n) in sums {
                add(&mut counts, &name, n)?;
            }
            Ok(counts)
        })
        .await
    }

    /// Up to `limit` lanes, those with the most waiting first.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn lanes(&self, limit: u32) -> Result<Vec<LaneRecord>, StoreError> {
        self.read(move |tx| {
            tx.query(
                "SELECT id, workspace, channel, waiting, next_at,
                        CASE WHEN owner IS NOT NULL THEN lease_until END,
                        failures, last_error, last_error_at
                 FROM lanes ORDER BY waiting DESC, failures DESC, id LIMIT $1",
                &[limit.into()],
                read_lane,
            )
        })
        .await
    }
}

fn read_lane(mut row: Row) -> Result<LaneRecord, Fault> {
    Ok(LaneRecord {
        lane: LaneId(row.int(0)?),
        workspace: row.parsed(1)?,
        channel: row.parsed(2)?,
        waiting: row.count(3)?,
        next_at: row.time(4)?,
        lease_until: row.maybe_time(5)?,
        failures: row.small(6)?,
        last_error: row.maybe_text(7)?,
        last_error_at: row.maybe_time(8)?,
    })
}

fn add(counts: &mut Counts, name: &str, n: u64) -> Result<(), Fault> {
    match name {
        "event.unrouted" => {
            counts.unrouted += n;
            counts.waiting += n;
        }
        "event.waiting" => counts.waiting += n,
        "event.delivered" => counts.delivered += n,
        "event.digested" => counts.digested += n,
        "event.dead" => counts.dead += n,
        "event.ignored" => counts.ignored += n,
        "delivery.waiting" | "delivery.folded" => counts.deliveries.waiting += n,
        "delivery.sending" => counts.deliveries.sending += n,
        "delivery.sent" => counts.deliveries.sent += n,
        "delivery.updated" => counts.deliveries.updated += n,
        "delivery.digested" => counts.deliveries.digested += n,
        "delivery.dead" => counts.deliveries.dead += n,
        "effect.waiting" => counts.effects.waiting += n,
        "effect.done" => counts.effects.done += n,
        "effect.dead" => counts.effects.dead += n,
        other => return Err(Fault::Failed(format!("nobody knows the tally {other:?}"))),
    }
    Ok(())
}
