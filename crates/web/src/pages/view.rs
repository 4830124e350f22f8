//! What the store knows, in the words of the pages.

use jiff::{SignedDuration, Timestamp};
use store::{
    Cursor, DeadLetter, DeliveryRecord, DeliveryState, EventFilter, EventOutcome, EventRecord,
    LaneRecord,
};

/// A moment: exact for machines, as people say it for people.
pub(super) struct Moment {
    pub(super) exact: String,
    pub(super) said: String,
}

impl Moment {
    fn new(at: Timestamp, now: Timestamp) -> Self {
        Self { exact: format!("{at:.3}"), said: said(now.duration_since(at)) }
    }
}

fn said(ago: SignedDuration) -> String {
    let seconds = ago.as_secs();
    let (size, when) =
        if seconds < 0 { (-seconds, "in ") } else { (seconds, "") };
    let amount = match size {
        0..=1 if when.is_empty() => return "now".to_owned(),
        0..=59 => format!("{size} s"),
        60..=3599 => format!("{} min", size / 60),
        3600..=86_399 => format!("{} h", size / 3600),
        _ => format!("{} d", size / 86_400),
    };
    if when.is_empty() { format!("{amount} ago") } else { format!("{when}{amount}") }
}

/// An event in a list.
pub(super) struct EventRow {
    pub(super) id: String,
    pub(super) at: Moment,
    pub(super) kind: &'static str,
    pub(super) hook: String,
    pub(super) project: String,
    pub(super) title: String,
    pub(super) outcome: EventOutcome,
    pub(super) reason: String,
    pub(super) channels: Vec<String>,
}

impl EventRow {
    pub(super) fn new(event: EventRecord, now: Timestamp) -> Self {
        Self {
            id: event.id.to_string(),
            at: Moment::new(event.received_at, now),
            kind: event.kind.words(),
            hook: event.hook.to_string(),
            project: event.project.unwrap_or_default(),
            title: event.title,
            outcome: event.outcome,
            reason: event.reason.unwrap_or_default(),
            channels: event.deliveries.iter().map(|one| one.channel.to_string()).collect(),
        }
    }
}

/// An event's way, step by step.
pub(super) struct Way {
    pub(super) routed: String,
    pub(super) deliveries: Vec<DeliveryRow>,
}

impl Way {
    pub(super) fn new(event: &EventRecord) -> Self {
        let routed = match (event.outcome, event.deliveries.len()) {
            (EventOutcome::Ignored, _) => "nobody".to_owned(),
            (_, 0) => "not yet decided".to_owned(),
            (_, 1) => "one channel".to_owned(),
            (_, many) => format!("{many} channels"),
        };
        Self { routed, deliveries: event.deliveries.iter().map(DeliveryRow::new).collect() }
    }
}

/// One message on its way.
pub(super) struct DeliveryRow {
    pub(super) id: String,
    pub(super) channel: String,
    pub(super) workspace: String,
    pub(super) via: &'static str,
    pub(super) state: DeliveryState,
    pub(super) story: String,
    pub(super) at: String,
    pub(super) ts: String,
    pub(super) reason: String,
    pub(super) remedy: String,
    pub(super) dead: bool,
}

impl DeliveryRow {
    fn new(delivery: &DeliveryRecord) -> Self {
        Self {
            id: delivery.id.to_string(),
            channel: delivery.channel.to_string(),
            workspace: delivery.workspace.to_string(),
            via: match delivery.via {
                store::Via::App => "the app",
                store::Via::Webhook => "the incoming webhook",
            },
            state: delivery.state,
            story: story(delivery),
            at: format!("{:.3}", delivery.at),
            ts: delivery.ts.clone().unwrap_or_default(),
            reason: delivery.reason.clone().unwrap_or_default(),
            remedy: delivery.remedy.clone().unwrap_or_default(),
            dead: delivery.state == DeliveryState::Dead,
        }
    }
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
        DeliveryState::Digested => "was told in a digest, because its channel was behind".to_owned(),
        DeliveryState::Dead => format!("cannot be delivered until somebody has mended the cause{tries}"),
    }
}

/// A channel for which messages wait.
pub(super) struct LaneRow {
    pub(super) channel: String,
    pub(super) waiting: u64,
    pub(super) next: String,
    pub(super) error: String,
}

impl LaneRow {
    pub(super) fn new(lane: LaneRecord, now: Timestamp) -> Self {
        let busy = lane.lease_until.is_some_and(|until| now < until);
        Self {
            channel: lane.channel.to_string(),
            waiting: lane.waiting,
            next: match (busy, lane.next_at <= now) {
                (true, _) => "being sent".to_owned(),
                (false, true) => "now".to_owned(),
                (false, false) => said(now.duration_since(lane.next_at)),
            },
            error: lane.last_error.unwrap_or_default(),
        }
    }
}

/// A delivery that waits for a person.
pub(super) struct LetterRow {
    pub(super) delivery: DeliveryRow,
    pub(super) event: Option<String>,
    pub(super) title: String,
    pub(super) since: Moment,
}

impl LetterRow {
    pub(super) fn new(letter: DeadLetter, now: Timestamp) -> Self {
        let title = letter
            .title
            .unwrap_or_else(|| format!("A digest of {} messages", letter.folded));
        Self {
            since: Moment::new(letter.delivery.at, now),
            delivery: DeliveryRow::new(&letter.delivery),
            event: letter.event.map(|id| id.to_string()),
            title,
        }
    }
}

/// The list's address with the same filter, from `before` on.
pub(super) fn query(filter: &EventFilter, before: Option<Cursor>) -> String {
    let mut parts = Vec::new();
    parts.extend(filter.kind.map(|kind| format!("kind={}", kind.name())));
    parts.extend(filter.outcome.map(|outcome| format!("outcome={}", outcome.name())));
    parts.extend(filter.project.as_deref().map(|path| format!("project={}", percent(path))));
    parts.extend(before.map(|Cursor(before)| format!("before={before}")));
    format!("/?{}", parts.join("&"))
}

fn percent(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'/' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_said_as_people_say_them() {
        for (seconds, expected) in [
            (0, "now"),
            (30, "30 s ago"),
            (90, "1 min ago"),
            (7200, "2 h ago"),
            (200_000, "2 d ago"),
            (-5, "in 5 s"),
        ] {
            assert_eq!(said(SignedDuration::from_secs(seconds)), expected);
        }
    }

    #[test]
    fn a_filter_reads_back_from_its_address() {
        let filter = EventFilter {
            project: Some("acme/a b&c".to_owned()),
            kind: Some(domain::EventKind::Push),
            ..EventFilter::default()
        };
        assert_eq!(query(&filter, Some(Cursor(7))), "/?kind=push&project=acme/a%20b%26c&before=7");
    }
}
