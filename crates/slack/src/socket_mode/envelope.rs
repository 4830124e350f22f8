//! One request of Slack's, and its acknowledgement.

use std::fmt;

use serde_json::Value;
use tokio::sync::mpsc;

use super::connection::Order;
use super::frame::{self, Request};

/// What a request is. The payload is what the body would have been over HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnvelopeKind {
    /// As [`crate::SlashCommand`] reads it.
    Command,
    Event,
    /// A click, a form, a shortcut, or a question for suggestions.
    Interactive,
}

/// Says that Slack has sent a request before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retried {
    /// From 1.
    pub attempt: u32,
    /// In Slack's words; may be empty.
    pub reason: String,
}

/// One request of Slack's. Slack sends it again, or tells the person of a failure, unless it is
/// acknowledged within three seconds.
pub struct Envelope {
    pub id: String,
    pub kind: EnvelopeKind,
    pub payload: Value,
    /// Whether the acknowledgement may carry an answer.
    pub accepts_response: bool,
    pub retried: Option<Retried>,
    line: mpsc::UnboundedSender<Order>,
}

/// What became of an acknowledgement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acknowledged {
    /// It is on its way.
    Sent,
    /// On its way without the answer, because Slack takes none.
    WithoutAnswer,
    /// The line is gone: Slack sends the request again over another one.
    LineGone,
}

impl Envelope {
    pub(super) fn new(request: Request, line: mpsc::UnboundedSender<Order>) -> Self {
        Self {
            id: request.id,
            kind: request.kind,
            payload: request.payload,
            accepts_response: request.accepts_response,
            retried: request.retried,
            line,
        }
    }

    /// Acknowledges the request; `answer` is what the body of the answer would have been.
    pub fn acknowledge(self, answer: Option<&Value>) -> Acknowledged {
        let sent = answer.filter(|_| self.accepts_response);
        let text = frame::acknowledgement(&self.id, sent);
        match self.line.send(Order::Say(text)) {
            Err(_) => Acknowledged::LineGone,
            Ok(()) if sent.is_none() && answer.is_some() => Acknowledged::WithoutAnswer,
            Ok(()) => Acknowledged::Sent,
        }
    }
}

impl fmt::Debug for Envelope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Envelope")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .field("accepts_response", &self.accepts_response)
            .field("retried", &self.retried)
            .finish_non_exhaustive()
    }
}
