//! Addresses that take messages without a token: response URLs and incoming webhooks.
//!
//! Such an address is a secret, and it comes from a request or from what a person typed. It is
//! taken only when it is at the one place where the configured Slack has them, so that nobody
//! can make this program call a host of their choice.

use std::fmt;

use reqwest::Url;
use serde::Serialize;

use crate::client::{InvalidClient, not_answered};
use crate::error::CallError;
use crate::wire;

/// Where the configured Slack has its response URLs and incoming webhooks: scheme, host, port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HookHost {
    origin: String,
}

/// Why an address is not one of Slack's. No variant shows its path, which is the secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidHookUrl {
    #[error("it is not a web address such as {expected}/…")]
    NotAnAddress { expected: String },
    #[error("it is longer than {limit} characters")]
    TooLong { limit: usize },
    #[error("it has a user name or a password before its host")]
    Credentials,
    #[error("it is at {given}; this Slack's addresses begin with {expected}")]
    OtherHost { given: String, expected: String },
}

impl HookHost {
    /// The place that belongs to the Web API at `base_url`: `https://hooks.slack.com` to
    /// `https://slack.com/api/`; for any other, such as a sandbox, the same scheme, host and port.
    ///
    /// # Errors
    /// When `base_url` is not a web address.
    pub fn of_slack(base_url: &str) -> Result<Self, InvalidClient> {
        let url = Url::parse(base_url)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
            .ok_or_else(|| InvalidClient::BaseUrl(base_url.to_owned()))?;
        let host = url.host_str().unwrap_or_default();
        let origin = match slack_domain(host) {
            Some(slack) => format!("https://hooks.{slack}"),
            None => url.origin().ascii_serialization(),
        };
        Ok(Self { origin })
    }
}

/// The second is Slack for the government of the United States.
const SLACKS: [&str; 2] = ["slack.com", "slack-gov.com"];

/// Which Slack a host belongs to: `slack.com`.
pub(crate) fn slack_domain(host: &str) -> Option<&'static str> {
    SLACKS.into_iter().find(|slack| is_at_or_below(host, slack))
}

fn is_at_or_below(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain)
        .is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

impl fmt::Display for HookHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.origin)
    }
}

/// An address that was checked; `Debug` shows its host only.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct HookUrl(Url);

impl HookUrl {
    const LONGEST: usize = 2_000;

    pub(crate) fn parse(text: &str, host: &HookHost) -> Result<Self, InvalidHookUrl> {
        if Self::LONGEST < text.len() {
            return Err(InvalidHookUrl::TooLong {
                limit: Self::LONGEST,
            });
        }
        let expected = || host.origin.clone();
        let url = Url::parse(text.trim())
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https"))
            .ok_or_else(|| InvalidHookUrl::NotAnAddress {
                expected: expected(),
            })?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(InvalidHookUrl::Credentials);
        }
        let given = url.origin().ascii_serialization();
        if given != host.origin {
            return Err(InvalidHookUrl::OtherHost {
                given,
                expected: expected(),
            });
        }
        Ok(Self(url))
    }

    pub(crate) fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Posts `body` as JSON. No error shows the address.
    pub(crate) async fn post(
        &self,
        http: &reqwest::Client,
        body: &impl Serialize,
    ) -> Result<(), CallError> {
        let answer = match http.post(self.0.clone()).json(body).send().await {
            Ok(response) => wire::read_hook(response).await,
            Err(error) => Err(not_answered(error)),
        };
        answer.map_err(CallError::without_url)
    }
}

impl fmt::Debug for HookUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/…", self.0.origin().ascii_serialization())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_slack_has_one_place_for_them() {
        for (base_url, expected) in [
            ("https://slack.com/api/", "https://hooks.slack.com"),
            ("https://www.slack.com/api", "https://hooks.slack.com"),
            (
                "https://acme.enterprise.slack.com/api",
                "https://hooks.slack.com",
            ),
            ("https://notslack.com/api/", "https://notslack.com"),
            ("https://slack-gov.com/api/", "https://hooks.slack-gov.com"),
            ("http://127.0.0.1:7401/api/", "http://127.0.0.1:7401"),
            ("https://slack.example/api/", "https://slack.example"),
        ] {
            assert_eq!(HookHost::of_slack(base_url).unwrap().to_string(), expected);
        }
        assert!(HookHost::of_slack("slack.com").is_err());
    }

    #[track_caller]
    fn check(text: &str, expected: Result<(), &str>) {
        let slack = HookHost::of_slack("https://slack.com/api/").unwrap();
        let parsed = HookUrl::parse(text, &slack);
        if let Ok(url) = &parsed {
            assert_eq!(format!("{url:?}"), "https://hooks.slack.com/…");
        }
        let error = parsed.err().map(|error| error.to_string());
        assert_eq!(error.as_deref(), expected.err(), "{text}");
    }

    #[test]
    fn only_addresses_at_that_place_are_taken() {
        check("https://hooks.slack.com/commands/T1/2/SECRET", Ok(()));
        check(
            " https://HOOKS.slack.com:443/services/T1/B1/SECRET\n",
            Ok(()),
        );
        for (text, given) in [
            ("http://hooks.slack.com/x", "http://hooks.slack.com"),
            (
                "https://hooks.slack.com:8443/x",
                "https://hooks.slack.com:8443",
            ),
            (
                "https://hooks.slack.com.evil.example/x",
                "https://hooks.slack.com.evil.example",
            ),
            ("https://hooks.slack.com./x", "https://hooks.slack.com."),
            (
                "https://evil.example/hooks.slack.com/",
                "https://evil.example",
            ),
            (
                r"https://evil.example\@hooks.slack.com/",
                "https://evil.example",
            ),
            ("http://169.254.169.254/latest", "http://169.254.169.254"),
            (
                "https://slack.com/api/chat.postMessage",
                "https://slack.com",
            ),
        ] {
            let expected = format!(
                "it is at {given}; this Slack's addresses begin with https://hooks.slack.com"
            );
            check(text, Err(&expected));
        }
        for text in [
            "",
            "hooks.slack.com/x",
            "file:///etc/passwd",
            "javascript:x",
        ] {
            check(
                text,
                Err("it is not a web address such as https://hooks.slack.com/…"),
            );
        }
        check(
            "https://evil.example@hooks.slack.com/x",
            Err("it has a user name or a password before its host"),
        );
        let long = format!("https://hooks.slack.com/{}", "x".repeat(2_000));
        check(&long, Err("it is longer than 2000 characters"));
    }
}
