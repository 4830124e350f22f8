//! Why a message that stands in a channel was not changed.

use domain::ChannelName;

use super::post::is_about_form;
use super::{CallError, ErrorCode, Refusal, Retry};

/// Why a message was not changed, deleted or reacted to.
#[derive(Debug, thiserror::Error)]
pub enum UpdateError {
    /// It is gone, or cannot be edited any more: post anew.
    #[error("the message in {channel} cannot be changed any more ({code})")]
    TargetLost {
        channel: ChannelName,
        code: ErrorCode,
    },
    #[error("channel {channel} does not let the app change its message ({code})")]
    ChannelRefused {
        channel: ChannelName,
        code: ErrorCode,
    },
    /// Our fault: send [`crate::Rendered::plain`] instead, and log the details.
    #[error("Slack refused the message's new form ({})", .0.code)]
    InvalidMessage(Refusal),
    /// Another change of the same message is under way.
    #[error("the message in {channel} is being changed by another call")]
    Conflict { channel: ChannelName },
    #[error(transparent)]
    Call(CallError),
}

impl UpdateError {
    pub(crate) fn new(error: CallError, channel: &ChannelName) -> Self {
        let refusal = match error {
            CallError::Refused(refusal) => refusal,
            other => return Self::Call(other),
        };
        let channel = channel.clone();
        match refusal.code.as_str() {
            "message_not_found"
            | "cant_update_message"
            | "cant_delete_message"
            | "edit_window_closed"
            | "is_inactive"
            | "update_failed"
            | "block_mismatch"
            | "bad_timestamp"
            | "not_reactable" => Self::TargetLost {
                channel,
                code: refusal.code,
            },
            "channel_not_found"
            | "not_in_channel"
            | "is_archived"
            | "posting_to_channel_denied"
            | "restricted_action"
            | "thread_locked"
            | "no_access" => Self::ChannelRefused {
                channel,
                code: refusal.code,
            },
            "streaming_state_conflict" => Self::Conflict { channel },
            code if is_about_form(code) => Self::InvalidMessage(refusal),
            _ => Self::Call(CallError::Refused(refusal)),
        }
    }

    /// What to do with the change.
    #[must_use]
    pub fn retry(&self) -> Retry {
        match self {
            Self::Call(error) => error.retry(),
            Self::Conflict { .. } => Retry::Backoff,
            Self::TargetLost { .. } | Self::ChannelRefused { .. } | Self::InvalidMessage(_) => {
                Retry::Never
            }
        }
    }

    /// What a person can do about it.
    #[must_use]
    pub fn remedy(&self) -> String {
        match self {
            Self::TargetLost { .. } => "nothing to do: it can be posted anew".into(),
            Self::ChannelRefused { channel, .. } => format!(
                "check that {channel} exists and is not archived, and invite the bot with \
                 /invite @Signalbox there"
            ),
            Self::InvalidMessage(refusal) => {
                format!(
                    "report this to Signalbox's maintainers with the code {}",
                    refusal.code
                )
            }
            Self::Conflict { .. } => "nothing to do: it is tried again".into(),
            Self::Call(error) => error.remedy(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_message_is_posted_anew_and_a_conflict_tried_again() {
        let channel: ChannelName = "C0GENERAL".parse().unwrap();
        for (code, variant, retry) in [
            ("message_not_found", "TargetLost", Retry::Never),
            ("cant_update_message", "TargetLost", Retry::Never),
            ("edit_window_closed", "TargetLost", Retry::Never),
            ("is_inactive", "TargetLost", Retry::Never),
            ("update_failed", "TargetLost", Retry::Never),
            ("block_mismatch", "TargetLost", Retry::Never),
            ("cant_delete_message", "TargetLost", Retry::Never),
            ("channel_not_found", "ChannelRefused", Retry::Never),
            ("streaming_state_conflict", "Conflict", Retry::Backoff),
            ("external_channel_migrating", "Call", Retry::Backoff),
            ("msg_too_long", "InvalidMessage", Retry::Never),
            ("invented_tomorrow", "Call", Retry::Never),
        ] {
            let details = Vec::new();
            let refusal = CallError::from_refusal(Refusal {
                code: ErrorCode::new(code),
                details,
            });
            let error = UpdateError::new(refusal, &channel);
            assert!(
                format!("{error:?}").starts_with(variant),
                "{code}: {error:?}"
            );
            assert_eq!(error.retry(), retry, "{code}");
            assert!(!error.remedy().is_empty(), "{code}");
        }
    }
}
