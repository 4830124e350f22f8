//! `GET /events/{id}`: an event's way, from GitLab's request to the message in its channel.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::{DeliveryId, Message};
use jiff::Timestamp;
use store::{DeliveryRecord, DeliveryState, EventOutcome, EventRecord, Store, Via};

use super::address::percent;
use super::log::EventRow;
use super::time::{Moment, took};
use super::{Frame, Pages, Setup, html};
use crate::access::{Reader, Viewer};
use crate::api::find_event;
use crate::error::ApiError;

#[derive(Template)]
#[template(path = "event.html")]
struct EventPage {
    frame: Frame,
    hook: String,
    event: EventRow,
    stations: [Station; 3],
    deliveries: Vec<DeliveryRow>,
}

pub(super) async fn show(
    _: Reader,
    viewer: Viewer,
    State(pages): State<Pages>,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let event = find_event(&pages.store, &id).await?;
    let counts = pages.store.counts().await?;
    let frame = Frame::new(&pages, &counts, "", viewer);
    let mut deliveries = Vec::new();
    for delivery in &event.deliveries {
        let said = message_of(&pages.store, &delivery.id).await?;
        deliveries.push(DeliveryRow::new(delivery, said, &pages.setup, frame.now));
    }
    html(&EventPage {
        stations: stations(&event),
        deliveries,
        hook: event.hook.to_string(),
        event: EventRow::new(event, frame.now),
        frame,
    })
}

/// A stop on the way, as the picture at the top of the page shows it.
struct Station {
    name: &'static str,
    /// Which colour it has: a delivery's state, `done` or `next`.
    state: &'static str,
    /// What happened there.
    said: String,
    /// How long after the stop before.
    later: Option<String>,
}

/// Accepted, routed, delivered. The store writes down when an event came and when a delivery
/// last changed; when it was routed is in the ids that its deliveries got in that moment.
fn stations(event: &EventRecord) -> [Station; 3] {
    let routed_at = event
        .deliveries
        .iter()
        .filter_map(|delivery| Timestamp::from_millisecond(delivery.id.millisecond()?).ok())
        .min();
    let accepted = Station {
        name: "Accepted",
        state: "done",
        said: "on disk before GitLab got its answer".to_owned(),
        later: None,
    };
    let routed = match (event.outcome, event.deliveries.as_slice()) {
        (EventOutcome::Ignored, _) => Station {
            name: "Ignored",
            state: "ignored",
            said: event.reason.clone().unwrap_or_default(),
            later: None,
        },
        (_, []) => Station {
            name: "Routed",
            state: "next",
            said: "not yet".to_owned(),
            later: None,
        },
        (_, [one]) => routed_to(one.channel.to_string(), event, routed_at),
        (_, many) => routed_to(format!("{} channels", many.len()), event, routed_at),
    };
    [accepted, routed, last(event, routed_at)]
}

fn routed_to(said: String, event: &EventRecord, at: Option<Timestamp>) -> Station {
    Station {
        name: "Routed",
        state: "done",
        said,
        later: at.map(|at| took(event.received_at, at)),
    }
}

/// The worst of its deliveries, as the event's outcome is.
fn last(event: &EventRecord, routed_at: Option<Timestamp>) -> Station {
    let ended = event.deliveries.iter().map(|delivery| delivery.at).max();
    let later = ended.map(|at| took(routed_at.unwrap_or(event.received_at), at));
    let station = |name, state, said: &str, later| Station {
        name,
        state,
        said: said.to_owned(),
        later,
    };
    match event.outcome {
        EventOutcome::Delivered => station("Delivered", "sent", "in Slack", later),
        EventOutcome::Digested => station("Digested", "digested", "told with others", later),
        EventOutcome::Dead => station("Dead letter", "dead", "waits for a person", later),
        EventOutcome::Waiting => station("Delivered", "next", "not yet", None),
        EventOutcome::Ignored => station("Delivered", "never", "to nobody", None),
    }
}

/// One message on its way.
pub(super) struct DeliveryRow {
    pub(super) id: String,
    pub(super) channel: String,
    /// Where the channel can be seen, once Slack said its id.
    pub(super) href: Option<String>,
    pub(super) workspace: String,
    pub(super) via: &'static str,
    pub(super) state: DeliveryState,
    pub(super) story: String,
    /// What the message says, while it is here and not in Slack.
    pub(super) said: Option<String>,
    pub(super) at: Moment,
    pub(super) ts: String,
    pub(super) reason: String,
    pub(super) remedy: String,
}

impl DeliveryRow {
    pub(super) fn new(
        delivery: &DeliveryRecord,
        said: Option<String>,
        setup: &Setup,
        now: Timestamp,
    ) -> Self {
        let channel_id = delivery.channel_id.as_deref();
        Self {
            id: delivery.id.to_string(),
            channel: delivery.channel.to_string(),
            href: match channel_id {
                Some(id) => Some(setup.channel(delivery.workspace.as_str(), id)),
                None => channel_by_name(delivery, setup),
            },
            workspace: delivery.workspace.to_string(),
            via: match delivery.via {
                Via::App => "the app",
                Via::Webhook => "the incoming webhook",
            },
            state: delivery.state,
            story: story(delivery),
            said,
            at: Moment::new(delivery.at, now),
            ts: delivery.ts.clone().unwrap_or_default(),
            reason: delivery.reason.clone().unwrap_or_default(),
            remedy: delivery.remedy.clone().unwrap_or_default(),
        }
    }

    pub(super) fn is_dead(&self) -> bool {
        self.state == DeliveryState::Dead
    }
}

/// Where a webhook's message can be seen: Slack does not tell it the channel's id, and only the
/// sandbox finds channels by their names.
fn channel_by_name(delivery: &DeliveryRecord, setup: &Setup) -> Option<String> {
    let name = delivery.channel.as_str().strip_prefix('#')?;
    let name = percent(name);
    let sandbox = setup.place("Slack")?;
    (delivery.state == DeliveryState::Sent).then(|| format!("{sandbox}/?channel={name}"))
}

fn story(delivery: &DeliveryRecord) -> String {
    let tries = match delivery.attempts {
        0 => String::new(),
        1 => ", after one try that failed".to_owned(),
        many => format!(", after {many} tries that failed"),
    };
    match delivery.state {
        DeliveryState::Waiting if delivery.digest.is_some() => {
            "waits in a digest, because its channel is behind".to_owned()
        }
        DeliveryState::Waiting => format!("waits for its turn{tries}"),
        DeliveryState::Sending => format!("is being sent{tries}"),
        DeliveryState::Sent => format!("stands in the channel{tries}"),
        DeliveryState::Updated => format!("changed a message that stood there{tries}"),
        DeliveryState::Digested => {
            "was told in a digest, because its channel was behind".to_owned()
        }
        DeliveryState::Dead => {
            format!("cannot be delivered until somebody has mended the cause{tries}")
        }
    }
}

/// What a message says, in one plain line, while it is here. Once Slack has it, Slack alone
/// keeps it.
pub(super) async fn message_of(
    store: &Store,
    delivery: &DeliveryId,
) -> Result<Option<String>, ApiError> {
    let stored = store.message(delivery).await?;
    Ok(stored
        .and_then(|json| serde_json::from_str::<Message>(&json).ok())
        .map(|message| plain(message.summary.as_str())))
}

/// Slack's three escapes are taken back; a summary has no other markup.
fn plain(summary: &str) -> String {
    summary
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delivery(channel: &str, state: DeliveryState) -> DeliveryRecord {
        DeliveryRecord {
            id: DeliveryId::mint(1, 1),
            workspace: "T0DEMO".parse().unwrap(),
            channel: channel.parse().unwrap(),
            state,
            via: Via::Webhook,
            ts: None,
            channel_id: None,
            attempts: 0,
            reason: None,
            remedy: None,
            at: Timestamp::UNIX_EPOCH,
            digest: None,
            failed_via: None,
        }
    }

    #[test]
    fn a_webhooks_channel_is_found_by_its_name_in_the_sandbox_alone() {
        let sandbox = Setup {
            places: vec![("Slack".to_owned(), "http://slack.test".to_owned())],
            ..Setup::default()
        };
        let sent = DeliveryState::Sent;
        for (setup, channel, state, expected) in [
            (
                &sandbox,
                "#p-a\"b",
                sent,
                Some("http://slack.test/?channel=p-a%22b"),
            ),
            (&sandbox, "#p-ab", DeliveryState::Dead, None),
            (&sandbox, "webhook:acme/web", sent, None),
            (&Setup::default(), "#p-ab", sent, None),
        ] {
            let href = channel_by_name(&delivery(channel, state), setup);
            assert_eq!(href.as_deref(), expected, "{channel}");
        }
    }
}
