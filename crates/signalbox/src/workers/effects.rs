//! Carries out what follows a change elsewhere: comments, annotations, documents, pipelines.
//!
//! What an effect does, and whether it is tried again, is `commands`'; that each is carried out
//! by one node at a time is `store`'s.

mod telling;

use std::sync::Arc;
use std::time::Duration;

use clock::{Chance, Clock};
use commands::effects::{Clients, perform};
use commands::rules::Rules;
use driver::Driver;
use futures_util::future::try_join_all;
use jiff::SignedDuration;
use store::{ClaimedEffect, EffectError, EffectOutcome, Store, StoreError};
use tokio_util::sync::CancellationToken;

pub use telling::Sinks;

/// A missed poke costs no more than this.
const SAFETY_NET: Duration = Duration::from_secs(1);
/// Events that come in by the thousand poke as often; nothing here hurries so.
const BREATH: Duration = Duration::from_millis(20);
/// For how long an effect belongs to whoever claimed it: longer than its calls may take.
const LEASE: SignedDuration = SignedDuration::from_mins(5);
/// For how long another one of a claim is begun: those before may have been slow.
const HELD: SignedDuration = SignedDuration::from_mins(2);
const AT_ONCE: u32 = 20;

/// The worker for effects.
#[derive(Clone)]
pub struct Effects {
    pub store: Store,
    pub clients: Clients,
    pub rules: Arc<Rules>,
    /// What follows a step of a rollout is its.
    pub driver: Driver,
    /// The programs that are told of rollouts.
    pub sinks: Sinks,
    pub clock: Clock,
    pub chance: Chance,
    turn: Arc<tokio::sync::Mutex<()>>,
}

impl Effects {
    #[must_use]
    pub fn new(
        store: Store,
        clients: Clients,
        rules: Arc<Rules>,
        driver: Driver,
        sinks: Sinks,
        clock: Clock,
        chance: Chance,
    ) -> Self {
        Self {
            store,
            clients,
            rules,
            driver,
            sinks,
            clock,
            chance,
            turn: Arc::default(),
        }
    }

    /// Carries out what is due, then waits for more, until `stop`; the effect under way is
    /// finished first.
    pub async fn run(self, stop: CancellationToken) {
        let mut changes = self.store.changes();
        while !stop.is_cancelled() {
            if let Err(error) = self.run_due(&stop).await {
                tracing::error!(%error, "what follows changes cannot be carried out now");
            }
            tokio::select! {
                () = stop.cancelled() => (),
                _ = changes.changed() => (),
                () = tokio::time::sleep(SAFETY_NET) => (),
            }
            tokio::time::sleep(BREATH).await;
        }
    }

    /// Only a read: every event that comes in pokes, and effects are rare.
    async fn is_any_due(&self) -> Result<bool, StoreError> {
        let due = self.store.next_effect_due().await?;
        Ok(due.is_some_and(|due| due <= self.clock.now()))
    }

    /// Carries out whatever is due.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn run_due(&self, stop: &CancellationToken) -> Result<(), StoreError> {
        let _turn = self.turn.lock().await;
        while !stop.is_cancelled() && self.is_any_due().await? {
            let now = self.clock.now();
            let claimed = self.store.claim_effects(now, LEASE, AT_ONCE).await?;
            if claimed.is_empty() {
                return Ok(());
            }
            let (told, claimed): (Vec<_>, Vec<_>) = claimed.into_iter().partition(Sinks::has);
            // Together: a sink that is slow holds up nothing else for long.
            try_join_all(told.iter().map(|effect| self.tell(effect))).await?;
            for effect in claimed {
                // Whoever claims it next does it: after the lease, or at once when this node ends.
                let held = self.clock.now().duration_since(now);
                if stop.is_cancelled() || HELD < held {
                    break;
                }
                let (now, jitter) = (self.clock.now(), self.chance.fraction());
                let outcome = match self.driver.perform(&effect, now, jitter).await {
                    Some(outcome) => outcome,
                    None => perform(&effect, &self.clients, &self.rules, now, jitter).await,
                };
                self.settle(&effect, outcome).await?;
            }
        }
        Ok(())
    }

    async fn tell(&self, effect: &ClaimedEffect) -> Result<(), StoreError> {
        let (now, jitter) = (self.clock.now(), self.chance.fraction());
        let outcome = self.sinks.tell(effect, now, jitter).await;
        self.settle(effect, outcome).await
    }

    async fn settle(
        &self,
        effect: &ClaimedEffect,
        outcome: EffectOutcome,
    ) -> Result<(), StoreError> {
        let kind = effect.kind.clone();
        let now = self.clock.now();
        match self.store.settle_effect(effect, outcome, now).await {
            Ok(()) => metrics::counter!("signalbox_effects_total", "kind" => kind).increment(1),
            Err(EffectError::Store(error)) => return Err(error),
            Err(error) => tracing::warn!(%error, "an effect took longer than it was ours"),
        }
        Ok(())
    }
}
