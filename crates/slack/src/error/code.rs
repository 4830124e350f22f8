//! A name for each reason, by which errors are counted and grouped.

use std::borrow::Cow;

use super::{CallError, LookupError, PostError};

impl CallError {
    /// Slack's own code of the reason, or one of the same kind where Slack gave none.
    #[must_use]
    pub fn code(&self) -> Cow<'_, str> {
        match self {
            Self::RateLimited { .. } => "ratelimited".into(),
            Self::Unreachable(_) => "unreachable".into(),
            Self::NoAnswer(_) => "no_answer".into(),
            Self::ServerFailed { status } => format!("status_{status}").into(),
            Self::Unreadable(_) => "unreadable_answer".into(),
            Self::MissingScope { .. } => "missing_scope".into(),
            Self::Unavailable { code } | Self::TokenRefused { code } | Self::Forbidden { code } => {
                code.as_str().into()
            }
            Self::Refused(refusal) => refusal.code.as_str().into(),
        }
    }

    /// Whether it is nothing but Slack's pace.
    #[must_use]
    pub fn is_rate_limit(&self) -> bool {
        matches!(self, Self::RateLimited { .. })
    }
}

impl PostError {
    /// As [`CallError::code`].
    #[must_use]
    pub fn code(&self) -> Cow<'_, str> {
        match self {
            Self::ChannelNotFound(_) => "channel_not_found".into(),
            Self::NotInChannel(_) => "not_in_channel".into(),
            Self::ChannelArchived(_) => "is_archived".into(),
            Self::DirectMessagesOff(_) => "messages_tab_disabled".into(),
            Self::UserNotInChannel(_) => "user_not_in_channel".into(),
            Self::MessageLimit => "message_limit_exceeded".into(),
            Self::PostingRestricted { code, .. }
            | Self::ThreadLost { code }
            | Self::WebhookGone { code } => code.as_str().into(),
            Self::InvalidMessage(refusal) => refusal.code.as_str().into(),
            Self::Call(error) => error.code(),
        }
    }
}

impl LookupError {
    /// As [`CallError::code`].
    #[must_use]
    pub fn code(&self) -> Cow<'_, str> {
        match self {
            Self::ChannelNotFound(_) => "channel_not_found".into(),
            Self::NotInChannel(_) => "not_in_channel".into(),
            Self::UserNotFound(_) => "user_not_found".into(),
            Self::MessageNotFound(_) => "message_not_found".into(),
            Self::CursorLost => "invalid_cursor".into(),
            Self::MissingScope { .. } => "missing_scope".into(),
            Self::Call(error) => error.code(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{ErrorCode, Refusal};
    use super::*;

    #[test]
    fn a_refusal_keeps_the_name_that_slack_gave_it() {
        for code in [
            "channel_not_found",
            "not_in_channel",
            "is_archived",
            "restricted_action",
            "messages_tab_disabled",
            "message_limit_exceeded",
            "invalid_blocks",
            "invalid_auth",
            "no_permission",
            "fatal_error",
            "invented_tomorrow",
        ] {
            let refused = || {
                CallError::from_refusal(Refusal {
                    code: ErrorCode::new(code),
                    details: Vec::new(),
                })
            };
            assert_eq!(refused().code(), code);
            let post = PostError::new(refused(), &"#general".parse().unwrap());
            assert_eq!(post.code(), code);
        }
        let failed = CallError::ServerFailed { status: 503 };
        assert_eq!(LookupError::Call(failed).code(), "status_503");
    }
}
