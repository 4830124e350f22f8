//! Who hears of what: a snapshot of every subscription, from the instance down to projects.
//!
//! The rules are those of GitLab's integrations: a place with settings of its own does not
//! inherit; one without takes those of the nearest group above it, at last the instance's. Where
//! we differ from GitLab it is said at [`Subscription`]. What an event needs to pass is
//! [`mod@crate::route`]'s business.

pub mod api;
mod config;
mod edit;
mod keys;
mod lane;
mod properties;
mod subscription;
mod value;
mod webhook;

use std::borrow::Cow;
use std::collections::HashMap;

use domain::{ProjectPath, WorkspaceId};

use crate::integration::Integration;

pub use config::{InvalidSubscription, SubscriptionConfig};
pub use edit::TooManyChannels;
pub use lane::webhooks_own_channel;
pub use properties::UnreadableProperties;
pub use subscription::{Branches, LabelMatch, NoChannel, Subscription};
pub use value::{Problem, Value};
pub use webhook::{InvalidWebhook, WebhookUrl};

pub(crate) use subscription::Wants;
pub(crate) use value::same_channel;

/// A snapshot of who hears of what. Cheap to look into, made anew when a subscription changes.
///
/// Each of the two integrations is inherited on its own: a project may have an app of its own and
/// the webhook of its group. No webhook's URL is in here, only whose webhook carries a message.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    app: Tree,
    webhook: Tree,
    unsubscribed: Unsubscribed,
}

/// The subscriptions of one integration.
#[derive(Clone, Debug, Default)]
struct Tree {
    instance: Option<Level>,
    /// By lower-case path of a project or group: GitLab's paths differ in more than case.
    by_path: HashMap<Box<str>, Level>,
}

/// What becomes of the events of a place that nothing is subscribed to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Unsubscribed {
    /// They are ignored, with that as the reason.
    #[default]
    Ignore,
    /// Each project has a channel of its own, `#p-<path slug>`, for every event; those without a
    /// project go to `#p-instance`.
    ChannelPerProject { workspace: WorkspaceId },
}

/// The subscriptions of one place.
#[derive(Clone, Debug)]
pub(crate) struct Level {
    /// The lower-case path; empty for the instance.
    pub(crate) place: String,
    pub(crate) subscriptions: Vec<Subscription>,
}

/// Why subscriptions cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSettings {
    #[error("the subscription of {place} names no workspace, and there is no default one")]
    NoWorkspace { place: String },
    #[error("{place} has two subscriptions with integration = \"slack\"; keep one of them")]
    TwoWebhooks { place: String },
}

impl Settings {
    /// The settings that these subscriptions make. Those without a workspace are of the one that
    /// their webhook's URL names, else of `workspace`.
    ///
    /// # Errors
    /// When a subscription has no workspace, or a place two webhooks.
    pub fn build(
        workspace: Option<&WorkspaceId>,
        subscriptions: impl IntoIterator<Item = SubscriptionConfig>,
    ) -> Result<Self, InvalidSettings> {
        let mut settings = Self::default();
        for config in subscriptions.into_iter().filter(|one| !one.inherits) {
            settings.add(workspace, config)?;
        }
        Ok(settings)
    }

    /// Settings without a subscription, where every project has a channel of its own.
    #[must_use]
    pub fn channel_per_project(workspace: WorkspaceId) -> Self {
        Self::default().unsubscribed(Unsubscribed::ChannelPerProject { workspace })
    }

    /// The same settings with this rule for places that nothing is subscribed to.
    #[must_use]
    pub fn unsubscribed(self, unsubscribed: Unsubscribed) -> Self {
        Self {
            unsubscribed,
            ..self
        }
    }

    /// Whether places that nothing is subscribed to have a channel of their own.
    #[must_use]
    pub fn has_channel_per_project(&self) -> bool {
        self.unsubscribed != Unsubscribed::Ignore
    }

    pub(crate) fn for_unsubscribed(&self) -> &Unsubscribed {
        &self.unsubscribed
    }

    fn add(
        &mut self,
        workspace: Option<&WorkspaceId>,
        config: SubscriptionConfig,
    ) -> Result<(), InvalidSettings> {
        let place = config.place();
        let tree = match config.integration {
            Integration::App => &mut self.app,
            Integration::Webhook => &mut self.webhook,
        };
        let level = tree.level(config.path.as_ref());
        if config.integration == Integration::Webhook && !level.subscriptions.is_empty() {
            return Err(InvalidSettings::TwoWebhooks { place });
        }
        let of_url = config.webhook.as_ref().and_then(WebhookUrl::workspace);
        let workspace = config.workspace.or(of_url).or_else(|| workspace.cloned());
        let is_active = config.subscription.active;
        match workspace {
            Some(workspace) => {
                let mut subscription = config.subscription.of(workspace);
                if config.integration == Integration::Webhook {
                    subscription.webhooks_own = webhooks_own_channel(&level.place);
                }
                level.subscriptions.push(subscription);
                Ok(())
            }
            // It is silent, and keeps what is above it silent, wherever it would have posted.
            None if !is_active => Ok(()),
            None => Err(InvalidSettings::NoWorkspace { place }),
        }
    }

    /// The subscriptions of an integration that hold for the project or group at `path`, or for
    /// the instance.
    pub(crate) fn nearest(&self, integration: Integration, path: Option<&str>) -> Option<&Level> {
        match integration {
            Integration::App => self.app.nearest(path),
            Integration::Webhook => self.webhook.nearest(path),
        }
    }
}

impl Tree {
    fn level(&mut self, path: Option<&ProjectPath>) -> &mut Level {
        let place = path.map(|path| path.as_str().to_ascii_lowercase());
        match place {
            None => self.instance.get_or_insert_with(|| Level::of("")),
            Some(place) => self
                .by_path
                .entry(place.as_str().into())
                .or_insert_with(|| Level::of(&place)),
        }
    }

    fn nearest(&self, path: Option<&str>) -> Option<&Level> {
        let own = path.and_then(|path| {
            and_ancestors(&lower_case(path)).find_map(|path| self.by_path.get(path))
        });
        own.or(self.instance.as_ref())
    }
}

impl Level {
    fn of(place: &str) -> Self {
        Self {
            place: place.to_owned(),
            subscriptions: Vec::new(),
        }
    }

    /// Whether anything here is switched on.
    pub(crate) fn is_active(&self) -> bool {
        self.subscriptions.iter().any(|one| one.wants.active)
    }
}

pub(crate) fn lower_case(path: &str) -> Cow<'_, str> {
    if path.bytes().any(|b| b.is_ascii_uppercase()) {
        Cow::Owned(path.to_ascii_lowercase())
    } else {
        Cow::Borrowed(path)
    }
}

/// The path itself, then each group above it, nearest first.
pub(crate) fn and_ancestors(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(path), |path| path.rsplit_once('/').map(|(up, _)| up))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(paths: &[&str]) -> Settings {
        let configs = paths.iter().map(|path| {
            let entries = [
                ("path", Value::Text((*path).to_owned())),
                (
                    "channel",
                    Value::Text(format!("#{}", path.replace('/', "-"))),
                ),
                ("push_events", Value::Bool(true)),
            ];
            let entries = entries
                .into_iter()
                .filter(|(key, _)| *key != "path" || !path.is_empty());
            SubscriptionConfig::read(entries.map(|(key, value)| (key.to_owned(), value))).unwrap()
        });
        Settings::build(Some(&"T1".parse().unwrap()), configs).unwrap()
    }

    fn channel(settings: &Settings, path: Option<&str>) -> Option<String> {
        let level = settings.nearest(Integration::App, path)?;
        let channels = level.subscriptions[0]
            .channels(domain::EventKind::Push)
            .unwrap();
        Some(channels[0].to_string())
    }

    #[test]
    fn the_nearest_place_with_settings_of_its_own_decides() {
        let all = settings(&["", "a", "a/b/c"]);
        for (path, expected) in [
            (Some("a/b/c"), "#a-b-c"),
            (Some("A/B/C"), "#a-b-c"),
            (Some("a/b"), "#a"),
            (Some("a/b/d"), "#a"),
            (Some("ab"), "#"),
            (None, "#"),
        ] {
            assert_eq!(channel(&all, path).as_deref(), Some(expected), "{path:?}");
        }
        assert_eq!(channel(&settings(&["a"]), Some("b/c")), None);
        assert_eq!(channel(&settings(&["a"]), None), None);
    }

    #[test]
    fn a_subscription_needs_a_workspace() {
        let config = SubscriptionConfig::read([]).unwrap();
        let error = Settings::build(None, [config]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the subscription of the instance names no workspace, and there is no default one"
        );
    }

    fn webhook(path: &str, url: &str) -> SubscriptionConfig {
        let json = format!(r#"{{"path": "{path}", "integration": "slack", "webhook": "{url}"}}"#);
        serde_json::from_str(&json).unwrap()
    }

    #[test]
    fn each_integration_is_inherited_on_its_own() {
        let app = r##"{"path": "a/b", "channel": "#b"}"##;
        let app: SubscriptionConfig = serde_json::from_str(app).unwrap();
        let url = "https://hooks.slack.com/services/T2/B1/x";
        let all = Settings::build(Some(&"T1".parse().unwrap()), [app, webhook("A", url)]).unwrap();
        let place = |integration| {
            all.nearest(integration, Some("a/b"))
                .unwrap()
                .place
                .as_str()
        };
        assert_eq!(place(Integration::App), "a/b");
        assert_eq!(place(Integration::Webhook), "a");
        assert!(all.nearest(Integration::App, Some("a")).is_none());
        let level = all.nearest(Integration::Webhook, Some("a/b")).unwrap();
        // The workspace that the webhook itself names.
        assert_eq!(level.subscriptions[0].workspace.as_str(), "T2");
    }

    #[test]
    fn a_place_has_one_webhook() {
        let url = "https://hooks.slack.com/services/T2/B1/x";
        let error = Settings::build(None, [webhook("a", url), webhook("A", url)]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "A has two subscriptions with integration = \"slack\"; keep one of them"
        );
        let elsewhere = webhook("a", "https://chat.example/hooks/x");
        let error = Settings::build(None, [elsewhere]).unwrap_err();
        assert!(matches!(error, InvalidSettings::NoWorkspace { .. }));
    }
}
