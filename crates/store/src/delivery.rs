//! A delivery on its way, as those who send it see it, and what is written about it.

use domain::{ChannelName, DeliveryId, EventId, WorkspaceId};
use jiff::Timestamp;

use crate::engine::{Fault, Row, Tx};
use crate::names::Via;

/// A message to be delivered to one channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDelivery {
    pub id: DeliveryId,
    pub workspace: WorkspaceId,
    pub channel: ChannelName,
    pub via: Via,
    /// The message as JSON. The store does not look into it.
    pub message: String,
}

/// A delivery's place in its lane; smaller is earlier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position(pub(crate) i64);

/// A delivery that waits or is being sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    pub id: DeliveryId,
    /// `None` for a digest.
    pub event: Option<EventId>,
    /// When the event was received; `None` for a digest.
    pub received_at: Option<Timestamp>,
    pub position: Position,
    pub via: Via,
    /// The message as JSON.
    pub message: String,
    /// How often sending it has failed.
    pub attempts: u32,
    /// When it began to wait: routed or replayed; for a digest the oldest that it tells of.
    pub since: Timestamp,
    /// Since when an earlier attempt's outcome is unknown: Slack may already show this message.
    pub uncertain_since: Option<Timestamp>,
}

/// Columns of a [`Delivery`], for [`read`]; the table is `d`, its event `e`.
pub(crate) const COLUMNS: &str = "d.seq, d.state, d.sending_since, d.id, e.id, e.received_at, \
     d.position, d.via, d.message, d.attempts, d.since, d.uncertain_since";

/// What a row with [`COLUMNS`] says.
pub(crate) struct Queued {
    pub seq: i64,
    pub is_sending: bool,
    pub sending_since: Option<Timestamp>,
    pub delivery: Delivery,
}

pub(crate) fn read(mut row: Row) -> Result<Queued, Fault> {
    Ok(Queued {
        seq: row.int(0)?,
        is_sending: row.text(1)? == "sending",
        sending_since: row.maybe_time(2)?,
        delivery: Delivery {
            id: row.parsed(3)?,
            event: row.maybe_parsed(4)?,
            received_at: row.maybe_time(5)?,
            position: Position(row.int(6)?),
            via: row.parsed(7)?,
            message: row.text(8)?,
            attempts: row.small(9)?,
            since: row.time(10)?,
            uncertain_since: row.maybe_time(11)?,
        },
    })
}

/// Writes down that the lane's oldest delivery is being sent from now on. If it was being sent
/// already, whoever did that is gone and its outcome is unknown.
pub(crate) fn begin_head(
    tx: &mut Tx<'_>,
    lane: i64,
    now: Timestamp,
) -> Result<Option<Delivery>, Fault> {
    let sql = head_sql();
    let Some(head) = tx.one(&sql, &[lane.into()], read)? else {
        return Ok(None);
    };
    let uncertain_since = head.delivery.uncertain_since.or(head.sending_since);
    tx.execute(
        "UPDATE deliveries SET state = 'sending', sending_since = $2, uncertain_since = $3, at = $2
         WHERE seq = $1",
        &[head.seq.into(), now.into(), uncertain_since.into()],
    )?;
    if !head.is_sending {
        tx.count("delivery.waiting", -1);
        tx.count("delivery.sending", 1);
    }
    Ok(Some(Delivery {
        uncertain_since,
        ..head.delivery
    }))
}

fn head_sql() -> String {
    format!(
        "SELECT {COLUMNS} FROM deliveries d LEFT JOIN events e ON e.seq = d.event_seq
         WHERE d.lane = $1 AND d.state IN ('waiting', 'sending') ORDER BY d.position LIMIT 1"
    )
}
