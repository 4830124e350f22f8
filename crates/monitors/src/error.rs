//! Why a call to a monitor failed, in the terms of what can be done about it.
//!
//! [`CallError`] is what can happen to any call; each product's file adds its own refusals. Every
//! error is one line that names the host and the remedy. No error shows a token.

use std::fmt;
use std::time::Duration;

/// What to do with a call that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// The same call fails again until a person does something.
    Never,
    /// The server named the pause.
    After(Duration),
    /// Again after a growing pause of the caller's choice.
    Backoff,
}

/// A server's host, and its port unless it is the usual one: `prometheus.example:9090`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host(pub(crate) String);

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A server's own words, as one line of at most 300 characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason(String);

impl Reason {
    pub(crate) fn new(text: &str) -> Self {
        const LONGEST: usize = 300;
        let words: Vec<&str> = text
            .split(|c: char| c.is_whitespace() || c.is_control())
            .filter(|word| !word.is_empty())
            .collect();
        let line = words.join(" ");
        let mut reason: String = line.chars().take(LONGEST).collect();
        if reason.len() < line.len() {
            reason.push('…');
        }
        Self(if reason.is_empty() {
            "no reason given".to_owned()
        } else {
            reason
        })
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What can happen to any call.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// `retry_after` is `None` when the server did not say how long.
    #[error("{host} has too much to do; it is asked again later")]
    Busy {
        host: Host,
        retry_after: Option<Duration>,
    },
    /// No connection was made: the server has not seen the call.
    #[error("{host} cannot be reached; check its address and the network between")]
    Unreachable { host: Host, source: reqwest::Error },
    /// The call went out and no whole answer came back in time.
    #[error("{host} did not answer in time; check whether it is overloaded")]
    NoAnswer { host: Host, source: reqwest::Error },
    /// Status 500 and above.
    #[error("{host} failed with status {status} ({reason}); look into its log")]
    ServerFailed {
        host: Host,
        status: u16,
        reason: Reason,
    },
    #[error("{host} does not accept the credentials; check them in the configuration")]
    CredentialsRefused { host: Host },
    #[error("{host} does not allow this ({reason}); give the credentials {needed}")]
    Forbidden {
        host: Host,
        reason: Reason,
        needed: &'static str,
    },
    #[error("the answer of {host} is not {product}'s ({why}); check the address")]
    Unreadable {
        host: Host,
        product: &'static str,
        why: Unreadable,
    },
    #[error("{host} refused the call with status {status} ({reason}); check the configuration")]
    Refused {
        host: Host,
        status: u16,
        reason: Reason,
    },
}

/// Why a question had no answer. None of these is a reading: whoever asked knows no more than
/// before.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    #[error("{host} does not take the query: {reason}; correct the query")]
    BadQuery { host: Host, reason: Reason },
    #[error("{host} does not know what is asked for ({reason}); check the names in the query")]
    NotFound { host: Host, reason: Reason },
    /// The server said itself that its answer leaves something out.
    #[error("{host} answered from a part of its data only: {reason}; look into its health")]
    Incomplete { host: Host, reason: Reason },
    #[error(transparent)]
    Call(#[from] CallError),
}

impl AskError {
    /// What to do with the question.
    #[must_use]
    pub fn retry(&self) -> Retry {
        match self {
            Self::BadQuery { .. } | Self::NotFound { .. } => Retry::Never,
            Self::Incomplete { .. } => Retry::Backoff,
            Self::Call(error) => error.retry(),
        }
    }
}

/// An answer that the product does not give.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    #[error("a redirect, which is not followed")]
    Redirect,
    #[error("a web page")]
    WebPage,
    #[error("longer than {limit} bytes")]
    TooLong { limit: usize },
    #[error("not the JSON that was expected")]
    NotTheJson,
}

impl CallError {
    /// What to do with the call.
    #[must_use]
    pub fn retry(&self) -> Retry {
        match self {
            Self::Busy {
                retry_after: Some(pause),
                ..
            } => Retry::After(*pause),
            Self::Busy { .. }
            | Self::Unreachable { .. }
            | Self::NoAnswer { .. }
            | Self::ServerFailed { .. }
            | Self::Unreadable { .. } => Retry::Backoff,
            Self::CredentialsRefused { .. } | Self::Forbidden { .. } | Self::Refused { .. } => {
                Retry::Never
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_one_line_of_bounded_length() {
        for (text, expected) in [
            ("parse error: unexpected end", "parse error: unexpected end"),
            (" a\n\tb\u{0}c ", "a b c"),
            ("", "no reason given"),
        ] {
            assert_eq!(Reason::new(text).to_string(), expected);
        }
        let long = Reason::new(&"é".repeat(900)).to_string();
        assert_eq!(long.chars().count(), 301);
    }
}
