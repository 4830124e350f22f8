//! Why a message did not reach its channel.

use domain::ChannelName;

use super::{CallError, ErrorCode, Refusal, Retry};

/// Why a message did not reach its channel.
#[derive(Debug, thiserror::Error)]
pub enum PostError {
    #[error("channel {0} does not exist or is hidden from the bot")]
    ChannelNotFound(ChannelName),
    #[error("the bot is not in channel {0}; invite it with /invite")]
    NotInChannel(ChannelName),
    #[error("channel {0} was archived")]
    ChannelArchived(ChannelName),
    #[error("channel {channel} does not take messages from the app ({code})")]
    PostingRestricted {
        channel: ChannelName,
        code: ErrorCode,
    },
    #[error("{0} cannot be reached by direct message")]
    DirectMessagesOff(ChannelName),
    #[error("{0} is not in the channel and cannot see an ephemeral message there")]
    UserNotInChannel(String),
    #[error("the workspace has reached its limit of messages")]
    MessageLimit,
    /// Post it again without its thread.
    #[error("the thread cannot be answered any more ({code})")]
    ThreadLost { code: ErrorCode },
    /// Our fault: post [`crate::Rendered::plain`] instead, and log the details.
    #[error("Slack refused the message's form ({})", .0.code)]
    InvalidMessage(Refusal),
    /// The address of an incoming webhook leads nowhere, or its own channel is gone.
    #[error("the incoming webhook takes no messages ({code})")]
    WebhookGone { code: ErrorCode },
    #[error(transparent)]
    Call(CallError),
}

impl PostError {
    pub(crate) fn new(error: CallError, channel: &ChannelName) -> Self {
        let refusal = match error {
            CallError::Refused(refusal) => refusal,
            other => return Self::Call(other),
        };
        match refusal.code.as_str() {
            "channel_not_found" => Self::ChannelNotFound(channel.clone()),
            "not_in_channel" => Self::NotInChannel(channel.clone()),
            "is_archived" => Self::ChannelArchived(channel.clone()),
            "restricted_action"
            | "restricted_action_read_only_channel"
            | "restricted_action_thread_only_channel"
            | "posting_to_channel_denied" => Self::PostingRestricted {
                channel: channel.clone(),
                code: refusal.code,
            },
            "messages_tab_disabled" | "cannot_dm_bot" | "user_disabled" => {
                Self::DirectMessagesOff(channel.clone())
            }
            "message_limit_exceeded" => Self::MessageLimit,
            "thread_not_found"
            | "cannot_reply_to_message"
            | "restricted_action_non_threadable_channel"
            | "restricted_action_thread_locked" => Self::ThreadLost { code: refusal.code },
            code if is_about_form(code) => Self::InvalidMessage(refusal),
            _ => Self::Call(CallError::Refused(refusal)),
        }
    }

    /// What an incoming webhook said about a post; `channel` is the one that was asked for,
    /// instead of the webhook's own.
    pub(crate) fn of_webhook(error: CallError, channel: Option<&ChannelName>) -> Self {
        let refusal = match error {
            CallError::TokenRefused { code } => return Self::WebhookGone { code },
            CallError::Refused(refusal) => refusal,
            other => return Self::Call(other),
        };
        let code = refusal.code;
        match (code.as_str(), channel) {
            (
                "no_service" | "no_service_id" | "no_active_hooks" | "no_team" | "invalid_token"
                | "not_found",
                _,
            ) => Self::WebhookGone { code },
            ("channel_not_found" | "channel_is_archived" | "user_not_found", None) => {
                Self::WebhookGone { code }
            }
            ("channel_not_found", Some(channel)) => Self::ChannelNotFound(channel.clone()),
            ("channel_is_archived", Some(channel)) => Self::ChannelArchived(channel.clone()),
            ("user_not_found", Some(person)) => Self::DirectMessagesOff(person.clone()),
            ("action_prohibited" | "posting_to_general_channel_denied", None) => {
                Self::Call(CallError::Forbidden { code })
            }
            ("action_prohibited" | "posting_to_general_channel_denied", Some(channel)) => {
                let channel = channel.clone();
                Self::PostingRestricted { channel, code }
            }
            (about_form, _) if is_about_form(about_form) => Self::InvalidMessage(Refusal {
                code,
                details: refusal.details,
            }),
            _ => Self::Call(CallError::Refused(Refusal {
                code,
                details: refusal.details,
            })),
        }
    }

    /// What to do with the message.
    #[must_use]
    pub fn retry(&self) -> Retry {
        match self {
            Self::Call(error) => error.retry(),
            Self::ChannelNotFound(_)
            | Self::NotInChannel(_)
            | Self::ChannelArchived(_)
            | Self::PostingRestricted { .. }
            | Self::DirectMessagesOff(_)
            | Self::UserNotInChannel(_)
            | Self::MessageLimit
            | Self::ThreadLost { .. }
            | Self::InvalidMessage(_)
            | Self::WebhookGone { .. } => Retry::Never,
        }
    }

    /// Whether the message certainly stands nowhere. `false` means that it may: look for it
    /// ([`crate::Client::find_delivery`]) before posting it again.
    #[must_use]
    pub fn certainly_not_posted(&self) -> bool {
        match self {
            Self::Call(error) => error.certainly_not_done(),
            Self::ChannelNotFound(_)
            | Self::NotInChannel(_)
            | Self::ChannelArchived(_)
            | Self::PostingRestricted { .. }
            | Self::DirectMessagesOff(_)
            | Self::UserNotInChannel(_)
            | Self::MessageLimit
            | Self::ThreadLost { .. }
            | Self::InvalidMessage(_)
            | Self::WebhookGone { .. } => true,
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
            Self::ChannelArchived(channel) => {
                format!("unarchive {channel} or choose another channel")
            }
            Self::PostingRestricted { channel, .. } => format!(
                "let the app post in {channel} (channel settings, posting permissions) or choose \
                 another channel"
            ),
            Self::DirectMessagesOff(_) => {
                "switch on the messages tab of the app's home, or choose a channel".into()
            }
            Self::UserNotInChannel(user) => format!("invite {user} to the channel"),
            Self::MessageLimit => "ask an owner of the workspace about its plan's limits".into(),
            Self::ThreadLost { .. } => "nothing to do: it can be posted outside the thread".into(),
            Self::InvalidMessage(refusal) => {
                format!(
                    "report this to Signalbox's maintainers with the code {}",
                    refusal.code
                )
            }
            Self::WebhookGone { code } => webhook_remedy(code),
            Self::Call(error) => error.remedy(),
        }
    }
}

fn webhook_remedy(code: &ErrorCode) -> String {
    match code.as_str() {
        "channel_is_archived" | "channel_not_found" => {
            "name another channel in the integration, or make a new incoming webhook in Slack and \
             set its address there"
        }
        "team_disabled" | "no_team" => "check the workspace: Slack says that it is gone",
        _ => "make a new incoming webhook in Slack and set its address in the integration",
    }
    .to_owned()
}

/// Codes about what the message is made of, which plain text does not run into.
pub(super) fn is_about_form(code: &str) -> bool {
    matches!(
        code,
        "invalid_blocks"
            | "invalid_blocks_format"
            | "msg_blocks_too_long"
            | "invalid_attachments"
            | "too_many_attachments"
            | "attachment_payload_limit_exceeded"
            | "msg_too_long"
            | "no_text"
            | "invalid_payload"
            | "missing_text_or_fallback_or_attachments"
            | "markdown_text_conflict"
            | "invalid_metadata_format"
            | "invalid_metadata_schema"
            | "metadata_too_large"
            | "metadata_must_be_sent_from_app"
            | "too_many_contact_cards"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The decision about a post that Slack refuses with `code`.
    fn decision(code: &str) -> String {
        let details = Vec::new();
        let refusal = CallError::from_refusal(Refusal {
            code: ErrorCode::new(code),
            details,
        });
        let error = PostError::new(refusal, &"#general".parse().unwrap());
        assert!(!error.remedy().is_empty(), "{code}");
        let shown = format!("{error:?}");
        let variant = shown.split(['(', ' ']).next().unwrap();
        if variant != "Call" {
            assert_eq!(
                (error.retry(), error.certainly_not_posted()),
                (Retry::Never, true),
                "{code}"
            );
        }
        variant.to_owned()
    }

    #[test]
    fn every_refusal_of_a_post_is_a_decision() {
        for (variant, codes) in [
            ("ChannelNotFound", "channel_not_found"),
            ("NotInChannel", "not_in_channel"),
            ("ChannelArchived", "is_archived"),
            (
                "PostingRestricted",
                "restricted_action restricted_action_read_only_channel \
                 restricted_action_thread_only_channel posting_to_channel_denied",
            ),
            (
                "DirectMessagesOff",
                "messages_tab_disabled cannot_dm_bot user_disabled",
            ),
            ("MessageLimit", "message_limit_exceeded"),
            (
                "ThreadLost",
                "thread_not_found cannot_reply_to_message \
                 restricted_action_non_threadable_channel restricted_action_thread_locked",
            ),
            (
                "InvalidMessage",
                "invalid_blocks invalid_blocks_format msg_blocks_too_long invalid_attachments \
                 too_many_attachments attachment_payload_limit_exceeded msg_too_long no_text \
                 markdown_text_conflict invalid_metadata_format invalid_metadata_schema \
                 metadata_too_large too_many_contact_cards",
            ),
            (
                "Call",
                "invalid_auth account_inactive token_revoked token_expired not_authed \
                 org_login_required no_permission fatal_error internal_error request_timeout \
                 service_unavailable external_channel_migrating team_added_to_org \
                 invalid_arguments unknown_method method_deprecated invented_tomorrow",
            ),
        ] {
            for code in codes.split_whitespace() {
                assert_eq!(decision(code), variant, "{code}");
            }
        }
    }

    #[test]
    fn every_refusal_of_a_webhook_is_a_decision() {
        let general: ChannelName = "#general".parse().unwrap();
        for (code, named, unnamed) in [
            ("no_service", "WebhookGone", "WebhookGone"),
            ("invalid_token", "WebhookGone", "WebhookGone"),
            ("team_disabled", "WebhookGone", "WebhookGone"),
            ("channel_not_found", "ChannelNotFound", "WebhookGone"),
            ("channel_is_archived", "ChannelArchived", "WebhookGone"),
            ("user_not_found", "DirectMessagesOff", "WebhookGone"),
            ("action_prohibited", "PostingRestricted", "Call"),
            (
                "posting_to_general_channel_denied",
                "PostingRestricted",
                "Call",
            ),
            ("invalid_payload", "InvalidMessage", "InvalidMessage"),
            ("no_text", "InvalidMessage", "InvalidMessage"),
            ("too_many_attachments", "InvalidMessage", "InvalidMessage"),
            ("invented_tomorrow", "Call", "Call"),
        ] {
            for (channel, expected) in [(Some(&general), named), (None, unnamed)] {
                let refusal = CallError::from_refusal(Refusal {
                    code: ErrorCode::new(code),
                    details: Vec::new(),
                });
                let error = PostError::of_webhook(refusal, channel);
                let shown = format!("{error:?}");
                assert_eq!(shown.split(['(', ' ']).next(), Some(expected), "{code}");
                assert_eq!(error.retry(), Retry::Never, "{code}");
                assert!(error.certainly_not_posted(), "{code}");
                assert!(!error.remedy().is_empty(), "{code}");
            }
        }
    }

    #[test]
    fn a_remedy_names_the_channel() {
        let error = PostError::NotInChannel("#deploys".parse().unwrap());
        assert_eq!(
            error.remedy(),
            "invite the bot with /invite @Signalbox in #deploys"
        );
    }
}
