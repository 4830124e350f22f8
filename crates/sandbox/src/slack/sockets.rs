//! Socket Mode: an app opens a WebSocket, and what it would have been sent comes over that.
//!
//! `apps.connections.open` gives an address with a ticket, good once; `connection` serves it.
//! Everything goes to one of an app's connections in turn, and the app's acknowledgement is its
//! answer. There is no signature: who has the ticket is the app.

mod connection;
mod hub;

use std::time::Duration;

use axum::Router;
use axum::routing::get;
use serde_json::{Map, Value, json};
use tokio::sync::oneshot;

use super::SlackSandbox;
use super::outgoing::{Failure, Heard, Outgoing};

pub use hub::{Reason, Sockets};

/// How many connections an app has at most.
const CONNECTIONS: usize = 10;

/// `/link/`
pub fn router(sandbox: SlackSandbox) -> Router {
    Router::new()
        .route("/link/", get(connection::connect))
        .with_state(sandbox)
}

impl SlackSandbox {
    /// Sends something over one of an app's sockets and waits for its acknowledgement.
    ///
    /// # Errors
    /// When there is no connection, or no acknowledgement in time.
    pub(super) async fn send_over_socket(
        &self,
        app: &str,
        outgoing: Outgoing,
    ) -> Result<Heard, Failure> {
        let limit = self.options().answer_limit;
        let (id, acknowledged) = {
            let mut state = self.lock();
            let id = mint_envelope_id(self);
            let envelope = envelope(&id, outgoing);
            let waiting = state.sockets.send(app, &id, envelope.to_string());
            (id, waiting.ok_or(Failure::NotConnected)?)
        };
        let heard = acknowledgement(acknowledged, limit).await;
        if heard.is_err() {
            self.lock().sockets.forget(&id);
        }
        heard
    }
}

async fn acknowledgement(
    acknowledged: oneshot::Receiver<Option<Value>>,
    limit: Duration,
) -> Result<Heard, Failure> {
    match tokio::time::timeout(limit, acknowledged).await {
        Err(_) => Err(Failure::TimedOut),
        // The connection closed meanwhile.
        Ok(Err(_)) => Err(Failure::NotConnected),
        Ok(Ok(payload)) => Ok(heard(payload)),
    }
}

fn heard(payload: Option<Value>) -> Heard {
    match payload {
        Some(Value::Object(fields)) if fields.is_empty() => Heard::Nothing,
        Some(Value::Object(fields)) => Heard::Json(fields),
        Some(Value::String(text)) if !text.is_empty() => Heard::Text(text),
        Some(
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::String(_),
        )
        | None => Heard::Nothing,
    }
}

fn mint_envelope_id(sandbox: &SlackSandbox) -> String {
    let hex = format!("{:032x}", sandbox.options().chance.next_u128());
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    format!(
        "{}-{}-{}-{}-{}",
        part(0, 8),
        part(8, 12),
        part(12, 16),
        part(16, 20),
        part(20, 32)
    )
}

/// What goes over the socket.
fn envelope(id: &str, outgoing: Outgoing) -> Value {
    let (kind, payload, takes_answer, retry) = match outgoing {
        Outgoing::Command(_, fields) => {
            let fields = fields.into_iter();
            let fields: Map<String, Value> = fields
                .map(|(name, value)| (name.to_owned(), Value::from(value)))
                .collect();
            ("slash_commands", Value::Object(fields), true, None)
        }
        Outgoing::Event(envelope, retry) => ("events_api", envelope, false, retry),
        Outgoing::Interaction(payload) | Outgoing::Options(payload) => {
            ("interactive", payload, true, None)
        }
    };
    let mut said = json!({ "envelope_id": id, "type": kind, "payload": payload,
        "accepts_response_payload": takes_answer });
    if kind == "events_api" {
        said["retry_attempt"] = json!(retry.map_or(0, |retry| retry.number));
        said["retry_reason"] = json!(retry.map_or("", |retry| retry.reason));
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::slack::outgoing::Retry;

    #[test]
    fn what_is_sent_is_wrapped_as_slack_wraps_it() {
        let command = Outgoing::Command("/x".to_owned(), vec![("command", "/x".to_owned())]);
        assert_eq!(
            envelope("e1", command),
            json!({ "envelope_id": "e1", "type": "slash_commands",
                "payload": { "command": "/x" }, "accepts_response_payload": true })
        );
        let retry = Retry {
            number: 1,
            reason: "http_timeout",
        };
        let event = Outgoing::Event(json!({ "type": "event_callback" }), Some(retry));
        assert_eq!(
            envelope("e2", event),
            json!({ "envelope_id": "e2", "type": "events_api",
                "payload": { "type": "event_callback" }, "accepts_response_payload": false,
                "retry_attempt": 1, "retry_reason": "http_timeout" })
        );
    }

    #[test]
    fn an_acknowledgement_is_an_answer() {
        assert_eq!(heard(None), Heard::Nothing);
        assert_eq!(heard(Some(json!({}))), Heard::Nothing);
        assert_eq!(heard(Some(json!("done"))), Heard::Text("done".to_owned()));
        let fields = json!({ "text": "done" }).as_object().cloned().unwrap();
        assert_eq!(heard(Some(json!({ "text": "done" }))), Heard::Json(fields));
    }
}
