//! Why no preview was shown.

use super::{CallError, ErrorCode, Refusal, Retry};

/// Why no preview was shown.
#[derive(Debug, thiserror::Error)]
pub enum UnfurlError {
    /// The message, the link or the channel is gone, or the workspace does not want previews of
    /// this domain.
    #[error("there is nothing to show a preview for ({0})")]
    TargetLost(ErrorCode),
    /// The person has answered the question before, with no.
    #[error("whoever wrote the link cannot be asked to link their account ({0})")]
    CannotAsk(ErrorCode),
    /// Our fault: log the details.
    #[error("Slack refused the preview's form ({})", .0.code)]
    InvalidPreview(Refusal),
    #[error(transparent)]
    Call(CallError),
}

impl UnfurlError {
    pub(crate) fn new(error: CallError) -> Self {
        let refusal = match error {
            CallError::Refused(refusal) => refusal,
            other => return Self::Call(other),
        };
        match refusal.code.as_str() {
            "cannot_unfurl_url"
            | "cannot_unfurl_message"
            | "cannot_find_message"
            | "cannot_find_channel"
            | "cannot_find_service"
            | "invalid_unfurl_id" => Self::TargetLost(refusal.code),
            "cannot_prompt" | "cannot_auth_user" => Self::CannotAsk(refusal.code),
            "cannot_parse_attachment"
            | "invalid_unfurls_format"
            | "invalid_metadata_format"
            | "invalid_source"
            | "invalid_blocks"
            | "invalid_arguments"
            | "missing_channel"
            | "missing_source"
            | "missing_ts"
            | "missing_unfurl_id"
            | "missing_unfurls" => Self::InvalidPreview(refusal),
            _ => Self::Call(CallError::Refused(refusal)),
        }
    }

    /// What to do with the call.
    #[must_use]
    pub fn retry(&self) -> Retry {
        match self {
            Self::Call(error) => error.retry(),
            Self::TargetLost(_) | Self::CannotAsk(_) | Self::InvalidPreview(_) => Retry::Never,
        }
    }

    /// What a person can do about it.
    #[must_use]
    pub fn remedy(&self) -> String {
        match self {
            Self::TargetLost(_) => {
                "check the app's unfurl domains, and that the workspace allows previews".into()
            }
            Self::CannotAsk(_) => "link the account with the app's link command".into(),
            Self::InvalidPreview(refusal) => format!(
                "report this to Signalbox's maintainers with the code {}",
                refusal.code
            ),
            Self::Call(error) => error.remedy(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_of_a_preview_is_a_decision() {
        for (code, expected) in [
            ("cannot_unfurl_url", "TargetLost"),
            ("cannot_find_message", "TargetLost"),
            ("cannot_prompt", "CannotAsk"),
            ("invalid_unfurls_format", "InvalidPreview"),
            ("invented_tomorrow", "Call"),
            ("token_revoked", "Call"),
        ] {
            let error = UnfurlError::new(CallError::from_refusal(Refusal {
                code: ErrorCode::new(code),
                details: Vec::new(),
            }));
            let shown = format!("{error:?}");
            assert_eq!(shown.split(['(', ' ']).next(), Some(expected), "{code}");
            assert_eq!(error.retry(), Retry::Never, "{code}");
            assert!(!error.remedy().is_empty(), "{code}");
        }
    }
}
