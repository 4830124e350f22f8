//! What `/api/v1` shows of what the store knows. These shapes are promises.

use domain::{ChannelName, DeliveryId, EventId, EventKind, HookName, WorkspaceId};
use jiff::Timestamp;
use serde::Serialize;
use store::{DeadLetter, DeliveryRecord, DeliveryState, EventOutcome, EventRecord, Via};

/// One event's whole way.
#[derive(Debug, Serialize)]
pub(crate) struct EventView {
    pub(crate) id: EventId,
    pub(crate) hook: HookName,
    pub(crate) kind: EventKind,
    /// Full path; null for events of a group or of the instance.
    pub(crate) project: Option<String>,
    pub(crate) title: String,
    pub(crate) received_at: Timestamp,
    /// The worst of its deliveries: `dead`, `waiting`, `digested`, `delivered`; else `ignored`.
    pub(crate) outcome: EventOutcome,
    /// Why it was ignored, or what is wrong with the worst of its deliveries.
    pub(crate) reason: Option<String>,
    pub(crate) deliveries: Vec<DeliveryView>,
}

/// One message on its way to one channel.
#[derive(Debug, Serialize)]
pub(crate) struct DeliveryView {
    pub(crate) id: DeliveryId,
    pub(crate) workspace: WorkspaceId,
    pub(crate) channel: ChannelName,
    /// `waiting`, `sent`, `updated`, `digested` or `dead`.
    pub(crate) state: DeliveryState,
    pub(crate) via: Via,
    /// Slack's id of the message; a digested one's is its digest's.
    pub(crate) ts: Option<String>,
    pub(crate) channel_id: Option<String>,
    /// Tries that failed.
    pub(crate) attempts: u32,
    pub(crate) reason: Option<String>,
    /// What a person can do about it.
    pub(crate) remedy: Option<String>,
    /// When it last changed.
    pub(crate) at: Timestamp,
    /// The digest that tells of it.
    pub(crate) digest: Option<DeliveryId>,
}

/// A delivery that waits for a person.
#[derive(Debug, Serialize)]
pub(crate) struct DeadLetterView {
    /// Null for a digest.
    pub(crate) event: Option<EventId>,
    pub(crate) title: Option<String>,
    /// How many messages of a digest are dead with it.
    pub(crate) folded: u64,
    #[serde(flatten)]
    pub(crate) delivery: DeliveryView,
}

impl From<EventRecord> for EventView {
    fn from(event: EventRecord) -> Self {
        Self {
            id: event.id,
            hook: event.hook,
            kind: event.kind,
            project: event.project,
            title: event.title,
            received_at: event.received_at,
            outcome: event.outcome,
            reason: event.reason,
            deliveries: event.deliveries.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<DeliveryRecord> for DeliveryView {
    fn from(delivery: DeliveryRecord) -> Self {
        Self {
            id: delivery.id,
            workspace: delivery.workspace,
            channel: delivery.channel,
            // To those who wait for a message, one that is on the wire still waits.
            state: match delivery.state {
                DeliveryState::Sending => DeliveryState::Waiting,
                other => other,
            },
            via: delivery.via,
            ts: delivery.ts,
            channel_id: delivery.channel_id,
            attempts: delivery.attempts,
            reason: delivery.reason,
            remedy: delivery.remedy,
            at: delivery.at,
            digest: delivery.digest,
        }
    }
}

impl From<DeadLetter> for DeadLetterView {
    fn from(letter: DeadLetter) -> Self {
        Self {
            event: letter.event,
            title: letter.title,
            folded: letter.folded,
            delivery: letter.delivery.into(),
        }
    }
}
