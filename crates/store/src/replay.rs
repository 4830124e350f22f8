//! Dead letters, and sending them again.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use domain::{AuditId, ChannelName, DeliveryId, EventId, ProjectPath, WorkspaceId};
use jiff::Timestamp;

use crate::audit::to_json;
use crate::delivery::Speaker;
use crate::engine::{Fault, Row, Tx, tx::Poke};
use crate::log::{Cursor, DELIVERY_COLUMNS, DeliveryRecord, read_delivery};
use crate::outcome;
use crate::route::{STORED_EVENT, StoredEvent, read_stored_event};
use crate::{Store, StoreError};

/// A delivery that waits for a person.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct DeadLetter {
    pub delivery: DeliveryRecord,
    /// `None` for a digest and for an announcement.
    pub event: Option<EventId>,
    /// The audit entry that it announces, if it is an announcement.
    pub announces: Option<AuditId>,
    /// The event's line in the log.
    pub title: Option<String>,
    /// How many others die with it: more than 0 for a digest.
    pub folded: u64,
}

/// Some of the dead letters, newest first.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct DeadLetters {
    pub letters: Vec<DeadLetter>,
    /// Where the next page begins, if there is one.
    pub next: Option<Cursor>,
}

/// Which dead letters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeadFilter {
    pub workspace: Option<WorkspaceId>,
    pub channel: Option<ChannelName>,
}

/// Why a delivery is not sent again; nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReplayError {
    #[error("there is no delivery {0}")]
    Unknown(DeliveryId),
    #[error("delivery {id} is {state}; only dead ones can be replayed")]
    NotDead {
        id: DeliveryId,
        state: crate::DeliveryState,
    },
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// How many letters are replayed in one transaction.
const STEP: usize = 100;

impl Store {
    /// Dead letters, newest first, from `before` on. What died with a digest is not listed
    /// apart from it.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn dead_letters(
        &self,
        before: Option<Cursor>,
        limit: u32,
    ) -> Result<DeadLetters, StoreError> {
        self.read(move |tx| {
            let sql = format!("{} AND d.seq < $1 ORDER BY d.seq DESC LIMIT $2", select());
            let before = before.map_or(i64::MAX, |cursor| cursor.0);
            let rows = tx.query(&sql, &[before.into(), limit.into()], read_letter)?;
            let full = rows.len() >= limit as usize;
            let next = rows.last().filter(|_| full).map(|(seq, _)| Cursor(*seq));
            Ok(DeadLetters {
                letters: rows.into_iter().map(|(_, letter)| letter).collect(),
                next,
            })
        })
        .await
    }

    /// Dead letters of events of these projects, newest first. A digest is one of each project
    /// that it tells of.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn dead_letters_of_projects(
        &self,
        projects: &[ProjectPath],
        limit: u32,
    ) -> Result<Vec<DeadLetter>, StoreError> {
        let paths = projects.iter().map(ProjectPath::as_str);
        let paths: BTreeSet<String> = paths
            .flat_map(|path| [path.to_owned(), path.to_ascii_lowercase()])
            .collect();
        if paths.is_empty() {
            return Ok(Vec::new());
        }
        self.read(move |tx| {
            let these = tx.pick(
                "SELECT value FROM json_each($1)",
                "SELECT json_array_elements_text(CAST(CAST($1 AS TEXT) AS JSON))",
            );
            let sql = format!(
                "{} AND EXISTS (
                     SELECT 1 FROM deliveries f JOIN events p ON p.seq = f.event_seq
                     WHERE (f.seq = d.seq OR f.digest = d.seq)
                           AND (p.project IN ({these}) OR LOWER(p.project) IN ({these})))
                 ORDER BY d.seq DESC LIMIT $2",
                select()
            );
            let paths = to_json(&paths)?;
            let rows = tx.query(&sql, &[(&paths).into(), limit.into()], read_letter)?;
            Ok(rows.into_iter().map(|(_, letter)| letter).collect())
        })
        .await
    }

    /// Puts a dead delivery at the end of its lane, as if it had never been tried. For one that
    /// died in a digest, the digest is replayed. Answers what was replayed.
    ///
    /// `speak` is asked who says it now: about its event, or the first event that a digest tells
    /// of. `None` leaves it with whoever was to say it before; so does an announcement, about
    /// which nobody is asked. It is asked inside the transaction, must be quick, and may be
    /// asked more than once.
    ///
    /// # Errors
    /// [`ReplayError::Unknown`], [`ReplayError::NotDead`], or those of the store.
    pub async fn replay(
        &self,
        id: &DeliveryId,
        now: Timestamp,
        mut speak: impl FnMut(&StoredEvent) -> Option<Speaker> + Send + 'static,
    ) -> Result<DeliveryId, ReplayError> {
        let id = id.clone();
        self.write(move |tx| replay(tx, &id, now, &mut speak))
            .await?
    }

    /// Replays every dead letter that the filter names, oldest first, as
    /// [`replay`](Self::replay) does. Answers how many.
    ///
    /// # Errors
    /// Those of the store; some letters may have been replayed then.
    pub async fn replay_all_dead(
        &self,
        filter: DeadFilter,
        now: Timestamp,
        speak: impl FnMut(&StoredEvent) -> Option<Speaker> + Send + 'static,
    ) -> Result<u64, StoreError> {
        let ids = self.read(move |tx| dead_ids(tx, &filter)).await?;
        let speak = Arc::new(Mutex::new(speak));
        let mut replayed = 0;
        for ids in ids.chunks(STEP) {
            let ids = ids.to_vec();
            let speak = speak.clone();
            replayed += self
                .write(move |tx| {
                    let mut n = 0;
                    let mut speak = speak.lock().unwrap_or_else(PoisonError::into_inner);
                    for id in &ids {
                        // One that somebody else has replayed meanwhile is no error here.
                        n += u64::from(replay(tx, id, now, &mut *speak)?.is_ok());
                    }
                    Ok(n)
                })
                .await?;
        }
        Ok(replayed)
    }
}

/// All dead letters, but not what died with a digest.
fn select() -> String {
    format!(
        "SELECT {DELIVERY_COLUMNS}, e.id, e.title,
                (SELECT COUNT(*) FROM deliveries f
                 WHERE f.digest = d.seq
                       AND (f.event_seq IS NOT NULL OR f.announces IS NOT NULL)),
                d.announces
         FROM deliveries d JOIN lanes l ON l.id = d.lane
         LEFT JOIN deliveries g ON g.seq = d.digest
         LEFT JOIN events e ON e.seq = d.event_seq
         WHERE d.state = 'dead' AND d.digest IS NULL"
    )
}

fn read_letter(mut row: Row) -> Result<(i64, DeadLetter), Fault> {
    let (seq, delivery) = read_delivery(&mut row)?;
    let after = crate::log::DELIVERY_WIDTH;
    let letter = DeadLetter {
        delivery,
        event: row.maybe_parsed(after)?,
        title: row.maybe_text(after + 1)?,
        folded: row.count(after + 2)?,
        announces: row.maybe_parsed(after + 3)?,
    };
    Ok((seq, letter))
}

fn dead_ids(tx: &mut Tx<'_>, filter: &DeadFilter) -> Result<Vec<DeliveryId>, Fault> {
    tx.query(
        "SELECT d.id FROM deliveries d JOIN lanes l ON l.id = d.lane
         WHERE d.state = 'dead' AND d.digest IS NULL
               AND l.workspace = COALESCE($1, l.workspace) AND l.channel = COALESCE($2, l.channel)
         ORDER BY d.seq",
        &[
            filter.workspace.as_ref().map(WorkspaceId::as_str).into(),
            filter.channel.as_ref().map(ChannelName::as_str).into(),
        ],
        |mut row| row.parsed(0),
    )
}

/// A delivery that may be replayed.
pub(crate) struct Candidate {
    pub seq: i64,
    pub id: DeliveryId,
    pub lane: i64,
    pub event: Option<i64>,
    pub state: String,
}

fn candidate(tx: &mut Tx<'_>, id: &DeliveryId) -> Result<Option<Candidate>, Fault> {
    tx.one(
        "SELECT COALESCE(g.seq, d.seq), COALESCE(g.id, d.id), d.lane,
                CASE WHEN g.seq IS NULL THEN d.event_seq END, COALESCE(g.state, d.state)
         FROM deliveries d LEFT JOIN deliveries g ON g.seq = d.digest WHERE d.id = $1",
        &[id.as_str().into()],
        |mut row| {
            Ok(Candidate {
                seq: row.int(0)?,
                id: row.parsed(1)?,
                lane: row.int(2)?,
                event: row.maybe_int(3)?,
                state: row.text(4)?,
            })
        },
    )
}

pub(crate) fn replay(
    tx: &mut Tx<'_>,
    id: &DeliveryId,
    now: Timestamp,
    speak: &mut impl FnMut(&StoredEvent) -> Option<Speaker>,
) -> Result<Result<DeliveryId, ReplayError>, Fault> {
    let Some(found) = candidate(tx, id)? else {
        return Ok(Err(ReplayError::Unknown(id.clone())));
    };
    let changed = tx.execute(
        "UPDATE deliveries SET state = 'waiting', attempts = 0, since = $2, at = $2,
                reason = NULL, remedy = NULL
         WHERE seq = $1 AND state = 'dead'",
        &[found.seq.into(), now.into()],
    )?;
    if changed == 0 {
        let state = crate::log::public_state(&found.state)?;
        return Ok(Err(ReplayError::NotDead {
            id: id.clone(),
            state,
        }));
    }
    tx.count("delivery.dead", -1);
    tx.count("delivery.waiting", 1);
    let position = tx.one(
        "UPDATE lanes SET next_position = next_position + 1, waiting = waiting + 1
         WHERE id = $1 RETURNING next_position - 1",
        &[found.lane.into()],
        |row| row.int(0),
    )?;
    let position = position.ok_or_else(|| Fault::Failed("a lane has no row".to_owned()))?;
    let sql = "UPDATE deliveries SET position = $2 WHERE seq = $1";
    tx.execute(sql, &[found.seq.into(), position.into()])?;
    if let Some(speaker) = told_event(tx, &found)?.and_then(|event| speak(&event)) {
        let [via, webhook_of] = speaker.columns();
        let sql = "UPDATE deliveries SET via = $2, webhook_of = $3 WHERE seq = $1";
        tx.execute(sql, &[found.seq.into(), via, webhook_of])?;
    }
    let events = match found.event {
        Some(event) => vec![event],
        None => revive_folded(tx, found.seq, now)?,
    };
    outcome::refresh(tx, events)?;
    tx.poke(Poke::EveryNode);
    Ok(Ok(found.id))
}

/// The event that a delivery tells of: a digest of several, an announcement of none.
pub(crate) fn told_event(tx: &mut Tx<'_>, told: &Candidate) -> Result<Option<StoredEvent>, Fault> {
    let sql = format!(
        "SELECT {STORED_EVENT} FROM deliveries d
         JOIN events e ON e.seq = d.event_seq JOIN bodies b ON b.seq = e.seq
         WHERE d.seq = $1 OR d.digest = $1 ORDER BY d.position, d.seq LIMIT 1"
    );
    tx.one(&sql, &[told.seq.into()], |row| {
        read_stored_event(row).map(|(_, event)| event)
    })
}

fn revive_folded(tx: &mut Tx<'_>, digest: i64, now: Timestamp) -> Result<Vec<i64>, Fault> {
    let events = tx.query(
        "UPDATE deliveries SET state = 'folded', at = $2, reason = NULL, remedy = NULL
         WHERE digest = $1 AND state = 'dead' RETURNING event_seq",
        &[digest.into(), now.into()],
        |row| row.maybe_int(0),
    )?;
    let n = i64::try_from(events.len()).unwrap_or(i64::MAX);
    tx.count("delivery.dead", -n);
    tx.count("delivery.folded", n);
    Ok(events.into_iter().flatten().collect())
}
