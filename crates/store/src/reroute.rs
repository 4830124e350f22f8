//! Taking what the app could not deliver to whoever speaks now.
//!
//! Which integration tells of an event stays with its deliveries, whatever becomes of the flag
//! later. When a rollout goes back, that is not what people want of what has not arrived: it is
//! asked again, as a replay asks. A delivery that goes on by another integration is the same
//! delivery, so nothing is lost and nothing is told twice; which one it failed by stays with it.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;

use crate::delivery::Speaker;
use crate::engine::{Fault, Tx, tx::Poke};
use crate::replay::{Candidate, replay, told_event};
use crate::{Store, StoreError, StoredEvent};

/// What became of deliveries that had not arrived.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rerouted {
    /// How many somebody else delivers now; a digest counts once.
    pub moved: u64,
    /// How many are to be moved and cannot be now, because one is at it or Slack may have them:
    /// ask again in a moment.
    pub in_flight: u64,
}

/// Whether a delivery is moved.
enum Move {
    Made,
    /// Not now.
    Pending,
    /// Whoever is to say it still is.
    None,
}

impl Store {
    /// Asks again who tells of what the app has not delivered: what waits in its lanes, and what
    /// died there since `since`. What somebody else is to tell now waits for them: a dead letter
    /// at its lane's end, the others where they are, at once.
    ///
    /// `speak` is asked as by [`replay`](Self::replay), with the same conditions.
    ///
    /// # Errors
    /// Those of the store; part of it may have been moved then.
    pub async fn reroute_failed(
        &self,
        since: Timestamp,
        now: Timestamp,
        speak: impl FnMut(&StoredEvent) -> Option<Speaker> + Send + 'static,
    ) -> Result<Rerouted, StoreError> {
        let lanes = self.read(move |tx| lanes(tx, since)).await?;
        let speak = Arc::new(Mutex::new(speak));
        let mut rerouted = Rerouted::default();
        for lane in lanes {
            let speak = Arc::clone(&speak);
            let of_lane = self
                .write(move |tx| {
                    let mut speak = speak.lock().unwrap_or_else(PoisonError::into_inner);
                    reroute_lane(tx, lane, since, now, &mut *speak)
                })
                .await?;
            rerouted.moved += of_lane.moved;
            rerouted.in_flight += of_lane.in_flight;
        }
        Ok(rerouted)
    }
}

/// What the app has not delivered, of events: what is said in threads and to announce changes is
/// the app's alone.
const UNDELIVERED: &str = "via = 'app' AND thread IS NULL AND announces IS NULL
     AND (state IN ('waiting', 'sending') OR (state = 'dead' AND digest IS NULL AND at >= $1))";

fn lanes(tx: &mut Tx<'_>, since: Timestamp) -> Result<Vec<i64>, Fault> {
    let sql = format!("SELECT DISTINCT lane FROM deliveries WHERE {UNDELIVERED} ORDER BY lane");
    tx.query(&sql, &[since.into()], |row| row.int(0))
}

fn reroute_lane(
    tx: &mut Tx<'_>,
    lane: i64,
    since: Timestamp,
    now: Timestamp,
    speak: &mut impl FnMut(&StoredEvent) -> Option<Speaker>,
) -> Result<Rerouted, Fault> {
    // Settling waits for the lane's row as well: what is read here stays so.
    let sql = tx.pick(
        "SELECT 1 FROM lanes WHERE id = $1",
        "SELECT 1 FROM lanes WHERE id = $1 FOR UPDATE",
    );
    tx.query(sql, &[lane.into()], |_| Ok(()))?;
    let sql = format!(
        "SELECT seq, id, event_seq, state, uncertain_since, failed_via FROM deliveries
         WHERE {UNDELIVERED} AND lane = $2 ORDER BY position"
    );
    let undelivered = tx.query(&sql, &[since.into(), lane.into()], |mut row| {
        let candidate = Candidate {
            seq: row.int(0)?,
            id: row.parsed(1)?,
            lane,
            event: row.maybe_int(2)?,
            state: row.text(3)?,
        };
        let may_be_there = row.maybe_int(4)?.is_some() && row.maybe_text(5)?.is_none();
        Ok((candidate, may_be_there))
    })?;
    let mut rerouted = Rerouted::default();
    for (candidate, may_be_there) in undelivered {
        match reroute(tx, &candidate, may_be_there, now, speak)? {
            Move::Made => rerouted.moved += 1,
            Move::Pending => rerouted.in_flight += 1,
            Move::None => (),
        }
    }
    if 0 < rerouted.moved {
        hurry(tx, lane, now)?;
        tx.poke(Poke::EveryNode);
    }
    Ok(rerouted)
}

/// `may_be_there`: nobody knows what became of a try of the app's. It looks first.
fn reroute(
    tx: &mut Tx<'_>,
    candidate: &Candidate,
    may_be_there: bool,
    now: Timestamp,
    speak: &mut impl FnMut(&StoredEvent) -> Option<Speaker>,
) -> Result<Move, Fault> {
    let told = told_event(tx, candidate)?;
    let Some(speaker @ Speaker::Webhook { .. }) = told.and_then(|event| speak(&event)) else {
        return Ok(Move::None);
    };
    if candidate.state == "dead" {
        let replayed = replay(tx, &candidate.id, now, &mut |_| Some(speaker.clone()))?;
        return Ok(replayed.map_or(Move::None, |_| Move::Made));
    }
    if candidate.state == "sending" || may_be_there {
        return Ok(Move::Pending);
    }
    let [via, webhook_of] = speaker.columns();
    tx.execute(
        "UPDATE deliveries SET via = $2, webhook_of = $3, attempts = 0, since = $4, at = $4
         WHERE seq = $1",
        &[candidate.seq.into(), via, webhook_of, now.into()],
    )?;
    Ok(Move::Made)
}

/// What the lane's head failed of is no reason to wait any longer, now that another says it. A
/// pause that Slack asked for is: it is the channel's.
fn hurry(tx: &mut Tx<'_>, lane: i64, now: Timestamp) -> Result<(), Fault> {
    tx.execute(
        "UPDATE lanes SET failures = 0, next_at = $2
         WHERE id = $1 AND owner IS NULL AND next_at > $2 AND failures > 0
               AND 1 = (SELECT CASE WHEN via = 'webhook' AND failed_via = 'app' THEN 1 ELSE 0 END
                        FROM deliveries
                        WHERE lane = $1 AND state IN ('waiting', 'sending')
                        ORDER BY position LIMIT 1)",
        &[lane.into(), now.into()],
    )
    .map(drop)
}
