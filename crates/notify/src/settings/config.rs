//! A subscription as people write it: in the configuration file, or through the API.
//!
//! Everything that is wrong with it is said at once, each with the key's name. How a value is
//! read is [`super::value`]'s business.

use std::fmt;

use domain::{ChannelName, EventKind, ProjectPath, WorkspaceId};
use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, Visitor};

use super::keys::{self, EVENTS};
use super::subscription::{Branches, Kinds, LabelMatch, Wants};
use super::value::{self, Problem, Value, channels, choice, id, labels, truth};
use super::webhook::{InvalidWebhook, WebhookUrl};
use crate::integration::Integration;

/// A subscription as it was written, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubscriptionConfig {
    /// The project or group; none for the instance.
    pub path: Option<ProjectPath>,
    /// None for the default one, or the one that the webhook's URL names.
    pub workspace: Option<WorkspaceId>,
    /// Whose subscription it is.
    pub integration: Integration,
    /// It says to inherit, so nothing else in it counts.
    pub(super) inherits: bool,
    pub(super) webhook: Option<WebhookUrl>,
    pub(super) username: Option<String>,
    pub(super) subscription: Wants,
}

/// A subscription that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidSubscription {
    /// The path, or "the instance".
    pub place: String,
    pub problems: Vec<Problem>,
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
    pub const MOST_CHANNELS: usize = value::MOST_CHANNELS;

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

    /// A subscription of an integration as it is until somebody chooses.
    pub(super) fn of_integration(integration: Integration) -> Self {
        let wants = Wants {
            kinds: Kinds::of_fresh(integration),
            ..Wants::default()
        };
        Self {
            path: None,
            workspace: None,
            integration,
            inherits: false,
            webhook: None,
            username: None,
            subscription: wants,
        }
    }

    /// The path, or "the instance".
    #[must_use]
    pub fn place(&self) -> String {
        place(self.path.as_ref())
    }

    /// The incoming webhook that carries the old integration's messages.
    #[must_use]
    pub fn webhook(&self) -> Option<&WebhookUrl> {
        self.webhook.as_ref()
    }

    /// The name that the webhook posts under.
    #[must_use]
    pub fn username(&self) -> Option<&str> {
        self.username.as_deref()
    }

    /// Whether the place takes the settings of what is above it.
    #[must_use]
    pub fn inherits(&self) -> bool {
        self.inherits
    }

    /// Whether it is switched on.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.subscription.active
    }

    /// Whether it wants this kind of event.
    #[must_use]
    pub fn wants(&self, kind: EventKind) -> bool {
        self.subscription.kinds.has(kind)
    }

    /// The channels that are set for this kind of event alone; empty when none is.
    #[must_use]
    pub fn channels_of(&self, kind: EventKind) -> &[ChannelName] {
        let channels = self.subscription.channels.get(&kind);
        channels.map_or(&[], Vec::as_slice)
    }

    /// The channels of events that have none of their own.
    #[must_use]
    pub fn default_channels(&self) -> &[ChannelName] {
        &self.subscription.default_channels
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
    integration: Option<Integration>,
    inherits: bool,
    webhook: Option<WebhookUrl>,
    username: Option<String>,
    /// What is said of kinds, to be laid over the integration's defaults.
    toggles: Vec<(EventKind, bool)>,
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
            truth(key, value).map(|on| self.toggles.push((keys.kind, on)))
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
            "integration" => {
                let must_be = "app or slack";
                self.integration = Some(choice(key, &value, &Integration::NAMES, must_be)?);
            }
            "webhook" => self.webhook = Some(value::webhook(key, &value)?),
            "username" => self.username = value::name(key, &value)?,
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
        let integration = self.integration.unwrap_or(Integration::App);
        self.check_webhook(integration);
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
        self.wants.kinds = Kinds::of_fresh(integration);
        for (kind, on) in self.toggles {
            self.wants.kinds.set(kind, on);
        }
        Ok(SubscriptionConfig {
            path: self.path,
            workspace: self.workspace,
            integration,
            inherits: self.inherits,
            webhook: self.webhook,
            username: self.username,
            subscription: self.wants,
        })
    }

    /// The old integration cannot speak without its webhook; the app has none.
    fn check_webhook(&mut self, integration: Integration) {
        let has = |key: &str| self.seen.iter().any(|seen| seen == key);
        match integration {
            Integration::App => {
                let foreign = ["webhook", "username"].into_iter().filter(|key| has(key));
                let problems: Vec<_> = foreign.map(|key| Problem::NotOfTheApp { key }).collect();
                self.problems.extend(problems);
            }
            Integration::Webhook => {
                if self.wants.active && !self.inherits && !has("webhook") {
                    self.problems.push(Problem::NoWebhook);
                }
                let webhook = self.webhook.as_ref();
                if webhook.is_some_and(|url| url.check(None).is_err() && !url.is_local()) {
                    let key = "webhook".to_owned();
                    let error = InvalidWebhook::NotEncrypted;
                    self.problems.push(Problem::Webhook { key, error });
                }
            }
        }
    }
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
mod tests;
