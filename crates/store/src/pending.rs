//! People whom we have sent to Slack or GitLab to allow something, until they come back with the
//! `state` that they were given; each works once.

use jiff::Timestamp;

use crate::engine::{Fault, Row, Tx};
use crate::names::Purpose;
use crate::seal::Sealed;
use crate::{SecretHash, Store, StoreError};

/// An authorization that is under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// Of OAuth's `state`.
    pub state_hash: SecretHash,
    pub purpose: Purpose,
    /// Of a cookie of the browser that began it: nobody else may end it.
    pub browser_hash: SecretHash,
    /// PKCE's verifier, sealed for [`Pending::verifier_row`].
    pub verifier: Option<Sealed>,
    /// JSON. The store does not look into it.
    pub details: String,
    pub expires_at: Timestamp,
}

impl Pending {
    /// What the verifier is sealed for.
    #[must_use]
    pub fn verifier_row(state_hash: &SecretHash) -> String {
        format!("pending:{}:verifier", state_hash.text())
    }
}

/// Whoever asks may begin, so what is over goes when something new comes, this much at a time.
const STEP: u32 = 16;

impl Store {
    /// Remembers that somebody was sent away.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn put_pending(&self, pending: Pending, now: Timestamp) -> Result<(), StoreError> {
        self.write(move |tx| {
            expire(tx, now, STEP)?;
            tx.execute(
                "INSERT INTO pending_authorizations (state_hash, purpose, browser_hash, verifier,
                                                     details, expires_at)
                 VALUES ($1, $2, $3, $4, $5, $6)",
                &[
                    (&pending.state_hash).into(),
                    pending.purpose.name().into(),
                    (&pending.browser_hash).into(),
                    pending.verifier.as_ref().into(),
                    (&pending.details).into(),
                    pending.expires_at.into(),
                ],
            )
            .map(drop)
        })
        .await
    }

    /// Takes what somebody was sent away for: of any number of requests one gets it. Whether it
    /// is the same browser is the caller's to look at.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn take_pending(
        &self,
        state_hash: &SecretHash,
        now: Timestamp,
    ) -> Result<Option<Pending>, StoreError> {
        let state_hash = *state_hash;
        self.write(move |tx| {
            tx.one(
                "DELETE FROM pending_authorizations WHERE state_hash = $1 AND $2 < expires_at
                 RETURNING state_hash, purpose, browser_hash, verifier, details, expires_at",
                &[(&state_hash).into(), now.into()],
                read,
            )
        })
        .await
    }
}

/// Drops up to `step` whose time is over. Another node that drops the same ones is not waited for.
pub(crate) fn expire(tx: &mut Tx<'_>, now: Timestamp, step: u32) -> Result<u64, Fault> {
    let sql = tx.pick(
        "DELETE FROM pending_authorizations WHERE state_hash IN
             (SELECT state_hash FROM pending_authorizations WHERE expires_at <= $1
              ORDER BY expires_at LIMIT $2)",
        "DELETE FROM pending_authorizations WHERE state_hash IN
             (SELECT state_hash FROM pending_authorizations WHERE expires_at <= $1
              ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED)",
    );
    tx.execute(sql, &[now.into(), step.into()])
}

fn read(mut row: Row) -> Result<Pending, Fault> {
    Ok(Pending {
        state_hash: row.hash(0)?,
        purpose: row.parsed(1)?,
        browser_hash: row.hash(2)?,
        verifier: row.maybe_sealed(3)?,
        details: row.text(4)?,
        expires_at: row.time(5)?,
    })
}
