//! Why the app was not installed, or its token not renewed.

use super::{CallError, ErrorCode, Refusal, Retry};

/// Why Slack gave no token.
#[derive(Debug, thiserror::Error)]
pub enum OauthError {
    #[error("Slack does not accept the app's client id or secret ({code})")]
    Credentials { code: ErrorCode },
    /// Codes work once, within ten minutes.
    #[error("the answer from Slack's page was used before, or came too late ({code})")]
    CodeLost { code: ErrorCode },
    #[error("{redirect_uri} is not one of the app's redirect URLs in Slack")]
    RedirectUri { redirect_uri: String },
    #[error("Slack refuses PKCE for the app ({code})")]
    Pkce { code: ErrorCode },
    /// Used by somebody else, revoked, or too old: only a new installation helps.
    #[error("the app's refresh token is good for nothing any more ({code})")]
    RefreshTokenLost { code: ErrorCode },
    #[error("the app does not have token rotation switched on")]
    RotationOff,
    #[error("whoever installs the app has not confirmed their email address in Slack")]
    EmailUnverified,
    /// An organization's administrator decides where the app is.
    #[error("the app was installed for a whole organization, which Signalbox does not serve")]
    WholeOrganization,
    #[error("Slack granted no bot token")]
    NoBotToken,
    #[error(transparent)]
    Call(CallError),
}

impl OauthError {
    pub(crate) fn new(error: CallError, redirect_uri: &str) -> Self {
        let Refusal { code, details } = match error {
            CallError::Refused(refusal) => refusal,
            other => return Self::Call(other),
        };
        match code.as_str() {
            "bad_client_secret"
            | "invalid_client_id"
            | "invalid_client"
            | "client_id_token_mismatch" => Self::Credentials { code },
            "invalid_code"
            | "code_already_used"
            | "code_expired"
            | "oauth_authorization_url_mismatch" => Self::CodeLost { code },
            "bad_redirect_uri" => Self::RedirectUri {
                redirect_uri: redirect_uri.to_owned(),
            },
            "pkce_not_allowed" | "invalid_code_verifier" => Self::Pkce { code },
            "invalid_refresh_token"
            | "token_already_exchanged"
            | "authorization_not_found"
            | "invalid_token" => Self::RefreshTokenLost { code },
            "token_rotation_not_enabled" => Self::RotationOff,
            "user_email_unverified" => Self::EmailUnverified,
            "cannot_install_an_org_installed_app" => Self::WholeOrganization,
            "no_scopes" => Self::NoBotToken,
            _ => Self::Call(CallError::Refused(Refusal { code, details })),
        }
    }

    /// What to do with the call.
    #[must_use]
    pub fn retry(&self) -> Retry {
        match self {
            Self::Credentials { .. }
            | Self::CodeLost { .. }
            | Self::RedirectUri { .. }
            | Self::Pkce { .. }
            | Self::RefreshTokenLost { .. }
            | Self::RotationOff
            | Self::EmailUnverified
            | Self::WholeOrganization
            | Self::NoBotToken => Retry::Never,
            Self::Call(error) => error.retry(),
        }
    }

    /// What a person can do about it.
    #[must_use]
    pub fn remedy(&self) -> String {
        match self {
            Self::Credentials { .. } => {
                "compare client_id and client_secret of [slack] with the app's page Basic \
                 Information"
            }
            Self::CodeLost { .. } => "begin the installation again",
            Self::RedirectUri { redirect_uri } => {
                return format!(
                    "add {redirect_uri} to the app's redirect URLs (OAuth & Permissions), and \
                     check public_url"
                );
            }
            Self::Pkce { .. } => {
                "begin the installation again; if it lasts, switch PKCE on in the app's settings, \
                 or pkce of [slack] off"
            }
            Self::RefreshTokenLost { .. } => "reinstall the app",
            Self::RotationOff => {
                "switch token rotation on in the app's settings, or keep the token"
            }
            Self::EmailUnverified => "confirm the email address in Slack, then install again",
            Self::WholeOrganization => "install the app in one workspace instead",
            Self::NoBotToken => {
                "compare the app's bot scopes with `signalbox manifest`, then install again"
            }
            Self::Call(error) => return error.remedy(),
        }
        .to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_of_an_installation_is_a_decision() {
        for (code, expected) in [
            ("bad_client_secret", "Credentials"),
            ("invalid_client_id", "Credentials"),
            ("invalid_code", "CodeLost"),
            ("oauth_authorization_url_mismatch", "CodeLost"),
            ("bad_redirect_uri", "RedirectUri"),
            ("pkce_not_allowed", "Pkce"),
            ("invalid_code_verifier", "Pkce"),
            ("invalid_refresh_token", "RefreshTokenLost"),
            ("token_already_exchanged", "RefreshTokenLost"),
            ("token_rotation_not_enabled", "RotationOff"),
            ("user_email_unverified", "EmailUnverified"),
            ("cannot_install_an_org_installed_app", "WholeOrganization"),
            ("no_scopes", "NoBotToken"),
            ("invented_tomorrow", "Call"),
        ] {
            let refusal = CallError::from_refusal(Refusal {
                code: ErrorCode::new(code),
                details: Vec::new(),
            });
            let error = OauthError::new(refusal, "https://signalbox.example/back");
            let shown = format!("{error:?}");
            assert_eq!(shown.split(['(', ' ']).next(), Some(expected), "{code}");
            assert_eq!(error.retry(), Retry::Never, "{code}");
            assert!(!error.remedy().is_empty(), "{code}");
        }
    }

    #[test]
    fn a_slack_in_trouble_is_asked_again() {
        let error = OauthError::new(CallError::ServerFailed { status: 503 }, "");
        assert_eq!(error.retry(), Retry::Backoff);
    }
}
