//! What the configuration says of ChatOps. Plain values; whatever is left out has a default, and
//! an effect that is not configured does not happen.

use std::collections::BTreeMap;

use domain::{ChannelName, EnvironmentName, WorkspaceId};
use jiff::tz::TimeZone;
use serde::Deserialize;

use crate::checks::locks::Lock;

/// The section `[chatops]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rules {
    /// Where production is changed from, by name or id. None: from every channel.
    pub production_channels: Vec<ChannelName>,
    /// Whom to ask for a role or for a place in `[people]`.
    pub administrators: String,
    /// The zone of times that name none, such as `Europe/Berlin`; UTC unless said.
    #[serde(deserialize_with = "zone")]
    pub time_zone: TimeZone,
    pub checks: CheckRules,
    pub announcements: Announcements,
    pub effects: EffectRules,
    pub code: CodeRules,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            production_channels: vec![channel("#production")],
            administrators: "an administrator of this Signalbox".to_owned(),
            time_zone: TimeZone::UTC,
            checks: CheckRules::default(),
            announcements: Announcements::default(),
            effects: EffectRules::default(),
            code: CodeRules::default(),
        }
    }
}

/// What must hold before production is changed.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CheckRules {
    /// Whom to ask before a check is overridden.
    pub on_call: String,
    /// The longest that all checks together take, in seconds. A check that has not answered by
    /// then has refused.
    pub timeout_s: u64,
    /// Open issues that stand for incidents. None: not asked.
    pub incidents: Option<IssuesWith>,
    /// Open issues that stand for changes in progress. None: not asked.
    pub changes: Option<IssuesWith>,
    /// Times in which nothing is changed.
    pub locks: Vec<Lock>,
    /// The health of services. None: not asked.
    pub health: Option<Health>,
    /// Environments that must have what production gets; by default every one of the tier
    /// `staging` that comes first in the registry.
    pub staging_first: Option<Vec<EnvironmentName>>,
    /// Whether the code must be deployed before a flag is enabled.
    pub deployed_first: bool,
}

impl Default for CheckRules {
    fn default() -> Self {
        Self {
            on_call: "whoever is on call".to_owned(),
            timeout_s: 300,
            incidents: None,
            changes: None,
            locks: Vec::new(),
            health: None,
            staging_first: None,
            deployed_first: true,
        }
    }
}

/// Open issues of a project or group that have all of these labels.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssuesWith {
    /// Path or number of the project.
    pub project: Option<String>,
    /// Path or number of a group, in place of a project.
    pub group: Option<String>,
    pub labels: Vec<String>,
}

/// A query whose every sample must be 1.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Health {
    /// PromQL. `$environment` becomes the environment's name, `$short` its short one.
    pub query: String,
    /// The label by which a sample is told.
    #[serde(default = "Health::label")]
    pub label: String,
}

impl Health {
    fn label() -> String {
        "service".to_owned()
    }
}

/// Who hears of a change besides whoever made it.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Announcements {
    /// The workspace of the channels below; none: nothing is announced.
    pub workspace: Option<WorkspaceId>,
    /// Where changes of production are told, unless they were made there.
    pub production: Option<ChannelName>,
    /// Team channels by a definition's group, without `group::`: those that are not `g_<group>`.
    pub teams: BTreeMap<String, ChannelName>,
    /// Tells the owning team of changes of these tiers.
    pub tell_team_of_production: bool,
}

impl Default for Announcements {
    fn default() -> Self {
        Self {
            workspace: None,
            production: Some(channel("#production")),
            teams: BTreeMap::new(),
            tell_team_of_production: true,
        }
    }
}

impl Announcements {
    /// The channel of a definition's group: `group::integrations` talks in `#g_integrations`
    /// unless the configuration knows better.
    #[must_use]
    pub fn team_channel(&self, group: &str) -> Option<ChannelName> {
        let name = group.strip_prefix("group::").unwrap_or(group);
        if let Some(channel) = self.teams.get(name) {
            return Some(channel.clone());
        }
        let name = name.to_lowercase().replace([' ', '-'], "_");
        format!("#g_{name}").parse().ok()
    }
}

/// What happens elsewhere after a change.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EffectRules {
    /// Comment on the definition's rollout issue.
    pub rollout_issue: bool,
    /// Label the rollout issue with the flag's state on production.
    pub state_label: bool,
    /// The project of the log issues, by path or number.
    pub log_project: Option<String>,
    /// Annotate Grafana's graphs.
    pub grafana: bool,
    /// The index of the event documents; `$environment` and `$short` as in `health`.
    pub elasticsearch_index: Option<String>,
    pub end_to_end: Option<EndToEnd>,
}

/// The end-to-end tests that run after a change.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndToEnd {
    /// Path or number of the project whose pipeline it is.
    pub project: String,
    /// Branch or tag.
    #[serde(rename = "ref")]
    pub reference: String,
    pub environments: Vec<EnvironmentName>,
    /// The person for whom the tests run: a change for others alone needs none.
    #[serde(default)]
    pub user: Option<String>,
    /// The group in which the tests run.
    #[serde(default)]
    pub group: Option<String>,
}

/// Where the application's code is.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CodeRules {
    /// The first is the one that is deployed.
    pub projects: Vec<CodeProject>,
}

/// A project that is released.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeProject {
    /// Where its merge requests are: `gitlab-org/gitlab`.
    pub path: String,
    /// Where its branches, tags and deployments are looked up; `path` unless said.
    #[serde(default)]
    pub mirror: Option<String>,
    /// A release's tag, `{version}` being `15.8.0`.
    #[serde(default = "CodeProject::tag")]
    pub tag: String,
    /// A release's branch.
    #[serde(default = "CodeProject::stable_branch")]
    pub stable_branch: String,
}

impl CodeProject {
    fn tag() -> String {
        "v{version}-ee".to_owned()
    }

    fn stable_branch() -> String {
        "{major}-{minor}-stable-ee".to_owned()
    }

    /// Where to look things up.
    #[must_use]
    pub fn lookup(&self) -> &str {
        self.mirror.as_deref().unwrap_or(&self.path)
    }
}

fn channel(name: &str) -> ChannelName {
    // A constant of ours: a test reads the defaults.
    match name.parse() {
        Ok(channel) => channel,
        Err(_) => unreachable!("{name} is a channel"),
    }
}

fn zone<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<TimeZone, D::Error> {
    let name = String::deserialize(deserializer)?;
    TimeZone::get(&name).map_err(|_| {
        serde::de::Error::custom(format!(
            "there is no time zone {name:?}; write one such as Europe/Berlin"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_team_is_found_by_the_definitions_group() {
        let mut announcements = Announcements::default();
        let known = channel("#g_manage_integrations");
        announcements
            .teams
            .insert("integrations".to_owned(), known.clone());
        assert_eq!(
            announcements.team_channel("group::integrations"),
            Some(known)
        );
        let other = announcements.team_channel("group::source code");
        assert_eq!(other, Some(channel("#g_source_code")));
    }

    #[test]
    fn the_section_is_read_and_what_nobody_knows_is_refused() {
        let rules: Rules = serde_json::from_value(serde_json::json!({
            "time_zone": "Europe/Berlin",
            "checks": {"incidents": {"project": "ops/incidents", "labels": ["active"]},
                       "locks": [{"weekly": "Fri 18:00 - Mon 06:00", "reason": "weekend"}]},
            "code": {"projects": [{"path": "gitlab-org/gitlab"}]},
        }))
        .unwrap();
        assert_eq!(rules.production_channels, [channel("#production")]);
        assert_eq!(rules.code.projects[0].tag, "v{version}-ee");
        assert!(serde_json::from_value::<Rules>(serde_json::json!({"chekcs": {}})).is_err());
        assert!(serde_json::from_value::<Rules>(serde_json::json!({"time_zone": "Mars"})).is_err());
    }
}
