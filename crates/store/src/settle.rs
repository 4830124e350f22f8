//! What became of an attempt, and the step to the next delivery of the lane.

use domain::DeliveryId;
use jiff::{SignedDuration, Timestamp};

use crate::Store;
use crate::delivery::{self, Delivery};
use crate::engine::{Fault, Tx};
use crate::lanes::{self, Held, LaneError, LaneToken};
use crate::names::ThreadPlace;
use crate::{outcome, threads};

/// What an attempt came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Slack took it as a new message.
    Sent { ts: String, channel_id: String },
    /// An incoming webhook took it as a new message, and told nobody where it stands.
    Taken,
    /// It changed a message that was there already.
    Updated { ts: String, channel_id: String },
    /// It is to be tried again, not before `at`; it stays the first of its lane.
    Retry {
        at: Timestamp,
        reason: String,
        posted: Posted,
        cause: RetryCause,
    },
    /// It cannot be delivered; `remedy` says what a person can do about it.
    Dead { reason: String, remedy: String },
}

/// Whether Slack may show the message of a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Posted {
    /// Certainly not: neither this attempt nor an earlier one.
    No,
    /// Perhaps: the next one to send it must look before it does.
    Unknown,
}

/// Why an attempt is to be repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryCause {
    /// Slack asked for a pause; nothing is wrong with the message.
    Paced,
    /// Slack refused it, or did not answer.
    Failed,
}

/// What the holder of the lane does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// Sends the next delivery; the lease is renewed for so long from now on. If nothing waits,
    /// or the attempt is to be repeated, the lane is released all the same.
    KeepGoing { lease: SignedDuration },
    /// Gives the lane back; nobody looks at it before `next_at`.
    Release { next_at: Timestamp },
}

/// An attempt's result and all that is written with it, in one transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settlement {
    pub delivery: DeliveryId,
    pub outcome: Outcome,
    /// The lane's pace from now on, in the caller's own terms.
    pub pace: i64,
    pub after: After,
    pub now: Timestamp,
}

/// How a lane stands after a settlement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// The delivery to send now, already marked as being sent. `None` means that the lane was
    /// released.
    pub next: Option<Delivery>,
    /// How many deliveries wait, `next` included.
    pub waiting: u64,
}

impl Store {
    /// Writes down what an attempt came to. Nothing is changed if the lane is no longer the
    /// caller's.
    ///
    /// # Errors
    /// [`LaneError::Stale`], [`LaneError::NotSending`], or those of the store.
    pub async fn settle(
        &self,
        token: LaneToken,
        settlement: Settlement,
    ) -> Result<Settled, LaneError> {
        self.write(move |tx| settle(tx, token, &settlement)).await?
    }
}

/// The delivery that an attempt was about.
struct Attempted {
    seq: i64,
    /// `None` for a digest and for an announcement.
    event: Option<i64>,
    place: Option<ThreadPlace>,
}

fn settle(
    tx: &mut Tx<'_>,
    token: LaneToken,
    settlement: &Settlement,
) -> Result<Result<Settled, LaneError>, Fault> {
    let Some(held) = lanes::lock(tx, token)? else {
        return Ok(Err(LaneError::Stale));
    };
    let attempted = tx.one(
        "SELECT seq, event_seq, thread_place FROM deliveries
         WHERE id = $1 AND lane = $2 AND state = 'sending'",
        &[settlement.delivery.as_str().into(), token.lane.into()],
        |mut row| {
            Ok(Attempted {
                seq: row.int(0)?,
                event: row.maybe_int(1)?,
                place: row.maybe_parsed(2)?,
            })
        },
    )?;
    let Some(attempted) = attempted else {
        return Ok(Err(LaneError::NotSending(settlement.delivery.clone())));
    };
    let left = write_outcome(tx, &attempted, settlement)?;
    let waiting = write_lane(tx, token, &held, settlement, left)?;
    let next = step(tx, token, settlement, waiting)?;
    Ok(Ok(Settled {
        next,
        waiting: u64::try_from(waiting).unwrap_or(0),
    }))
}

/// Whether a delivery has left its lane.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Left {
    Yes,
    No,
}

fn write_outcome(
    tx: &mut Tx<'_>,
    attempted: &Attempted,
    settlement: &Settlement,
) -> Result<Left, Fault> {
    let now = settlement.now;
    tx.count("delivery.sending", -1);
    match &settlement.outcome {
        Outcome::Sent { ts, channel_id } => {
            tx.count("delivery.sent", 1);
            write_delivered(tx, attempted, "sent", [Some(ts), Some(channel_id)], now)
        }
        Outcome::Taken => {
            tx.count("delivery.sent", 1);
            write_delivered(tx, attempted, "sent", [None, None], now)
        }
        Outcome::Updated { ts, channel_id } => {
            tx.count("delivery.updated", 1);
            write_delivered(tx, attempted, "updated", [Some(ts), Some(channel_id)], now)
        }
        Outcome::Dead { reason, remedy } => write_dead(tx, attempted, [reason, remedy], now),
        Outcome::Retry {
            reason,
            posted,
            cause,
            ..
        } => {
            tx.count("delivery.waiting", 1);
            if *cause == RetryCause::Failed {
                mark_failed(tx, attempted, now)?;
            }
            let sql = match posted {
                Posted::No => {
                    "UPDATE deliveries SET state = 'waiting', attempts = attempts + 1, at = $2,
                            reason = $3, sending_since = NULL, uncertain_since = NULL
                     WHERE seq = $1"
                }
                Posted::Unknown => {
                    "UPDATE deliveries SET state = 'waiting', attempts = attempts + 1, at = $2,
                            reason = $3, sending_since = NULL,
                            uncertain_since = COALESCE(uncertain_since, sending_since)
                     WHERE seq = $1"
                }
            };
            tx.execute(sql, &[attempted.seq.into(), now.into(), reason.into()])?;
            Ok(Left::No)
        }
    }
}

/// A delivered message is in Slack; its JSON is not kept here.
fn write_delivered(
    tx: &mut Tx<'_>,
    attempted: &Attempted,
    state: &str,
    [ts, channel_id]: [Option<&String>; 2],
    now: Timestamp,
) -> Result<Left, Fault> {
    tx.execute(
        "UPDATE deliveries SET state = $2, ts = $3, channel_id = $4, at = $5, message = '',
                reason = NULL, remedy = NULL, sending_since = NULL, uncertain_since = NULL,
                tried_at = COALESCE(tried_at, CAST($5 AS BIGINT))
         WHERE seq = $1",
        &[
            attempted.seq.into(),
            state.into(),
            ts.into(),
            channel_id.into(),
            now.into(),
        ],
    )?;
    if let (Some(ThreadPlace::Root), Some(ts), Some(channel_id)) = (attempted.place, ts, channel_id)
    {
        threads::remember(tx, attempted.seq, channel_id, ts)?;
    }
    let events = match attempted.event {
        Some(event) => vec![event],
        None => end_folded(
            tx,
            "UPDATE deliveries SET state = 'digested', ts = $2, channel_id = $3, at = $4,
                    reason = NULL, remedy = NULL, tried_at = COALESCE(tried_at, CAST($4 AS BIGINT))
             WHERE digest = $1 AND state = 'folded' RETURNING event_seq",
            &[
                attempted.seq.into(),
                ts.into(),
                channel_id.into(),
                now.into(),
            ],
            "delivery.digested",
        )?,
    };
    outcome::refresh(tx, events)?;
    Ok(Left::Yes)
}

fn write_dead(
    tx: &mut Tx<'_>,
    attempted: &Attempted,
    [reason, remedy]: [&String; 2],
    now: Timestamp,
) -> Result<Left, Fault> {
    tx.count("delivery.dead", 1);
    mark_failed(tx, attempted, now)?;
    tx.execute(
        "UPDATE deliveries SET state = 'dead', attempts = attempts + 1, reason = $2, remedy = $3,
                at = $4, sending_since = NULL, uncertain_since = NULL
         WHERE seq = $1",
        &[
            attempted.seq.into(),
            reason.into(),
            remedy.into(),
            now.into(),
        ],
    )?;
    let events = match attempted.event {
        Some(event) => vec![event],
        None => end_folded(
            tx,
            "UPDATE deliveries SET state = 'dead', reason = $2, remedy = $3, at = $4
             WHERE digest = $1 AND state = 'folded' RETURNING event_seq",
            &[
                attempted.seq.into(),
                reason.into(),
                remedy.into(),
                now.into(),
            ],
            "delivery.dead",
        )?,
    };
    outcome::refresh(tx, events)?;
    Ok(Left::Yes)
}

/// The first try that counts was refused: of this delivery, and of those that a digest tells of.
fn mark_failed(tx: &mut Tx<'_>, attempted: &Attempted, now: Timestamp) -> Result<(), Fault> {
    let values = [attempted.seq.into(), now.into()];
    let sql = "UPDATE deliveries SET tried_at = $2, failed_via = via
               WHERE seq = $1 AND tried_at IS NULL";
    tx.execute(sql, &values)?;
    if attempted.event.is_none() {
        let sql = "UPDATE deliveries SET tried_at = $2, failed_via = via
                   WHERE digest = $1 AND state = 'folded' AND tried_at IS NULL";
        tx.execute(sql, &values)?;
    }
    Ok(())
}

/// What a digest tells of shares its fate. Answers whose events those are; a digest that was
/// itself folded into a later one has none.
fn end_folded(
    tx: &mut Tx<'_>,
    sql: &str,
    values: &[crate::engine::Value<'_>],
    tally: &'static str,
) -> Result<Vec<i64>, Fault> {
    let events = tx.query(sql, values, |row| row.maybe_int(0))?;
    let n = i64::try_from(events.len()).unwrap_or(i64::MAX);
    tx.count("delivery.folded", -n);
    tx.count(tally, n);
    Ok(events.into_iter().flatten().collect())
}

/// Writes what the lane learned. Answers how many deliveries wait now.
fn write_lane(
    tx: &mut Tx<'_>,
    token: LaneToken,
    held: &Held,
    settlement: &Settlement,
    left: Left,
) -> Result<i64, Fault> {
    let waiting = if left == Left::Yes {
        held.waiting - 1
    } else {
        held.waiting
    };
    let (failures, error) = match &settlement.outcome {
        Outcome::Sent { .. } | Outcome::Taken | Outcome::Updated { .. } => (0, None),
        Outcome::Retry { reason, .. } => (held.failures + 1, Some(reason)),
        Outcome::Dead { reason, .. } => (0, Some(reason)),
    };
    tx.execute(
        "UPDATE lanes SET waiting = $2, pace = $3, failures = $4, last_error = $5,
                last_error_at = $6
         WHERE id = $1",
        &[
            token.lane.into(),
            waiting.into(),
            settlement.pace.into(),
            failures.into(),
            error.into(),
            error.map(|_| settlement.now).into(),
        ],
    )?;
    Ok(waiting)
}

/// Releases the lane, or keeps it and begins its next delivery.
fn step(
    tx: &mut Tx<'_>,
    token: LaneToken,
    settlement: &Settlement,
    waiting: i64,
) -> Result<Option<Delivery>, Fault> {
    let now = settlement.now;
    let lease = match (&settlement.outcome, settlement.after) {
        (Outcome::Retry { at, .. }, After::KeepGoing { .. }) => Err(*at),
        (Outcome::Retry { at, .. }, After::Release { next_at }) => Err(next_at.max(*at)),
        (_, After::Release { next_at }) => Err(next_at),
        (_, After::KeepGoing { .. }) if waiting == 0 => Err(now),
        (_, After::KeepGoing { lease }) => Ok(lease),
    };
    match lease {
        Err(next_at) => {
            lanes::release(tx, token.lane, next_at)?;
            Ok(None)
        }
        Ok(lease) => {
            let sql = "UPDATE lanes SET lease_until = $2 WHERE id = $1";
            tx.execute(sql, &[token.lane.into(), (now + lease).into()])?;
            delivery::begin_head(tx, token.lane, now)
        }
    }
}
