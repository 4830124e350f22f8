//! What Slack says on a line, and what it is told.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::envelope::{EnvelopeKind, Retried};

/// One thing that Slack says.
#[derive(Debug, PartialEq)]
pub(super) enum Frame {
    Hello {
        /// How many lines the app has, this one included.
        connections: u32,
    },
    Request(Request),
    Disconnect(Farewell),
    /// Nothing that this program knows; what has an id is acknowledged, so that it is not sent
    /// again.
    Unknown {
        kind: String,
        id: Option<String>,
    },
}

/// A request as it stands in a frame.
#[derive(Debug, PartialEq)]
pub(super) struct Request {
    pub(super) id: String,
    pub(super) kind: EnvelopeKind,
    pub(super) payload: Value,
    pub(super) accepts_response: bool,
    pub(super) retried: Option<Retried>,
}

/// Why Slack is about to close a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Farewell {
    /// The line has been open for long enough: another one is to be opened.
    Refresh,
    /// Socket Mode was switched off.
    LinkDisabled,
    TooMany,
}

#[derive(Deserialize)]
struct Raw {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    num_connections: u32,
    envelope_id: Option<String>,
    #[serde(default)]
    payload: Value,
    #[serde(default)]
    accepts_response_payload: bool,
    retry_attempt: Option<u32>,
    #[serde(default)]
    retry_reason: Option<String>,
    #[serde(default)]
    reason: String,
}

/// What acknowledges an envelope.
#[derive(Serialize)]
struct Acknowledgement<'a> {
    envelope_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    payload: Option<&'a Value>,
}

/// Reads a text frame; `None` when it is not JSON of Slack's kind.
pub(super) fn read(text: &str) -> Option<Frame> {
    let raw: Raw = serde_json::from_str(text).ok()?;
    let request = |kind, raw: Raw| {
        Some(Frame::Request(Request {
            id: raw.envelope_id?,
            kind,
            payload: raw.payload,
            accepts_response: raw.accepts_response_payload,
            retried: raw
                .retry_attempt
                .filter(|&attempt| 0 < attempt)
                .map(|attempt| Retried {
                    attempt,
                    reason: short(raw.retry_reason.as_deref().unwrap_or_default()),
                }),
        }))
    };
    match raw.kind.as_str() {
        "hello" => Some(Frame::Hello {
            connections: raw.num_connections,
        }),
        "events_api" => request(EnvelopeKind::Event, raw),
        "slash_commands" => request(EnvelopeKind::Command, raw),
        "interactive" => request(EnvelopeKind::Interactive, raw),
        "disconnect" => Some(Frame::Disconnect(match raw.reason.as_str() {
            "link_disabled" => Farewell::LinkDisabled,
            "too_many_websockets" => Farewell::TooMany,
            // `warning`, `refresh_requested`, and whatever else: the line is closing.
            _ => Farewell::Refresh,
        })),
        _ => Some(Frame::Unknown {
            kind: short(&raw.kind),
            id: raw.envelope_id,
        }),
    }
}

/// The text that acknowledges envelope `id`.
pub(super) fn acknowledgement(id: &str, payload: Option<&Value>) -> String {
    let acknowledgement = Acknowledgement {
        envelope_id: id,
        payload,
    };
    // A text and JSON: this cannot fail.
    serde_json::to_string(&acknowledgement).unwrap_or_default()
}

/// Words of Slack's, short enough for a log.
fn short(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(80).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn everything_that_slack_says_is_understood() {
        let request = |kind, payload, accepts_response, retried| {
            Some(Frame::Request(Request {
                id: "e1".to_owned(),
                kind,
                payload,
                accepts_response,
                retried,
            }))
        };
        let unknown = |kind: &str, id: Option<&str>| {
            Some(Frame::Unknown {
                kind: kind.to_owned(),
                id: id.map(str::to_owned),
            })
        };
        let farewell = |farewell| Some(Frame::Disconnect(farewell));
        for (text, expected) in [
            (
                r#"{"type":"hello","num_connections":2,"connection_info":{"app_id":"A1"}}"#,
                Some(Frame::Hello { connections: 2 }),
            ),
            (
                r#"{"type":"slash_commands","envelope_id":"e1","payload":{"command":"/gitlab"},"accepts_response_payload":true}"#,
                request(
                    EnvelopeKind::Command,
                    json!({"command": "/gitlab"}),
                    true,
                    None,
                ),
            ),
            (
                r#"{"type":"interactive","envelope_id":"e1","payload":{},"accepts_response_payload":false}"#,
                request(EnvelopeKind::Interactive, json!({}), false, None),
            ),
            (
                r#"{"type":"events_api","envelope_id":"e1","payload":{},"retry_attempt":1,"retry_reason":"timeout"}"#,
                request(
                    EnvelopeKind::Event,
                    json!({}),
                    false,
                    Some(Retried {
                        attempt: 1,
                        reason: "timeout".to_owned(),
                    }),
                ),
            ),
            (
                r#"{"type":"events_api","envelope_id":"e1","payload":{},"retry_attempt":0,"retry_reason":""}"#,
                request(EnvelopeKind::Event, json!({}), false, None),
            ),
            (
                r#"{"type":"disconnect","reason":"warning"}"#,
                farewell(Farewell::Refresh),
            ),
            (
                r#"{"type":"disconnect","reason":"refresh_requested"}"#,
                farewell(Farewell::Refresh),
            ),
            (
                r#"{"type":"disconnect","reason":"link_disabled"}"#,
                farewell(Farewell::LinkDisabled),
            ),
            (
                r#"{"type":"disconnect","reason":"too_many_websockets"}"#,
                farewell(Farewell::TooMany),
            ),
            (
                r#"{"type":"invented","envelope_id":"e2"}"#,
                unknown("invented", Some("e2")),
            ),
            (r#"{"type":"invented"}"#, unknown("invented", None)),
            (r#"{"type":"events_api","payload":{}}"#, None),
            ("Ping from applink", None),
            ("", None),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn an_acknowledgement_has_a_payload_only_when_there_is_one() {
        assert_eq!(acknowledgement("e1", None), r#"{"envelope_id":"e1"}"#);
        let payload = json!({"text": "hi"});
        assert_eq!(
            acknowledgement("e1", Some(&payload)),
            r#"{"envelope_id":"e1","payload":{"text":"hi"}}"#
        );
    }
}
