//! Why an answer did not go through a response URL.

use super::post::is_about_form;
use super::{CallError, ErrorCode, Refusal, Retry};

/// Why an answer did not go through a response URL.
#[derive(Debug, thiserror::Error)]
pub enum ResponseError {
    /// 30 minutes have passed since the command or the click.
    #[error("the time to answer is over (30 minutes)")]
    Expired,
    /// Five answers were given.
    #[error("the command was answered as often as Slack takes (5 times)")]
    Used,
    /// Our fault: answer with [`crate::Rendered::plain`] instead, and log the details.
    #[error("Slack refused the answer's form ({})", .0.code)]
    InvalidMessage(Refusal),
    #[error("Slack refused the answer ({reason})")]
    Refused { reason: ErrorCode },
    #[error(transparent)]
    Call(CallError),
}

impl ResponseError {
    pub(crate) fn new(error: CallError) -> Self {
        let refusal = match error {
            CallError::TokenRefused { code }
            | CallError::Forbidden { code }
            | CallError::Refused(Refusal { code, .. }) => code,
            other => return Self::Call(other),
        };
        match refusal.as_str() {
            "expired_url" | "expired_trigger_id" => Self::Expired,
            "used_url" | "trigger_exchanged" => Self::Used,
            code if is_about_form(code) => Self::InvalidMessage(Refusal {
                code: refusal,
                details: Vec::new(),
            }),
            _ => Self::Refused { reason: refusal },
        }
    }

    /// What to do with the answer.
    #[must_use]
    pub fn retry(&self) -> Retry {
        match self {
            Self::Expired | Self::Used | Self::InvalidMessage(_) | Self::Refused { .. } => {
                Retry::Never
            }
            Self::Call(error) => error.retry(),
        }
    }

    /// What a person can do about it.
    #[must_use]
    pub fn remedy(&self) -> String {
        match self {
            Self::Expired => "type the command again".into(),
            Self::Used => "nothing to do: what came later is in the log".into(),
            Self::InvalidMessage(refusal) => {
                format!(
                    "report this to Signalbox's maintainers with the code {}",
                    refusal.code
                )
            }
            Self::Refused { .. } => "type the command again; if it lasts, reinstall the app".into(),
            Self::Call(error) => error.remedy(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_of_an_answer_is_a_decision() {
        for (words, expected) in [
            ("expired_url", "Expired"),
            ("Expired url", "Expired"),
            ("used_url", "Used"),
            ("invalid_payload", "InvalidMessage"),
            ("no_text", "InvalidMessage"),
            ("invalid_blocks", "InvalidMessage"),
            ("team_disabled", "Refused"),
            ("invented_tomorrow", "Refused"),
        ] {
            let error = ResponseError::new(CallError::from_refusal(Refusal {
                code: ErrorCode::in_words(words),
                details: Vec::new(),
            }));
            let shown = format!("{error:?}");
            assert_eq!(shown.split(['(', ' ']).next(), Some(expected), "{words}");
            assert_eq!(error.retry(), Retry::Never, "{words}");
            assert!(!error.remedy().is_empty(), "{words}");
        }
    }

    #[test]
    fn a_server_in_trouble_is_asked_again() {
        let error = ResponseError::new(CallError::ServerFailed { status: 503 });
        assert_eq!(error.retry(), Retry::Backoff);
    }
}
