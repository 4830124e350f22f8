//! What is to happen elsewhere after a change: a comment, an annotation, a pipeline.
//!
//! An effect is written down with its change and tried until it is done or dead. It happens at
//! least once: whoever dies between doing it and saying so leaves it to be done again.

mod rows;

use domain::{AuditId, EffectId};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::names::EffectState;
use crate::{Cursor, Store, StoreError};

pub(crate) use rows::insert;

/// Something to happen elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEffect {
    pub id: EffectId,
    /// What sort of thing, in the caller's own words.
    pub kind: String,
    /// The change that it follows from.
    pub entry: AuditId,
    /// JSON. The store does not look into it.
    pub payload: String,
}

/// The right to try an effect; over when somebody else claimed it after the lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EffectToken {
    seq: i64,
    number: i64,
}

/// An effect that nobody else tries until the lease is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimedEffect {
    pub token: EffectToken,
    pub id: EffectId,
    pub kind: String,
    pub entry: AuditId,
    pub payload: String,
    /// How often it has failed. 0 says nothing of a try that died before it was settled.
    pub attempts: u32,
    pub created_at: Timestamp,
}

/// An effect, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EffectRecord {
    pub id: EffectId,
    pub kind: String,
    pub entry: AuditId,
    /// JSON, as it was given.
    pub payload: String,
    pub created_at: Timestamp,
    pub state: EffectState,
    pub attempts: u32,
    /// While it waits: when it is tried next.
    pub next_at: Timestamp,
    /// Where what was done can be seen.
    pub link: Option<String>,
    /// What the last try failed of.
    pub reason: Option<String>,
    /// What a person can do about it.
    pub remedy: Option<String>,
    /// When it last changed.
    pub at: Timestamp,
}

/// What trying an effect came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EffectOutcome {
    Done {
        link: Option<String>,
    },
    /// It is to be tried again, not before `at`.
    Again {
        at: Timestamp,
        reason: String,
    },
    /// It cannot be done; `remedy` says what a person can do about it.
    Dead {
        reason: String,
        remedy: String,
    },
}

/// Some of the dead effects, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DeadEffects {
    pub effects: Vec<EffectRecord>,
    /// Where the next page begins, if there may be one.
    pub next: Option<Cursor>,
}

/// Why nothing was done to an effect.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EffectError {
    /// The lease ran out and somebody else has it, or it is settled.
    #[error("effect {0} was settled or claimed by another; drop what you know about it")]
    Stale(EffectId),
    #[error("there is no effect {0}")]
    Unknown(EffectId),
    #[error("effect {id} is {state}; only dead ones can be retried")]
    NotDead { id: EffectId, state: EffectState },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// Claims up to `limit` effects that are due, the most overdue first.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn claim_effects(
        &self,
        now: Timestamp,
        lease: SignedDuration,
        limit: u32,
    ) -> Result<Vec<ClaimedEffect>, StoreError> {
        let node = self.node();
        self.write(move |tx| {
            let until = (now + lease).into();
            let values = [now.into(), limit.into(), until, (&node).into()];
            let sql = tx.pick(rows::CLAIM_SQLITE, rows::CLAIM_POSTGRES);
            let mut claimed = tx.query(sql, &values, rows::read_claimed)?;
            claimed.sort_by_key(|(next_at, effect)| (*next_at, effect.token.seq));
            Ok(claimed.into_iter().map(|(_, effect)| effect).collect())
        })
        .await
    }

    /// Writes down what trying an effect came to.
    ///
    /// # Errors
    /// [`EffectError::Stale`], or those of the store.
    pub async fn settle_effect(
        &self,
        effect: &ClaimedEffect,
        outcome: EffectOutcome,
        now: Timestamp,
    ) -> Result<(), EffectError> {
        let (token, id) = (effect.token, effect.id.clone());
        self.write(move |tx| {
            Ok(if rows::settle(tx, token, &outcome, now)? {
                Ok(())
            } else {
                Err(EffectError::Stale(id.clone()))
            })
        })
        .await?
    }

    /// All effects of a change, in the order in which they were asked for.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn effects_of(&self, entry: &AuditId) -> Result<Vec<EffectRecord>, StoreError> {
        let entry = entry.clone();
        self.read(move |tx| {
            let columns = rows::COLUMNS;
            let sql = format!("SELECT {columns} FROM effects WHERE entry = $1 ORDER BY seq");
            tx.query(&sql, &[entry.as_str().into()], |row| {
                rows::read(row).map(|(_, effect)| effect)
            })
        })
        .await
    }

    /// Effects that wait for a person, newest first.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn dead_effects(
        &self,
        before: Option<Cursor>,
        limit: u32,
    ) -> Result<DeadEffects, StoreError> {
        self.read(move |tx| {
            let before = before.map_or(i64::MAX, |cursor| cursor.0);
            let columns = rows::COLUMNS;
            let sql = format!(
                "SELECT {columns} FROM effects WHERE state = 'dead' AND seq < $1
                 ORDER BY seq DESC LIMIT $2"
            );
            let rows = tx.query(&sql, &[before.into(), limit.into()], rows::read)?;
            let full = rows.len() >= limit as usize;
            let next = rows.last().filter(|_| full).map(|(seq, _)| Cursor(*seq));
            Ok(DeadEffects {
                effects: rows.into_iter().map(|(_, effect)| effect).collect(),
                next,
            })
        })
        .await
    }

    /// Lets a dead effect be tried again, as if it had never been.
    ///
    /// # Errors
    /// [`EffectError::Unknown`], [`EffectError::NotDead`], or those of the store.
    pub async fn retry_effect(&self, id: &EffectId, now: Timestamp) -> Result<(), EffectError> {
        let id = id.clone();
        self.write(move |tx| rows::retry(tx, &id, now)).await?
    }

    /// The earliest moment at which an effect is to be tried, or tried again because its node
    /// died; `None` when none waits.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn next_effect_due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.read(|tx| {
            let sql = "SELECT MIN(CASE WHEN lease_until > 0 THEN lease_until ELSE next_at END)
                       FROM effects WHERE state = 'waiting'";
            Ok(tx.one(sql, &[], |row| row.maybe_time(0))?.flatten())
        })
        .await
    }
}
