//! The usual plan: every step of the rollout issue, with the usual waits, checks and monitors.

mod asked;
mod monitors;
mod stages;

use domain::{ChannelName, EnvironmentName};
use flags::request::Targets;
use flags::{Definition, FlagKey};

use super::{Approval, By, Channels, Group, ItemId, Links, OnBreach, People, Person, Plan, Prose};
use crate::preparation::ChangeIssue;

/// What the usual plan has to be told.
#[derive(Clone, Debug)]
pub struct Basics {
    pub owner: Person,
    /// The team's channel: [`team_channel`] by custom.
    pub channel: ChannelName,
    pub production_channel: Option<ChannelName>,
    pub support_channel: Option<ChannelName>,
    pub on_call: Option<Group>,
    pub by: By,
    /// Where no customer is, in the order of deploying.
    pub non_production: Vec<EnvironmentName>,
    pub production: Vec<EnvironmentName>,
    /// Whom the flag is opened for first; no stage when there is nobody.
    pub first: Targets,
    /// How many people approve the first percentage and the last step.
    pub approvals: u32,
    /// What else people have to do before the percentages, beside the usual.
    pub items: Vec<(ItemId, String)>,
    /// The path of the project with the code and the issues.
    pub project: Option<String>,
    pub watched: Watching,
}

/// What the usual monitors watch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Watching {
    /// Signalbox's own deliveries, for a flag that Signalbox asks itself.
    pub deliveries: bool,
    pub sentry: bool,
    /// The project's slug in Sentry; all of them when it is `None`.
    pub sentry_project: Option<String>,
    pub elasticsearch: Option<Logs>,
}

/// Where errors are logged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logs {
    /// `pubsub-sidekiq-inf-gprd-*`.
    pub index: String,
    /// What finds the errors, as Kibana saves it.
    pub query: String,
    /// The field that tells who met an error.
    pub distinct: Option<String>,
    /// The field that has `name:1` or `name:0`.
    pub flag_field: String,
}

impl Default for Logs {
    /// The errors of the worker that runs integrations, as Signalbox logs them.
    fn default() -> Self {
        Self {
            index: "signalbox-*".to_owned(),
            query: "log.logger:\"Integrations::ExecuteWorker\" AND log.level:error".to_owned(),
            distinct: Some("labels.project".to_owned()),
            flag_field: "labels.feature_flag_states".to_owned(),
        }
    }
}

/// The usual plan of a flag.
#[must_use]
pub fn standard(flag: &FlagKey, definition: Option<&Definition>, basics: &Basics) -> Plan {
    Plan {
        flag: flag.clone(),
        by: basics.by,
        people: People {
            owner: basics.owner.clone(),
            watcher: None,
            team: definition.map(team).unwrap_or_default().to_owned(),
            managers: Vec::new(),
            stakeholders: Vec::new(),
            on_call: basics.on_call.clone(),
        },
        channels: Channels {
            team: basics.channel.clone(),
            production: basics.production_channel.clone(),
            support: basics.support_channel.clone(),
        },
        links: links(definition, basics),
        milestone: definition.and_then(|one| one.milestone.clone()),
        prose: prose(flag, definition, basics),
        change: ChangeIssue::default(),
        approval: Approval::default(),
        on_breach: OnBreach::Off,
        stages: stages::all(basics),
        monitors: monitors::all(basics),
        optional: std::collections::BTreeSet::new(),
    }
}

/// The channel that a flag's owners have by custom: `#g_manage_integrations`.
#[must_use]
pub fn team_channel(definition: &Definition) -> Option<ChannelName> {
    let word = |c: char| {
        if c.is_ascii_alphanumeric() {
            c.to_ascii_lowercase()
        } else {
            '_'
        }
    };
    let name: String = team(definition).chars().map(word).collect();
    (!name.is_empty()).then(|| format!("#g_{name}").parse().ok())?
}

/// `manage integrations` of `group::manage integrations`.
fn team(definition: &Definition) -> &str {
    let group = definition.group.as_deref().unwrap_or_default();
    group.strip_prefix("group::").unwrap_or(group)
}

fn links(definition: Option<&Definition>, basics: &Basics) -> Links {
    Links {
        merge_request: definition.and_then(|one| one.introduced_by_url.clone()),
        feature_issue: definition.and_then(|one| one.feature_issue_url.clone()),
        rollout_issue: definition.and_then(|one| one.rollout_issue_url.clone()),
        issue_project: basics.project.clone(),
        docs_merge_request: None,
        change_issue: None,
    }
}

fn prose(flag: &FlagKey, definition: Option<&Definition>, basics: &Basics) -> Prose {
    let description = definition.and_then(|one| one.description.clone());
    let mut monitoring = Vec::new();
    if basics.watched.sentry {
        monitoring.push("- New errors in Sentry, and errors that come with the flag.");
    }
    if basics.watched.elasticsearch.is_some() {
        monitoring.push("- Errors in the logs that come with the flag, in Kibana.");
    }
    if basics.watched.deliveries {
        monitoring.push("- Deliveries that fail with the flag and without it.");
    }
    Prose {
        title: format!("[Feature flag] Roll out {flag}"),
        summary: description.unwrap_or_default(),
        viable: "As soon as the flag is enabled.".to_owned(),
        risks: "The flag is switched off, and everything is as it was before.".to_owned(),
        monitoring: monitoring.join("\n"),
        ..Prose::default()
    }
}
