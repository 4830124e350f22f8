//! From an event to its deliveries.
//!
//! Which deliveries an event makes is decided by a pure function of the caller. It runs
//! between a read and a write, outside of any transaction, so that accepting goes on meanwhile.

use domain::{AuditId, EventId, EventKind, HookName, RolloutId};
use jiff::Timestamp;

use crate::delivery::NewDelivery;
use crate::engine::{Fault, Row, Tx, tx::Dialect, tx::Poke};
use crate::{Store, StoreError};

/// An event that waits to be routed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEvent {
    pub id: EventId,
    pub hook: HookName,
    pub kind: EventKind,
    pub project: Option<String>,
    pub title: String,
    pub received_at: Timestamp,
    /// The event as JSON, as it was accepted.
    pub body: String,
}

/// What becomes of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Routing {
    /// At least one delivery.
    Deliver(Vec<NewDelivery>),
    /// Nobody wants it, because of this.
    Ignored(String),
}

/// Why events were not routed; nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RouteError {
    /// A bug in the caller: an event would vanish without a reason.
    #[error("routing of event {0} gave no delivery and no reason to ignore it")]
    NoDeliveries(EventId),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// How often a batch is read again when other nodes have just routed all of it.
const TRIES: usize = 8;

/// Held by the node that is routing until its transaction ends: lanes get their deliveries in
/// one order. Nobody keeps it, so there is no leader to lose.
const ADVISORY_LOCK: &str = "SELECT CAST(pg_advisory_xact_lock(7400, 2) AS TEXT)";

impl Store {
    /// Takes up to `limit` of the oldest unrouted events, asks `decide` about each and writes
    /// all answers in one transaction. Answers how many events were routed; 0 means that none
    /// waits.
    ///
    /// Deliveries of a lane are in the order in which the events were accepted: an event whose
    /// accept had returned before another's began comes first, however many nodes route.
    ///
    /// # Errors
    /// [`RouteError::NoDeliveries`] if an answer is an empty list.
    pub async fn route(
        &self,
        now: Timestamp,
        limit: u32,
        mut decide: impl FnMut(&StoredEvent) -> Routing + Send,
    ) -> Result<usize, RouteError> {
        // One batch at a time in this process: a second would decide the same events again.
        let _routing = self.routing().lock().await;
        for _ in 0..TRIES {
            let events = self.read(move |tx| unrouted(tx, limit)).await?;
            if events.is_empty() {
                return Ok(0);
            }
            let mut decisions = Vec::with_capacity(events.len());
            for (seq, event) in events {
                let routing = decide(&event);
                if matches!(&routing, Routing::Deliver(deliveries) if deliveries.is_empty()) {
                    return Err(RouteError::NoDeliveries(event.id));
                }
                decisions.push((seq, routing));
            }
            let routed = self
                .write(move |tx| write_decisions(tx, &decisions, now))
                .await?;
            if routed != 0 {
                return Ok(routed);
            }
        }
        Ok(0)
    }
}

fn unrouted(tx: &mut Tx<'_>, limit: u32) -> Result<Vec<(i64, StoredEvent)>, Fault> {
    tx.query(
        &format!(
            "SELECT {STORED_EVENT} FROM events e JOIN bodies b ON b.seq = e.seq
             WHERE e.outcome = 'unrouted' ORDER BY e.seq LIMIT $1"
        ),
        &[limit.into()],
        read_stored_event,
    )
}

/// Columns of a [`StoredEvent`]: the event `e` and its body `b`.
pub(crate) const STORED_EVENT: &str =
    "e.seq, e.id, e.hook, e.kind, e.project, e.title, e.received_at, b.body";

pub(crate) fn read_stored_event(mut row: Row) -> Result<(i64, StoredEvent), Fault> {
    let event = StoredEvent {
        id: row.parsed(1)?,
        hook: row.parsed(2)?,
        kind: row.parsed(3)?,
        project: row.maybe_text(4)?,
        title: row.text(5)?,
        received_at: row.time(6)?,
        body: row.text(7)?,
    };
    Ok((row.int(0)?, event))
}

/// Writes what was decided about events that nobody else has routed since they were read.
///
/// The batch was the oldest there was when it was read, so an event that is missing from it
/// and older by number was still being accepted then: neither came before the other.
fn write_decisions(
    tx: &mut Tx<'_>,
    decisions: &[(i64, Routing)],
    now: Timestamp,
) -> Result<usize, Fault> {
    if tx.dialect() == Dialect::Postgres {
        tx.query(ADVISORY_LOCK, &[], |_| Ok(()))?;
    }
    let mut routed = 0;
    for (event, routing) in decisions {
        let (outcome, reason) = match routing {
            Routing::Deliver(_) => ("waiting", None),
            Routing::Ignored(reason) => ("ignored", Some(reason)),
        };
        let taken = tx.execute(
            "UPDATE events SET outcome = $2, reason = $3 WHERE seq = $1 AND outcome = 'unrouted'",
            &[(*event).into(), outcome.into(), reason.into()],
        )?;
        if taken == 0 {
            continue;
        }
        routed += 1;
        tx.count("event.unrouted", -1);
        tx.count(crate::outcome::event_tally(outcome)?, 1);
        if let Routing::Deliver(deliveries) = routing {
            for delivery in deliveries {
                enqueue(tx, About::Event(*event), delivery, now)?;
                tx.poke(Poke::EveryNode);
            }
        }
    }
    Ok(routed)
}

/// Enqueues what tells people of an audit entry.
pub(crate) fn announce(
    tx: &mut Tx<'_>,
    entry: &AuditId,
    deliveries: &[NewDelivery],
    now: Timestamp,
) -> Result<(), Fault> {
    if deliveries.is_empty() {
        return Ok(());
    }
    // Routing locks several lanes too, in its own order: one at a time.
    if tx.dialect() == Dialect::Postgres {
        tx.query(ADVISORY_LOCK, &[], |_| Ok(()))?;
    }
    for delivery in deliveries {
        enqueue(tx, About::Entry(entry), delivery, now)?;
    }
    tx.poke(Poke::EveryNode);
    Ok(())
}

/// Enqueues what tells people of a rollout, besides what an entry of its history does.
pub(crate) fn tell_of_rollout(
    tx: &mut Tx<'_>,
    rollout: &RolloutId,
    deliveries: &[NewDelivery],
    now: Timestamp,
) -> Result<(), Fault> {
    announce(tx, &AuditId::of_rollout(rollout, 0), deliveries, now)
}

/// What a delivery tells of.
#[derive(Clone, Copy)]
enum About<'a> {
    Event(i64),
    Entry(&'a AuditId),
}

/// Puts a delivery at the end of its lane.
fn enqueue(
    tx: &mut Tx<'_>,
    about: About<'_>,
    delivery: &NewDelivery,
    now: Timestamp,
) -> Result<(), Fault> {
    let place = tx.one(
        "INSERT INTO lanes (workspace, channel, next_position, waiting, next_at)
         VALUES ($1, $2, 2, 1, $3)
         ON CONFLICT (workspace, channel) DO UPDATE
         SET next_position = lanes.next_position + 1, waiting = lanes.waiting + 1
         RETURNING id, next_position - 1",
        &[
            delivery.workspace.as_str().into(),
            delivery.channel.as_str().into(),
            now.into(),
        ],
        |row| Ok((row.int(0)?, row.int(1)?)),
    )?;
    let (lane, position) = place.ok_or_else(|| Fault::Failed("a lane has no row".to_owned()))?;
    let (event, entry) = match about {
        About::Event(event) => (Some(event), None),
        About::Entry(entry) => (None, Some(entry.as_str())),
    };
    let [via, webhook_of] = delivery.speaker.columns();
    tx.execute(
        "INSERT INTO deliveries (id, event_seq, lane, position, state, via, message, since, at,
                                 announces, webhook_of, thread, thread_place)
         VALUES ($1, $2, $3, $4, 'waiting', $5, $6, $7, $7, $8, $9, $10, $11)",
        &[
            delivery.id.as_str().into(),
            event.into(),
            lane.into(),
            position.into(),
            via,
            (&delivery.message).into(),
            now.into(),
            entry.into(),
            webhook_of,
            delivery.thread.as_ref().map(|thread| &thread.key).into(),
            delivery
                .thread
                .as_ref()
                .map(|thread| thread.place.name())
                .into(),
        ],
    )?;
    tx.count("delivery.waiting", 1);
    Ok(())
}
