//! The two integrations that a place may have: the app's, and the old one by incoming webhook.

use std::fmt;

/// One of the two ways in which GitLab notifies Slack. For one event only one of them speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Integration {
    /// "GitLab for Slack app": the bot posts.
    App,
    /// "Slack notifications", the old one: an incoming webhook posts.
    Webhook,
}

impl Integration {
    pub const ALL: [Self; 2] = [Self::App, Self::Webhook];

    /// The name that a subscription in the configuration has it under.
    pub(crate) const NAMES: [(&'static str, Self); 2] =
        [("app", Self::App), ("slack", Self::Webhook)];

    /// Its name in the paths of GitLab's integrations API.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::App => "gitlab-slack-application",
            Self::Webhook => "slack",
        }
    }

    /// Its title in GitLab.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::App => "GitLab for Slack app",
            Self::Webhook => "Slack notifications",
        }
    }

    /// The integration of this slug; with underscores too, as GitLab takes it.
    #[must_use]
    pub fn of_slug(slug: &str) -> Option<Self> {
        let slug = slug.replace('_', "-");
        Self::ALL.into_iter().find(|one| one.slug() == slug)
    }
}

/// As a sentence begins: "the app", "the webhook".
impl fmt::Display for Integration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::App => "the app",
            Self::Webhook => "the webhook",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_integration_reads_back_from_its_slug() {
        for integration in Integration::ALL {
            assert_eq!(Integration::of_slug(integration.slug()), Some(integration));
        }
        let underscored = Integration::of_slug("gitlab_slack_application");
        assert_eq!(underscored, Some(Integration::App));
        assert_eq!(Integration::of_slug("jira"), None);
    }
}
