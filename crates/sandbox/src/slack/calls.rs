//! What the app called: the newest calls, for scripts and tests.

use std::collections::VecDeque;

use serde::Serialize;
use serde_json::{Map, Value};

use super::workspace::Via;

/// How many calls are kept; the oldest leave first.
pub const CALLS_KEPT: usize = 10_000;

/// One call of the Web API, or one post to a webhook or `response_url`, and its answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LoggedCall {
    /// Counts up from 1.
    pub seq: u64,
    /// When it was answered, RFC 3339.
    pub at: jiff::Timestamp,
    /// `chat.postMessage`; `incoming-webhook` and `response-url` for the posts that are no method.
    pub method: String,
    /// `bot`, `user`, `none`, `unknown`, or `url` when the address was the secret; never the
    /// secret itself.
    pub token: &'static str,
    /// The channel's id, or as it was given when there is no such channel.
    pub channel: Option<String>,
    /// As read from the body or query, without the token.
    pub args: Map<String, Value>,
    /// The HTTP status; 0 when the connection was dropped without an answer.
    pub status: u16,
    pub ok: bool,
    pub error: Option<String>,
    /// The message that was posted or changed.
    pub ts: Option<String>,
    /// Through what the app spoke.
    pub via: Option<Via>,
    /// Whom that message would notify, see `pings`.
    pub sandbox_pings: Vec<String>,
}

/// The newest calls.
#[derive(Debug, Default)]
pub struct Calls {
    kept: VecDeque<LoggedCall>,
    counted: u64,
}

/// Which calls to show.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    pub method: Option<String>,
    /// A channel's id.
    pub channel: Option<String>,
    /// Only calls with a greater `seq`.
    pub after: u64,
}

impl Calls {
    /// Adds a call and numbers it.
    pub fn add(&mut self, mut call: LoggedCall) {
        self.counted += 1;
        call.seq = self.counted;
        self.kept.push_back(call);
        while CALLS_KEPT < self.kept.len() {
            self.kept.pop_front();
        }
    }

    /// The calls that are wanted, oldest first.
    pub fn wanted<'a>(&'a self, wanted: &'a Wanted) -> impl Iterator<Item = &'a LoggedCall> {
        self.kept.iter().filter(move |call| {
            wanted.after < call.seq
                && wanted
                    .method
                    .as_ref()
                    .is_none_or(|method| *method == call.method)
                && wanted
                    .channel
                    .as_ref()
                    .is_none_or(|id| call.channel.as_ref() == Some(id))
        })
    }
}
