//! Whom a plan can ask, as far as the configuration knows them.

/// Somebody who answers what a plan asks. Without them it is not asked, which is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Provider {
    Sentry,
    Elasticsearch,
    Prometheus,
    GitLab,
    /// GitLab's project with the code, for what is deployed and released.
    Code,
    Incidents,
    Changes,
    Health,
    OnCall,
}

impl Provider {
    pub const ALL: [Self; 9] = [
        Self::Sentry,
        Self::Elasticsearch,
        Self::Prometheus,
        Self::GitLab,
        Self::Code,
        Self::Incidents,
        Self::Changes,
        Self::Health,
        Self::OnCall,
    ];

    /// What has to be configured.
    #[must_use]
    pub fn setting(self) -> &'static str {
        match self {
            Self::Sentry => "[monitors] sentry",
            Self::Elasticsearch => "[monitors] elasticsearch",
            Self::Prometheus => "[monitors] prometheus",
            Self::GitLab => "[[gitlab]]",
            Self::Code => "chatops.code.projects",
            Self::Incidents => "chatops.checks.incidents",
            Self::Changes => "chatops.checks.changes",
            Self::Health => "chatops.checks.health",
            Self::OnCall => "[monitors] pagerduty or opsgenie",
        }
    }
}
