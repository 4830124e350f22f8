//! A subscription as people write it: in the configuration file, or through the API.
//!
//! Everything that is wrong with it is said at once, each with the key's name.

use std::fmt;

use domain::ids::InvalidId;
use domain::{ChannelName, EventKind, ProjectPath, WorkspaceId};
use serde::Deserialize;
use serde::de::{self, Deserializer, IgnoredAny, MapAccess, Visitor};

use super::keys::{self, EVENTS};
use super::subscription::{Branches, LabelMatch, Wants};

/// A subscription as it was written, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubscriptionConfig {
    /// The project or group; none for the instance.
    pub path: Option<ProjectPath>,
    /// None for the default one.
    pub workspace: Option<WorkspaceId>,
    /// It says to inherit, so nothing else in it counts.
    pub(super) inherits: bool,
    pub(super) subscription: Wants,
}

/// A setting's value.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Value {
    Bool(bool),
    Number(i64),
    Text(String),
    List(Vec<String>),
    Other(IgnoredAny),
}

/// A subscription that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidSubscription {
    /// The path, or "the instance".
    pub place: String,
    pub problems: Vec<Problem>,
}

/// One thing that is wrong with a subscription.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    #[error("{key} is no setting{}", did_you_mean(*.nearest))]
    Unknown {
        key: String,
        nearest: Option<&'static str>,
    },
    #[error("{key} is set twice")]
    Twice { key: String },
    #[error("{key} must be {must_be}")]
    Value { key: String, must_be: &'static str },
    #[error("{key} names {count} channels, at most 10 are allowed")]
    TooManyChannels { key: String, count: usize },
    #[error("{key}: {error}")]
    Id { key: String, error: InvalidId },
}

fn did_you_mean(nearest: Option<&'static str>) -> String {
    nearest.map_or_else(String::new, |nearest| format!("; did you mean {nearest}?"))
}

impl std::error::Error for InvalidSubscription {}

impl fmt::Display for InvalidSubscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let problems: Vec<_> = self.problems.iter().map(Problem::to_string).collect();
        write!(
            f,
            "the subscription of {}: {}",
            self.place,
            problems.join(", ")
        )
    }
}

impl SubscriptionConfig {
    /// Channels that one event may go to; GitLab allows no more either.
    pub const MOST_CHANNELS: usize = 10;

    /// Reads a subscription from its settings.
    ///
    /// # Errors
    /// With everything that is wrong with it.
    pub fn read(
        entries: impl IntoIterator<Item = (String, Value)>,
    ) -> Result<Self, InvalidSubscription> {
        let mut reading = Reading::default();
        for (key, value) in entries {
            reading.entry(key, value);
        }
        reading.finish()
    }

    /// The path, or "the instance".
    #[must_use]
    pub fn place(&self) -> String {
        place(self.path.as_ref())
    }
}

fn place(path: Option<&ProjectPath>) -> String {
    path.map_or_else(|| "the instance".to_owned(), ToString::to_string)
}

/// What was read so far.
#[derive(Default)]
struct Reading {
    seen: Vec<String>,
    path: Option<ProjectPath>,
    workspace: Option<WorkspaceId>,
    inherits: bool,
    wants: Wants,
    branches: Option<Branches>,
    only_default_branch: Option<bool>,
    problems: Vec<Problem>,
}

impl Reading {
    fn entry(&mut self, key: String, value: Value) {
        if self.seen.contains(&key) {
            return self.problems.push(Problem::Twice { key });
        }
        let read = self
            .event_entry(&key, &value)
            .unwrap_or_else(|| self.other_entry(&key, value));
        self.problems.extend(read.err());
        self.seen.push(key);
    }

    /// Reads a toggle or the channels of a kind of event.
    fn event_entry(&mut self, key: &str, value: &Value) -> Option<Result<(), Problem>> {
        let has = |names: &[&str]| names.contains(&key);
        let keys = EVENTS
            .iter()
            .find(|keys| has(keys.toggles) || has(keys.channels))?;
        Some(if has(keys.toggles) {
            truth(key, value).map(|on| self.wants.kinds.set(keys.kind, on))
        } else {
            channels(key, value).map(|channels| self.set_channels(keys.kind, channels))
        })
    }

    fn set_channels(&mut self, kind: EventKind, channels: Vec<ChannelName>) {
        if !channels.is_empty() {
            self.wants.channels.insert(kind, channels);
        }
    }

    fn other_entry(&mut self, key: &str, value: Value) -> Result<(), Problem> {
        let wants = &mut self.wants;
        match key {
            "path" => self.path = Some(id(key, &value)?),
            "workspace" => self.workspace = Some(id(key, &value)?),
            "active" => wants.active = truth(key, &value)?,
            "use_inherited_settings" => self.inherits = truth(key, &value)?,
            "channel" => wants.default_channels = channels(key, &value)?,
            "branches_to_be_notified" => {
                let must_be = "one of all, default, protected, default_and_protected";
                self.branches = Some(choice(key, &value, &Branches::NAMES, must_be)?);
            }
            "notify_only_default_branch" => self.only_default_branch = Some(truth(key, &value)?),
            "notify_only_broken_pipelines" => wants.only_broken_pipelines = truth(key, &value)?,
            "notify_only_when_pipeline_status_changes" => {
                wants.only_pipeline_changes = truth(key, &value)?;
            }
            "labels_to_be_notified" => wants.labels = labels(key, value)?,
            "labels_to_be_notified_behavior" => {
                let must_be = "match_any or match_all";
                wants.label_match = choice(key, &value, &LabelMatch::NAMES, must_be)?;
            }
            "confidential_events_use_normal_channels" => {
                wants.confidential_in_normal_channels = truth(key, &value)?;
            }
            _ => {
                let nearest = keys::nearest(key);
                let key = key.to_owned();
                return Err(Problem::Unknown { key, nearest });
            }
        }
        Ok(())
    }

    fn finish(mut self) -> Result<SubscriptionConfig, InvalidSubscription> {
        if !self.problems.is_empty() {
            let place = place(self.path.as_ref());
            let problems = self.problems;
            return Err(InvalidSubscription { place, problems });
        }
        // The older setting counts only where the newer one is missing, as in GitLab.
        self.wants.branches = match (self.branches, self.only_default_branch) {
            (Some(branches), _) => branches,
            (None, Some(false)) => Branches::All,
            (None, Some(true) | None) => Branches::Default,
        };
        Ok(SubscriptionConfig {
            path: self.path,
            workspace: self.workspace,
            inherits: self.inherits,
            subscription: self.wants,
        })
    }
}

fn wrong(key: &str, must_be: &'static str) -> Problem {
    let key = key.to_owned();
    Problem::Value { key, must_be }
}

/// A boolean, also as forms send it.
fn truth(key: &str, value: &Value) -> Result<bool, Problem> {
    match value {
        Value::Bool(truth) => Ok(*truth),
        Value::Number(1) => Ok(true),
        Value::Number(0) => Ok(false),
        Value::Text(text) if text == "true" || text == "1" => Ok(true),
        Value::Text(text) if text == "false" || text == "0" => Ok(false),
        Value::Number(_) | Value::Text(_) | Value::List(_) | Value::Other(_) => {
            Err(wrong(key, "true or false"))
        }
    }
}

fn id<T: std::str::FromStr<Err = InvalidId>>(key: &str, value: &Value) -> Result<T, Problem> {
    let Value::Text(text) = value else {
        return Err(wrong(key, "a text"));
    };
    let key = key.to_owned();
    text.trim()
        .parse()
        .map_err(|error| Problem::Id { key, error })
}

fn choice<T: Copy>(
    key: &str,
    value: &Value,
    choices: &[(&str, T)],
    must_be: &'static str,
) -> Result<T, Problem> {
    let Value::Text(text) = value else {
        return Err(wrong(key, must_be));
    };
    let found = choices.iter().find(|(name, _)| name == text);
    found
        .map(|(_, choice)| *choice)
        .ok_or_else(|| wrong(key, must_be))
}

/// A comma list, or a list, without its empty items.
fn items(key: &str, value: Value) -> Result<Vec<String>, Problem> {
    let items = match value {
        Value::Text(text) => text.split(',').map(str::to_owned).collect(),
        Value::List(items) => items,
        Value::Bool(_) | Value::Number(_) | Value::Other(_) => {
            return Err(wrong(key, "a text with commas, or a list of texts"));
        }
    };
    let items = items.iter().map(|item| item.trim().to_owned());
    Ok(items.filter(|item| !item.is_empty()).collect())
}

fn channels(key: &str, value: &Value) -> Result<Vec<ChannelName>, Problem> {
    let mut channels: Vec<ChannelName> = Vec::new();
    for item in items(key, value.clone())? {
        let channel: ChannelName = item.parse().map_err(|error| {
            let key = key.to_owned();
            Problem::Id { key, error }
        })?;
        if !channels.iter().any(|known| same_channel(known, &channel)) {
            channels.push(channel);
        }
    }
    let count = channels.len();
    if SubscriptionConfig::MOST_CHANNELS < count {
        let key = key.to_owned();
        return Err(Problem::TooManyChannels { key, count });
    }
    Ok(channels)
}

/// `general` and `#general` are one channel.
pub(crate) fn same_channel(one: &ChannelName, other: &ChannelName) -> bool {
    one.as_str().trim_start_matches('#') == other.as_str().trim_start_matches('#')
}

/// Titles of labels; the tilde that people write before them is none of it.
fn labels(key: &str, value: Value) -> Result<Vec<String>, Problem> {
    let labels = items(key, value)?;
    let labels = labels
        .iter()
        .map(|label| label.replace('~', "").trim().to_owned());
    Ok(labels.filter(|label| !label.is_empty()).collect())
}

impl<'de> Deserialize<'de> for SubscriptionConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Entries)
    }
}

struct Entries;

impl<'de> Visitor<'de> for Entries {
    type Value = SubscriptionConfig;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the settings of a subscription")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry::<String, Value>()? {
            entries.push(entry);
        }
        SubscriptionConfig::read(entries).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<SubscriptionConfig, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    #[track_caller]
    fn refused(json: &str, expected: &str) {
        let error = read(json).unwrap_err();
        assert!(error.starts_with(expected), "{error}");
    }

    #[test]
    fn settings_have_gitlabs_names() {
        let config = read(
            r##"{"path": "acme/shop", "channel": "#all", "push_events": true,
                "issues_events": "1", "incidents_events": false,
                "merge_request_channel": " #a, b ,#a,, C012AB3CD ",
                "branches_to_be_notified": "default_and_protected",
                "labels_to_be_notified": "~bug, ~ui ", "labels_to_be_notified_behavior": "match_all",
                "notify_only_broken_pipelines": false}"##,
        )
        .unwrap();
        let wants = &config.subscription;
        assert_eq!(config.path.unwrap().as_str(), "acme/shop");
        assert!(wants.kinds.has(EventKind::Push) && wants.kinds.has(EventKind::Issue));
        assert!(!wants.kinds.has(EventKind::Incident) && !wants.kinds.has(EventKind::TagPush));
        let channels = &wants.channels[&EventKind::MergeRequest];
        let channels: Vec<_> = channels.iter().map(ChannelName::as_str).collect();
        assert_eq!(channels, ["#a", "b", "C012AB3CD"]);
        assert_eq!(wants.branches, Branches::DefaultAndProtected);
        assert_eq!(wants.labels, ["bug", "ui"]);
        assert_eq!(wants.label_match, LabelMatch::All);
        assert!(!wants.only_broken_pipelines);
    }

    #[test]
    fn a_fresh_subscription_is_as_gitlabs_is() {
        let config = read("{}").unwrap();
        assert_eq!(config.subscription, Wants::default());
        assert_eq!(config.subscription.branches, Branches::Default);
        assert!(config.subscription.only_broken_pipelines);
    }

    #[test]
    fn the_older_branch_setting_counts_where_the_newer_is_missing() {
        for (json, expected) in [
            (r#"{"notify_only_default_branch": false}"#, Branches::All),
            (r#"{"notify_only_default_branch": true}"#, Branches::Default),
            (
                r#"{"notify_only_default_branch": true, "branches_to_be_notified": "all"}"#,
                Branches::All,
            ),
        ] {
            assert_eq!(
                read(json).unwrap().subscription.branches,
                expected,
                "{json}"
            );
        }
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        refused(
            r#"{"path": "acme/shop", "issue_events": true, "push_events": "yes",
                "branches_to_be_notified": "some", "note_channel": "a b", "zzz": 1}"#,
            "the subscription of acme/shop: \
             issue_events is no setting; did you mean issues_events?, \
             push_events must be true or false, \
             branches_to_be_notified must be one of all, default, protected, default_and_protected, \
             note_channel: channel \"a b\" has the character ' ', which it cannot have, \
             zzz is no setting",
        );
    }

    #[test]
    fn an_event_has_ten_channels_at_most() {
        let list = |count: usize| {
            let names: Vec<_> = (0..count).map(|number| format!("#c{number}")).collect();
            format!(r#"{{"push_channel": "{}"}}"#, names.join(","))
        };
        assert!(read(&list(10)).is_ok());
        refused(
            &list(11),
            "the subscription of the instance: push_channel names 11 channels, at most 10 are allowed",
        );
    }
}
