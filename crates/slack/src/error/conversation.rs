//! Why a channel could not be joined, opened or made.

use super::{CallError, ErrorCode, Retry};

/// Why a channel could not be joined, opened or made.
#[derive(Debug, thiserror::Error)]
pub enum ConversationError {
    #[error("channel {0} does not exist or is hidden from the bot")]
    ChannelNotFound(String),
    #[error("channel {0} was archived")]
    ChannelArchived(String),
    /// A private channel, or one that is full or limited: somebody in it must invite the bot.
    #[error("the bot cannot join channel {channel} ({code})")]
    CannotJoin { channel: String, code: ErrorCode },
    #[error("a channel named {0} exists already")]
    NameTaken(String),
    #[error("{name:?} cannot be a channel's name ({code})")]
    InvalidName { name: String, code: ErrorCode },
    #[error("{user} cannot get a direct message ({code})")]
    UserUnavailable { user: String, code: ErrorCode },
    #[error(transparent)]
    Call(CallError),
}

impl ConversationError {
    /// `subject` is what was asked for: a channel, its name, or people.
    pub(crate) fn new(error: CallError, subject: &str) -> Self {
        let refusal = match error {
            CallError::Refused(refusal) => refusal,
            other => return Self::Call(other),
        };
        let subject = subject.to_owned();
        let code = refusal.code;
        match code.as_str() {
            "channel_not_found" | "no_channel" => Self::ChannelNotFound(subject),
            "is_archived" => Self::ChannelArchived(subject),
            "method_not_supported_for_channel_type"
            | "too_many_members"
            | "channel_is_limited_access" => Self::CannotJoin {
                channel: subject,
                code,
            },
            "name_taken" => Self::NameTaken(subject),
            "invalid_name"
            | "invalid_name_maxlength"
            | "invalid_name_punctuation"
            | "invalid_name_required"
            | "invalid_name_specials" => Self::InvalidName {
                name: subject,
                code,
            },
            "user_disabled"
            | "user_not_found"
            | "user_not_visible"
            | "users_list_not_supplied"
            | "too_many_users"
            | "not_enough_users"
            | "invalid_user_combination" => Self::UserUnavailable {
                user: subject,
                code,
            },
            "cannot_create_channel" | "restricted_action" => {
                Self::Call(CallError::Forbidden { code })
            }
            _ => Self::Call(CallError::Refused(super::Refusal { code, ..refusal })),
        }
    }

    /// What to do with the call.
    #[must_use]
    pub fn retry(&self) -> Retry {
        match self {
            Self::Call(error) => error.retry(),
            Self::ChannelNotFound(_)
            | Self::ChannelArchived(_)
            | Self::CannotJoin { .. }
            | Self::NameTaken(_)
            | Self::InvalidName { .. }
            | Self::UserUnavailable { .. } => Retry::Never,
        }
    }

    /// What a person can do about it.
    #[must_use]
    pub fn remedy(&self) -> String {
        match self {
            Self::ChannelNotFound(_) => "check the channel's name".into(),
            Self::ChannelArchived(channel) => {
                format!("unarchive {channel} or choose another channel")
            }
            Self::CannotJoin { channel, .. } => {
                format!("invite the bot with /invite @Signalbox in {channel}")
            }
            Self::NameTaken(name) => format!("use the channel {name} that exists"),
            Self::InvalidName { .. } => {
                "choose a name of at most 80 lower-case letters, digits, - and _".into()
            }
            Self::UserUnavailable { user, .. } => {
                format!("check that {user} has an active account in Slack")
            }
            Self::Call(error) => error.remedy(),
        }
    }
}
