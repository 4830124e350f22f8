//! Why a call to a GitLab failed, in one line that names the host and the remedy.
//!
//! A variant is a decision, not a cause. No error shows a token or a whole answer; what GitLab
//! says is shortened to one line by `message`.

use std::fmt;
use std::time::Duration;

/// What to do with a call that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// The same call fails again until a person does something.
    Never,
    /// GitLab named the pause.
    After(Duration),
    /// Again after a growing pause of the caller's choice.
    Backoff,
}

/// What can happen to any call. `host` is the GitLab's, with its port when that is unusual.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RestError {
    /// No connection was made: GitLab has not seen the call. `cause` is the system's reason.
    Unreachable { host: String, cause: String },
    /// The call went out and no whole answer came within the time allowed.
    TimedOut { host: String },
    /// The connection ended before the answer did.
    Interrupted { host: String },
    /// Status 401. `said` is GitLab's reason, when it gives one.
    Unauthorized { host: String, said: Option<String> },
    /// Status 403: the token is good, but not for `what`.
    Forbidden {
        host: String,
        what: String,
        needs: Needs,
        said: Option<String>,
    },
    /// Status 404. GitLab says so too of what the token may not see.
    NotFound {
        host: String,
        what: String,
        said: Option<String>,
    },
    /// Status 429.
    RateLimited { host: String, retry_after: Duration },
    /// Status 500 and above.
    ServerFailed { host: String, status: u16 },
    /// Any other refusal, with GitLab's words for it on one line.
    Refused {
        host: String,
        status: u16,
        message: String,
        /// The same, one by one: `title can't be blank`. Empty when GitLab gives no reason.
        messages: Vec<String>,
    },
    /// A redirect; none is followed. `to` is where it leads, without a query.
    Redirected { host: String, to: String },
    /// Something answered that is not GitLab's API.
    NotGitLab {
        host: String,
        status: u16,
        answer: NotTheApi,
    },
    /// The answer is longer than `limit` bytes.
    TooLarge { host: String, limit: usize },
    /// JSON that is broken or is not what the operation gives.
    Malformed { host: String, why: String },
}

/// What a token lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Needs {
    /// The operation is for administrators of the instance.
    Administrator,
    /// The token lacks these scopes, as GitLab lists them.
    Scope(String),
    /// The token's owner lacks a role in the project or group.
    Role,
    /// The token's owner may do nothing at all: blocked, deactivated, or asked for something
    /// first. GitLab's reason says which.
    Account,
}

/// What answered in place of the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotTheApi {
    /// HTML: another program, a proxy, a page for people.
    WebPage,
    /// A content type of another kind.
    Other(String),
    /// No content type, and no JSON.
    Unnamed,
}

/// `None` in place of [`RestError::NotFound`], for callers to whom absence is an answer.
///
/// # Errors
/// Every other error.
pub fn if_found<T>(result: Result<T, RestError>) -> Result<Option<T>, RestError> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(RestError::NotFound { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

impl RestError {
    /// The host that the call went to.
    #[must_use]
    pub fn host(&self) -> &str {
        match self {
            Self::Unreachable { host, .. }
            | Self::TimedOut { host }
            | Self::Interrupted { host }
            | Self::Unauthorized { host, .. }
            | Self::Forbidden { host, .. }
            | Self::NotFound { host, .. }
            | Self::RateLimited { host, .. }
            | Self::ServerFailed { host, .. }
            | Self::Refused { host, .. }
            | Self::Redirected { host, .. }
            | Self::NotGitLab { host, .. }
            | Self::TooLarge { host, .. }
            | Self::Malformed { host, .. } => host,
        }
    }

    /// What to do with the call.
    #[must_use]
    pub fn retry(&self) -> Retry {
        match self {
            Self::RateLimited { retry_after, .. } => Retry::After(*retry_after),
            Self::Unreachable { .. }
            | Self::TimedOut { .. }
            | Self::Interrupted { .. }
            | Self::ServerFailed { .. }
            | Self::NotGitLab { .. }
            | Self::Malformed { .. } => Retry::Backoff,
            Self::Unauthorized { .. }
            | Self::Forbidden { .. }
            | Self::NotFound { .. }
            | Self::Refused { .. }
            | Self::Redirected { .. }
            | Self::TooLarge { .. } => Retry::Never,
        }
    }

    /// Whether GitLab certainly did nothing. `false` means that nobody knows: look before a
    /// comment or an issue is sent again.
    #[must_use]
    pub fn certainly_not_done(&self) -> bool {
        match self {
            Self::TimedOut { .. }
            | Self::Interrupted { .. }
            | Self::ServerFailed { .. }
            | Self::NotGitLab { .. }
            | Self::TooLarge { .. }
            | Self::Malformed { .. } => false,
            Self::Unreachable { .. }
            | Self::Unauthorized { .. }
            | Self::Forbidden { .. }
            | Self::NotFound { .. }
            | Self::RateLimited { .. }
            | Self::Refused { .. }
            | Self::Redirected { .. } => true,
        }
    }

    /// What a person can do about it; the second half of the line that `Display` gives.
    #[must_use]
    pub fn remedy(&self) -> String {
        match self {
            Self::Unreachable { .. } => {
                "check its address, and name resolution, proxy, firewall and certificate".into()
            }
            Self::TimedOut { .. } | Self::ServerFailed { .. } => {
                "try again, and look at its health if it lasts".into()
            }
            Self::Interrupted { .. } => "try again, and look at proxies between if it lasts".into(),
            Self::Unauthorized { .. } => {
                "set a token that is complete, not expired and not revoked".into()
            }
            Self::Forbidden { needs, .. } => needs.remedy(),
            Self::NotFound { .. } => {
                "check the spelling, and that the token's owner may see it".into()
            }
            Self::RateLimited { .. } => "try again after it".into(),
            Self::Refused { .. } => "change what it objects to".into(),
            Self::Redirected { .. } => {
                "use that address if GitLab or the project moved there, else look at the proxy"
                    .into()
            }
            Self::NotGitLab { .. } => {
                "check the address, and for a proxy that answers in GitLab's place".into()
            }
            Self::TooLarge { .. } => "ask for less".into(),
            Self::Malformed { .. } => "check the address and GitLab's version".into(),
        }
    }
}

impl fmt::Display for RestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable { host, cause } => write!(f, "{host} cannot be reached ({cause})"),
            Self::TimedOut { host } => write!(f, "{host} did not answer in time"),
            Self::Interrupted { host } => write!(f, "the answer of {host} broke off"),
            Self::Unauthorized { host, said } => {
                write!(f, "{host} does not accept the token{}", Said(said))
            }
            Self::Forbidden {
                host, what, said, ..
            } => write!(f, "{host} denies this token access to {what}{}", Said(said)),
            Self::NotFound { host, what, said } => {
                write!(f, "{host} has no {what}, or hides it{}", Said(said))
            }
            Self::RateLimited { host, retry_after } => {
                write!(f, "{host} asks for a pause of {}s", retry_after.as_secs())
            }
            Self::ServerFailed { host, status } => write!(f, "{host} failed with status {status}"),
            Self::Refused {
                host,
                status,
                message,
                ..
            } => write!(f, "{host} refuses with status {status}: {message}"),
            Self::Redirected { host, to } => write!(f, "{host} redirects to {to}"),
            Self::NotGitLab {
                host,
                status,
                answer,
            } => write!(
                f,
                "{host} answered {answer}, not GitLab's API (status {status})"
            ),
            Self::TooLarge { host, limit } => {
                write!(f, "the answer of {host} is longer than {limit} bytes")
            }
            Self::Malformed { host, why } => {
                write!(f, "{host} answered JSON that is not GitLab's ({why})")
            }
        }?;
        write!(f, "; {}", self.remedy())
    }
}

/// GitLab's reason in brackets, when there is one.
struct Said<'a>(&'a Option<String>);

impl fmt::Display for Said<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(said) => write!(f, " ({said})"),
            None => Ok(()),
        }
    }
}

impl Needs {
    fn remedy(&self) -> String {
        match self {
            Self::Administrator => "set an administrator's token with the scope api".into(),
            Self::Scope(scope) => format!("set a token with the scope {scope}"),
            Self::Role => "give the token's owner the role it needs there".into(),
            Self::Account => "the token's owner has to sign in to GitLab on the web".into(),
        }
    }
}

impl fmt::Display for NotTheApi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WebPage => f.write_str("a web page"),
            Self::Other(content_type) => f.write_str(content_type),
            Self::Unnamed => f.write_str("something without a type"),
        }
    }
}
