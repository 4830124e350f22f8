//! A delivery on its way, as those who send it see it, and what is written about it.

use domain::{AuditId, ChannelName, DeliveryId, EventId, WorkspaceId};
use jiff::Timestamp;

use crate::engine::{Fault, Row, Tx, Value};
use crate::names::{ThreadPlace, Via};
use crate::threads::{DeliveryThread, ThreadRoot};

/// Who says a message: one of the two integrations. Decided once, when the event is routed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(tag = "via", rename_all = "snake_case")]
pub enum Speaker {
    /// The app's bot.
    App,
    /// An incoming webhook.
    Webhook {
        /// The path of the project or group whose integration's it is; empty for the instance's.
        place: String,
    },
}

impl Speaker {
    /// Which of the two integrations it is.
    #[must_use]
    pub fn via(&self) -> Via {
        match self {
            Self::App => Via::App,
            Self::Webhook { .. } => Via::Webhook,
        }
    }

    /// The columns `via` and `webhook_of`.
    pub(crate) fn columns(&self) -> [Value<'_>; 2] {
        let place = match self {
            Self::App => None,
            Self::Webhook { place } => Some(place),
        };
        [self.via().name().into(), place.into()]
    }

    pub(crate) fn read(row: &mut Row, via: usize, webhook_of: usize) -> Result<Self, Fault> {
        Ok(match row.parsed(via)? {
            Via::App => Self::App,
            Via::Webhook => Self::Webhook {
                place: row.maybe_text(webhook_of)?.unwrap_or_default(),
            },
        })
    }
}

/// A message to be delivered to one channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDelivery {
    pub id: DeliveryId,
    pub workspace: WorkspaceId,
    pub channel: ChannelName,
    pub speaker: Speaker,
    /// The message as JSON. The store does not look into it.
    pub message: String,
    /// The thread that it belongs to, if it does. It is never folded into a digest then.
    pub thread: Option<Thread>,
}

/// A thread of a channel, and a message's place there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thread {
    /// What the caller calls it; one root a channel.
    pub key: String,
    pub place: ThreadPlace,
}

/// A delivery's place in its lane; smaller is earlier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position(pub(crate) i64);

/// A delivery that waits or is being sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    pub id: DeliveryId,
    /// `None` for a digest and for an announcement.
    pub event: Option<EventId>,
    /// The audit entry that it announces, if it is an announcement.
    pub announces: Option<AuditId>,
    /// When the event was received.
    pub received_at: Option<Timestamp>,
    /// The path of the event's project, if it has one.
    pub project: Option<String>,
    pub position: Position,
    pub speaker: Speaker,
    /// The message as JSON.
    pub message: String,
    /// How often sending it has failed.
    pub attempts: u32,
    /// When it began to wait: routed or replayed; for a digest the oldest that it tells of.
    pub since: Timestamp,
    /// Since when an earlier attempt's outcome is unknown: Slack may already show this message.
    pub uncertain_since: Option<Timestamp>,
    /// Which integration's try to say it was refused first. Another than the speaker after it
    /// was [rerouted](crate::Store::reroute_failed).
    pub failed_via: Option<Via>,
    pub thread: Option<DeliveryThread>,
}

impl Delivery {
    /// Whether it stands for others of its lane.
    #[must_use]
    pub fn is_digest(&self) -> bool {
        self.event.is_none() && self.announces.is_none()
    }
}

/// Columns of a [`Delivery`], for [`read`], which stand in [`TABLES`].
pub(crate) const COLUMNS: &str = "d.seq, d.state, d.sending_since, d.id, e.id, e.received_at, \
     d.position, d.via, d.message, d.attempts, d.since, d.uncertain_since, d.webhook_of, d.announces, \
     d.failed_via, d.thread, d.thread_place, t.channel_id, t.ts, e.project";

/// The deliveries `d`, their events `e`, their lanes `l` and where their threads begin `t`.
pub(crate) const TABLES: &str = "deliveries d LEFT JOIN events e ON e.seq = d.event_seq
     JOIN lanes l ON l.id = d.lane
     LEFT JOIN threads t ON t.workspace = l.workspace AND t.channel = l.channel
                        AND t.key = d.thread";

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
            announces: row.maybe_parsed(13)?,
            received_at: row.maybe_time(5)?,
            project: row.maybe_text(19)?,
            position: Position(row.int(6)?),
            speaker: Speaker::read(&mut row, 7, 12)?,
            message: row.text(8)?,
            attempts: row.small(9)?,
            since: row.time(10)?,
            uncertain_since: row.maybe_time(11)?,
            failed_via: row.maybe_parsed(14)?,
            thread: read_thread(&mut row)?,
        },
    })
}

fn read_thread(row: &mut Row) -> Result<Option<DeliveryThread>, Fault> {
    let (Some(key), Some(place)) = (row.maybe_text(15)?, row.maybe_parsed(16)?) else {
        return Ok(None);
    };
    let root = match (row.maybe_text(17)?, row.maybe_text(18)?) {
        (Some(channel_id), Some(ts)) => Some(ThreadRoot { channel_id, ts }),
        _ => None,
    };
    Ok(Some(DeliveryThread { key, place, root }))
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
        "SELECT {COLUMNS} FROM {TABLES}
         WHERE d.lane = $1 AND d.state IN ('waiting', 'sending') ORDER BY d.position LIMIT 1"
    )
}
