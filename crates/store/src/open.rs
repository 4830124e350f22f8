//! The store itself: opened by URL, closed in order, and the way from a call to the thread
//! that serves it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::{Sender, TrySendError};
use tokio::sync::{oneshot, watch};

use crate::accept::{Accepted, NewEvent};
use crate::engine::job::{AcceptJob, Job, Places, Task};
use crate::engine::{Fault, Shared, Tx, Value, postgres, sqlite};
use crate::{OpenError, StoreError};

/// How much room a store that can be written to has at least: some events' worth, in bytes.
const ROOM: usize = 24 * 1024;

/// How a store is run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenOptions {
    /// How many events may wait to be written before more are refused with
    /// [`StoreError::Busy`].
    pub accept_queue: usize,
    /// The same for every other call.
    pub work_queue: usize,
    /// Threads that read.
    pub readers: usize,
    /// SQLite: pages (of 4 KiB) that the file may have at most; without it the disk decides.
    pub sqlite_max_pages: Option<u32>,
    /// PostgreSQL: threads, each with a connection, that store events.
    pub postgres_accept: usize,
    /// PostgreSQL: threads, each with a connection, for everything else that writes.
    pub postgres_work: usize,
    /// PostgreSQL: how often a node says that it lives. Others take over what it was doing when
    /// it has been silent for five times as long.
    pub postgres_beat: Duration,
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self {
            accept_queue: 4096,
            work_queue: 4096,
            readers: 2,
            sqlite_max_pages: None,
            postgres_accept: 2,
            postgres_work: 4,
            postgres_beat: Duration::from_secs(2),
        }
    }
}

/// What the threads have done since the store was opened, for metrics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Calls of [`Store::accept`] that were answered with an id.
    pub accepts: u64,
    /// Write transactions. Fewer than the accepts under load: they share commits.
    pub commits: u64,
}

/// The database. A clone is another handle to the same one.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Open>,
}

struct Open {
    /// `None` once closed.
    lines: RwLock<Option<Lines>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    places: Places,
    routing: tokio::sync::Mutex<()>,
    shared: Arc<Shared>,
    stop: Arc<AtomicBool>,
    engine: EngineKind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum EngineKind {
    Sqlite,
    Postgres,
}

/// The queues of the threads.
struct Lines {
    accepts: Sender<Job>,
    work: Sender<Job>,
    reads: Sender<Job>,
}

/// Says when there may be something to do: an event to route, a lane that is due.
///
/// A poke carries no data and may come for nothing. One that is missed is harmless if the
/// reader also looks by itself from time to time.
#[derive(Clone, Debug)]
pub struct Changes(watch::Receiver<u64>);

impl Changes {
    pub(crate) fn of_revisions(store: &Store) -> Self {
        Self(store.inner.shared.revisions.subscribe())
    }

    /// Returns once something has changed since the last call; `false` when the store is gone.
    pub async fn changed(&mut self) -> bool {
        self.0.changed().await.is_ok()
    }
}

impl Store {
    /// Opens `sqlite:PATH`, `sqlite::memory:` (for tests: nothing is kept) or `postgres://…`,
    /// creating or updating the tables.
    ///
    /// # Errors
    /// [`OpenError`]: among others when another program has the SQLite file, or when the
    /// database was written by a newer program.
    pub async fn open(url: &str, options: OpenOptions) -> Result<Self, OpenError> {
        let (answer, opened) = oneshot::channel();
        let name = url.split('?').next().unwrap_or_default().to_owned();
        let url = url.to_owned();
        // Opening blocks, and PostgreSQL's client must not be used on a runtime's own thread.
        std::thread::spawn(move || drop(answer.send(open(&url, &options))));
        let failed = |_| OpenError::Failed {
            name,
            reason: "its thread has died".to_owned(),
        };
        opened.await.map_err(failed)?
    }

    /// Finishes what was asked for and gives the database back. Every later call, on every
    /// clone, is answered with [`StoreError::Closed`].
    pub async fn close(&self) {
        let threads = self.inner.shut();
        let join = || threads.into_iter().for_each(|thread| drop(thread.join()));
        drop(tokio::task::spawn_blocking(join).await);
    }

    /// Writes something and waits until it is on disk.
    ///
    /// # Errors
    /// What every other write would be answered with.
    pub async fn check(&self) -> Result<(), StoreError> {
        self.write(|tx| {
            let sql = "INSERT INTO probes (id, n) VALUES (1, 1)
                       ON CONFLICT (id) DO UPDATE SET n = probes.n + 1";
            tx.execute(sql, &[])?;
            // A number fits into a database that has no room for an event any more.
            let (key, room) = ([0xff; 16], " ".repeat(ROOM));
            let sql = "INSERT INTO repeat_keys (key, event_id, until) VALUES ($1, $2, 0)";
            tx.execute(sql, &[Value::Blob(&key), room.as_str().into()])?;
            let sql = "DELETE FROM repeat_keys WHERE key = $1";
            tx.execute(sql, &[Value::Blob(&key)]).map(drop)
        })
        .await
    }

    /// Pokes by this process and, on PostgreSQL, by others.
    #[must_use]
    pub fn changes(&self) -> Changes {
        Changes(self.inner.shared.changes.subscribe())
    }

    /// What the threads have done so far.
    #[must_use]
    pub fn stats(&self) -> Stats {
        Stats {
            accepts: self.inner.shared.accepts.load(Ordering::Relaxed),
            commits: self.inner.shared.commits.load(Ordering::Relaxed),
        }
    }

    pub(crate) fn routing(&self) -> &tokio::sync::Mutex<()> {
        &self.inner.routing
    }

    /// This process's name among the nodes; empty where there is only one.
    pub(crate) fn node(&self) -> String {
        self.inner.shared.node.get().cloned().unwrap_or_default()
    }

    pub(crate) async fn submit_accept(&self, event: NewEvent) -> Result<Accepted, StoreError> {
        let place = self.inner.places.take().ok_or(StoreError::Busy)?;
        let (reply, answer) = oneshot::channel();
        let job = AcceptJob::new(event, reply, place);
        self.inner
            .submit(|lines| &lines.accepts, Job::Accept(Box::new(job)))?;
        let accepted = answer.await.map_err(|_| StoreError::Closed)??;
        self.inner.shared.accepts.fetch_add(1, Ordering::Relaxed);
        Ok(accepted)
    }

    /// Runs `op` in a write transaction. It may be run more than once.
    pub(crate) async fn write<T, F>(&self, op: F) -> Result<T, StoreError>
    where
        F: FnMut(&mut Tx<'_>) -> Result<T, Fault> + Send + 'static,
        T: Send + 'static,
    {
        self.run(|lines| &lines.work, op).await
    }

    /// Runs `op` in a transaction that sees one state of the database.
    pub(crate) async fn read<T, F>(&self, op: F) -> Result<T, StoreError>
    where
        F: FnMut(&mut Tx<'_>) -> Result<T, Fault> + Send + 'static,
        T: Send + 'static,
    {
        self.run(|lines| &lines.reads, op).await
    }

    async fn run<T, F>(&self, line: fn(&Lines) -> &Sender<Job>, op: F) -> Result<T, StoreError>
    where
        F: FnMut(&mut Tx<'_>) -> Result<T, Fault> + Send + 'static,
        T: Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        self.inner.submit(
            line,
            Job::Work(Box::new(Task {
                op,
                value: None,
                reply,
            })),
        )?;
        answer.await.map_err(|_| StoreError::Closed)?
    }
}

impl Open {
    fn submit(&self, line: fn(&Lines) -> &Sender<Job>, job: Job) -> Result<(), StoreError> {
        let lines = self.lines.read().unwrap_or_else(PoisonError::into_inner);
        let lines = lines.as_ref().ok_or(StoreError::Closed)?;
        line(lines).try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => StoreError::Busy,
            TrySendError::Disconnected(_) => StoreError::Closed,
        })
    }

    /// Takes no more calls. The threads end when they have served what is queued.
    fn shut(&self) -> Vec<JoinHandle<()>> {
        self.stop.store(true, Ordering::Relaxed);
        *self.lines.write().unwrap_or_else(PoisonError::into_inner) = None;
        std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Open {
    /// Without [`Store::close`] the threads still finish what is queued. A SQLite file is free
    /// again when the last handle is gone; a server that does not answer is not waited for.
    fn drop(&mut self) {
        let threads = self.shut();
        if self.engine == EngineKind::Sqlite {
            threads.into_iter().for_each(|thread| drop(thread.join()));
        }
    }
}

fn open(url: &str, options: &OpenOptions) -> Result<Store, OpenError> {
    let shared = Shared::new();
    let stop = Arc::new(AtomicBool::new(false));
    let not_a_url = || OpenError::Url {
        url: url.split('@').next_back().unwrap_or("").to_owned(),
    };
    let (engine, lines, threads) = if let Some(rest) = url.strip_prefix("sqlite:") {
        let location = sqlite::Location::parse(rest).ok_or_else(not_a_url)?;
        let running = sqlite::start(&location, options, &shared)?;
        let (accepts, work) = (running.writes.clone(), running.writes);
        (
            EngineKind::Sqlite,
            Lines {
                accepts,
                work,
                reads: running.reads,
            },
            running.threads,
        )
    } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        let server = postgres::Server::parse(url)?;
        let postgres::Running {
            accepts,
            work,
            reads,
            threads,
        } = postgres::start(server, options, &shared, stop.clone())?;
        (
            EngineKind::Postgres,
            Lines {
                accepts,
                work,
                reads,
            },
            threads,
        )
    } else {
        return Err(not_a_url());
    };
    let inner = Open {
        lines: RwLock::new(Some(lines)),
        threads: Mutex::new(threads),
        places: Places::new(options.accept_queue),
        routing: tokio::sync::Mutex::new(()),
        shared,
        stop,
        engine,
    };
    Ok(Store {
        inner: Arc::new(inner),
    })
}
