//! Storing an event, once.
//!
//! The hottest path of the product: what it writes per event is as little as routing and the
//! log need. An event that repeats an earlier one changes nothing.

use std::collections::HashMap;

use domain::{EventId, EventKind, HookName};
use jiff::Timestamp;

use crate::engine::{Fault, Tx, Value, tx::Poke};
use crate::{Store, StoreError};

/// An event as it comes from GitLab.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEvent {
    /// Minted by the caller; used only if the event is no repeat.
    pub id: EventId,
    pub hook: HookName,
    pub kind: EventKind,
    /// Full path of the project, if the event has one.
    pub project: Option<String>,
    /// One line for the log.
    pub title: String,
    pub received_at: Timestamp,
    pub repeat: RepeatKey,
    /// What routing will read: the event as JSON. The store does not look into it.
    pub body: String,
    /// Why nobody can want this event. It is then stored as ignored, without its body.
    pub ignored: Option<String>,
}

/// By what a repeat is recognized, and how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RepeatKey {
    /// The first 16 bytes of a SHA-256 of all that makes a request the same request.
    pub key: [u8; 16],
    /// From this moment on the same key is a new event.
    pub until: Timestamp,
}

/// A stored event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The first one's id if this was a repeat.
    pub id: EventId,
    pub repeated: bool,
}

impl Store {
    /// Stores an event; it is on disk when this returns. A repeat within its key's time answers
    /// the first one's id and changes nothing.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when the queue is full, [`StoreError::Unavailable`] when storage
    /// takes no writes. In both cases nothing was stored.
    pub async fn accept(&self, event: NewEvent) -> Result<Accepted, StoreError> {
        self.submit_accept(event).await
    }
}

const CLAIM_KEY: &str = "
    INSERT INTO repeat_keys (key, event_id, until) VALUES ($1, $2, $3)
    ON CONFLICT (key) DO UPDATE SET event_id = excluded.event_id, until = excluded.until
    WHERE repeat_keys.until <= $4";

const HOLDER_OF_KEY: &str = "SELECT event_id FROM repeat_keys WHERE key = $1";

const STORE_EVENT: &str = "
    INSERT INTO events (id, hook, kind, project, title, received_at, outcome, reason)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

/// One event, for an engine where a statement costs next to nothing.
pub(crate) fn accept_one(tx: &mut Tx<'_>, event: &NewEvent) -> Result<Accepted, Fault> {
    let key = Value::Blob(&event.repeat.key);
    let id = event.id.as_str();
    let until = event.repeat.until;
    let claimed = tx.execute(
        CLAIM_KEY,
        &[key, id.into(), until.into(), event.received_at.into()],
    )?;
    if claimed == 0 {
        let first = tx.one(HOLDER_OF_KEY, &[key], |mut row| row.parsed(0))?;
        return Ok(Accepted {
            id: first.ok_or_else(vanished)?,
            repeated: true,
        });
    }
    tx.execute(
        STORE_EVENT,
        &[
            id.into(),
            event.hook.as_str().into(),
            event.kind.name().into(),
            event.project.as_ref().into(),
            (&event.title).into(),
            event.received_at.into(),
            outcome(event).into(),
            event.ignored.as_ref().into(),
        ],
    )?;
    if event.ignored.is_none() {
        tx.execute(
            "INSERT INTO bodies (seq, body) VALUES (last_insert_rowid(), $1)",
            &[(&event.body).into()],
        )?;
    }
    stored(tx, event);
    Ok(Accepted {
        id: event.id.clone(),
        repeated: false,
    })
}

fn outcome(event: &NewEvent) -> &'static str {
    if event.ignored.is_some() {
        "ignored"
    } else {
        "unrouted"
    }
}

fn stored(tx: &mut Tx<'_>, event: &NewEvent) {
    tx.count(
        if event.ignored.is_some() {
            "event.ignored"
        } else {
            "event.unrouted"
        },
        1,
    );
    tx.poke(if event.ignored.is_some() {
        Poke::ThisProcess
    } else {
        Poke::EveryNode
    });
}

fn vanished() -> Fault {
    Fault::Conflict("a repeat key went away while it was looked at".to_owned())
}

const CLAIM_KEYS: &str = "
    INSERT INTO repeat_keys (key, event_id, until)
    SELECT * FROM unnest(CAST($1 AS BYTEA[]), CAST($2 AS TEXT[]), CAST($3 AS BIGINT[]))
    ON CONFLICT (key) DO UPDATE SET event_id = excluded.event_id, until = excluded.until
    WHERE repeat_keys.until <= $4
    RETURNING key";

const HOLDERS_OF_KEYS: &str =
    "SELECT key, event_id FROM repeat_keys WHERE key = ANY(CAST($1 AS BYTEA[]))";

const STORE_EVENTS: &str = "
    WITH input AS MATERIALIZED (
        SELECT * FROM unnest(CAST($1 AS TEXT[]), CAST($2 AS TEXT[]), CAST($3 AS TEXT[]),
                             CAST($4 AS TEXT[]), CAST($5 AS TEXT[]), CAST($6 AS BIGINT[]),
                             CAST($7 AS TEXT[]), CAST($8 AS TEXT[]), CAST($9 AS TEXT[]))
        WITH ORDINALITY
        AS t (id, hook, kind, project, title, received_at, outcome, reason, body, place)
    ), stored AS (
        INSERT INTO events (id, hook, kind, project, title, received_at, outcome, reason)
        SELECT id, hook, kind, project, title, received_at, outcome, reason
        FROM input ORDER BY place
        RETURNING seq, id
    )
    INSERT INTO bodies (seq, body)
    SELECT stored.seq, input.body FROM stored JOIN input ON input.id = stored.id
    WHERE input.body IS NOT NULL";

/// Many events in three statements, for an engine where each is a journey. PostgreSQL only.
pub(crate) fn accept_many(tx: &mut Tx<'_>, events: &[&NewEvent]) -> Result<Vec<Accepted>, Fault> {
    let firsts = claim_keys(tx, events)?;
    let mut new = Vec::new();
    let mut accepted = Vec::with_capacity(events.len());
    for event in events {
        let holder = firsts.get(&event.repeat.key).ok_or_else(vanished)?;
        // Its own key, taken now: new, unless an earlier one of this batch was given it.
        let repeated = holder.id != event.id || !holder.is_new;
        if !repeated {
            new.push(*event);
            stored(tx, event);
        }
        // A commit whose answer was lost is tried again and finds itself: that is no repeat.
        accepted.push(Accepted {
            id: holder.id.clone(),
            repeated: holder.id != event.id,
        });
    }
    store_events(tx, &new)?;
    Ok(accepted)
}

/// Whose a key is, and whether it became so just now.
struct Holder {
    id: EventId,
    is_new: bool,
}

fn claim_keys(tx: &mut Tx<'_>, events: &[&NewEvent]) -> Result<HashMap<[u8; 16], Holder>, Fault> {
    // Always in the order of the keys, so that two nodes never wait for each other, and each
    // key once: the first event of the batch that has it is the first.
    let mut firsts: Vec<&NewEvent> = events.to_vec();
    firsts.sort_by_key(|event| event.repeat.key);
    firsts.dedup_by_key(|event| event.repeat.key);
    let keys: Vec<&[u8]> = firsts
        .iter()
        .map(|event| event.repeat.key.as_slice())
        .collect();
    let ids: Vec<_> = firsts.iter().map(|event| Some(event.id.as_str())).collect();
    let untils: Vec<_> = firsts
        .iter()
        .map(|event| event.repeat.until.as_millisecond())
        .collect();
    let now = firsts
        .iter()
        .map(|event| event.received_at.as_millisecond())
        .min()
        .unwrap_or(0);
    let values = [
        Value::Blobs(&keys),
        Value::Texts(&ids),
        Value::Ints(&untils),
        now.into(),
    ];
    let claimed = tx.query(CLAIM_KEYS, &values, |mut row| row.blob(0))?;
    let mut holders = HashMap::with_capacity(firsts.len());
    if claimed.len() < firsts.len() {
        let rows = tx.query(HOLDERS_OF_KEYS, &[Value::Blobs(&keys)], |mut row| {
            Ok((row.blob(0)?, row.parsed(1)?))
        })?;
        for (key, id) in rows {
            let key = <[u8; 16]>::try_from(key.as_slice()).map_err(|_| vanished())?;
            holders.insert(key, Holder { id, is_new: false });
        }
    }
    for event in firsts {
        if claimed.iter().any(|key| *key == event.repeat.key) {
            let holder = Holder {
                id: event.id.clone(),
                is_new: true,
            };
            holders.insert(event.repeat.key, holder);
        }
    }
    Ok(holders)
}

fn store_events(tx: &mut Tx<'_>, events: &[&NewEvent]) -> Result<(), Fault> {
    if events.is_empty() {
        return Ok(());
    }
    fn column<'e>(
        events: &[&'e NewEvent],
        of: impl Fn(&'e NewEvent) -> Option<&'e str>,
    ) -> Vec<Option<&'e str>> {
        events.iter().map(|event| of(event)).collect()
    }
    let times: Vec<_> = events
        .iter()
        .map(|event| event.received_at.as_millisecond())
        .collect();
    tx.execute(
        STORE_EVENTS,
        &[
            Value::Texts(&column(events, |event| Some(event.id.as_str()))),
            Value::Texts(&column(events, |event| Some(event.hook.as_str()))),
            Value::Texts(&column(events, |event| Some(event.kind.name()))),
            Value::Texts(&column(events, |event| event.project.as_deref())),
            Value::Texts(&column(events, |event| Some(event.title.as_str()))),
            Value::Ints(&times),
            Value::Texts(&column(events, |event| Some(outcome(event)))),
            Value::Texts(&column(events, |event| event.ignored.as_deref())),
            Value::Texts(&column(events, |event| {
                event.ignored.is_none().then_some(event.body.as_str())
            })),
        ],
    )?;
    Ok(())
}
