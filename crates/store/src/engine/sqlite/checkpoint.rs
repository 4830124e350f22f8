//! Copies the write-ahead log into the database, beside the thread that writes.
//!
//! Left to itself SQLite does this within a commit, and everyone who waits for that commit waits
//! for thousands of pages as well. A passive checkpoint on a connection of its own holds up
//! nobody. Under steady load it never catches up with the last commit, so the log cannot begin
//! anew; when it has grown too long, the writer finishes the little that is left itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, Sender, bounded};
use rusqlite::Connection;

/// After so many jobs the log is copied: about 4,000 pages under load.
const EVERY: usize = 2_000;

/// A log of so many pages (of 4 KiB) is too long.
const LONGEST: i64 = 16_000;

/// The writer's side.
pub(super) struct Checkpoints {
    jobs: usize,
    begin: Sender<()>,
    too_long: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpoints {
    /// Starts the thread, on a connection of its own.
    pub fn start(connection: Connection) -> std::io::Result<Self> {
        let (begin, begun) = bounded(1);
        let too_long = Arc::new(AtomicBool::new(false));
        let thread = std::thread::Builder::new()
            .name("store-checkpoint".to_owned())
            .spawn({
                let too_long = Arc::clone(&too_long);
                move || copy(&connection, &begun, &too_long)
            })?;
        Ok(Self {
            jobs: 0,
            begin,
            too_long,
            thread: Some(thread),
        })
    }

    /// Counts what was committed, and sees to the log when there is much of it.
    pub fn committed(&mut self, jobs: usize, connection: &Connection) {
        self.jobs += jobs;
        if EVERY <= self.jobs {
            self.jobs = 0;
            // One that is asked for already does for this one too.
            let _ = self.begin.try_send(());
        }
        if self.too_long.swap(false, Ordering::AcqRel) {
            log_failure(checkpoint(connection, "PRAGMA wal_checkpoint(RESTART)"));
        }
    }

    /// Ends the thread, so that its connection is closed.
    pub fn stop(mut self) {
        let thread = self.thread.take();
        drop(self);
        if let Some(thread) = thread {
            let _ = thread.join();
        }
    }
}

fn copy(connection: &Connection, begun: &Receiver<()>, too_long: &AtomicBool) {
    for () in begun {
        let pages = checkpoint(connection, "PRAGMA wal_checkpoint(PASSIVE)");
        if pages.as_ref().is_ok_and(|pages| LONGEST < *pages) {
            too_long.store(true, Ordering::Release);
        }
        log_failure(pages);
    }
}

/// Answers how many pages the log has.
fn checkpoint(connection: &Connection, pragma: &str) -> rusqlite::Result<i64> {
    connection.query_row(pragma, [], |row| row.get(1))
}

/// Nothing is lost by it: the log is copied another time, or grows until there is room.
fn log_failure(done: rusqlite::Result<i64>) {
    if let Err(error) = done {
        tracing::warn!(%error, "the write-ahead log could not be copied into the database");
    }
}
