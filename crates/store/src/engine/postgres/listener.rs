//! Hears from other nodes that there is something to do, and lets them hear that this one lives.
//!
//! A message carries its sender and whether what nodes keep in memory has changed: whoever is
//! woken looks at the database. One that
//! is missed (the connection was down) is made good by a poke after every new connection.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ::postgres::Client;
use ::postgres::fallible_iterator::FallibleIterator;

use super::super::{Shared, tx::Poke};
use super::pulse::Pulse;
use super::{Fault, Server};

/// How long the thread may take to see that the store was closed.
const GLANCE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Listens until `stop`.
pub(super) fn listen(
    server: &Server,
    node: &str,
    beat: Duration,
    shared: &Shared,
    stop: &AtomicBool,
) {
    let mut pause = GLANCE;
    while !stop.load(Ordering::Relaxed) {
        match subscribe(server) {
            Ok(client) => {
                pause = GLANCE;
                shared.poke(Poke::EveryMemory);
                let lost = hear(client, node, Pulse::new(node, beat), shared, stop);
                if let Err(error) = lost {
                    tracing::warn!(%error, "lost the connection that hears of changes by other nodes");
                }
            }
            Err(
                Fault::Conflict(reason)
                | Fault::Lost(reason)
                | Fault::Unavailable(reason)
                | Fault::Failed(reason),
            ) => {
                tracing::warn!(reason, "cannot listen for changes by other nodes");
                rest(pause, stop);
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        }
    }
}

fn subscribe(server: &Server) -> Result<Client, Fault> {
    let mut client = server.connect()?;
    client.batch_execute("LISTEN signalbox")?;
    Ok(client)
}

/// Passes on what other nodes say, and says that this one lives, until the connection breaks.
fn hear(
    mut client: Client,
    node: &str,
    mut pulse: Pulse<'_>,
    shared: &Shared,
    stop: &AtomicBool,
) -> Result<(), ::postgres::Error> {
    while !stop.load(Ordering::Relaxed) {
        if client.is_closed() {
            return Ok(());
        }
        let glance = GLANCE.min(pulse.every());
        let heard = client.notifications().timeout_iter(glance).next()?;
        if let Some(heard) = heard {
            shared.poke(understand(heard.payload(), node));
        }
        if pulse.beat(&mut client)? {
            shared.poke(Poke::EveryNode);
        }
    }
    pulse.stop(&mut client)
}

/// What follows the sender in a message about what nodes keep in memory.
const MEMORY: &str = " memory";

/// The message of this node to the others.
pub(super) fn say(node: &str, poke: Poke) -> String {
    let what = if poke == Poke::EveryMemory {
        MEMORY
    } else {
        ""
    };
    format!("{node}{what}")
}

/// Whom to wake because of a message; nobody because of one's own.
fn understand(message: &str, node: &str) -> Poke {
    let (sender, poke) = match message.strip_suffix(MEMORY) {
        Some(sender) => (sender, Poke::EveryMemory),
        None => (message, Poke::EveryNode),
    };
    if sender == node { Poke::Nobody } else { poke }
}

fn rest(pause: Duration, stop: &AtomicBool) {
    let glances = pause.as_millis() / GLANCE.as_millis();
    for _ in 0..glances {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        std::thread::sleep(GLANCE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_understands_others_and_not_itself() {
        for poke in [Poke::EveryNode, Poke::EveryMemory] {
            assert_eq!(understand(&say("node-1", poke), "node-2"), poke);
            assert_eq!(understand(&say("node-1", poke), "node-1"), Poke::Nobody);
        }
    }
}
