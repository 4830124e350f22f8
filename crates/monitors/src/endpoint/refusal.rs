//! What an answer means that is not the one that was hoped for.

use reqwest::StatusCode;

use super::{Answer, Endpoint};
use crate::error::{AskError, CallError, Reason, Unreadable};

impl Endpoint {
    pub(crate) fn unreadable(&self, why: Unreadable) -> CallError {
        CallError::Unreadable {
            host: self.host(),
            product: self.product,
            why,
        }
    }

    pub(crate) fn not_the_json(&self) -> CallError {
        self.unreadable(Unreadable::NotTheJson)
    }

    /// What an answer means that is neither a success nor a refusal of the product's own.
    /// `reason` is the product's, if it gave one.
    pub(crate) fn unexpected(&self, answer: &Answer, reason: Option<&str>) -> CallError {
        let host = self.host();
        let status = answer.status.as_u16();
        let reason = Reason::new(reason.unwrap_or_default());
        match answer.status {
            StatusCode::UNAUTHORIZED => CallError::CredentialsRefused { host },
            StatusCode::FORBIDDEN => CallError::Forbidden {
                host,
                reason,
                needed: self.needed,
            },
            StatusCode::TOO_MANY_REQUESTS => CallError::Busy {
                host,
                retry_after: answer.pause,
            },
            code if code.is_server_error() => CallError::ServerFailed {
                host,
                status,
                reason,
            },
            code if code.is_redirection() => self.unreadable(Unreadable::Redirect),
            _ if answer.is_page => self.unreadable(Unreadable::WebPage),
            code if code.is_success() => self.unreadable(Unreadable::NotTheJson),
            _ => CallError::Refused {
                host,
                status,
                reason,
            },
        }
    }

    /// What an answer means that is no success, to somebody who asked a question of their own
    /// wording. `reason` is the product's, if it gave one.
    pub(crate) fn refused(&self, answer: &Answer, reason: Option<&str>) -> AskError {
        match (answer.status.as_u16(), reason) {
            (400 | 422, Some(reason)) => AskError::BadQuery {
                host: self.host(),
                reason: Reason::new(reason),
            },
            (404, Some(reason)) => AskError::NotFound {
                host: self.host(),
                reason: Reason::new(reason),
            },
            _ => self.unexpected(answer, reason).into(),
        }
    }
}
