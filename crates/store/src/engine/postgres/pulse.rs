//! Says that this node lives, and frees what a dead one held.
//!
//! Leases alone would do, but they have to be longer than the slowest try. A node that was
//! killed is missed sooner by its silence. All times are the server's: nodes' clocks may differ.

use std::time::{Duration, Instant};

use ::postgres::Client;

/// After how many beats of silence a node counts as dead.
const PATIENCE: u32 = 5;
/// After how many a beat is late, which is nobody's death.
const LATE: u32 = 3;

const BEAT: &str = "
    INSERT INTO nodes (name, seen)
    VALUES ($1, CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT))
    ON CONFLICT (name) DO UPDATE SET seen = excluded.seen";

const SILENT: &str = "
    SELECT name FROM nodes
    WHERE seen < CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT) - $1";

/// Everything that says that a node is at work on something.
const FREE: &str = "
    WITH gone AS (DELETE FROM nodes WHERE name = ANY($1)),
    lanes AS (UPDATE lanes SET lease_until = 0 WHERE owner IS NOT NULL AND node = ANY($1)),
    schedules AS (
        UPDATE schedules SET lease_until = 0
        WHERE state = 'waiting' AND lease_until > 0 AND node = ANY($1)
    ),
    rollouts AS (UPDATE rollouts SET lease_until = 0 WHERE lease_until > 0 AND node = ANY($1)),
    cards AS (UPDATE rollout_cards SET lease_until = 0 WHERE lease_until > 0 AND node = ANY($1))
    UPDATE effects SET lease_until = 0
    WHERE state = 'waiting' AND lease_until > 0 AND node = ANY($1)";

/// This node's sign of life, over one connection.
pub(super) struct Pulse<'a> {
    node: &'a str,
    every: Duration,
    /// Since when each beat came about when it should.
    steady_since: Instant,
    last: Option<Instant>,
}

impl<'a> Pulse<'a> {
    pub fn new(node: &'a str, every: Duration) -> Self {
        Self {
            node,
            every,
            steady_since: Instant::now(),
            last: None,
        }
    }

    pub fn every(&self) -> Duration {
        self.every
    }

    /// Beats if it is time to. Answers whether there is work that a dead node left.
    pub fn beat(&mut self, client: &mut Client) -> Result<bool, ::postgres::Error> {
        if self.last.is_some_and(|last| last.elapsed() < self.every) {
            return Ok(false);
        }
        let begun = Instant::now();
        client.execute(BEAT, &[&self.node])?;
        // When this node could not beat in time, the others may not have been able to either:
        // first all get the time to.
        if self
            .last
            .is_some_and(|last| self.every * LATE < last.elapsed())
        {
            self.steady_since = Instant::now();
        }
        self.last = Some(begun);
        let patience = self.every * PATIENCE;
        if self.steady_since.elapsed() < patience {
            return Ok(false);
        }
        let patience = i64::try_from(patience.as_millis()).unwrap_or(i64::MAX);
        let silent = client.query(SILENT, &[&patience])?;
        let silent: Vec<String> = silent.iter().map(|row| row.get(0)).collect();
        if silent.is_empty() {
            return Ok(false);
        }
        tracing::warn!(nodes = ?silent, "nodes fell silent; their work is taken over");
        free(client, &silent)?;
        Ok(true)
    }

    /// The last beat of a node that stops: nobody has to wait for its silence.
    pub fn stop(&self, client: &mut Client) -> Result<(), ::postgres::Error> {
        free(client, &[self.node.to_owned()])
    }
}

/// Frees what these nodes held and tells every node.
fn free(client: &mut Client, nodes: &[String]) -> Result<(), ::postgres::Error> {
    client.execute(FREE, &[&nodes])?;
    client.execute("SELECT pg_notify('signalbox', '')", &[])?;
    Ok(())
}
