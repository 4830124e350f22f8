//! The log of events and what became of each, for people and for the API.

use domain::{ChannelName, DeliveryId, EventId, EventKind, HookName, WorkspaceId};
use jiff::Timestamp;

use crate::engine::{Fault, Row, Tx, Value};
use crate::names::{DeliveryState, EventOutcome, Via};
use crate::route::{STORED_EVENT, StoredEvent, read_stored_event};
use crate::{Store, StoreError};

/// An event's whole way.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct EventRecord {
    pub id: EventId,
    pub hook: HookName,
    pub kind: EventKind,
    pub project: Option<String>,
    pub title: String,
    pub received_at: Timestamp,
    pub outcome: EventOutcome,
    /// Why it was ignored, or what is wrong with the worst of its deliveries.
    pub reason: Option<String>,
    /// Empty until it is routed.
    pub deliveries: Vec<DeliveryRecord>,
}

/// One delivery of an event.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct DeliveryRecord {
    pub id: DeliveryId,
    pub workspace: WorkspaceId,
    pub channel: ChannelName,
    pub state: DeliveryState,
    pub via: Via,
    /// Slack's id of the message: the digest's, for a digested delivery.
    pub ts: Option<String>,
    pub channel_id: Option<String>,
    pub attempts: u32,
    /// What the last attempt failed of.
    pub reason: Option<String>,
    /// What a person can do about it.
    pub remedy: Option<String>,
    /// When it last changed.
    pub at: Timestamp,
    /// The digest that tells of it.
    pub digest: Option<DeliveryId>,
    /// The integration that it failed by first: another than `via` after it was rerouted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed_via: Option<Via>,
}

/// A place in a list, to go on from.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
pub struct Cursor(pub i64);

/// Which events; what is left out does not narrow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventFilter {
    pub kind: Option<EventKind>,
    pub outcome: Option<EventOutcome>,
    /// Full path of a project.
    pub project: Option<String>,
    /// Part of the title or of the project's path; ASCII letters in either case.
    pub text: Option<String>,
    /// Leaves out what was ignored, unless `outcome` asks for it.
    pub without_ignored: bool,
    /// Where the last page ended.
    pub before: Option<Cursor>,
    pub limit: u32,
}

impl Default for EventFilter {
    fn default() -> Self {
        Self {
            kind: None,
            outcome: None,
            project: None,
            text: None,
            without_ignored: false,
            before: None,
            limit: 50,
        }
    }
}

/// Some of the events, newest first.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct EventPage {
    pub events: Vec<EventRecord>,
    /// Where the next page begins, if there may be one.
    pub next: Option<Cursor>,
}

impl Store {
    /// One event with its deliveries.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn event(&self, id: &EventId) -> Result<Option<EventRecord>, StoreError> {
        let id = id.clone();
        self.read(move |tx| {
            let sql = format!("SELECT {EVENT_COLUMNS} FROM events WHERE id = $1");
            let found = tx.one(&sql, &[id.as_str().into()], read_event)?;
            found
                .map(|(seq, event)| with_deliveries(tx, seq, event))
                .transpose()
        })
        .await
    }

    /// One event with its body, as long as that is kept.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn stored_event(&self, id: &EventId) -> Result<Option<StoredEvent>, StoreError> {
        let id = id.clone();
        self.read(move |tx| {
            let sql = format!(
                "SELECT {STORED_EVENT} FROM events e JOIN bodies b ON b.seq = e.seq
                 WHERE e.id = $1"
            );
            tx.one(&sql, &[id.as_str().into()], |row| {
                read_stored_event(row).map(|(_, event)| event)
            })
        })
        .await
    }

    /// The message of a delivery, as it was given to be delivered; `None` when it is in Slack
    /// already, where alone it is kept, or when there is no such delivery.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn message(&self, id: &DeliveryId) -> Result<Option<String>, StoreError> {
        let id = id.clone();
        self.read(move |tx| {
            let sql = "SELECT message FROM deliveries WHERE id = $1 AND message <> ''";
            tx.one(sql, &[id.as_str().into()], |mut row| row.text(0))
        })
        .await
    }

    /// Events with their deliveries, newest first.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn events(&self, filter: EventFilter) -> Result<EventPage, StoreError> {
        self.read(move |tx| {
            let rows = matching(tx, &filter)?;
            let full = rows.len() >= filter.limit as usize;
            let next = rows.last().filter(|_| full).map(|(seq, _)| Cursor(*seq));
            let events = rows
                .into_iter()
                .map(|(seq, event)| with_deliveries(tx, seq, event));
            Ok(EventPage {
                events: events.collect::<Result<_, _>>()?,
                next,
            })
        })
        .await
    }
}

const EVENT_COLUMNS: &str = "seq, id, hook, kind, project, title, received_at, outcome, reason";

fn read_event(mut row: Row) -> Result<(i64, EventRecord), Fault> {
    let outcome = row.text(7)?;
    let event = EventRecord {
        id: row.parsed(1)?,
        hook: row.parsed(2)?,
        kind: row.parsed(3)?,
        project: row.maybe_text(4)?,
        title: row.text(5)?,
        received_at: row.time(6)?,
        outcome: match outcome.as_str() {
            "unrouted" => EventOutcome::Waiting,
            name => name
                .parse()
                .map_err(|error| Fault::Failed(format!("outcome: {error}")))?,
        },
        reason: row.maybe_text(8)?,
        deliveries: Vec::new(),
    };
    Ok((row.int(0)?, event))
}

/// The conditions are literal text, not parameters, so that the partial indexes can serve them.
fn matching(tx: &mut Tx<'_>, filter: &EventFilter) -> Result<Vec<(i64, EventRecord)>, Fault> {
    let before = filter.before.map_or(i64::MAX, |cursor| cursor.0);
    let mut values: Vec<Value<'_>> = vec![before.into(), filter.limit.into()];
    let mut conditions = String::new();
    conditions.push_str(match filter.outcome {
        None if filter.without_ignored => " AND outcome <> 'ignored'",
        None => "",
        Some(EventOutcome::Waiting) => " AND outcome IN ('unrouted', 'waiting')",
        Some(EventOutcome::Delivered) => " AND outcome = 'delivered'",
        Some(EventOutcome::Digested) => " AND outcome = 'digested'",
        Some(EventOutcome::Dead) => " AND outcome = 'dead'",
        Some(EventOutcome::Ignored) => " AND outcome = 'ignored'",
    });
    if let Some(kind) = filter.kind {
        values.push(kind.name().into());
        conditions.push_str(&format!(" AND kind = ${}", values.len()));
    }
    if let Some(project) = &filter.project {
        values.push(project.into());
        conditions.push_str(&format!(" AND project = ${}", values.len()));
    }
    let pattern = filter.text.as_deref().map(containing);
    if let Some(pattern) = &pattern {
        values.push(pattern.into());
        let n = values.len();
        conditions.push_str(&format!(
            " AND (lower(title) LIKE ${n} ESCAPE '\\' OR lower(project) LIKE ${n} ESCAPE '\\')"
        ));
    }
    let sql = format!(
        "SELECT {EVENT_COLUMNS} FROM events WHERE seq < $1{conditions} ORDER BY seq DESC LIMIT $2"
    );
    tx.query(&sql, &values, read_event)
}

/// The `LIKE` pattern of what contains this text. Both engines' `lower` change ASCII letters;
/// what else they change differs, so other letters are taken as they are.
fn containing(text: &str) -> String {
    let mut pattern = "%".to_owned();
    for character in text.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character.to_ascii_lowercase());
    }
    pattern.push('%');
    pattern
}

/// Columns for [`read_delivery`]: the delivery `d`, its lane `l`, its digest `g`.
pub(crate) const DELIVERY_COLUMNS: &str = "d.seq, d.id, l.workspace, l.channel, d.state, d.via, d.ts, d.channel_id, d.attempts, \
     d.reason, d.remedy, d.at, g.id, d.failed_via";

/// How many columns those are.
pub(crate) const DELIVERY_WIDTH: usize = 14;

pub(crate) fn read_delivery(row: &mut Row) -> Result<(i64, DeliveryRecord), Fault> {
    let record = DeliveryRecord {
        id: row.parsed(1)?,
        workspace: row.parsed(2)?,
        channel: row.parsed(3)?,
        state: public_state(&row.text(4)?)?,
        via: row.parsed(5)?,
        ts: row.maybe_text(6)?,
        channel_id: row.maybe_text(7)?,
        attempts: row.small(8)?,
        reason: row.maybe_text(9)?,
        remedy: row.maybe_text(10)?,
        at: row.time(11)?,
        digest: row.maybe_parsed(12)?,
        failed_via: row.maybe_parsed(13)?,
    };
    Ok((row.int(0)?, record))
}

/// What is folded waits with its digest.
pub(crate) fn public_state(stored: &str) -> Result<DeliveryState, Fault> {
    match stored {
        "folded" => Ok(DeliveryState::Waiting),
        name => name
            .parse()
            .map_err(|error| Fault::Failed(format!("state: {error}"))),
    }
}

fn with_deliveries(tx: &mut Tx<'_>, seq: i64, event: EventRecord) -> Result<EventRecord, Fault> {
    let sql = format!(
        "SELECT {DELIVERY_COLUMNS} FROM deliveries d JOIN lanes l ON l.id = d.lane
         LEFT JOIN deliveries g ON g.seq = d.digest
         WHERE d.event_seq = $1 ORDER BY d.seq"
    );
    let deliveries: Vec<DeliveryRecord> =
        tx.query(
            &sql,
            &[seq.into()],
            |mut row| Ok(read_delivery(&mut row)?.1),
        )?;
    let of_worst = |wanted| {
        let worst = deliveries.iter().find(|delivery| delivery.state == wanted);
        worst.and_then(|delivery| delivery.reason.clone())
    };
    let reason = event.reason.or_else(|| of_worst(DeliveryState::Dead));
    let reason = reason.or_else(|| of_worst(DeliveryState::Waiting));
    Ok(EventRecord {
        reason,
        deliveries,
        ..event
    })
}
