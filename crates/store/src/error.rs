//! What goes wrong in the store, in the words of those who have to act on it.

/// Why the store did not do what it was asked. Nothing was changed, with one exception: when a
/// connection to PostgreSQL breaks in the middle of a commit, nobody can know. Accepting is then
/// repeated by itself; after any other call, look again before you repeat it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// More writes wait than the queue takes. Ask again a little later.
    #[error("the store has more waiting writes than it takes; try again in a moment")]
    Busy,
    /// Storage is full, read-only or cannot be reached. The store tries again with every call,
    /// so work goes on by itself when the cause is gone.
    #[error("the store cannot be written or read now: {reason}")]
    Unavailable {
        /// The cause in words, for the operator.
        reason: String,
    },
    /// [`Store::close`](crate::Store::close) was called.
    #[error("the store is closed")]
    Closed,
    /// A statement failed for a reason that waiting does not cure: a bug or a damaged database.
    #[error("the store refused a statement: {reason}")]
    Failed {
        /// The engine's own words.
        reason: String,
    },
}

/// Why a database was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error(
        "{url:?} names no database; write sqlite:PATH, sqlite::memory: or postgres://USER@HOST/NAME"
    )]
    Url { url: String },
    #[error("the PostgreSQL URL is not usable: {reason}")]
    PostgresUrl { reason: String },
    /// One SQLite file serves one program at a time.
    #[error(
        "{path} is in use by another signalbox (it holds {lock}); stop that one, or use PostgreSQL \
         to run several"
    )]
    InUse { path: String, lock: String },
    #[error(
        "the database has version {found}, this program knows versions up to {known}; \
         run the newer program"
    )]
    Newer { found: i64, known: i64 },
    #[error("cannot open the database {name}: {reason}")]
    Failed { name: String, reason: String },
}
