//! The SQLite engine: one thread that writes, a few that read.
//!
//! A pool of writing connections would fight for SQLite's one write lock. One writer that takes
//! everything that came in during its last commit into its next one shares each sync of the
//! disk among all who wait, and nobody ever sees "database is locked".

mod checkpoint;
mod file;
mod writer;

use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, Sender};
use rusqlite::Connection;

use super::job::Job;
use super::{Fault, Shared, Tx, tx::Poke};
use crate::{OpenError, OpenOptions};

pub(crate) use file::Location;

/// The queues of a running engine and its threads.
pub(crate) struct Running {
    pub writes: Sender<Job>,
    pub reads: Sender<Job>,
    pub threads: Vec<JoinHandle<()>>,
}

/// Opens the database, brings its tables up to date and starts the threads.
pub(crate) fn start(
    location: &Location,
    options: &OpenOptions,
    shared: &std::sync::Arc<Shared>,
) -> Result<Running, OpenError> {
    let failed = |fault: Fault| {
        let (Fault::Conflict(reason)
        | Fault::Lost(reason)
        | Fault::Unavailable(reason)
        | Fault::Failed(reason)) = fault;
        OpenError::Failed {
            name: location.to_string(),
            reason,
        }
    };
    let lock = location.lock()?;
    let connection = location.connect_writer(options).map_err(failed)?;
    in_transaction(&connection, crate::migrations::apply).map_err(failed)??;
    in_transaction(&connection, crate::lanes::clear_leases).map_err(failed)?;

    let (writes, jobs) = crossbeam_channel::bounded(options.accept_queue + options.work_queue);
    let mut threads = Vec::new();
    let mut readers = Vec::new();
    for _ in 0..options.readers.max(1) {
        readers.extend(location.connect_reader().map_err(failed)?);
    }
    // A database in memory has no second connection: its writer reads too.
    let reads = if readers.is_empty() {
        writes.clone()
    } else {
        let (reads, jobs) = crossbeam_channel::bounded(options.work_queue);
        for reader in readers {
            let jobs = jobs.clone();
            threads.push(spawn("store-reader", location, move || {
                read(&reader, &jobs)
            })?);
        }
        reads
    };
    let mut checkpoints = match location.connect_reader().map_err(failed)? {
        Some(connection) => Some(checkpoints(connection, location)?),
        None => None,
    };
    let shared = shared.clone();
    threads.push(spawn("store-writer", location, move || {
        writer::write(&connection, &jobs, &shared, checkpoints.as_mut());
        if let Some(checkpoints) = checkpoints {
            checkpoints.stop();
        }
        drop(connection);
        // Only now may another program open the file.
        drop(lock);
    })?);
    Ok(Running {
        writes,
        reads,
        threads,
    })
}

fn checkpoints(
    connection: Connection,
    location: &Location,
) -> Result<checkpoint::Checkpoints, OpenError> {
    checkpoint::Checkpoints::start(connection).map_err(|error| OpenError::Failed {
        name: location.to_string(),
        reason: format!("cannot start a thread: {error}"),
    })
}

fn spawn(
    name: &str,
    location: &Location,
    run: impl FnOnce() + Send + 'static,
) -> Result<JoinHandle<()>, OpenError> {
    let builder = std::thread::Builder::new().name(name.to_owned());
    builder.spawn(run).map_err(|error| OpenError::Failed {
        name: location.to_string(),
        reason: format!("cannot start a thread: {error}"),
    })
}

/// Runs one operation in a write transaction of its own.
fn in_transaction<T>(
    connection: &Connection,
    op: impl FnOnce(&mut Tx<'_>) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let mut value = None;
    transact(connection, "BEGIN IMMEDIATE", |tx| {
        value = Some(op(tx)?);
        Ok(())
    })?;
    value.ok_or_else(|| Fault::Failed("an operation ended without a result".to_owned()))
}

fn transact(
    connection: &Connection,
    begin: &str,
    op: impl FnOnce(&mut Tx<'_>) -> Result<(), Fault>,
) -> Result<Poke, Fault> {
    connection.prepare_cached(begin)?.raw_execute()?;
    let mut tx = Tx::sqlite(connection);
    let done = op(&mut tx).and_then(|()| tx.commit());
    if done.is_err() && !connection.is_autocommit() {
        connection.execute_batch("ROLLBACK")?;
    }
    done
}

/// Serves reads until the store is closed. Each sees one state of the database throughout.
fn read(connection: &Connection, jobs: &Receiver<Job>) {
    for mut job in jobs {
        let done = transact(connection, "BEGIN", |tx| match &mut job {
            Job::Work(work) => work.run(tx),
            Job::Accept(_) => Err(Fault::Failed("a reader cannot store events".to_owned())),
        });
        job.answer(done.map(drop).map_err(Into::into));
    }
}
