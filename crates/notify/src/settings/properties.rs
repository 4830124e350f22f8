//! A subscription as it is stored: its settings as one JSON object, without the secret.
//!
//! Everything that it says is written out, so that a later default changes nothing that somebody
//! has seen. The place, whether it is active, and the webhook are kept beside it.

use domain::{ChannelName, ProjectPath};
use serde_json::{Map, Value as Json, json};

use super::config::{InvalidSubscription, SubscriptionConfig};
use super::keys::EVENTS;
use super::value::{Problem, Value};
use super::webhook::WebhookUrl;
use crate::integration::Integration;

/// Why stored settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum UnreadableProperties {
    #[error("the stored settings of {place} are not a JSON object; set them anew")]
    NotAnObject {
        place: String,
        #[source]
        source: serde_json::Error,
    },
    #[error("the stored settings cannot be used; set them anew")]
    Invalid(#[from] InvalidSubscription),
}

impl SubscriptionConfig {
    /// The subscription that was stored of `integration` for `path` (`None` for the instance).
    ///
    /// # Errors
    /// When the settings are not what [`SubscriptionConfig::properties`] writes.
    pub fn stored(
        integration: Integration,
        path: Option<ProjectPath>,
        active: bool,
        properties: &str,
        webhook: Option<WebhookUrl>,
    ) -> Result<Self, UnreadableProperties> {
        let place = path.as_ref().map(ToString::to_string);
        let place = place.unwrap_or_else(|| "the instance".to_owned());
        let entries = match entries(properties) {
            Ok(entries) => entries,
            Err(source) => return Err(UnreadableProperties::NotAnObject { place, source }),
        };
        let mut config = Self::silent(integration, path, entries)?;
        config.subscription.active = active;
        if integration == Integration::Webhook {
            if active && !config.inherits && webhook.is_none() {
                let problems = vec![Problem::NoWebhook];
                return Err(InvalidSubscription { place, problems }.into());
            }
            // Whether it may be unencrypted was decided when it was stored.
            config.webhook = webhook;
        }
        Ok(config)
    }

    /// A subscription that is switched off, so that it needs no webhook yet.
    pub(super) fn silent(
        integration: Integration,
        path: Option<ProjectPath>,
        entries: Vec<(String, Value)>,
    ) -> Result<Self, InvalidSubscription> {
        let named = Integration::NAMES.iter().find(|(_, of)| *of == integration);
        let name = named.map_or("app", |(name, _)| name);
        let beside = [
            ("integration", Some(Value::Text(name.to_owned()))),
            ("active", Some(Value::Bool(false))),
            ("path", path.map(|path| Value::Text(path.into()))),
        ];
        let beside = beside
            .into_iter()
            .filter_map(|(key, value)| Some((key.to_owned(), value?)));
        Self::read(beside.chain(entries))
    }

    /// The settings to store; reads back with [`SubscriptionConfig::stored`].
    #[must_use]
    pub fn properties(&self) -> String {
        let mut all = Map::new();
        let mut set = |key: &str, value: Json| all.insert(key.to_owned(), value);
        for keys in EVENTS {
            if let [toggle, ..] = keys.toggles {
                set(toggle, self.wants(keys.kind).into());
            }
            let channels = self.channels_of(keys.kind);
            if let Some(key) = keys.channels.first().filter(|_| !channels.is_empty()) {
                set(key, names(channels));
            }
        }
        let wants = &self.subscription;
        set("channel", names(&wants.default_channels));
        set("branches_to_be_notified", wants.branches.name().into());
        set(
            "notify_only_broken_pipelines",
            wants.only_broken_pipelines.into(),
        );
        set(
            "notify_only_when_pipeline_status_changes",
            wants.only_pipeline_changes.into(),
        );
        set("labels_to_be_notified", json!(wants.labels));
        set(
            "labels_to_be_notified_behavior",
            wants.label_match.name().into(),
        );
        set(
            "confidential_events_use_normal_channels",
            wants.confidential_in_normal_channels.into(),
        );
        set("use_inherited_settings", self.inherits.into());
        if let Some(username) = &self.username {
            set("username", username.as_str().into());
        }
        if let Some(workspace) = &self.workspace {
            set("workspace", workspace.as_str().into());
        }
        Json::Object(all).to_string()
    }
}

/// What is stored, setting by setting.
pub(super) fn entries(properties: &str) -> Result<Vec<(String, Value)>, serde_json::Error> {
    let entries: Map<String, Json> = serde_json::from_str(properties)?;
    let read = |(key, value)| Ok((key, serde_json::from_value(value)?));
    entries.into_iter().map(read).collect()
}

fn names(channels: &[ChannelName]) -> Json {
    channels.iter().map(ChannelName::as_str).collect()
}
