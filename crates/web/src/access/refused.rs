//! Why a request may not do what it asks.

use accounts::AccountsError;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::error::{ApiError, Chain};

/// Why a request may not do what it asks.
#[derive(Debug)]
pub enum Refused {
    /// It has no token, or a wrong one, and nobody is signed in.
    Unknown,
    /// Only somebody who is signed in can do it.
    NotSignedIn,
    /// A browser sent it from another site's page.
    OtherSite,
    /// Somebody is signed in, and the form does not carry the session's token.
    WithoutToken,
    /// It is known who asks, and they may not.
    NotAllowed {
        /// What it takes.
        needs: String,
    },
    /// Whether they may cannot be told now.
    Accounts(AccountsError),
}

impl From<AccountsError> for Refused {
    fn from(error: AccountsError) -> Self {
        Self::Accounts(error)
    }
}

impl Refused {
    /// The refusal as the API gives it.
    pub(crate) fn into_error(self) -> ApiError {
        match self {
            Self::Unknown => ApiError::new(
                StatusCode::UNAUTHORIZED,
                "unauthorized",
                "send the administrator's token as PRIVATE-TOKEN, as a bearer token, or as the password",
            ),
            Self::NotSignedIn => ApiError::new(
                StatusCode::UNAUTHORIZED,
                "not_signed_in",
                "sign in with GitLab first",
            ),
            Self::OtherSite => not_from_our_page(
                "other_site",
                "this was sent from another site's page; use the button on the page itself",
            ),
            Self::WithoutToken => not_from_our_page(
                "without_csrf_token",
                "the form does not belong to this sign-in; load the page again and send it once more",
            ),
            Self::NotAllowed { needs } => ApiError::new(StatusCode::FORBIDDEN, "forbidden", needs),
            Self::Accounts(error) => of_accounts(&error),
        }
    }
}

fn not_from_our_page(code: &'static str, message: &str) -> ApiError {
    tracing::warn!(code, "a form that none of our pages has sent was refused");
    ApiError::new(StatusCode::FORBIDDEN, code, message)
}

fn of_accounts(error: &AccountsError) -> ApiError {
    match error {
        AccountsError::Store(error) => error.clone().into(),
        AccountsError::GrantOver => ApiError::new(
            StatusCode::UNAUTHORIZED,
            "not_signed_in",
            "GitLab no longer takes this sign-in; sign in again",
        ),
        AccountsError::Blocked { .. } => {
            ApiError::new(StatusCode::FORBIDDEN, "blocked", error.to_string())
        }
        AccountsError::NotSetUp
        | AccountsError::NoServiceClient
        | AccountsError::Interrupted
        | AccountsError::Sealed(_)
        | AccountsError::Client(_)
        | AccountsError::GitLab(_)
        | AccountsError::OAuth(_) => {
            tracing::error!(error = %Chain(error), "what somebody may do could not be asked");
            ApiError::new(
                StatusCode::BAD_GATEWAY,
                "gitlab_unavailable",
                "GitLab does not say now what you may do; try again in a moment",
            )
        }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let asks_for_token = matches!(self, Self::Unknown);
        let error = self.into_error();
        if asks_for_token {
            let basic = "Basic realm=\"Signalbox\", charset=\"UTF-8\"";
            return ([(header::WWW_AUTHENTICATE, basic)], error).into_response();
        }
        error.into_response()
    }
}

impl From<Refused> for ApiError {
    fn from(refused: Refused) -> Self {
        refused.into_error()
    }
}
