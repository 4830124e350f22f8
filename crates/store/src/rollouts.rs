//! Rollouts: how each stands, what happened to it, what its monitors said.
//!
//! What a rollout is, is the caller's JSON. Each writes a rollout only as it knows it: a write
//! names the revision that was read, and comes to nothing when somebody else was quicker. What
//! follows from a write (messages, effects) and its history are the same transaction.

mod cards;
mod readings;
mod rows;

use domain::{ChannelName, RolloutId, WorkspaceId};
use flags::FlagKey;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::{Cursor, Followed, Store, StoreError};

pub use cards::{CardOutcome, CardToken, ClaimedCard};
pub use readings::{NewRolloutReading, RolloutReadingRecord};

pub(crate) use readings::expire as expire_readings;
pub(crate) use rows::fence_holds;

/// A rollout that begins.
#[derive(Clone, Debug, PartialEq)]
pub struct NewRollout {
    pub id: RolloutId,
    pub flag: FlagKey,
    /// How it stands, as JSON. The store does not look into it.
    pub state: String,
    /// The first of its history.
    pub entry: NewRolloutEntry,
    /// When it is to be looked at.
    pub next_at: Timestamp,
    pub followed: Followed,
    /// Where a card shows how it stands.
    pub cards: Vec<CardPlace>,
}

/// Something that happened to a rollout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRolloutEntry {
    /// Counted from 1 without gaps.
    pub number: u64,
    pub at: Timestamp,
    pub author: String,
    pub kind: String,
    /// JSON. The store does not look into it.
    pub body: String,
}

/// A channel in which a card shows how a rollout stands: the first message of the thread whose
/// key is the rollout's id.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CardPlace {
    pub workspace: WorkspaceId,
    pub channel: ChannelName,
}

/// A rollout as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RolloutRecord {
    pub id: RolloutId,
    pub flag: FlagKey,
    /// Counts every write, those that only add readings too: what [`RolloutWrite::expected`] and
    /// a [`Fence`](crate::Fence) name.
    pub revision: u64,
    /// The number of its newest entry.
    pub version: u64,
    /// JSON, as it was given.
    pub state: String,
    pub open: bool,
    /// When it is to be looked at; `None` when only somebody's doing changes it.
    pub next_at: Option<Timestamp>,
    pub started_at: Timestamp,
    pub changed_at: Timestamp,
    pub ended_at: Option<Timestamp>,
}

/// An entry of a rollout's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RolloutEntryRecord {
    pub number: u64,
    pub at: Timestamp,
    pub author: String,
    pub kind: String,
    /// JSON, as it was given.
    pub body: String,
}

/// The right to carry a rollout out; over when somebody else claimed it after the lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RolloutToken {
    seq: i64,
    number: i64,
}

/// A rollout that nobody else carries out until the lease is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimedRollout {
    pub token: RolloutToken,
    pub record: RolloutRecord,
}

/// What is written about a rollout, all of it or nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct RolloutWrite {
    pub id: RolloutId,
    /// The [`revision`](RolloutRecord::revision) from which it was made.
    pub expected: u64,
    pub state: String,
    /// Those that are new.
    pub entries: Vec<NewRolloutEntry>,
    pub readings: Vec<NewRolloutReading>,
    pub next_at: Option<Timestamp>,
    /// `false` ends it.
    pub open: bool,
    pub followed: Followed,
    /// Cards that are to be there from now on, besides those that are.
    pub cards: Vec<CardPlace>,
    /// Of whoever carries it out. Others wake them: then it is due at once, whatever `next_at`.
    pub token: Option<RolloutToken>,
    pub at: Timestamp,
}

/// Why a rollout did not begin; nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StartRolloutError {
    #[error("the flag has a rollout already, {0}; end that one first")]
    AlreadyRuns(RolloutId),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why nothing was written about a rollout.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordRolloutError {
    /// Somebody else wrote first, or carries it out now.
    #[error("rollout {0} was changed meanwhile; read it again and decide again")]
    Stale(RolloutId),
    #[error("there is no rollout {0}")]
    Unknown(RolloutId),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Which rollouts; what is left out does not narrow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RolloutFilter {
    pub open: Option<bool>,
    pub flag: Option<FlagKey>,
    /// Where the last page ended.
    pub before: Option<Cursor>,
    pub limit: u32,
}

impl Default for RolloutFilter {
    fn default() -> Self {
        Self {
            open: None,
            flag: None,
            before: None,
            limit: 50,
        }
    }
}

/// Some of the rollouts, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RolloutPage {
    pub rollouts: Vec<RolloutRecord>,
    /// Where the next page begins, if there may be one.
    pub next: Option<Cursor>,
}

impl Store {
    /// Begins a rollout. A flag has one open rollout at most. Beginning the same one again
    /// changes nothing, so a call whose outcome is unknown can be repeated.
    ///
    /// # Errors
    /// [`StartRolloutError::AlreadyRuns`], or those of the store.
    pub async fn start_rollout(&self, new: NewRollout) -> Result<(), StartRolloutError> {
        self.write(move |tx| rows::start(tx, &new)).await?
    }

    /// One rollout.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn rollout(&self, id: &RolloutId) -> Result<Option<RolloutRecord>, StoreError> {
        let id = id.clone();
        self.read(move |tx| rows::find(tx, "id = $1", id.as_str()))
            .await
    }

    /// The flag's rollout that is not over.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn open_rollout(&self, flag: &FlagKey) -> Result<Option<RolloutRecord>, StoreError> {
        let flag = flag.clone();
        self.read(move |tx| rows::find(tx, "flag = $1 AND open = 1", flag.as_str()))
            .await
    }

    /// The flag's newest rollout, over or not.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn latest_rollout(
        &self,
        flag: &FlagKey,
    ) -> Result<Option<RolloutRecord>, StoreError> {
        let flag = flag.clone();
        self.read(move |tx| rows::find(tx, "flag = $1", flag.as_str()))
            .await
    }

    /// Rollouts, newest first.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn rollouts(&self, filter: RolloutFilter) -> Result<RolloutPage, StoreError> {
        self.read(move |tx| {
            let rows = rows::matching(tx, &filter)?;
            let full = rows.len() >= filter.limit as usize;
            let next = rows.last().filter(|_| full).map(|(seq, _)| Cursor(*seq));
            Ok(RolloutPage {
                rollouts: rows.into_iter().map(|(_, rollout)| rollout).collect(),
                next,
            })
        })
        .await
    }

    /// Claims up to `limit` rollouts that are due, the most overdue first. Nobody else gets them
    /// until `lease` is over or they are released.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn claim_rollouts(
        &self,
        now: Timestamp,
        lease: SignedDuration,
        limit: u32,
    ) -> Result<Vec<ClaimedRollout>, StoreError> {
        let node = self.node();
        self.write(move |tx| rows::claim(tx, now, now + lease, limit, &node))
            .await
    }

    /// Gives a claimed rollout back, to be looked at at `next_at`; at once if somebody has
    /// written about it since `revision`. One that is not the token's any more is left alone.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn release_rollout(
        &self,
        token: RolloutToken,
        revision: u64,
        next_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(move |tx| rows::release(tx, token, revision, next_at, now))
            .await
    }

    /// Asks for a rollout to be looked at now: something that it waits for may have happened.
    /// One that is over, or is none, is left alone.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn wake_rollout(&self, id: &RolloutId, now: Timestamp) -> Result<(), StoreError> {
        let id = id.clone();
        self.write(move |tx| rows::wake(tx, &id, now)).await
    }

    /// Writes about a rollout what is new, with all that follows from it. Answers its new
    /// revision. A claim stays one.
    ///
    /// # Errors
    /// [`RecordRolloutError::Stale`]: nothing was written then.
    pub async fn record_rollout(&self, write: RolloutWrite) -> Result<u64, RecordRolloutError> {
        self.write(move |tx| rows::record(tx, &write)).await?
    }

    /// A rollout's history after entry `after` (0 is before the first), oldest first.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn rollout_entries(
        &self,
        id: &RolloutId,
        after: u64,
        limit: u32,
    ) -> Result<Vec<RolloutEntryRecord>, StoreError> {
        let id = id.clone();
        self.read(move |tx| rows::entries(tx, &id, after, limit))
            .await
    }

    /// The earliest moment at which a rollout is to be looked at, or looked at again because its
    /// node died; `None` when none waits for time.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn next_rollout_due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.read(|tx| {
            let sql = "SELECT MIN(CASE WHEN lease_until > next_at THEN lease_until
                                       ELSE next_at END)
                       FROM rollouts WHERE next_at IS NOT NULL";
            Ok(tx.one(sql, &[], |row| row.maybe_time(0))?.flatten())
        })
        .await
    }
}
