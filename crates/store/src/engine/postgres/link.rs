//! One connection that mends itself.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ::postgres::{Client, IsolationLevel};

use super::tx::{Poke, Statements};
use super::{Fault, Server, Tx};

const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// How many sets of tallies the writers of all nodes share out among them.
const SHARDS: i64 = 16;

/// What a transaction may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// Each statement sees what was committed before it; locks order the rest.
    Write,
    /// All statements see the same state.
    Read,
}

/// A connection to the server, made when it is needed and again when it was lost.
pub(super) struct Link {
    server: Arc<Server>,
    connection: Option<Connection>,
    /// While the server cannot be reached: until when nobody tries, and what went wrong.
    rest: Option<(Instant, Duration, Fault)>,
}

struct Connection {
    client: Client,
    statements: Statements,
    shard: i64,
}

impl Link {
    pub fn new(server: Arc<Server>) -> Self {
        Self {
            server,
            connection: None,
            rest: None,
        }
    }

    /// This link's connection, if it has one, as a link of its own.
    pub fn take_or_new(&mut self, server: &Arc<Server>) -> Self {
        Self {
            server: server.clone(),
            connection: self.connection.take(),
            rest: None,
        }
    }

    /// Runs `op` in a transaction. A connection that turns out to be dead before anything was
    /// done is replaced; later than that the caller has to know.
    pub fn transact(
        &mut self,
        mode: Mode,
        op: &mut dyn FnMut(&mut Tx<'_>) -> Result<(), Fault>,
    ) -> Result<Poke, Fault> {
        let mut begun = false;
        let first = self.try_once(mode, op, &mut begun);
        match first {
            Err(Fault::Lost(_)) if !begun => self.try_once(mode, op, &mut begun),
            done => done,
        }
    }

    fn try_once(
        &mut self,
        mode: Mode,
        op: &mut dyn FnMut(&mut Tx<'_>) -> Result<(), Fault>,
        begun: &mut bool,
    ) -> Result<Poke, Fault> {
        let done = self.connected()?.transact(mode, op, begun);
        if matches!(done, Err(Fault::Lost(_))) {
            self.connection = None;
        }
        done
    }

    /// Tells the other nodes that there is something to do.
    pub fn notify(&mut self, node: &str, poke: Poke) -> Result<(), Fault> {
        let said = super::listener::say(node, poke);
        let connection = self.connected()?;
        let statement = "SELECT pg_notify('signalbox', $1)";
        connection
            .client
            .execute(statement, &[&said])
            .map(drop)
            .map_err(Into::into)
    }

    /// A name for this process that no other node has.
    pub fn node_name(&mut self) -> Result<String, Fault> {
        let statement = "SELECT CAST(gen_random_uuid() AS TEXT)";
        Ok(self.connected()?.client.query_one(statement, &[])?.get(0))
    }

    fn connected(&mut self) -> Result<&mut Connection, Fault> {
        if self.connection.is_none() {
            self.connection = Some(self.connect()?);
        }
        self.connection
            .as_mut()
            .ok_or_else(|| Fault::Lost("no connection".to_owned()))
    }

    /// Connects, unless that failed a moment ago: then those who ask get the same answer at once
    /// and the server gets time to come back.
    fn connect(&mut self) -> Result<Connection, Fault> {
        let now = Instant::now();
        if let Some((until, _, fault)) = &self.rest
            && now < *until
        {
            return Err(fault.clone());
        }
        match Connection::new(&self.server) {
            Ok(connection) => {
                self.rest = None;
                Ok(connection)
            }
            Err(fault) => {
                let last = self.rest.as_ref().map(|(_, pause, _)| *pause * 2);
                let pause = last.unwrap_or(FIRST_PAUSE).min(LONGEST_PAUSE);
                self.rest = Some((now + pause, pause, fault.clone()));
                Err(fault)
            }
        }
    }
}

impl Connection {
    fn new(server: &Server) -> Result<Self, Fault> {
        let mut client = server.connect()?;
        // An answer promises that the event is on disk, whatever the server's default is.
        let row = client.query_one(
            "SELECT pg_backend_pid(), CASE current_setting('synchronous_commit')
                 WHEN 'off' THEN set_config('synchronous_commit', 'on', false) END",
            &[],
        )?;
        let pid: i32 = row.get(0);
        Ok(Self {
            client,
            statements: Statements::new(),
            shard: i64::from(pid) % SHARDS,
        })
    }

    fn transact(
        &mut self,
        mode: Mode,
        op: &mut dyn FnMut(&mut Tx<'_>) -> Result<(), Fault>,
        begun: &mut bool,
    ) -> Result<Poke, Fault> {
        let builder = self.client.build_transaction();
        let builder = match mode {
            Mode::Write => builder.isolation_level(IsolationLevel::ReadCommitted),
            Mode::Read => builder
                .isolation_level(IsolationLevel::RepeatableRead)
                .read_only(true),
        };
        let tx = builder.start()?;
        *begun = true;
        let mut tx = Tx::postgres(tx, &mut self.statements, self.shard);
        op(&mut tx)?;
        tx.commit()
    }
}
