//! Why an event did not arrive, in the terms of what can be done about it.

use std::time::Duration;

/// What to do with an event that did not arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// It never will, until a person does something.
    Never,
    /// The receiver named the pause.
    After(Duration),
    /// Again after a growing pause of the caller's choice.
    Backoff,
}

/// Why an event did not arrive. One line that names the sink and the remedy; no address, which
/// may hold a secret, and nothing of the answer.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    #[error("the sink {sink} cannot be reached; check its address and the network between")]
    Unreachable {
        sink: String,
        source: reqwest::Error,
    },
    #[error("the sink {sink} did not answer in time; check whether it is overloaded")]
    NoAnswer {
        sink: String,
        source: reqwest::Error,
    },
    /// Whoever received says that nobody does any more.
    #[error("the sink {sink} is gone for good (status 410); take it from the configuration")]
    Gone { sink: String },
    #[error(
        "the sink {sink} redirects (status {status}), which is not followed; set the address \
         that it redirects to"
    )]
    Redirects { sink: String, status: u16 },
    /// `retry_after` is `None` when it was not said.
    #[error("the sink {sink} has too much to do (status {status}); it is told again later")]
    Busy {
        sink: String,
        status: u16,
        retry_after: Option<Duration>,
    },
    /// A receiver that refuses may be broken today and mended tomorrow.
    #[error("the sink {sink} refused the event with status {status}; look into its log")]
    Refused { sink: String, status: u16 },
}

impl SendError {
    /// What to do with the event.
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
            | Self::Refused { .. } => Retry::Backoff,
            Self::Gone { .. } | Self::Redirects { .. } => Retry::Never,
        }
    }

    /// What a person can do about it.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } => "check the sink's address and the network, and retry",
            Self::NoAnswer { .. } | Self::Busy { .. } => "look whether the sink is well, and retry",
            Self::Gone { .. } => "take the sink from the configuration",
            Self::Redirects { .. } => "set the address that it redirects to, and retry",
            Self::Refused { .. } => "look into the sink's log, and retry",
        }
    }
}
