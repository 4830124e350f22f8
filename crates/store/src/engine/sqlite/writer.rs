//! The one thread that writes.

use crossbeam_channel::Receiver;
use rusqlite::Connection;

use super::super::{Fault, Shared, Tx};
use super::checkpoint::Checkpoints;
use super::{Job, transact};

/// How many jobs share one commit at most. More would make the first of them wait for the last.
const BATCH: usize = 256;

/// Serves writes until the store is closed and everything that was asked for is done.
pub(super) fn write(
    connection: &Connection,
    jobs: &Receiver<Job>,
    shared: &Shared,
    mut checkpoints: Option<&mut Checkpoints>,
) {
    let mut batch = Vec::with_capacity(BATCH);
    while let Ok(first) = jobs.recv() {
        batch.push(first);
        // No lingering for more: the batch is what came in during the last commit.
        batch.extend(jobs.try_iter().take(BATCH - 1));
        let jobs = batch.len();
        commit_batch(connection, &mut batch, shared);
        if let Some(checkpoints) = checkpoints.as_deref_mut() {
            checkpoints.committed(jobs, connection);
        }
    }
}

/// Commits all jobs together. If one fails, all are taken back and run again one by one, so
/// that only those that really fail are told so. That is cheaper than a savepoint for each,
/// because failing is rare.
fn commit_batch(connection: &Connection, batch: &mut Vec<Job>, shared: &Shared) {
    match commit(connection, batch, shared) {
        Ok(()) => batch.drain(..).for_each(|job| job.answer(Ok(()))),
        Err(fault) if batch.len() == 1 => {
            batch
                .drain(..)
                .for_each(|job| job.answer(Err(fault.clone().into())));
        }
        Err(_) => {
            for mut job in batch.drain(..) {
                let result = commit(connection, std::slice::from_mut(&mut job), shared);
                job.answer(result.map_err(Into::into));
            }
        }
    }
}

fn commit(connection: &Connection, jobs: &mut [Job], shared: &Shared) -> Result<(), Fault> {
    let poke = transact(connection, "BEGIN IMMEDIATE", |tx| {
        jobs.iter_mut().try_for_each(|job| run(tx, job))
    })?;
    shared.committed(poke);
    Ok(())
}

fn run(tx: &mut Tx<'_>, job: &mut Job) -> Result<(), Fault> {
    match job {
        Job::Accept(job) => {
            job.accepted = Some(crate::accept::accept_one(tx, &job.event)?);
            Ok(())
        }
        Job::Work(work) => work.run(tx),
    }
}
