//! The PostgreSQL engine: a few threads with a connection each, and one that listens.
//!
//! Any number of nodes share one database. What they must not do at the same time is settled by
//! the database's own locks, in the operations; nothing here elects or leads.

mod link;
mod listener;
mod pulse;
mod url;
mod worker;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, Sender};

use super::job::Job;
use super::{Fault, Shared, Tx, tx};
use crate::{OpenError, OpenOptions};

use link::{Link, Mode};
pub(crate) use url::Server;

/// The queues of a running engine and its threads.
pub(crate) struct Running {
    pub accepts: Sender<Job>,
    pub work: Sender<Job>,
    pub reads: Sender<Job>,
    pub threads: Vec<JoinHandle<()>>,
}

/// What kind of jobs a thread serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Line {
    Accepts,
    Work,
    Reads,
}

/// Connects, brings the tables up to date and starts the threads. `stop` ends the listener.
pub(crate) fn start(
    server: Server,
    options: &OpenOptions,
    shared: &Arc<Shared>,
    stop: Arc<AtomicBool>,
) -> Result<Running, OpenError> {
    let name = server.name.clone();
    let failed = |reason: String| OpenError::Failed {
        name: name.clone(),
        reason,
    };
    let server = Arc::new(server);
    let mut first = Link::new(server.clone());
    let mut migrated = None;
    let migrating = first.transact(Mode::Write, &mut |tx| {
        migrated = Some(crate::migrations::apply(tx)?);
        Ok(())
    });
    migrating.map_err(|fault| failed(crate::StoreError::from(fault).to_string()))?;
    migrated.transpose()?;
    let node = first
        .node_name()
        .map_err(|f| failed(crate::StoreError::from(f).to_string()))?;

    // Opened once, so nobody has set it before.
    drop(shared.node.set(node.clone()));

    let mut threads = Vec::new();
    let mut spawn = |name: &str, run: Box<dyn FnOnce() + Send>| {
        let thread = std::thread::Builder::new().name(name.to_owned()).spawn(run);
        thread
            .map(|thread| threads.push(thread))
            .map_err(|error| failed(error.to_string()))
    };
    let mut open_line = |name: &str, line: Line, count: usize, capacity: usize| {
        let (sender, jobs): (Sender<Job>, Receiver<Job>) = crossbeam_channel::bounded(capacity);
        for _ in 0..count.max(1) {
            let link = first.take_or_new(&server);
            let (jobs, shared, node) = (jobs.clone(), shared.clone(), node.clone());
            spawn(
                name,
                Box::new(move || worker::serve(link, &jobs, line, &shared, &node)),
            )?;
        }
        Ok::<_, OpenError>(sender)
    };
    let accepts = open_line(
        "store-accept",
        Line::Accepts,
        options.postgres_accept,
        options.accept_queue,
    )?;
    let work = open_line(
        "store-work",
        Line::Work,
        options.postgres_work,
        options.work_queue,
    )?;
    let reads = open_line(
        "store-read",
        Line::Reads,
        options.readers,
        options.work_queue,
    )?;
    let (shared, beat) = (shared.clone(), options.postgres_beat);
    spawn(
        "store-listen",
        Box::new(move || listener::listen(&server, &node, beat, &shared, &stop)),
    )?;
    Ok(Running {
        accepts,
        work,
        reads,
        threads,
    })
}
