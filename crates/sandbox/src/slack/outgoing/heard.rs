//! How an app's answer reads, and why there may be none.

use serde_json::{Map, Value};

use crate::slack::args::Args;

/// What the app answered.
#[derive(Debug, PartialEq)]
pub enum Heard {
    Nothing,
    Text(String),
    Json(Map<String, Value>),
}

impl Heard {
    /// The body of an HTTP answer.
    ///
    /// # Errors
    /// When it says that it is JSON and is no JSON object.
    pub fn read(body: &str, is_json: bool) -> Result<Self, Failure> {
        if body.trim().is_empty() {
            return Ok(Self::Nothing);
        }
        if !is_json {
            return Ok(Self::Text(body.to_owned()));
        }
        serde_json::from_str(body)
            .map(Self::Json)
            .map_err(Failure::Unreadable)
    }

    /// As arguments of a message.
    pub fn args(&self) -> Args {
        match self {
            Self::Nothing => Args::default(),
            Self::Text(text) => Args(
                [("text".to_owned(), Value::from(text.as_str()))]
                    .into_iter()
                    .collect(),
            ),
            Self::Json(fields) => Args(fields.clone()),
        }
    }

    /// As a script reads it.
    pub fn into_answer(self) -> Value {
        match self {
            Self::Nothing => Value::Null,
            Self::Text(text) => Value::from(text),
            Self::Json(fields) => Value::Object(fields),
        }
    }
}

/// Why there is no answer to show.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error("the app did not answer in time")]
    TimedOut,
    #[error("the app has no address for this; register one")]
    NoAddress,
    #[error("the app has no socket open; start it, or switch Socket Mode off")]
    NotConnected,
    #[error("the app cannot be reached")]
    Unreachable(#[source] reqwest::Error),
    #[error("the app answered {status}")]
    Status {
        status: u16,
        /// Whether it asked for no further try.
        is_final: bool,
    },
    #[error("the app's answer is not a JSON object")]
    Unreadable(#[source] serde_json::Error),
}

impl Failure {
    pub(super) fn of(error: reqwest::Error) -> Self {
        if error.is_timeout() {
            return Self::TimedOut;
        }
        Self::Unreachable(error)
    }

    /// Whether another try would be unwelcome.
    pub fn is_final(&self) -> bool {
        match self {
            Self::Status { is_final, .. } => *is_final,
            Self::TimedOut
            | Self::NoAddress
            | Self::Unreachable(_)
            | Self::Unreadable(_)
            | Self::NotConnected => false,
        }
    }

    /// What Slack calls it in `X-Slack-Retry-Reason`.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::TimedOut => "http_timeout",
            Self::NoAddress | Self::Unreachable(_) | Self::NotConnected => "connection_failed",
            Self::Status { .. } | Self::Unreadable(_) => "http_error",
        }
    }

    /// What Slack calls it in front of people.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TimedOut => "operation_timeout",
            Self::NoAddress
            | Self::NotConnected
            | Self::Unreachable(_)
            | Self::Status { .. }
            | Self::Unreadable(_) => "dispatch_failed",
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_answer_is_read_by_its_content_type() {
        for (body, is_json, expected) in [
            ("", true, Some(Heard::Nothing)),
            (" \n", false, Some(Heard::Nothing)),
            ("*done*", false, Some(Heard::Text("*done*".to_owned()))),
            ("{}", true, Some(Heard::Json(Map::new()))),
            ("{\"text\"", true, None),
            ("[]", true, None),
        ] {
            assert_eq!(Heard::read(body, is_json).ok(), expected, "{body:?}");
        }
        assert_eq!(Heard::Text("a".to_owned()).into_answer(), json!("a"));
    }
}
