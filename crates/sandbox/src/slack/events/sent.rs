//! What was sent to apps: the newest deliveries, for scripts and tests.

use std::collections::VecDeque;

use jiff::Timestamp;
use serde::Serialize;

use crate::slack::outgoing::{Failure, Heard, Outgoing};

/// How many deliveries are kept; the oldest leave first.
const KEPT: usize = 2_000;

/// One request to an app, or one envelope over a socket, and what came of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sent {
    /// Counts up from 1.
    pub seq: u64,
    pub at: Timestamp,
    pub app: String,
    /// `command`, `event`, `interaction` or `options`.
    pub what: &'static str,
    /// The command, the event's kind, or the interaction's type.
    pub kind: String,
    /// Of an event.
    pub event_id: Option<String>,
    pub retry_num: Option<u8>,
    pub retry_reason: Option<&'static str>,
    /// Whether the app took it.
    pub ok: bool,
    /// Why not.
    pub error: Option<String>,
}

impl Sent {
    /// A delivery that is about to be made.
    pub fn begin(app: &str, outgoing: &Outgoing) -> Self {
        let retry = match outgoing {
            Outgoing::Event(_, retry) => *retry,
            Outgoing::Command(..) | Outgoing::Interaction(_) | Outgoing::Options(_) => None,
        };
        Self {
            seq: 0,
            at: Timestamp::UNIX_EPOCH,
            app: app.to_owned(),
            what: outgoing.name(),
            kind: outgoing.kind(),
            event_id: outgoing.event_id(),
            retry_num: retry.map(|retry| retry.number),
            retry_reason: retry.map(|retry| retry.reason),
            ok: false,
            error: None,
        }
    }

    /// The same with what came of it.
    pub fn end(self, at: Timestamp, outcome: &Result<Heard, Failure>) -> Self {
        Self {
            at,
            ok: outcome.is_ok(),
            error: outcome.as_ref().err().map(ToString::to_string),
            ..self
        }
    }
}

/// The newest deliveries.
#[derive(Debug, Default)]
pub struct SentLog {
    kept: VecDeque<Sent>,
    counted: u64,
}

impl SentLog {
    /// Adds one and numbers it.
    pub fn add(&mut self, sent: Sent) {
        self.counted += 1;
        self.kept.push_back(Sent {
            seq: self.counted,
            ..sent
        });
        while KEPT < self.kept.len() {
            self.kept.pop_front();
        }
    }

    /// Those after this `seq`, oldest first.
    pub fn after(&self, seq: u64) -> impl Iterator<Item = &Sent> {
        self.kept.iter().filter(move |sent| seq < sent.seq)
    }
}
