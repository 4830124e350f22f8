//! Hears from other nodes that there is something to do.
//!
//! A message carries nothing but its sender: whoever is woken looks at the database. One that
//! is missed (the connection was down) is made good by a poke after every new connection.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ::postgres::Client;
use ::postgres::fallible_iterator::FallibleIterator;

use super::super::Shared;
use super::{Fault, Server};

/// How long the thread may take to see that the store was closed.
const GLANCE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Listens until `stop`.
pub(super) fn listen(server: &Server, node: &str, shared: &Shared, stop: &AtomicBool) {
    let mut pause = GLANCE;
    while !stop.load(Ordering::Relaxed) {
        match subscribe(server) {
            Ok(client) => {
                pause = GLANCE;
                shared.poke();
                hear(client, node, shared, stop);
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

/// Passes on what other nodes say until the connection breaks.
fn hear(mut client: Client, node: &str, shared: &Shared, stop: &AtomicBool) {
    while !stop.load(Ordering::Relaxed) && !client.is_closed() {
        match client.notifications().timeout_iter(GLANCE).next() {
            Ok(Some(notification)) if notification.payload() != node => shared.poke(),
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(%error, "lost the connection that hears of changes by other nodes");
                return;
            }
        }
    }
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
