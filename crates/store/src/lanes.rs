//! Lanes: one channel of one workspace each, with strict order and one sender at a time.
//!
//! Pace and backoff are the caller's: the store keeps its numbers and when to look again.

use domain::{ChannelName, WorkspaceId};
use jiff::{SignedDuration, Timestamp};

use crate::delivery::{self, Delivery};
use crate::engine::{Fault, Tx, tx::Poke};
use crate::{Store, StoreError};

/// A lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LaneId(pub(crate) i64);

/// The right to send in a lane. It is over when the lane was released or somebody else claimed
/// the lane after the lease had run out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LaneToken {
    pub(crate) lane: i64,
    pub(crate) number: i64,
}

impl LaneToken {
    #[must_use]
    pub fn lane(self) -> LaneId {
        LaneId(self.lane)
    }
}

/// A lane that nobody else sends in until the lease is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimedLane {
    pub lane: LaneId,
    pub workspace: WorkspaceId,
    pub channel: ChannelName,
    pub token: LaneToken,
    /// How many deliveries wait, the head included.
    pub waiting: u64,
    /// Since when the head waits.
    pub oldest_waiting_at: Timestamp,
    /// What the last settlement left here; 0 in a new lane.
    pub pace: i64,
    /// How many attempts in a row have failed and are to be repeated.
    pub failures: u32,
    /// The delivery to send now. The database already says that it is being sent.
    pub head: Delivery,
}

/// Why a lane's holder could not do something; nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LaneError {
    /// The lease ran out and somebody else has the lane, or it was released.
    #[error("this lane was released or claimed by another; drop what you know about it")]
    Stale,
    /// The delivery named is not the one that is being sent.
    #[error("delivery {0} is not being sent in this lane")]
    NotSending(domain::DeliveryId),
    /// Everything that could be folded is gone.
    #[error("nothing waits that could be folded")]
    NothingToFold,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// Claims up to `limit` lanes that are due: something waits, its moment has come, nobody
    /// has a lease. The lane's oldest delivery is marked as being sent before this returns.
    ///
    /// `owner` names this process, for [`release_all`](Self::release_all).
    ///
    /// # Errors
    /// Those of the store.
    pub async fn claim_lanes(
        &self,
        now: Timestamp,
        lease: SignedDuration,
        limit: u32,
        owner: &str,
    ) -> Result<Vec<ClaimedLane>, StoreError> {
        let claimer = Claimer {
            owner: owner.to_owned(),
            node: self.node(),
        };
        self.write(move |tx| claim(tx, now, now + lease, limit, &claimer))
            .await
    }

    /// Gives a lane back before anything was sent: its head waits again. Nobody looks at the
    /// lane before `next_at`.
    ///
    /// # Errors
    /// [`LaneError::Stale`].
    pub async fn release_lane(
        &self,
        token: LaneToken,
        next_at: Timestamp,
    ) -> Result<(), LaneError> {
        self.write(move |tx| {
            if lock(tx, token)?.is_none() {
                return Ok(Err(LaneError::Stale));
            }
            let put_back = tx.execute(
                "UPDATE deliveries SET state = 'waiting', sending_since = NULL
                 WHERE lane = $1 AND state = 'sending'",
                &[token.lane.into()],
            )?;
            count_put_back(tx, put_back);
            release(tx, token.lane, next_at)?;
            Ok(Ok(()))
        })
        .await?
    }

    /// Gives back every lane of `owner`, for a graceful stop. What was being sent counts as
    /// possibly sent. Answers how many lanes there were.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn release_all(&self, owner: &str) -> Result<u64, StoreError> {
        let owner = owner.to_owned();
        self.write(move |tx| release_owner(tx, &owner)).await
    }

    /// The earliest moment at which something can be done: `Some` in the past while events
    /// wait to be routed or lanes, schedules, effects or rollouts are due, `None` when nothing waits. What
    /// somebody has a lease of does not count.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.read(|tx| {
            let unrouted = tx.one(
                "SELECT received_at FROM events WHERE outcome = 'unrouted' ORDER BY seq LIMIT 1",
                &[],
                |row| row.time(0),
            )?;
            let mut due: Vec<_> = unrouted.into_iter().collect();
            for sql in [
                "SELECT next_at FROM lanes WHERE waiting > 0 AND owner IS NULL
                 ORDER BY next_at LIMIT 1",
                "SELECT next_at FROM schedules WHERE state = 'waiting' AND lease_until = 0
                 ORDER BY next_at LIMIT 1",
                "SELECT next_at FROM effects WHERE state = 'waiting' AND lease_until = 0
                 ORDER BY next_at LIMIT 1",
                "SELECT next_at FROM rollouts WHERE next_at IS NOT NULL AND lease_until = 0
                 ORDER BY next_at LIMIT 1",
            ] {
                due.extend(tx.one(sql, &[], |row| row.time(0))?);
            }
            Ok(due.into_iter().min())
        })
        .await
    }

    /// The earliest moment at which a lane that nobody serves is due; `None` when none waits.
    /// Asks the readers alone: a worker that is woken for nothing costs no write.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn next_lane_due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.read(|tx| {
            let sql = "SELECT MIN(at) FROM (
                           SELECT MIN(next_at) AS at FROM lanes
                           WHERE waiting > 0 AND owner IS NULL
                           UNION ALL
                           SELECT MIN(lease_until) FROM lanes
                           WHERE waiting > 0 AND owner IS NOT NULL
                       ) AS due";
            Ok(tx.one(sql, &[], |row| row.maybe_time(0))?.flatten())
        })
        .await
    }

    /// How many lanes, schedules, effects, rollouts and their cards are leased: by this process,
    /// others, and such as have died.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn in_flight(&self) -> Result<u64, StoreError> {
        self.read(|tx| {
            let sql = "SELECT (SELECT COUNT(*) FROM lanes WHERE owner IS NOT NULL)
                 + (SELECT COUNT(*) FROM schedules WHERE state = 'waiting' AND lease_until > 0)
                 + (SELECT COUNT(*) FROM effects WHERE state = 'waiting' AND lease_until > 0)
                 + (SELECT COUNT(*) FROM rollouts WHERE lease_until > 0)
                 + (SELECT COUNT(*) FROM rollout_cards WHERE lease_until > 0)";
            Ok(tx.one(sql, &[], |row| row.count(0))?.unwrap_or(0))
        })
        .await
    }

    /// When the first lease of a lane, schedule, effect, rollout or card runs out, if anything is leased.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn next_lease_end(&self) -> Result<Option<Timestamp>, StoreError> {
        self.read(|tx| {
            let sql = "SELECT MIN(at) FROM (
                 SELECT MIN(lease_until) AS at FROM lanes WHERE owner IS NOT NULL
                 UNION ALL
                 SELECT MIN(lease_until) FROM schedules WHERE state = 'waiting' AND lease_until > 0
                 UNION ALL
                 SELECT MIN(lease_until) FROM effects WHERE state = 'waiting' AND lease_until > 0
                 UNION ALL
                 SELECT MIN(lease_until) FROM rollouts WHERE lease_until > 0
                 UNION ALL
                 SELECT MIN(lease_until) FROM rollout_cards WHERE lease_until > 0
             ) AS leased";
            Ok(tx.one(sql, &[], |row| row.maybe_time(0))?.flatten())
        })
        .await
    }
}

const CLAIM_SQLITE: &str = "
    WITH due AS MATERIALIZED (
        SELECT id FROM lanes WHERE waiting > 0 AND next_at <= $1 AND lease_until <= $1
        ORDER BY next_at, id LIMIT $2
    )
    UPDATE lanes SET token = token + 1, owner = $3, lease_until = $4, node = $5
    WHERE id IN (SELECT id FROM due)
    RETURNING id, workspace, channel, token, waiting, pace, failures";

const CLAIM_POSTGRES: &str = "
    WITH due AS MATERIALIZED (
        SELECT id FROM lanes WHERE waiting > 0 AND next_at <= $1 AND lease_until <= $1
        ORDER BY next_at, id LIMIT $2 FOR UPDATE SKIP LOCKED
    )
    UPDATE lanes SET token = token + 1, owner = $3, lease_until = $4, node = $5
    WHERE id IN (SELECT id FROM due)
    RETURNING id, workspace, channel, token, waiting, pace, failures";

/// Who claims lanes: a worker's name, and its node's.
struct Claimer {
    owner: String,
    node: String,
}

fn claim(
    tx: &mut Tx<'_>,
    now: Timestamp,
    lease_until: Timestamp,
    limit: u32,
    claimer: &Claimer,
) -> Result<Vec<ClaimedLane>, Fault> {
    let values = [
        now.into(),
        limit.into(),
        (&claimer.owner).into(),
        lease_until.into(),
        (&claimer.node).into(),
    ];
    let sql = tx.pick(CLAIM_SQLITE, CLAIM_POSTGRES);
    let rows = tx.query(sql, &values, Ok)?;
    let mut claimed = Vec::with_capacity(rows.len());
    for mut row in rows {
        let lane = row.int(0)?;
        let head = delivery::begin_head(tx, lane, now)?
            .ok_or_else(|| Fault::Failed(format!("lane {lane} counts deliveries it lacks")))?;
        claimed.push(ClaimedLane {
            lane: LaneId(lane),
            workspace: row.parsed(1)?,
            channel: row.parsed(2)?,
            token: LaneToken {
                lane,
                number: row.int(3)?,
            },
            waiting: row.count(4)?,
            oldest_waiting_at: head.since,
            pace: row.int(5)?,
            failures: row.small(6)?,
            head,
        });
    }
    claimed.sort_by_key(|lane| (lane.oldest_waiting_at, lane.lane));
    Ok(claimed)
}

/// What a lane's row says while it is locked.
pub(crate) struct Held {
    pub waiting: i64,
    pub failures: i64,
}

/// Locks the lane's row for this transaction, if the token still holds. The row is what
/// everything about a lane waits for: claiming, settling, and deliveries that come in.
pub(crate) fn lock(tx: &mut Tx<'_>, token: LaneToken) -> Result<Option<Held>, Fault> {
    let sql = tx.pick(
        "SELECT waiting, failures FROM lanes
         WHERE id = $1 AND token = $2 AND owner IS NOT NULL",
        "SELECT waiting, failures FROM lanes
         WHERE id = $1 AND token = $2 AND owner IS NOT NULL FOR UPDATE",
    );
    tx.one(sql, &[token.lane.into(), token.number.into()], |row| {
        Ok(Held {
            waiting: row.int(0)?,
            failures: row.int(1)?,
        })
    })
}

/// Ends the lease. The next one to claim the lane gets a new token anyway.
pub(crate) fn release(tx: &mut Tx<'_>, lane: i64, next_at: Timestamp) -> Result<(), Fault> {
    tx.execute(
        "UPDATE lanes SET owner = NULL, lease_until = 0, next_at = $2 WHERE id = $1",
        &[lane.into(), next_at.into()],
    )?;
    // Others sleep until the moment that was the next one before; here it may be another.
    tx.poke(Poke::ThisProcess);
    Ok(())
}

fn count_put_back(tx: &mut Tx<'_>, deliveries: u64) {
    let n = i64::try_from(deliveries).unwrap_or(i64::MAX);
    tx.count("delivery.sending", -n);
    tx.count("delivery.waiting", n);
}

fn release_owner(tx: &mut Tx<'_>, owner: &str) -> Result<u64, Fault> {
    let sql = tx.pick(
        "SELECT id FROM lanes WHERE owner = $1 ORDER BY id",
        "SELECT id FROM lanes WHERE owner = $1 ORDER BY id FOR UPDATE",
    );
    let lanes = tx.query(sql, &[owner.into()], |row| row.int(0))?;
    for lane in &lanes {
        let put_back = tx.execute(
            "UPDATE deliveries SET state = 'waiting', sending_since = NULL,
                    uncertain_since = COALESCE(uncertain_since, sending_since)
             WHERE lane = $1 AND state = 'sending'",
            &[(*lane).into()],
        )?;
        count_put_back(tx, put_back);
        tx.execute(
            "UPDATE lanes SET owner = NULL, lease_until = 0 WHERE id = $1",
            &[(*lane).into()],
        )?;
    }
    tx.poke(Poke::EveryNode);
    Ok(lanes.len() as u64)
}

/// Ends all leases: whoever had them is dead, because this process alone has the file. What was
/// being sent stays marked so, and the next claim says that its outcome is unknown.
pub(crate) fn clear_leases(tx: &mut Tx<'_>) -> Result<(), Fault> {
    for sql in [
        "UPDATE lanes SET owner = NULL, lease_until = 0 WHERE owner IS NOT NULL",
        "UPDATE schedules SET lease_until = 0 WHERE lease_until > 0",
        "UPDATE effects SET lease_until = 0 WHERE lease_until > 0",
        "UPDATE rollouts SET lease_until = 0 WHERE lease_until > 0",
        "UPDATE rollout_cards SET lease_until = 0 WHERE lease_until > 0",
    ] {
        tx.execute(sql, &[])?;
    }
    Ok(())
}
