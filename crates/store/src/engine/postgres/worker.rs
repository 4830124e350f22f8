//! A thread that runs operations on its connection.

use crossbeam_channel::Receiver;

use super::super::{Shared, job::AcceptJob, tx::Poke};
use super::{Fault, Job, Line, Link, Mode};

/// How many events share one commit at most.
const BATCH: usize = 256;

/// How often an operation is tried when other transactions get in its way.
const TRIES: usize = 5;

/// Serves jobs until the store is closed and everything that was asked for is done.
pub(super) fn serve(mut link: Link, jobs: &Receiver<Job>, line: Line, shared: &Shared, node: &str) {
    let mode = if line == Line::Reads {
        Mode::Read
    } else {
        Mode::Write
    };
    while let Ok(first) = jobs.recv() {
        let mut accepts = Vec::new();
        let mut poke = Poke::Nobody;
        for job in std::iter::once(first).chain(more_accepts(jobs, line)) {
            match job {
                Job::Accept(job) => accepts.push(*job),
                Job::Work(mut work) => {
                    let done = persist(&mut link, mode, shared, &mut |tx| work.run(tx));
                    poke = poke.max(done.clone().unwrap_or(Poke::Nobody));
                    work.answer(done.map(drop).map_err(Into::into));
                }
            }
        }
        poke = poke.max(accept(&mut link, accepts, shared));
        // After the answers: nobody who waits for a commit pays for it, and notifying inside
        // the transaction would make all nodes commit one after the other.
        if Poke::EveryNode <= poke
            && let Err(fault) = link.notify(node, poke)
        {
            tracing::debug!(
                ?fault,
                "other nodes will find the change by their own timers"
            );
        }
    }
}

/// What else waits in this thread's queue, if its jobs are such that share a commit. Other work
/// stays in the queue for the next free thread.
fn more_accepts(jobs: &Receiver<Job>, line: Line) -> impl Iterator<Item = Job> {
    let more = if line == Line::Accepts { BATCH - 1 } else { 0 };
    jobs.try_iter().take(more)
}

/// Runs one operation, again if other transactions were in its way.
fn persist(
    link: &mut Link,
    mode: Mode,
    shared: &Shared,
    op: &mut dyn FnMut(&mut super::Tx<'_>) -> Result<(), Fault>,
) -> Result<Poke, Fault> {
    let mut done = link.transact(mode, op);
    for _ in 1..TRIES {
        if !matches!(done, Err(Fault::Conflict(_))) {
            break;
        }
        done = link.transact(mode, op);
    }
    if let (Ok(poke), Mode::Write) = (&done, mode) {
        shared.committed(*poke);
    }
    done
}

/// Stores events together. When that fails they are stored one by one, each with its own
/// answer. A commit whose answer was lost may have happened: storing an event a second time
/// finds the first by its key.
fn accept(link: &mut Link, mut jobs: Vec<AcceptJob>, shared: &Shared) -> Poke {
    if jobs.is_empty() {
        return Poke::Nobody;
    }
    match accept_together(link, &mut jobs, shared) {
        Ok(poke) => {
            jobs.into_iter().for_each(|job| job.answer(Ok(())));
            poke
        }
        Err(_) => jobs.into_iter().fold(Poke::Nobody, |poke, mut job| {
            let done = accept_together(link, std::slice::from_mut(&mut job), shared);
            let next = done.clone().unwrap_or(Poke::Nobody);
            job.answer(done.map(drop).map_err(Into::into));
            poke.max(next)
        }),
    }
}

fn accept_together(
    link: &mut Link,
    jobs: &mut [AcceptJob],
    shared: &Shared,
) -> Result<Poke, Fault> {
    persist(link, Mode::Write, shared, &mut |tx| {
        let events: Vec<_> = jobs.iter().map(|job| &job.event).collect();
        let accepted = crate::accept::accept_many(tx, &events)?;
        for (job, accepted) in jobs.iter_mut().zip(accepted) {
            job.accepted = Some(accepted);
        }
        Ok(())
    })
}
