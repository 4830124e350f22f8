//! What Slack has sent already, to this node or another: it repeats what it thinks was not heard.

use jiff::{SignedDuration, Timestamp};

use crate::engine::{Fault, Tx};
use crate::names::RequestKind;
use crate::{SecretHash, Store, StoreError};

impl Store {
    /// Remembers a request for as long as `keep` says; `true` if it was remembered before. Of any
    /// number of equal requests, on whatever nodes, one is answered `false`.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn seen_before(
        &self,
        kind: RequestKind,
        key: &str,
        now: Timestamp,
        keep: SignedDuration,
    ) -> Result<bool, StoreError> {
        // Whatever was sent as a key takes the same room.
        let key = SecretHash::of(key);
        self.write(move |tx| {
            let new = tx.execute(
                "INSERT INTO seen (kind, key, until) VALUES ($1, $2, $3)
                 ON CONFLICT (kind, key) DO UPDATE SET until = excluded.until
                 WHERE seen.until <= $4",
                &[
                    kind.name().into(),
                    (&key).into(),
                    (now + keep).into(),
                    now.into(),
                ],
            )?;
            Ok(new == 0)
        })
        .await
    }
}

/// Drops up to `step` whose time is over.
pub(crate) fn expire(tx: &mut Tx<'_>, now: Timestamp, step: u32) -> Result<u64, Fault> {
    tx.execute(
        "DELETE FROM seen WHERE (kind, key) IN
             (SELECT kind, key FROM seen WHERE until <= $1 ORDER BY until LIMIT $2)",
        &[now.into(), step.into()],
    )
}
