//! Why something could not be looked up.

use super::{CallError, Retry};

/// Why something could not be looked up.
#[derive(Debug, thiserror::Error)]
pub enum LookupError {
    #[error("channel {0} does not exist or is hidden from the bot")]
    ChannelNotFound(String),
    #[error("the bot is not in channel {0}; invite it with /invite")]
    NotInChannel(String),
    #[error("{0} is nobody in this workspace, or hidden from the bot")]
    UserNotFound(String),
    #[error("no such message in {0}")]
    MessageNotFound(String),
    /// The list changed too much between two pages: begin anew.
    #[error("the list cannot be continued from this page")]
    CursorLost,
    #[error("the app lacks the scope {needed} (it has {provided})")]
    MissingScope { needed: String, provided: String },
    #[error(transparent)]
    Call(CallError),
}

impl LookupError {
    /// `subject` is what was asked for: a channel or a person.
    pub(crate) fn new(error: CallError, subject: &str) -> Self {
        let refusal = match error {
            CallError::MissingScope { needed, provided } => {
                return Self::MissingScope { needed, provided };
            }
            CallError::Refused(refusal) => refusal,
            other => return Self::Call(other),
        };
        match refusal.code.as_str() {
            "channel_not_found" => Self::ChannelNotFound(subject.to_owned()),
            "not_in_channel" | "channel_is_limited_access" => {
                Self::NotInChannel(subject.to_owned())
            }
            "user_not_found" | "users_not_found" | "user_not_visible" => {
                Self::UserNotFound(subject.to_owned())
            }
            "message_not_found" | "thread_not_found" => Self::MessageNotFound(subject.to_owned()),
            "invalid_cursor" => Self::CursorLost,
            _ => Self::Call(CallError::Refused(refusal)),
        }
    }

    /// What to do with the look-up.
    #[must_use]
    pub fn retry(&self) -> Retry {
        match self {
            Self::Call(error) => error.retry(),
            Self::CursorLost => Retry::Backoff,
            Self::ChannelNotFound(_)
            | Self::NotInChannel(_)
            | Self::UserNotFound(_)
            | Self::MessageNotFound(_)
            | Self::MissingScope { .. } => Retry::Never,
        }
    }

    /// What a person can do about it.
    #[must_use]
    pub fn remedy(&self) -> String {
        match self {
            Self::ChannelNotFound(channel) => format!(
                "check the channel's name; if {channel} is private, invite the bot with \
                 /invite @Signalbox there"
            ),
            Self::NotInChannel(channel) => {
                format!("invite the bot with /invite @Signalbox in {channel}")
            }
            Self::UserNotFound(user) => format!("check that {user} has an account in Slack"),
            Self::MessageNotFound(_) => "nothing to do: the message was deleted".into(),
            Self::CursorLost => "nothing to do: the list is read anew".into(),
            Self::MissingScope { needed, .. } => {
                format!("add the scope {needed} to the app and reinstall it")
            }
            Self::Call(error) => error.remedy(),
        }
    }
}
