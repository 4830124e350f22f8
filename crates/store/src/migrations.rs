//! The tables, and how a database of an older program gets today's.
//!
//! Migrations only add. What a released program still reads stays until the release after.

use crate::OpenError;
use crate::engine::{Fault, Tx, tx::Dialect};

/// One step, in each engine's words.
struct Migration {
    number: i64,
    name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

const MIGRATIONS: &[Migration] = &[Migration {
    number: 1,
    name: "inbox_and_outbox",
    sqlite: include_str!("../migrations/0001_inbox_and_outbox.sqlite.sql"),
    postgres: include_str!("../migrations/0001_inbox_and_outbox.postgres.sql"),
}];

/// Held while migrations are looked at, so that nodes that start together do not both apply one.
const ADVISORY_LOCK: &str = "SELECT CAST(pg_advisory_xact_lock(7400, 1) AS TEXT)";

/// Applies what is missing, all of it or nothing. A database from a newer program is refused:
/// this program does not know what its rows mean.
pub(crate) fn apply(tx: &mut Tx<'_>) -> Result<Result<(), OpenError>, Fault> {
    apply_all(tx, MIGRATIONS)
}

fn apply_all(tx: &mut Tx<'_>, migrations: &[Migration]) -> Result<Result<(), OpenError>, Fault> {
    if tx.dialect() == Dialect::Postgres {
        tx.query(ADVISORY_LOCK, &[], |_| Ok(()))?;
    }
    tx.run_script(
        "CREATE TABLE IF NOT EXISTS migrations (number BIGINT PRIMARY KEY, name TEXT NOT NULL)",
    )?;
    let sql = "SELECT COALESCE(MAX(number), 0) FROM migrations";
    let found = tx.one(sql, &[], |row| row.int(0))?.unwrap_or(0);
    let known = migrations.last().map_or(0, |migration| migration.number);
    if known < found {
        return Ok(Err(OpenError::Newer { found, known }));
    }
    for migration in migrations
        .iter()
        .filter(|migration| found < migration.number)
    {
        tx.run_script(tx.pick(migration.sqlite, migration.postgres))?;
        tx.execute(
            "INSERT INTO migrations (number, name) VALUES ($1, $2)",
            &[migration.number.into(), migration.name.into()],
        )?;
    }
    Ok(Ok(()))
}
