//! Where a SQLite database lives, and that it serves one program at a time.

use std::fmt;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::Fault;
use crate::{OpenError, OpenOptions};

/// How many statements a connection keeps prepared: all of them.
const STATEMENTS: usize = 128;

/// A file, or memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Location {
    Memory,
    File(PathBuf),
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory => f.write_str("sqlite::memory:"),
            Self::File(path) => write!(f, "sqlite:{}", path.display()),
        }
    }
}

impl Location {
    /// Reads what stands after `sqlite:` in a URL. `sqlite:///var/lib/x` is `/var/lib/x`.
    pub fn parse(rest: &str) -> Option<Self> {
        match rest.strip_prefix("//").unwrap_or(rest) {
            "" => None,
            ":memory:" => Some(Self::Memory),
            path => Some(Self::File(path.into())),
        }
    }

    /// Takes the lock file beside the database. SQLite's own locks would let two programs take
    /// turns, and both would believe that every lease in the file is theirs.
    pub fn lock(&self) -> Result<Option<File>, OpenError> {
        let Self::File(path) = self else {
            return Ok(None);
        };
        let lock_path = lock_path(path);
        let failed = |error: std::io::Error| OpenError::Failed {
            name: self.to_string(),
            reason: format!("the lock file {}: {error}", lock_path.display()),
        };
        let mut options = File::options();
        let options = options.create(true).truncate(false).write(true);
        let lock = options.open(&lock_path).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => Ok(Some(lock)),
            Err(TryLockError::WouldBlock) => Err(OpenError::InUse {
                path: path.display().to_string(),
                lock: lock_path.display().to_string(),
            }),
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }

    pub fn connect_writer(&self, options: &OpenOptions) -> Result<Connection, Fault> {
        let connection = match self {
            Self::Memory => Connection::open_in_memory()?,
            Self::File(path) => Connection::open(path)?,
        };
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        // The log is copied into the database by a thread of its own (`checkpoint`).
        connection.execute_batch(
            "PRAGMA journal_mode = WAL;
             PRAGMA synchronous = FULL;
             PRAGMA wal_autocheckpoint = 0;
             PRAGMA journal_size_limit = 67108864;
             PRAGMA temp_store = MEMORY;
             PRAGMA cache_size = -32000;",
        )?;
        let mode: String = connection.query_row("PRAGMA journal_mode", [], |row| row.get(0))?;
        if *self != Self::Memory && mode != "wal" {
            return Err(Fault::Failed(format!(
                "its file system allows no write-ahead log (journal mode {mode}); \
                 put the file on a local disk"
            )));
        }
        if let Some(pages) = options.sqlite_max_pages {
            connection.execute_batch(&format!("PRAGMA max_page_count = {pages}"))?;
        }
        Ok(connection)
    }

    /// `None` for memory.
    pub fn connect_reader(&self) -> Result<Option<Connection>, Fault> {
        let Self::File(path) = self else {
            return Ok(None);
        };
        let connection = Connection::open(path)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        connection.execute_batch("PRAGMA query_only = ON; PRAGMA cache_size = -2000;")?;
        Ok(Some(connection))
    }
}

/// Beside the file itself, also when it was named through a symbolic link.
fn lock_path(path: &Path) -> PathBuf {
    let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let mut name = real.into_os_string();
    name.push(".lock");
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_name_a_file_or_memory() {
        for (rest, expected) in [
            ("", None),
            (":memory:", Some(Location::Memory)),
            ("signalbox.db", Some(Location::File("signalbox.db".into()))),
            (
                "///var/lib/signalbox.db",
                Some(Location::File("/var/lib/signalbox.db".into())),
            ),
            (
                "/var/lib/signalbox.db",
                Some(Location::File("/var/lib/signalbox.db".into())),
            ),
        ] {
            assert_eq!(Location::parse(rest), expected, "{rest:?}");
        }
    }
}
