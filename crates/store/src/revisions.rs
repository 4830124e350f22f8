//! Numbers that say whether what a node keeps in memory is still what is stored.
//!
//! A poke ([`Store::revision_changes`]) says that something changed; these say what.

use std::collections::HashMap;

use domain::EnvironmentName;

use crate::engine::{Fault, Tx, tx::Poke};
use crate::{Changes, Store, StoreError};

/// Counts changes of what people call actors.
pub(crate) const ACTORS: &str = "actors";
/// Counts changes of integrations.
pub(crate) const INTEGRATIONS: &str = "integrations";

/// Counts changes of installations, their tokens included.
pub(crate) const INSTALLATIONS: &str = "installations";
/// Counts links that were made or taken away.
pub(crate) const LINKED_ACCOUNTS: &str = "linked_accounts";
/// Counts changes of connections.
pub(crate) const CONNECTIONS: &str = "connections";

/// Counts changes of an environment's flags.
pub(crate) fn of_flags(environment: &EnvironmentName) -> String {
    format!("flags:{environment}")
}

impl Store {
    /// Pokes when one of the [`revisions`](Self::revisions) may be another, by this process or,
    /// on PostgreSQL, by others. Unlike [`changes`](Self::changes) it is quiet while events come
    /// and go.
    #[must_use]
    pub fn revision_changes(&self) -> Changes {
        Changes::of_revisions(self)
    }

    /// How often each thing has changed that nodes keep in memory: `flags:ENVIRONMENT`,
    /// `integrations`, `installations`, `linked_accounts`, `connections`, and `actors` (what people
    /// call them). What was never changed is missing or 0.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn revisions(&self) -> Result<HashMap<String, u64>, StoreError> {
        self.read(|tx| {
            let sql = "SELECT name, n FROM revisions";
            let rows = tx.query(sql, &[], |mut row| Ok((row.text(0)?, row.count(1)?)))?;
            Ok(rows.into_iter().collect())
        })
        .await
    }
}

/// Locks the row of `name` until the transaction ends, so that what it counts is changed by one
/// at a time, whether there are rows of it to lock or not. Answers the number.
pub(crate) fn lock(tx: &mut Tx<'_>, name: &str) -> Result<i64, Fault> {
    tx.execute(
        "INSERT INTO revisions (name, n) VALUES ($1, 0) ON CONFLICT (name) DO NOTHING",
        &[name.into()],
    )?;
    let sql = tx.pick(
        "SELECT n FROM revisions WHERE name = $1",
        "SELECT n FROM revisions WHERE name = $1 FOR UPDATE",
    );
    tx.one(sql, &[name.into()], |row| row.int(0))?
        .ok_or_else(|| Fault::Failed(format!("the revision {name} has no row")))
}

/// Counts a change, of which every node is told. Answers the new number.
pub(crate) fn bump(tx: &mut Tx<'_>, name: &str) -> Result<i64, Fault> {
    tx.poke(Poke::EveryMemory);
    let number = tx.one(
        "INSERT INTO revisions (name, n) VALUES ($1, 1)
         ON CONFLICT (name) DO UPDATE SET n = revisions.n + 1 RETURNING n",
        &[name.into()],
        |row| row.int(0),
    )?;
    number.ok_or_else(|| Fault::Failed(format!("the revision {name} has no row")))
}

/// The number as it is, 0 if nothing was ever changed.
pub(crate) fn read(tx: &mut Tx<'_>, name: &str) -> Result<u64, Fault> {
    let sql = "SELECT n FROM revisions WHERE name = $1";
    Ok(tx
        .one(sql, &[name.into()], |row| row.count(0))?
        .unwrap_or(0))
}
