//! The URL of an incoming webhook: a secret, since whoever knows it may post.
//!
//! Whether a host may be posted to at all is the sender's business as well; here it is the shape,
//! and that the secret does not travel in the clear.

use std::fmt;
use std::str::FromStr;

use domain::WorkspaceId;

/// The URL of one of Slack's incoming webhooks. Shown nowhere: `Debug` prints no part of it.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookUrl(String);

/// Why a text is no webhook's URL. It does not repeat the text, which may be a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidWebhook {
    #[error("is not a web address such as https://hooks.slack.com/services/…")]
    Shape,
    #[error("has more than {} characters", WebhookUrl::MOST_CHARACTERS)]
    TooLong,
    #[error("must begin with https://")]
    NotEncrypted,
}

impl WebhookUrl {
    pub const MOST_CHARACTERS: usize = 2048;
    /// What an answer shows in place of a secret that is set, as GitLab does.
    pub const MASK: &'static str = "************";

    /// The URL itself, for the sender and for safekeeping.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The workspace that Slack's own URLs name: `T…` in `/services/T…/B…/…`.
    #[must_use]
    pub fn workspace(&self) -> Option<WorkspaceId> {
        let (_, rest) = self.0.split_once("/services/")?;
        let id = rest.split('/').next().filter(|id| id.starts_with('T'))?;
        id.parse().ok()
    }

    /// Whether the URL may be used: it is encrypted, or it is below `base`, the address of the
    /// Slack that the configuration names (a sandbox on this machine is not encrypted).
    ///
    /// # Errors
    /// When it may not.
    pub fn check(&self, base: Option<&str>) -> Result<(), InvalidWebhook> {
        let below = |base: &str| {
            let rest = self.0.strip_prefix(base.trim_end_matches('/'));
            !base.is_empty() && rest.is_some_and(|rest| rest.starts_with('/'))
        };
        if self.0.starts_with("https://") || base.is_some_and(below) {
            Ok(())
        } else {
            Err(InvalidWebhook::NotEncrypted)
        }
    }

    /// Whether the host is this machine.
    pub(super) fn is_local(&self) -> bool {
        let host = host(&self.0).unwrap_or_default();
        let name = match host.strip_prefix('[') {
            Some(rest) => rest.split(']').next().unwrap_or_default(),
            None => host.split(':').next().unwrap_or_default(),
        };
        matches!(name, "127.0.0.1" | "localhost" | "::1")
    }
}

/// The host and port of a web address.
fn host(url: &str) -> Option<&str> {
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"))?;
    rest.split(['/', '?', '#']).next()
}

impl FromStr for WebhookUrl {
    type Err = InvalidWebhook;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if Self::MOST_CHARACTERS < text.chars().count() {
            return Err(InvalidWebhook::TooLong);
        }
        let plain = |c: char| c.is_ascii_graphic() && !matches!(c, '<' | '>' | '"' | '\\' | '`');
        let has_host = host(text).is_some_and(|host| !host.is_empty() && !host.contains('@'));
        if has_host && text.chars().all(plain) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidWebhook::Shape)
        }
    }
}

impl fmt::Debug for WebhookUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookUrl(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_webhook_is_a_web_address_and_its_secret_shows_nowhere() {
        let url: WebhookUrl = " https://hooks.slack.com/services/T1/B1/s3cr3t "
            .parse()
            .unwrap();
        assert_eq!(
            url.reveal(),
            "https://hooks.slack.com/services/T1/B1/s3cr3t"
        );
        assert_eq!(url.workspace(), Some("T1".parse().unwrap()));
        assert!(!format!("{url:?}").contains("s3cr3t"));
        for bad in [
            "",
            "hooks.slack.com/services/T1",
            "ftp://hooks.slack.com/",
            "https://",
            "https:///services/",
            "https://a b/",
            "https://user:s3cr3t@host/",
            "https://h/\u{202e}",
            "https://h/<x>",
        ] {
            let error = bad.parse::<WebhookUrl>().unwrap_err();
            assert_eq!(error, InvalidWebhook::Shape, "{bad:?}");
            assert!(!error.to_string().contains("s3cr3t"));
        }
    }

    #[test]
    fn a_webhook_is_encrypted_unless_it_belongs_to_the_slack_that_is_configured() {
        let base = Some("http://127.0.0.1:7401");
        for (url, base, expected) in [
            ("https://hooks.slack.com/services/x", None, true),
            ("http://hooks.slack.com/services/x", base, false),
            ("http://127.0.0.1:7401/services/x", base, true),
            ("http://127.0.0.1:7401/services/x", None, false),
            ("http://127.0.0.1:7401.evil.example/services/x", base, false),
            ("http://127.0.0.1:74010/services/x", base, false),
            ("http://h/services/x", Some(""), false),
        ] {
            let url: WebhookUrl = url.parse().unwrap();
            assert_eq!(url.check(base).is_ok(), expected, "{}", url.reveal());
        }
        let foreign: WebhookUrl = "https://chat.example/hooks/abc".parse().unwrap();
        assert_eq!(foreign.workspace(), None);
    }

    #[test]
    fn this_machine_goes_by_a_few_names() {
        for (url, expected) in [
            ("http://127.0.0.1:7401/x", true),
            ("http://localhost/x", true),
            ("http://[::1]:7401/x", true),
            ("http://localhost.example/x", false),
            ("http://10.0.0.1/x", false),
        ] {
            let url: WebhookUrl = url.parse().unwrap();
            assert_eq!(url.is_local(), expected, "{}", url.reveal());
        }
    }
}
