//! Sentry, which is asked what went wrong ([`Client`]), told what went wrong here ([`Reporter`])
//! and told who changed a flag ([`FlagHook`]).
//!
//! The three have nothing in common but the product: a token that reads, a project's public key
//! that only sends, and a web hook with a secret of its own.

mod dsn;
mod event;
mod events;
mod flag_hook;
mod issues;
mod reporter;
mod search;

use reqwest::Method;
use serde::Deserialize;

pub use dsn::{Dsn, InvalidDsn};
pub use event::{Event, EventId, Level};
pub use events::{EventCounts, EventQuery, Measure, SeriesQuery};
pub use flag_hook::{FlagAction, FlagAuthor, FlagChange, FlagHook, TellError};
pub use issues::{Issue, IssueQuery, Issues};
pub use reporter::{ReportError, Reporter};
pub use search::{FlagTerm, both};

pub use crate::flag::{FlagState, InvalidFlagName};

use crate::endpoint::{Answer, Credentials, Endpoint, InvalidEndpoint};
use crate::error::{AskError, Reason};
use crate::window::{Window, without_zone};

/// A Sentry organization, to ask. Clones share connections.
#[derive(Clone, Debug)]
pub struct Client {
    endpoint: Endpoint,
    organization: String,
}

/// Where to look.
#[derive(Clone, Copy, Debug, Default)]
pub struct Scope<'a> {
    /// Numbers or slugs, but not both; all that the token may see when there are none.
    pub projects: &'a [String],
    pub environment: Option<&'a str>,
}

/// Sentry's words for a refusal: a text, or an object with a message.
#[derive(Deserialize)]
struct Refusal {
    detail: Detail,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Detail {
    Text(String),
    Coded { message: String },
}

impl Client {
    /// The organization (its slug) of the Sentry at `base_url`, with a token that has the scopes
    /// `event:read` and `org:read` as [`Credentials::Bearer`].
    ///
    /// # Errors
    /// See [`InvalidEndpoint`].
    pub fn new(
        http: reqwest::Client,
        base_url: &str,
        credentials: Credentials,
        organization: &str,
    ) -> Result<Self, InvalidEndpoint> {
        let needed = "the scopes event:read and org:read";
        let endpoint = Endpoint::new(http, base_url, credentials, "Sentry", needed)?;
        Ok(Self {
            endpoint,
            organization: organization.to_owned(),
        })
    }

    async fn ask(&self, what: &str, arguments: &[(&str, String)]) -> Result<Answer, AskError> {
        // The last segment is empty: Sentry's addresses end with a slash.
        let path = ["api", "0", "organizations", &self.organization, what, ""];
        let request = self.endpoint.request(Method::GET, &path);
        Ok(self.endpoint.send(request.query(arguments)).await?)
    }

    fn read<T>(&self, answer: &Answer, body: impl Fn(&Answer) -> Option<T>) -> Result<T, AskError> {
        if let Some(value) = body(answer).filter(|_| answer.status.is_success()) {
            return Ok(value);
        }
        let refusal = answer.object::<Refusal>().map(|refusal| refusal.detail);
        let reason = refusal.as_ref().map(|detail| match detail {
            Detail::Text(text) => text.as_str(),
            Detail::Coded { message } => message.as_str(),
        });
        Err(self.endpoint.refused(answer, reason))
    }

    /// The arguments that every search has.
    fn arguments(
        &self,
        search: &str,
        scope: Scope<'_>,
        window: Window,
    ) -> Result<Vec<(&'static str, String)>, AskError> {
        let bad = |reason| AskError::BadQuery {
            host: self.endpoint.host(),
            reason: Reason::new(reason),
        };
        if window.is_empty() {
            return Err(bad("its time ends before it begins"));
        }
        let is_number = |project: &String| project.bytes().all(|b| b.is_ascii_digit());
        let numbers = scope.projects.iter().filter(|name| is_number(name)).count();
        // Sentry refuses a slug as `project`, and takes numbers or slugs, not both.
        let project = match numbers {
            0 => "projectSlug",
            all if all == scope.projects.len() => "project",
            _ => return Err(bad("it names projects by number and by slug")),
        };
        let mut arguments = vec![
            ("query", search.to_owned()),
            ("start", without_zone(window.from)),
            ("end", without_zone(window.until)),
        ];
        arguments.extend(scope.projects.iter().map(|name| (project, name.clone())));
        arguments.extend(
            scope
                .environment
                .map(|name| ("environment", name.to_owned())),
        );
        Ok(arguments)
    }
}
