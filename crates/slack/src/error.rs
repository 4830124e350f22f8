//! Why a call to Slack failed, in the terms of what can be done about it.
//!
//! [`CallError`] is what can happen to any call. Each operation has an enum of its own that
//! adds its refusals, one variant a decision and not one a code. No error shows a response's
//! body or a token.

mod code;
mod conversation;
mod lookup;
mod oauth;
mod post;
mod response;
mod socket;
mod unfurl;
mod update;
mod view;

use std::fmt;
use std::time::Duration;

pub use conversation::ConversationError;
pub use lookup::LookupError;
pub use oauth::OauthError;
pub use post::PostError;
pub use response::ResponseError;
pub use socket::{ConnectError, Ended};
pub use unfurl::UnfurlError;
pub use update::UpdateError;
pub use view::ViewError;

/// What to do with a call that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// The same call fails again until a person does something.
    Never,
    /// Slack named the pause; shorter is against its rules.
    After(Duration),
    /// Again after a growing pause of the caller's choice.
    Backoff,
}

/// What can happen to any call, whatever its method.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    #[error("Slack asked for a pause of {}s", .retry_after.as_secs())]
    RateLimited { retry_after: Duration },
    /// No connection was made: Slack has not seen the call.
    #[error("Slack cannot be reached")]
    Unreachable(#[source] reqwest::Error),
    /// The call went out and no whole answer came back in time.
    #[error("Slack did not answer")]
    NoAnswer(#[source] reqwest::Error),
    /// Status 500 and above.
    #[error("Slack failed with status {status}")]
    ServerFailed { status: u16 },
    /// Slack says that it could not, for a reason that passes.
    #[error("Slack cannot do this right now ({code})")]
    Unavailable { code: ErrorCode },
    #[error("the answer does not look like Slack's: {0}")]
    Unreadable(Unreadable),
    #[error("Slack does not accept the app's token ({code})")]
    TokenRefused { code: ErrorCode },
    /// A policy of the workspace, or a permission that no scope gives.
    #[error("the workspace does not allow this ({code})")]
    Forbidden { code: ErrorCode },
    #[error("the app lacks the scope {needed} (it has {provided})")]
    MissingScope { needed: String, provided: String },
    /// Every other code, the unknown ones included.
    #[error("Slack refused the call ({})", .0.code)]
    Refused(Refusal),
}

/// An answer that is not what Slack's Web API gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    #[error("status {status} without a reason")]
    Status { status: u16 },
    #[error("it is empty")]
    Empty,
    #[error("it is a web page")]
    WebPage,
    #[error("it is longer than {limit} bytes")]
    TooLong { limit: usize },
    #[error("it is not the JSON that the method gives")]
    NotTheJson,
    #[error("it is neither `ok` nor a reason")]
    NotOk,
}

/// Slack's name for a reason: `channel_not_found`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorCode(String);

impl ErrorCode {
    /// Keeps what a code is made of, so that a strange answer cannot fill a log.
    pub(crate) fn new(raw: &str) -> Self {
        let part_of_code =
            |c: &char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | ':' | '/');
        let code: String = raw.chars().filter(part_of_code).take(80).collect();
        Self(if code.is_empty() {
            "no_code".to_owned()
        } else {
            code
        })
    }

    /// The code of a reason that may be in plain words: `Expired url` is `expired_url`.
    pub(crate) fn in_words(raw: &str) -> Self {
        Self::new(&raw.trim().to_ascii_lowercase().replace(' ', "_"))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A refusal with what Slack says about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub code: ErrorCode,
    /// Slack's complaints with their places, such as `[ERROR] must be less than 3001 characters
    /// [json-pointer:/blocks/0/text/text]`. For the log; shortened.
    pub details: Vec<String>,
}

impl CallError {
    /// The same error without the address that was called, for addresses that are secrets.
    pub(crate) fn without_url(self) -> Self {
        match self {
            Self::Unreachable(error) => Self::Unreachable(error.without_url()),
            Self::NoAnswer(error) => Self::NoAnswer(error.without_url()),
            other => other,
        }
    }

    pub(crate) fn from_refusal(refusal: Refusal) -> Self {
        let code = refusal.code;
        match code.as_str() {
            "internal_error"
            | "fatal_error"
            | "service_unavailable"
            | "request_timeout"
            | "team_added_to_org"
            | "external_channel_migrating" => Self::Unavailable { code },
            "not_authed"
            | "invalid_auth"
            | "account_inactive"
            | "token_revoked"
            | "token_expired"
            | "team_disabled"
            | "user_removed_from_team"
            | "org_login_required"
            | "not_allowed_token_type"
            | "team_access_not_granted" => Self::TokenRefused { code },
            "no_permission"
            | "access_denied"
            | "accesslimited"
            | "app_access_restricted"
            | "enterprise_is_restricted"
            | "ekm_access_denied" => Self::Forbidden { code },
            _ => Self::Refused(Refusal {
                code,
                details: refusal.details,
            }),
        }
    }

    /// What to do with the call.
    #[must_use]
    pub fn retry(&self) -> Retry {
        match self {
            Self::RateLimited { retry_after } => Retry::After(*retry_after),
            Self::Unreachable(_)
            | Self::NoAnswer(_)
            | Self::ServerFailed { .. }
            | Self::Unavailable { .. }
            | Self::Unreadable(_) => Retry::Backoff,
            Self::TokenRefused { .. }
            | Self::Forbidden { .. }
            | Self::MissingScope { .. }
            | Self::Refused(_) => Retry::Never,
        }
    }

    /// Whether Slack certainly did nothing. `false` means that nobody knows: `fatal_error`
    /// comes after a half success too.
    #[must_use]
    pub fn certainly_not_done(&self) -> bool {
        match self {
            Self::NoAnswer(_) | Self::ServerFailed { .. } | Self::Unreadable(_) => false,
            Self::Unavailable { code } => !matches!(
                code.as_str(),
                "internal_error" | "fatal_error" | "service_unavailable"
            ),
            Self::RateLimited { .. }
            | Self::Unreachable(_)
            | Self::TokenRefused { .. }
            | Self::Forbidden { .. }
            | Self::MissingScope { .. }
            | Self::Refused(_) => true,
        }
    }

    /// What a person can do about it.
    #[must_use]
    pub fn remedy(&self) -> String {
        match self {
            Self::RateLimited { .. } => "nothing to do: it is sent again after the pause".into(),
            Self::Unreachable(_) | Self::NoAnswer(_) => {
                "check that this machine reaches Slack (name resolution, proxy, firewall)".into()
            }
            Self::ServerFailed { .. } | Self::Unavailable { .. } => {
                "nothing to do unless it lasts: see https://slack-status.com".into()
            }
            Self::Unreadable(_) => {
                "check `base_url` of [slack], and for a proxy that answers in Slack's place".into()
            }
            Self::TokenRefused { code } => token_remedy(code),
            Self::Forbidden { .. } => {
                "ask an administrator of the workspace to allow the app this".into()
            }
            Self::MissingScope { needed, .. } => {
                format!("add the scope {needed} to the app and reinstall it")
            }
            Self::Refused(refusal) => {
                format!(
                    "look up {} in Slack's reference of the method",
                    refusal.code
                )
            }
        }
    }
}

fn token_remedy(code: &ErrorCode) -> String {
    match code.as_str() {
        "token_revoked" => "reinstall the app: its token was revoked",
        "token_expired" => "reinstall the app: its token has expired",
        "account_inactive" => "reinstall the app: it was removed, or the workspace was deleted",
        "not_allowed_token_type" => "set the bot token, which begins with xoxb-",
        "team_access_not_granted" => "ask an organization owner to grant the app this workspace",
        "org_login_required" => "wait until the workspace's move into an organization is over",
        _ => "check the bot token, and reinstall the app if it is the right one",
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(code: &str) -> CallError {
        CallError::from_refusal(Refusal {
            code: ErrorCode::new(code),
            details: Vec::new(),
        })
    }

    #[test]
    fn what_slack_says_decides_what_to_do() {
        let pause = Duration::from_secs(90_000);
        let limited = CallError::RateLimited { retry_after: pause };
        assert_eq!(limited.retry(), Retry::After(pause));
        for (code, retry, certain) in [
            ("internal_error", Retry::Backoff, false),
            ("fatal_error", Retry::Backoff, false),
            ("service_unavailable", Retry::Backoff, false),
            ("request_timeout", Retry::Backoff, true),
            ("external_channel_migrating", Retry::Backoff, true),
            ("token_revoked", Retry::Never, true),
            ("ekm_access_denied", Retry::Never, true),
            ("invented_tomorrow", Retry::Never, true),
        ] {
            let error = refused(code);
            assert_eq!(
                (error.retry(), error.certainly_not_done()),
                (retry, certain),
                "{code}"
            );
            assert!(!error.remedy().is_empty(), "{code}");
        }
    }

    #[test]
    fn an_unknown_code_is_kept_and_a_strange_one_is_tamed() {
        assert_eq!(
            refused("invented_tomorrow").to_string(),
            "Slack refused the call (invented_tomorrow)"
        );
        assert_eq!(ErrorCode::new("").as_str(), "no_code");
        let strange = format!("a\n<b>{}", "x".repeat(500));
        assert_eq!(ErrorCode::new(&strange).as_str().len(), 80);
        assert!(!ErrorCode::new(&strange).as_str().contains(['\n', '<']));
    }
}
