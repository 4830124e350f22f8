//! How the sandbox says no: Slack's `{"ok": false, "error": …}` and what goes with it.

use serde_json::{Map, Value, json};

/// A refused call.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Refusal {
    /// Slack's code: `channel_not_found`.
    pub error: &'static str,
    /// `missing_scope`: the scopes of which one is needed, and those the token has.
    pub scopes: Option<Box<(String, String)>>,
    /// `response_metadata.messages`.
    pub messages: Vec<String>,
    /// Further top-level fields (`errors` of `blocks.validate`); an `error` here wins.
    pub fields: Map<String, Value>,
    /// Whole seconds, with `ratelimited`.
    pub retry_after: Option<u64>,
}

impl Refusal {
    /// A refusal with nothing but its code.
    #[must_use]
    pub fn of(error: &'static str) -> Self {
        Self {
            error,
            ..Self::default()
        }
    }

    /// `invalid_arguments`, with what is wrong in Slack's words.
    #[must_use]
    pub fn arguments(message: String) -> Self {
        Self {
            messages: vec![message],
            ..Self::of("invalid_arguments")
        }
    }

    /// The token lacks every one of `needed`.
    #[must_use]
    pub fn missing_scope(needed: &[&str], provided: &[String]) -> Self {
        Self {
            scopes: Some(Box::new((needed.join(","), provided.join(",")))),
            ..Self::of("missing_scope")
        }
    }

    /// Too many calls: come back after this many seconds.
    #[must_use]
    pub fn rate_limited(retry_after: u64) -> Self {
        Self {
            retry_after: Some(retry_after),
            ..Self::of("ratelimited")
        }
    }

    pub(super) fn status(&self) -> u16 {
        if self.retry_after.is_some() { 429 } else { 200 }
    }

    pub(super) fn body(self) -> Map<String, Value> {
        let mut body = self.fields;
        body.insert("ok".to_owned(), json!(false));
        body.entry("error").or_insert_with(|| json!(self.error));
        if let Some((needed, provided)) = self.scopes.map(|scopes| *scopes) {
            body.insert("needed".to_owned(), json!(needed));
            body.insert("provided".to_owned(), json!(provided));
        }
        if !self.messages.is_empty() {
            body.insert(
                "response_metadata".to_owned(),
                json!({ "messages": self.messages }),
            );
        }
        body
    }
}

impl From<&'static str> for Refusal {
    fn from(error: &'static str) -> Self {
        Self::of(error)
    }
}
