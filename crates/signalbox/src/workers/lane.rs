//! Serves one lane: sends its head, records what came of it, goes on with the next.
//!
//! What to do after a try is decided by `judge`, which is pure; sending is `slack`'s, folding
//! `notify::digest`'s, remembering `store`'s.

mod judge;
mod report;

use std::sync::Arc;

use clock::{Chance, Clock};
use domain::{ChannelName, DeliveryId, Message};
use jiff::{SignedDuration, Timestamp};
use notify::digest::DigestItem;
use slack::{
    Audience, CallError, Client, ConversationError, FindDelivery, InThread, LookupError, PostError,
    PostMessage, Posted, Rendered, Retry, Ts, Visibility,
};
use store::{
    After, ClaimedLane, Delivery, LaneError, NewDigest, Outcome, Settlement, Speaker, Store,
    ThreadPlace, Via,
};
use tokio_util::sync::CancellationToken;

use super::backoff;
use super::pace::Pace;
use super::voices::{ByWebhook, Voices};
use crate::errors::Errors;
use judge::{Tried, judge};

/// How far Slack's clock may be from ours.
const CLOCKS_DIFFER: SignedDuration = SignedDuration::from_mins(1);

/// How long a lane belongs to whoever claimed it, unless the claim is renewed by recording a
/// result. Longer than the longest single try: the client's time limit and a look-up.
pub(super) const LEASE: SignedDuration = SignedDuration::from_secs(60);

/// What serving a lane needs.
pub struct LaneWorker {
    pub store: Store,
    pub clock: Clock,
    pub chance: Chance,
    pub voices: Arc<Voices>,
    /// Hears of every try that fails.
    pub errors: Errors,
    pub pace: Pace,
    /// From how many waiting messages on a lane is folded into a digest.
    pub digest_from: u64,
    /// Whether a channel that does not exist is made.
    pub create_channels: bool,
    /// Where the log's pages are, for the digest's link.
    pub public_url: String,
    /// This process, in the leases.
    pub owner: String,
}

impl LaneWorker {
    /// Serves a lane until it is empty, has to wait, or `stop`.
    pub async fn serve(&self, mut lane: ClaimedLane, stop: &CancellationToken) {
        loop {
            if let Err(error) = self.fold_if_behind(&mut lane).await {
                tracing::error!(%error, channel.name = %lane.channel, "a lane cannot be folded now");
                return;
            }
            let tried = self.try_head(&lane).await;
            let settlement = self.settle(&lane, tried, stop.is_cancelled());
            lane.pace = settlement.pace;
            match self.store.settle(lane.token, settlement).await {
                Ok(settled) => match settled.next {
                    Some(next) => {
                        lane.head = next;
                        lane.waiting = settled.waiting;
                    }
                    None => return,
                },
                Err(error) => {
                    // The lease runs out; the next claimer looks the message up before it sends.
                    tracing::error!(%error, channel.name = %lane.channel, "a delivery's result cannot be recorded now");
                    return;
                }
            }
        }
    }

    async fn try_head(&self, lane: &ClaimedLane) -> Tried {
        match &lane.head.speaker {
            Speaker::App => self.try_as_app(lane).await,
            Speaker::Webhook { place } => self.try_by_webhook(lane, place).await,
        }
    }

    /// What was the app's to say before, and may stand there, is looked for first.
    async fn find_of_app(&self, lane: &ClaimedLane) -> Option<Tried> {
        let since = lane.head.uncertain_since?;
        if lane.head.failed_via != Some(Via::App) {
            return None;
        }
        let client = self.voices.installations.client(&lane.workspace)?;
        match self.find(&client, lane, since).await {
            Ok(found) => found.map(Tried::Sent),
            Err(error) => Some(Tried::NotFound(error)),
        }
    }

    /// A webhook's answer says nothing of where the message stands, and it can carry nothing to
    /// find it by: a message whose first try has an unknown end is sent again.
    async fn try_by_webhook(&self, lane: &ClaimedLane, place: &str) -> Tried {
        if let Some(tried) = self.find_of_app(lane).await {
            return tried;
        }
        let rendered = slack::block_kit::render(&decode(&lane.head));
        let mut tried = self.post_by_webhook(lane, place, &rendered).await;
        if let Tried::Failed(PostError::InvalidMessage(refusal)) = &tried {
            tell_of_refused_form(&lane.head, refusal);
            tried = self.post_by_webhook(lane, place, &rendered.plain()).await;
        }
        tried
    }

    async fn post_by_webhook(&self, lane: &ClaimedLane, place: &str, message: &Rendered) -> Tried {
        let post = || self.voices.by_webhook(place, &lane.channel, message);
        let mut tried = post().await;
        if let (ByWebhook::Failed(PostError::ChannelNotFound(_)), true, Some(client)) = (
            &tried,
            self.create_channels,
            self.voices.installations.client(&lane.workspace),
        ) {
            match create_channel(&client, &lane.channel).await {
                Way::Open => tried = post().await,
                Way::NotNow(not_now) => return Tried::Failed(PostError::Call(not_now)),
                Way::Closed => (),
            }
        }
        match tried {
            ByWebhook::Taken => Tried::Taken,
            ByWebhook::NoWebhook => Tried::NoWebhook,
            ByWebhook::BadAddress(error) => Tried::BadAddress(error),
            ByWebhook::Failed(error) => Tried::Failed(error),
        }
    }

    async fn try_as_app(&self, lane: &ClaimedLane) -> Tried {
        let Some(client) = self.voices.installations.client(&lane.workspace) else {
            return Tried::NoInstallation;
        };
        if let Some(since) = lane.head.uncertain_since {
            match self.find(&client, lane, since).await {
                Ok(Some(posted)) => return Tried::Sent(posted),
                Ok(None) => (),
                Err(error) => return Tried::NotFound(error),
            }
        }
        let rendered = slack::block_kit::render(&decode(&lane.head));
        match self.post(&client, lane, &rendered).await {
            Ok(posted) => Tried::Sent(posted),
            Err(PostError::InvalidMessage(refusal)) => {
                tell_of_refused_form(&lane.head, &refusal);
                self.post(&client, lane, &rendered.plain())
                    .await
                    .map_or_else(Tried::Failed, Tried::Sent)
            }
            Err(error) => Tried::Failed(error),
        }
    }

    /// Looks for a message whose first try has an unknown end. Where the app may not read, nobody
    /// can know, and sending it twice is better than not at all.
    async fn find(
        &self,
        client: &Client,
        lane: &ClaimedLane,
        since: Timestamp,
    ) -> Result<Option<Posted>, LookupError> {
        let root = root_of(&lane.head);
        let find = FindDelivery {
            channel: &lane.channel,
            thread: root.as_ref(),
            delivery: &lane.head.id,
            // Slack's clock may run a little behind ours.
            since: since
                .saturating_sub(CLOCKS_DIFFER)
                .unwrap_or(Timestamp::UNIX_EPOCH),
        };
        let mut found = client.find_delivery(find).await;
        if matches!(found, Err(LookupError::NotInChannel(_))) {
            match join(client, &lane.channel).await {
                Way::Open => found = client.find_delivery(find).await,
                Way::NotNow(not_now) => found = Err(LookupError::Call(not_now)),
                Way::Closed => (),
            }
        }
        match found {
            Err(error) if error.retry() == Retry::Never => {
                tracing::warn!(
                    %error,
                    delivery.id = %lane.head.id,
                    "a message cannot be looked up before it is sent again; it may show twice"
                );
                Ok(None)
            }
            other => other,
        }
    }

    async fn post(
        &self,
        client: &Client,
        lane: &ClaimedLane,
        message: &Rendered,
    ) -> Result<Posted, PostError> {
        let root = root_of(&lane.head);
        let thread = root.as_ref().map(|root| InThread {
            root,
            audience: audience_of(&lane.head),
        });
        let post = PostMessage {
            channel: &lane.channel,
            message,
            thread,
            delivery: &lane.head.id,
        };
        match client.post_message(post).await {
            // Somebody deleted the root: what was to be said below it is said all the same.
            Err(PostError::ThreadLost { code }) if thread.is_some() => {
                tracing::info!(delivery.id = %lane.head.id, %code, "a thread is gone; its message is posted alone");
                let alone = PostMessage {
                    thread: None,
                    ..post
                };
                client.post_message(alone).await
            }
            Err(error @ PostError::ChannelNotFound(_)) if self.create_channels => {
                match create_channel(client, &lane.channel).await {
                    Way::Open => client.post_message(post).await,
                    Way::NotNow(not_now) => Err(PostError::Call(not_now)),
                    Way::Closed => Err(error),
                }
            }
            Err(error @ PostError::NotInChannel(_)) => match join(client, &lane.channel).await {
                Way::Open => client.post_message(post).await,
                Way::NotNow(not_now) => Err(PostError::Call(not_now)),
                Way::Closed => Err(error),
            },
            other => other,
        }
    }

    fn settle(&self, lane: &ClaimedLane, tried: Tried, stopping: bool) -> Settlement {
        let now = self.clock.now();
        // A refused try counts for the pace as well: Slack counts it too.
        let arrival = self.pace.after(moment(lane.pace), now);
        let backoff = |failures| backoff::pause(failures, &self.chance);
        let code = tried.code();
        let outcome = judge(tried, &lane.head, now, backoff);
        count(&outcome, &lane.head, now);
        if let Some(failure) = report::failure(lane, &outcome, code) {
            self.errors.tell(failure);
        }
        let next_at = match &outcome {
            Outcome::Retry { at, .. } => *at,
            Outcome::Sent { .. }
            | Outcome::Taken
            | Outcome::Updated { .. }
            | Outcome::Dead { .. } => self.pace.allowed_at(arrival),
        };
        let after = if !stopping && next_at <= now {
            After::KeepGoing { lease: LEASE }
        } else {
            After::Release { next_at }
        };
        let delivery = lane.head.id.clone();
        Settlement {
            delivery,
            outcome,
            pace: arrival.as_millisecond(),
            after,
            now,
        }
    }

    /// Folds what waits into one message when the lane is too far behind to be read one by one.
    async fn fold_if_behind(&self, lane: &mut ClaimedLane) -> Result<(), LaneError> {
        // A digest that Slack does not take now goes first, once it does; then the next is made.
        // So does what belongs to a thread.
        let is_digest = lane.head.is_digest();
        let stays = lane.head.thread.is_some() || lane.head.uncertain_since.is_some();
        if lane.waiting < self.digest_from || is_digest || stays {
            return Ok(());
        }
        let waiting = self.store.waiting(lane.token, MOST_FOLDED).await?;
        // Only what one integration says is folded together; alone it says more as it is.
        let (2.., Some(first), Some(last)) = (waiting.len(), waiting.first(), waiting.last())
        else {
            return Ok(());
        };
        let now = self.clock.now();
        let digest = NewDigest {
            id: DeliveryId::mint(now.as_millisecond(), self.chance.next_u128()),
            speaker: first.speaker.clone(),
            message: super::routing::encode(&self.digest_of(&waiting)),
        };
        let folded = self
            .store
            .fold(lane.token, digest, last.position, now)
            .await?;
        metrics::counter!("signalbox_digests_total").increment(1);
        tracing::info!(
            channel.name = %lane.channel,
            messages = folded.folded,
            "folded a lane that was behind into a digest"
        );
        lane.head = folded.head;
        lane.waiting = folded.waiting;
        Ok(())
    }

    fn digest_of(&self, waiting: &[Delivery]) -> Message {
        let items: Vec<_> = waiting
            .iter()
            .map(|delivery| DigestItem {
                message: decode(delivery),
                at: delivery.since,
            })
            .collect();
        notify::digest::digest(&items, &self.public_url)
    }
}

/// The message below which this one belongs, if it does and that one stands there.
fn root_of(head: &Delivery) -> Option<Ts> {
    let thread = head.thread.as_ref()?;
    match thread.place {
        ThreadPlace::Root => None,
        ThreadPlace::Reply | ThreadPlace::Broadcast => {
            thread.root.as_ref().and_then(|root| root.ts.parse().ok())
        }
    }
}

fn audience_of(head: &Delivery) -> Audience {
    match head.thread.as_ref().map(|thread| thread.place) {
        Some(ThreadPlace::Broadcast) => Audience::Channel,
        Some(ThreadPlace::Root | ThreadPlace::Reply) | None => Audience::Thread,
    }
}

fn tell_of_refused_form(head: &Delivery, refusal: &slack::Refusal) {
    tracing::error!(delivery.id = %head.id, refusal = ?refusal, "Slack refused a message's form; sending its text alone");
    metrics::counter!("signalbox_refused_messages_total").increment(1);
}

/// Whether a channel that refused a message takes it now.
enum Way {
    Open,
    /// Slack could not say; to be asked again.
    NotNow(CallError),
    Closed,
}

async fn create_channel(client: &Client, channel: &ChannelName) -> Way {
    let name = channel.as_str().trim_start_matches('#');
    match client.create_conversation(name, Visibility::Public).await {
        Ok(_) | Err(ConversationError::NameTaken(_)) => Way::Open,
        Err(ConversationError::Call(error)) if error.retry() != Retry::Never => Way::NotNow(error),
        Err(error) => {
            tracing::warn!(%error, channel.name = %channel, "the channel could not be made");
            Way::Closed
        }
    }
}

async fn join(client: &Client, channel: &ChannelName) -> Way {
    let id = match client.channel_id(channel).await {
        Ok(Some(id)) => id,
        Err(LookupError::Call(error)) if error.retry() != Retry::Never => {
            return Way::NotNow(error);
        }
        Ok(None) | Err(_) => return Way::Closed,
    };
    match client.join_conversation(&id).await {
        Ok(_) => Way::Open,
        Err(ConversationError::Call(error)) if error.retry() != Retry::Never => Way::NotNow(error),
        Err(_) => Way::Closed,
    }
}

/// The most messages of one digest.
const MOST_FOLDED: u32 = 2_000;

/// A lane's pace as the database keeps it: milliseconds since the epoch.
fn moment(millisecond: i64) -> Timestamp {
    Timestamp::from_millisecond(millisecond).unwrap_or(Timestamp::UNIX_EPOCH)
}

fn count(outcome: &Outcome, head: &Delivery, now: Timestamp) {
    let result = match outcome {
        Outcome::Sent { .. } | Outcome::Taken => "sent",
        Outcome::Updated { .. } => "updated",
        Outcome::Retry { .. } => "retry",
        Outcome::Dead { .. } => "dead",
    };
    metrics::counter!("signalbox_attempts_total", "result" => result).increment(1);
    match outcome {
        Outcome::Sent { .. } | Outcome::Taken | Outcome::Updated { .. } => {
            let began = head.received_at.unwrap_or(head.since);
            let took = now.duration_since(began).as_secs_f64();
            metrics::histogram!("signalbox_delivery_seconds").record(took);
        }
        Outcome::Retry { at, reason, .. } => {
            tracing::info!(delivery.id = %head.id, again = %at, reason, "a delivery has to wait");
        }
        Outcome::Dead { reason, .. } => {
            tracing::warn!(delivery.id = %head.id, reason, "a delivery went to the dead letters");
        }
    }
}

/// A message as the outbox kept it; one that cannot be read any more says so itself.
fn decode(delivery: &Delivery) -> Message {
    serde_json::from_str(&delivery.message).unwrap_or_else(|error| {
        tracing::error!(delivery.id = %delivery.id, %error, "a stored message is not readable");
        let words = domain::Mrkdwn::fixed(
            "A message that this version cannot read; its event is in the log",
        );
        Message::new(words.clone(), words)
    })
}
