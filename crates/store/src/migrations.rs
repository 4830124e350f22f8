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

const MIGRATIONS: &[Migration] = &[
    Migration {
        number: 1,
        name: "inbox_and_outbox",
        sqlite: include_str!("../migrations/0001_inbox_and_outbox.sqlite.sql"),
        postgres: include_str!("../migrations/0001_inbox_and_outbox.postgres.sql"),
    },
    Migration {
        number: 2,
        name: "flags",
        sqlite: include_str!("../migrations/0002_flags.sqlite.sql"),
        postgres: include_str!("../migrations/0002_flags.postgres.sql"),
    },
    Migration {
        number: 3,
        name: "app",
        sqlite: include_str!("../migrations/0003_app.sqlite.sql"),
        postgres: include_str!("../migrations/0003_app.postgres.sql"),
    },
    Migration {
        number: 4,
        name: "rollouts",
        sqlite: include_str!("../migrations/0004_rollouts.sqlite.sql"),
        postgres: include_str!("../migrations/0004_rollouts.postgres.sql"),
    },
];

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::tx::Statements;

    /// What every migration to come has to stand: a database that has rows.
    fn add_a_column_to_rows(tx: &mut Tx<'_>) {
        apply(tx).unwrap().unwrap();
        tx.run_script(
            "INSERT INTO events (id, hook, kind, title, received_at, outcome)
             VALUES ('evt_1', 'demo', 'push', 'Ana pushed', 0, 'unrouted')",
        )
        .unwrap();
        let known = MIGRATIONS.iter().map(|known| Migration { ..*known });
        let sql = "ALTER TABLE events ADD COLUMN colour TEXT NOT NULL DEFAULT 'green'";
        let number = MIGRATIONS.len() as i64 + 1;
        let next = Migration {
            number,
            name: "colour",
            sqlite: sql,
            postgres: sql,
        };
        let with_next: Vec<_> = known.chain([next]).collect();
        for _ in 0..2 {
            apply_all(tx, &with_next).unwrap().unwrap();
        }
        let colour = tx
            .one("SELECT colour FROM events", &[], |mut row| row.text(0))
            .unwrap();
        assert_eq!(colour.as_deref(), Some("green"));
        let numbers = tx.query(
            "SELECT number FROM migrations ORDER BY number",
            &[],
            |row| row.int(0),
        );
        assert_eq!(numbers.unwrap(), (1..=number).collect::<Vec<_>>());
        let refused = apply(tx).unwrap().unwrap_err();
        assert!(matches!(refused, OpenError::Newer { found, .. } if found == number));
    }

    /// What was set up before there were workspaces to choose from speaks as it did.
    fn give_older_integrations_no_workspace(tx: &mut Tx<'_>) {
        apply_all(tx, &MIGRATIONS[..2]).unwrap().unwrap();
        tx.run_script(
            "INSERT INTO integrations (id, via, kind, path, place, active, properties, created_at,
                                       updated_at)
             VALUES ('int_1', 'app', 'instance', '', 'instance:', 1, '{}', 0, 0)",
        )
        .unwrap();
        apply(tx).unwrap().unwrap();
        let sql = "SELECT id, workspace FROM integrations";
        let rows = tx.query(sql, &[], |mut row| Ok((row.text(0)?, row.maybe_text(1)?)));
        assert_eq!(rows.unwrap(), [("int_1".to_owned(), None)]);
    }

    #[test]
    fn a_migration_is_applied_once_to_a_database_that_has_rows() {
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        add_a_column_to_rows(&mut Tx::sqlite(&connection));
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        give_older_integrations_no_workspace(&mut Tx::sqlite(&connection));

        let Ok(url) = std::env::var("SIGNALBOX_TEST_POSTGRES") else {
            println!("postgres absent");
            return;
        };
        let mut client = ::postgres::Client::connect(&url, ::postgres::NoTls).unwrap();
        // In transactions that are never committed: nothing of them stays on the server.
        for check in [add_a_column_to_rows, give_older_integrations_no_workspace] {
            let tx = client.transaction().unwrap();
            check(&mut Tx::postgres(tx, &mut Statements::new(), 0));
        }
    }

    #[test]
    fn migrations_are_numbered_without_a_gap() {
        let numbers: Vec<_> = MIGRATIONS
            .iter()
            .map(|migration| migration.number)
            .collect();
        assert_eq!(numbers, (1..=MIGRATIONS.len() as i64).collect::<Vec<_>>());
    }
}
