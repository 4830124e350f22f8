//! Why a statement or a commit failed, as far as the program can do something about it.

use ::postgres::error::SqlState;
use rusqlite::ErrorCode;

use crate::StoreError;

/// A failure inside an engine.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// Another transaction was in the way; the same work may succeed when tried again.
    Conflict(String),
    /// The connection is gone, or leads to a server that takes no writes any more.
    Lost(String),
    /// Storage takes no writes now.
    Unavailable(String),
    /// Anything else: a bug or a damaged database.
    Failed(String),
}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Conflict(reason) | Fault::Lost(reason) | Fault::Unavailable(reason) => {
                Self::Unavailable { reason }
            }
            Fault::Failed(reason) => Self::Failed { reason },
        }
    }
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        let Some(code) = error.sqlite_error_code() else {
            return Self::Failed(error.to_string());
        };
        let reason = match code {
            ErrorCode::DiskFull => "the disk is full, or the database file has its largest size",
            ErrorCode::ReadOnly => "the database file is read-only",
            ErrorCode::SystemIoFailure => "the disk failed to read or write",
            ErrorCode::CannotOpen => "the database file cannot be opened",
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => {
                "another program holds the database file"
            }
            ErrorCode::OutOfMemory => "there is no memory left",
            _ => return Self::Failed(error.to_string()),
        };
        Self::Unavailable(format!("{reason} ({error})"))
    }
}

impl From<::postgres::Error> for Fault {
    fn from(error: ::postgres::Error) -> Self {
        let reason = in_words(&error);
        let Some(state) = error.code() else {
            let io = std::error::Error::source(&error).is_some_and(|e| e.is::<std::io::Error>());
            return if io || error.is_closed() {
                Self::Lost(reason)
            } else {
                Self::Failed(reason)
            };
        };
        match state.code() {
            "40001" | "40P01" => Self::Conflict(reason),
            // No longer the primary, or stopping: a new connection may reach the new primary.
            "25006" | "57P01" | "57P02" | "57P03" => Self::Lost(reason),
            code if code.starts_with("08") => Self::Lost(reason),
            code if code.starts_with("53") || *state == SqlState::IO_ERROR => {
                Self::Unavailable(reason)
            }
            _ => Self::Failed(reason),
        }
    }
}

/// The server's message and, if there is one, its detail; the crate's own text says only "db error".
pub(crate) fn in_words(error: &::postgres::Error) -> String {
    if let Some(db) = error.as_db_error() {
        let detail = db
            .detail()
            .map(|detail| format!(" ({detail})"))
            .unwrap_or_default();
        return format!("PostgreSQL says: {}{detail}", db.message());
    }
    let mut words = format!("PostgreSQL: {error}");
    let mut cause = std::error::Error::source(error);
    while let Some(source) = cause {
        words = format!("{words}: {source}");
        cause = source.source();
    }
    words
}
