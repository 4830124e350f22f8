//! Why there is no line to Slack.

use std::error::Error;

use super::{CallError, Retry};

/// Why a line was not opened. No variant shows its address, which holds a ticket.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    #[error("Slack gave no address for Socket Mode")]
    Call(#[source] CallError),
    #[error("what Slack gave for Socket Mode is no address")]
    NotAnAddress,
    #[error("the address for Socket Mode is at {given}, which does not belong to {expected}")]
    OtherHost { given: String, expected: String },
    #[error("Slack cannot be reached over Socket Mode")]
    Unreachable(#[source] Box<dyn Error + Send + Sync>),
    #[error("Slack did not open a Socket Mode line (status {status})")]
    Refused { status: u16 },
    #[error("what answered for a Socket Mode line does not speak its protocol")]
    NotSlack,
    #[error("Slack opened a Socket Mode line and said no hello")]
    NoHello,
    #[error("Socket Mode is switched off for the app")]
    LinkDisabled,
    #[error("the app has as many Socket Mode lines as Slack allows (10)")]
    TooMany,
}

/// Why a line ended.
#[derive(Debug, thiserror::Error)]
pub enum Ended {
    #[error("Slack closed the Socket Mode line")]
    Closed,
    #[error("the Socket Mode line was lost")]
    Lost(#[source] Box<dyn Error + Send + Sync>),
    #[error("Slack said nothing on the Socket Mode line for too long")]
    Silent,
    #[error("Socket Mode was switched off for the app")]
    LinkDisabled,
    #[error("the app has as many Socket Mode lines as Slack allows (10)")]
    TooMany,
}

impl ConnectError {
    /// When to try again.
    #[must_use]
    pub fn retry(&self) -> Retry {
        match self {
            Self::Call(error) => error.retry(),
            Self::NotAnAddress | Self::OtherHost { .. } | Self::LinkDisabled => Retry::Never,
            Self::Unreachable(_)
            | Self::Refused { .. }
            | Self::NotSlack
            | Self::NoHello
            | Self::TooMany => Retry::Backoff,
        }
    }

    /// What a person can do about it.
    #[must_use]
    pub fn remedy(&self) -> String {
        match self {
            Self::Call(CallError::TokenRefused { .. }) => {
                "check app_token of [slack]: an app-level token (xapp-…) with the scope \
                 connections:write, from the app's page Basic Information"
                    .into()
            }
            Self::Call(CallError::MissingScope { needed, .. }) => {
                format!("give the app-level token the scope {needed}")
            }
            Self::Call(error) => error.remedy(),
            Self::NotAnAddress | Self::OtherHost { .. } => {
                "check `base_url` of [slack], and for a proxy that answers in Slack's place".into()
            }
            Self::Unreachable(_) | Self::Refused { .. } | Self::NotSlack | Self::NoHello => {
                "check that this machine reaches wss-primary.slack.com on port 443 (proxy, \
                 firewall)"
                    .into()
            }
            Self::LinkDisabled => SWITCH_ON.into(),
            Self::TooMany => TOO_MANY.into(),
        }
    }
}

const SWITCH_ON: &str = "switch Socket Mode on in the app's settings, or set transport of [slack] \
     to \"http\"";
const TOO_MANY: &str = "stop other programs that use this app's app-level token";

impl Ended {
    /// When to open another line.
    #[must_use]
    pub fn retry(&self) -> Retry {
        match self {
            Self::LinkDisabled => Retry::Never,
            Self::Closed | Self::Lost(_) | Self::Silent | Self::TooMany => Retry::Backoff,
        }
    }

    /// What a person can do about it.
    #[must_use]
    pub fn remedy(&self) -> String {
        match self {
            Self::Closed | Self::Lost(_) | Self::Silent => {
                "nothing to do unless it lasts: another line is opened".into()
            }
            Self::LinkDisabled => SWITCH_ON.into(),
            Self::TooMany => TOO_MANY.into(),
        }
    }
}
