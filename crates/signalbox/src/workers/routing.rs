//! Routes what was accepted: who wants to hear of an event, and in which words.
//!
//! The decision itself is pure and lives in `notify`; here it meets the stored events. One batch
//! of events, their deliveries and their new state are one transaction.

use std::time::Duration;

use clock::{Chance, Clock};
use domain::{DeliveryId, Event, Message};
use integrations::Integrations;
use jiff::Timestamp;
use notify::Routed;
use store::{NewDelivery, RouteError, Routing, Store, StoredEvent};
use tokio_util::sync::CancellationToken;

use super::projects::Projects;

/// The most events of one transaction.
const BATCH: u32 = 200;
/// So many events at once are a load.
const MANY: usize = 20;
/// How long a loaded router lets events gather before it goes on.
const GATHER: Duration = Duration::from_millis(5);
/// A missed poke costs no more than this.
const SAFETY_NET: Duration = Duration::from_secs(1);

/// The routing worker.
#[derive(Clone)]
pub struct Router {
    pub store: Store,
    pub integrations: Integrations,
    pub projects: Projects,
    pub clock: Clock,
    pub chance: Chance,
}

impl Router {
    /// Routes whatever is there, then waits for more, until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        let mut changes = self.store.changes();
        loop {
            let routed = self.route_all().await.unwrap_or_else(|error| {
                tracing::error!(%error, "events cannot be routed now");
                0
            });
            if MANY <= routed {
                // Under load let more come together: a batch costs little more than one event.
                tokio::time::sleep(GATHER).await;
            }
            tokio::select! {
                () = stop.cancelled() => return,
                _ = changes.changed() => (),
                () = tokio::time::sleep(SAFETY_NET) => (),
            }
        }
    }

    /// Routes until nothing is left; answers how many events it routed.
    ///
    /// # Errors
    /// When the database does not take it; the batch is routed again later.
    pub async fn route_all(&self) -> Result<usize, RouteError> {
        let mut routed = 0;
        loop {
            let now = self.clock.now();
            let batch = self
                .store
                .route(now, BATCH, |event| self.decide(event, now))
                .await?;
            routed += batch;
            if batch == 0 {
                return Ok(routed);
            }
        }
    }

    fn decide(&self, stored: &StoredEvent, now: Timestamp) -> Routing {
        let event: Event = match serde_json::from_str(&stored.body) {
            Ok(event) => event,
            Err(error) => {
                tracing::error!(event.id = %stored.id, %error, "a stored event is not readable");
                return Routing::Ignored(format!("the stored event is not readable: {error}"));
            }
        };
        self.projects.see(&event);
        match self.integrations.route(&event) {
            Routed::Ignored(reason) => Routing::Ignored(reason.to_string()),
            Routed::Deliver {
                targets,
                speaker,
                message,
                fallback,
            } => {
                if fallback {
                    count_fallback(stored, &event);
                }
                let message = encode(&message);
                let speaker = integrations::voice(speaker);
                let deliveries = targets.into_iter().map(|target| NewDelivery {
                    id: DeliveryId::mint(now.as_millisecond(), self.chance.next_u128()),
                    workspace: target.workspace,
                    channel: target.channel,
                    speaker: speaker.clone(),
                    message: message.clone(),
                    thread: None,
                });
                Routing::Deliver(deliveries.collect())
            }
        }
    }
}

fn count_fallback(stored: &StoredEvent, event: &Event) {
    let name = match &event.what {
        domain::event::What::Unknown(unknown) => unknown.name.as_str(),
        _ => stored.kind.name(),
    };
    tracing::warn!(event.id = %stored.id, name, "no words for this kind of event yet");
    metrics::counter!("signalbox_fallback_messages_total").increment(1);
}

/// A message as the outbox keeps it.
#[must_use]
pub fn encode(message: &Message) -> String {
    serde_json::to_string(message).unwrap_or_default()
}
