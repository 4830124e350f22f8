//! Why a modal or a Home tab was not shown.

use super::{CallError, ErrorCode, Refusal, Retry};

/// Why a modal or a Home tab was not shown.
#[derive(Debug, thiserror::Error)]
pub enum ViewError {
    /// Three seconds went by, or the trigger was used.
    #[error("the time to open a modal is over ({0})")]
    TriggerOver(ErrorCode),
    /// Something newer is shown.
    #[error("the view was changed meanwhile")]
    HashConflict,
    #[error("the view is not shown any more")]
    NotFound,
    /// Three modals lie on each other already.
    #[error("no more modals can be opened on top of each other")]
    StackFull,
    #[error("the app's Home tab is switched off")]
    HomeDisabled,
    /// The same `external_id` is shown elsewhere.
    #[error("a view with this external id is shown already")]
    DuplicateId,
    /// Our fault: log the details.
    #[error("Slack refused the view's form ({})", .0.code)]
    InvalidView(Refusal),
    #[error(transparent)]
    Call(CallError),
}

impl ViewError {
    pub(crate) fn new(error: CallError) -> Self {
        let refusal = match error {
            CallError::Refused(refusal) => refusal,
            other => return Self::Call(other),
        };
        match refusal.code.as_str() {
            "expired_trigger_id"
            | "exchanged_trigger_id"
            | "trigger_expired"
            | "trigger_exchanged"
            | "invalid_trigger_id"
            | "invalid_trigger" => Self::TriggerOver(refusal.code),
            "hash_conflict" => Self::HashConflict,
            "not_found" | "view_not_found" => Self::NotFound,
            "push_limit_reached" => Self::StackFull,
            "not_enabled" => Self::HomeDisabled,
            "duplicate_external_id" => Self::DuplicateId,
            "view_too_large" | "invalid_arguments" | "invalid_blocks" | "invalid_view" => {
                Self::InvalidView(refusal)
            }
            _ => Self::Call(CallError::Refused(refusal)),
        }
    }

    /// What to do with the call. After [`Self::HashConflict`] the view is to be made anew first.
    #[must_use]
    pub fn retry(&self) -> Retry {
        match self {
            Self::Call(error) => error.retry(),
            Self::TriggerOver(_)
            | Self::HashConflict
            | Self::NotFound
            | Self::StackFull
            | Self::HomeDisabled
            | Self::DuplicateId
            | Self::InvalidView(_) => Retry::Never,
        }
    }

    /// What a person can do about it.
    #[must_use]
    pub fn remedy(&self) -> String {
        match self {
            Self::TriggerOver(_) => "click or type the command again".into(),
            Self::HashConflict => "nothing to do: the newer view stays".into(),
            Self::NotFound => "open it again".into(),
            Self::StackFull => "close the topmost modal first".into(),
            Self::HomeDisabled => "switch the Home tab on at the app's settings, App Home".into(),
            Self::DuplicateId => "close the other one first".into(),
            Self::InvalidView(refusal) => format!(
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
    fn every_refusal_of_a_view_is_a_decision() {
        for (code, expected) in [
            ("expired_trigger_id", "TriggerOver"),
            ("exchanged_trigger_id", "TriggerOver"),
            ("invalid_trigger_id", "TriggerOver"),
            ("hash_conflict", "HashConflict"),
            ("not_found", "NotFound"),
            ("push_limit_reached", "StackFull"),
            ("not_enabled", "HomeDisabled"),
            ("duplicate_external_id", "DuplicateId"),
            ("view_too_large", "InvalidView"),
            ("invalid_arguments", "InvalidView"),
            ("invented_tomorrow", "Call"),
            ("token_revoked", "Call"),
        ] {
            let error = ViewError::new(CallError::from_refusal(Refusal {
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
