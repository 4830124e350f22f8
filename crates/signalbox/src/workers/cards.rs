//! Keeps the cards of rollouts current: the first message of each rollout's thread.
//!
//! What a card shows is the caller's to draw; which ones may have something new to show, and how
//! often each is looked at, is `store`'s. A card that somebody deleted is posted again.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use clock::{Chance, Clock};
use domain::{DeliveryId, Message, WorkspaceId};
use installations::Installations;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};
use slack::block_kit::Control;
use slack::{Rendered, Retry, UpdateError, UpdateMessage};
use store::{CardOutcome, ClaimedCard, RolloutRecord, Store, StoreError};
use tokio_util::sync::CancellationToken;

/// A missed poke costs no more than this.
const SAFETY_NET: Duration = Duration::from_secs(1);
/// Events that come in by the thousand poke as often; nothing here hurries so.
const BREATH: Duration = Duration::from_millis(20);
/// For how long a card belongs to whoever claimed it: longer than its call may take.
const LEASE: SignedDuration = SignedDuration::from_mins(2);
/// For how long another one of a claim is begun: those before may have been slow.
const HELD: SignedDuration = SignedDuration::from_mins(1);
const AT_ONCE: u32 = 20;

/// A card is looked at this often at most while its rollout's history stands still.
const PAUSE: SignedDuration = SignedDuration::from_secs(5);
/// And this often at least, while its rollout is open: time passes on it.
const OFTEN: SignedDuration = SignedDuration::from_mins(1);
/// Another change of the same message is over by then.
const MOMENT: SignedDuration = SignedDuration::from_secs(2);
/// When Slack does not answer.
const LATER: SignedDuration = SignedDuration::from_secs(15);
/// When Slack does not let us, until somebody has done something about it.
const MUCH_LATER: SignedDuration = SignedDuration::from_mins(10);

/// What a card shows.
#[derive(Clone, Debug)]
pub struct Drawn {
    pub message: Message,
    /// What may be clicked now.
    pub controls: Vec<Control>,
}

/// Draws the card of a rollout as it stands; `None` when it cannot be read.
pub type Draw = Arc<dyn Fn(&RolloutRecord, Timestamp) -> Option<Drawn> + Send + Sync>;

/// The worker for cards.
#[derive(Clone)]
pub struct Cards {
    pub store: Store,
    pub installations: Installations,
    pub draw: Draw,
    pub clock: Clock,
    pub chance: Chance,
}

impl Cards {
    /// Draws what is due, then waits for more, until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        let mut changes = self.store.changes();
        while !stop.is_cancelled() {
            if let Err(error) = self.run_due(&stop).await {
                tracing::error!(%error, "the cards of rollouts cannot be kept current now");
            }
            tokio::select! {
                () = stop.cancelled() => (),
                _ = changes.changed() => (),
                () = tokio::time::sleep(SAFETY_NET) => (),
            }
            tokio::time::sleep(BREATH).await;
        }
    }

    /// Draws every card that may have something new to show.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn run_due(&self, stop: &CancellationToken) -> Result<(), StoreError> {
        let mut paused = BTreeMap::new();
        while !stop.is_cancelled() {
            let now = self.clock.now();
            let claimed = self.store.claim_cards(now, LEASE, PAUSE, AT_ONCE).await?;
            if claimed.is_empty() {
                return Ok(());
            }
            for card in claimed {
                // Whoever claims it next draws it: after the lease, or when this node ends.
                let held = self.clock.now().duration_since(now);
                if stop.is_cancelled() || HELD < held {
                    break;
                }
                let outcome = self.look(&card, &mut paused).await?;
                let now = self.clock.now();
                self.store.settle_card(&card, outcome, now).await?;
            }
        }
        Ok(())
    }

    /// `paused` has the workspaces that take no more changes now, and until when.
    async fn look(
        &self,
        card: &ClaimedCard,
        paused: &mut BTreeMap<WorkspaceId, Timestamp>,
    ) -> Result<CardOutcome, StoreError> {
        let Some(record) = self.store.rollout(&card.rollout).await? else {
            return Ok(CardOutcome::Over);
        };
        let now = self.clock.now();
        if let Some(until) = paused.get(&card.place.workspace).filter(|at| now < **at) {
            return Ok(CardOutcome::Again { at: *until });
        }
        let Some(drawn) = (self.draw)(&record, now) else {
            tracing::warn!(rollout.id = %card.rollout, "this version cannot draw the card of a rollout");
            return Ok(again(now, MUCH_LATER));
        };
        let rendered = slack::block_kit::render_with(&drawn.message, drawn.controls);
        let shown = hash(card, &rendered);
        let shows = if record.open {
            CardOutcome::Shows {
                shown: shown.clone(),
                revision: record.revision,
                version: record.version,
                next_at: now.saturating_add(OFTEN).unwrap_or(Timestamp::MAX),
            }
        } else {
            CardOutcome::Over
        };
        if card.shown.as_ref() == Some(&shown) {
            return Ok(shows);
        }
        Ok(match self.update(card, &rendered).await {
            Updated::Yes => shows,
            Updated::Lost => self.lost(card, &drawn.message).unwrap_or(shows),
            Updated::NotNow(pause) => again(now, pause),
            Updated::Paced(pause) => {
                let outcome = again(now, pause);
                if let CardOutcome::Again { at } = &outcome {
                    paused.insert(card.place.workspace.clone(), *at);
                }
                outcome
            }
        })
    }

    async fn update(&self, card: &ClaimedCard, rendered: &Rendered) -> Updated {
        let Some(client) = self.installations.client(&card.place.workspace) else {
            return Updated::NotNow(MUCH_LATER);
        };
        let (Ok(channel), Ok(ts)) = (card.channel_id.parse(), card.ts.parse()) else {
            return Updated::Lost;
        };
        let update = |message| UpdateMessage {
            channel: &channel,
            ts: &ts,
            message,
        };
        let mut updated = client.update_message(update(rendered)).await;
        if let Err(UpdateError::InvalidMessage(refusal)) = &updated {
            tracing::error!(rollout.id = %card.rollout, refusal = ?refusal, "Slack refused a card's form; it shows its text alone");
            updated = client.update_message(update(&rendered.plain())).await;
        }
        judge(updated, card)
    }

    /// The message is posted again and becomes the card once it stands there.
    fn lost(&self, card: &ClaimedCard, message: &Message) -> Option<CardOutcome> {
        let millisecond = self.clock.now().as_millisecond();
        let id = DeliveryId::mint(millisecond, self.chance.next_u128());
        let root = steering::root_delivery(id, &card.rollout, &card.place, message)?;
        Some(CardOutcome::Lost { root })
    }
}

/// What came of changing a card.
enum Updated {
    Yes,
    Lost,
    NotNow(SignedDuration),
    /// The workspace takes no more changes for so long.
    Paced(SignedDuration),
}

fn judge(updated: Result<(), UpdateError>, card: &ClaimedCard) -> Updated {
    let error = match updated {
        Ok(()) => {
            metrics::counter!("signalbox_card_updates_total").increment(1);
            return Updated::Yes;
        }
        Err(error) => error,
    };
    let pause = match &error {
        UpdateError::TargetLost { .. } => {
            tracing::info!(rollout.id = %card.rollout, %error, "a rollout's card is gone; it is posted again");
            return Updated::Lost;
        }
        UpdateError::Conflict { .. } => return Updated::NotNow(MOMENT),
        UpdateError::ChannelRefused { .. } | UpdateError::InvalidMessage(_) => MUCH_LATER,
        UpdateError::Call(call) => match call.retry() {
            Retry::After(pause) => {
                let pause = SignedDuration::try_from(pause).unwrap_or(MUCH_LATER);
                return Updated::Paced(pause);
            }
            Retry::Backoff => LATER,
            Retry::Never => MUCH_LATER,
        },
    };
    tracing::warn!(rollout.id = %card.rollout, %error, "a rollout's card cannot be changed now");
    Updated::NotNow(pause)
}

fn again(now: Timestamp, pause: SignedDuration) -> CardOutcome {
    CardOutcome::Again {
        at: now.saturating_add(pause).unwrap_or(Timestamp::MAX),
    }
}

/// Of what a card shows, and where: a new one shows nothing of it yet.
fn hash(card: &ClaimedCard, rendered: &Rendered) -> String {
    let shown = serde_json::json!({
        "ts": card.ts,
        "text": rendered.text,
        "blocks": rendered.blocks,
        "attachments": rendered.attachments,
    });
    let digest = Sha256::digest(shown.to_string());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
