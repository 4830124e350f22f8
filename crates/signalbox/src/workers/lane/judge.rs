//! What a try to send a message means for its delivery. Pure.

use jiff::{SignedDuration, Timestamp};
use slack::{LookupError, PostError, Posted, Retry};
use store::{Delivery, Outcome, RetryCause};

/// How long Slack may refuse a message before it is a dead letter.
const PATIENCE: SignedDuration = SignedDuration::from_hours(24);

/// What came of a try.
#[derive(Debug)]
pub(super) enum Tried {
    Sent(Posted),
    /// A webhook took it, and told nobody where it stands.
    Taken,
    /// The place whose webhook was to say it has none any more.
    NoWebhook,
    /// The webhook's address is none of Slack's.
    BadAddress(slack::InvalidHookUrl),
    /// The app is not installed in the lane's workspace.
    NoInstallation,
    /// It may stand in the channel already, and Slack could not say now.
    NotFound(LookupError),
    Failed(PostError),
}

impl Tried {
    /// A short name of what went wrong; Slack's own where it has one.
    pub(super) fn code(&self) -> Option<String> {
        match self {
            Self::Sent(_) | Self::Taken => None,
            Self::NoWebhook => Some("no_webhook".to_owned()),
            Self::BadAddress(_) => Some("bad_webhook_address".to_owned()),
            Self::NoInstallation => Some("not_installed".to_owned()),
            Self::NotFound(error) => Some(error.code().into_owned()),
            Self::Failed(error) => Some(error.code().into_owned()),
        }
    }
}

/// What a try means for the delivery.
pub(super) fn judge(
    tried: Tried,
    head: &Delivery,
    now: Timestamp,
    backoff: impl Fn(u32) -> SignedDuration,
) -> Outcome {
    let (reason, pause, posted) = match tried {
        Tried::Sent(posted) => {
            return Outcome::Sent {
                ts: posted.ts.to_string(),
                channel_id: posted.channel.to_string(),
            };
        }
        Tried::Taken => return Outcome::Taken,
        Tried::NoWebhook => {
            return Outcome::Dead {
                reason: "the integration that was to say this has no webhook any more".into(),
                remedy: "set the webhook of the project's Slack notifications, and replay".into(),
            };
        }
        Tried::BadAddress(error) => {
            return Outcome::Dead {
                reason: format!("the webhook's address cannot be used: {error}"),
                remedy: "set the webhook of the project's Slack notifications to the address that Slack gave, and replay".into(),
            };
        }
        Tried::NoInstallation => {
            return Outcome::Dead {
                reason: "the app is not installed in this workspace".into(),
                remedy: "set slack.workspace and slack.token for it, restart, and replay".into(),
            };
        }
        Tried::NotFound(error) => (error.to_string(), error.retry(), store::Posted::Unknown),
        Tried::Failed(error) => {
            let reason = error.to_string();
            if error.retry() == Retry::Never {
                return Outcome::Dead {
                    reason,
                    remedy: error.remedy(),
                };
            }
            // What an earlier try left open has been looked up before this one.
            let posted = match error.certainly_not_posted() {
                true => store::Posted::No,
                false => store::Posted::Unknown,
            };
            (reason, error.retry(), posted)
        }
    };
    if PATIENCE < now.duration_since(head.since) {
        return Outcome::Dead {
            reason: format!("{reason}, for a day"),
            remedy: "replay it when Slack takes messages again".into(),
        };
    }
    let cause = match pause {
        Retry::After(_) => RetryCause::Paced,
        Retry::Backoff | Retry::Never => RetryCause::Failed,
    };
    let pause = match pause {
        Retry::After(pause) => SignedDuration::try_from(pause).unwrap_or(SignedDuration::MAX),
        Retry::Backoff | Retry::Never => backoff(head.attempts.saturating_add(1)),
    };
    Outcome::Retry {
        at: now.saturating_add(pause).unwrap_or(Timestamp::MAX),
        reason,
        posted,
        cause,
    }
}
