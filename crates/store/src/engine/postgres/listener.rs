//! Hears from other nodes that there is something to do, and lets them hear that this one lives.
//!
//! A message carries nothing but its sender: whoever is woken looks at the database. One that
//! is missed (the connection was down) is made good by a poke after every new connection.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ::postgres::Client;
use ::postgres::fallible_iterator::FallibleIterator;

use super::super::Shared;
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
                shared.poke();
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
        let from_another = heard.is_some_and(|heard| heard.payload() != node);
        if pulse.beat(&mut client)? || from_another {
            shared.poke();
        }
    }
    pulse.stop(&mut client)
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
