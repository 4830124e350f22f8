//! Who hears of what: a snapshot of every subscription, from the instance down to projects.
//!
//! The rules are those of GitLab's integrations: a place with settings of its own does not
//! inherit; one without takes those of the nearest group above it, at last the instance's. Where
//! we differ from GitLab it is said at [`Subscription`]. What an event needs to pass is
//! [`mod@crate::route`]'s business.

mod config;
mod keys;
mod subscription;

use std::borrow::Cow;
use std::collections::HashMap;

use domain::{ProjectPath, WorkspaceId};

pub(crate) use config::same_channel;
pub use config::{InvalidSubscription, Problem, SubscriptionConfig, Value};
pub(crate) use subscription::Wants;
pub use subscription::{Branches, LabelMatch, NoChannel, Subscription};

/// A snapshot of who hears of what. Cheap to look into, made anew when a subscription changes.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    instance: Option<Level>,
    /// By lower-case path of a project or group: GitLab's paths differ in more than case.
    by_path: HashMap<Box<str>, Level>,
    unsubscribed: Unsubscribed,
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
    pub(crate) subscriptions: Vec<Subscription>,
}

/// Why subscriptions cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSettings {
    #[error("the subscription of {place} names no workspace, and there is no default one")]
    NoWorkspace { place: String },
}

impl Settings {
    /// The settings that these subscriptions make. Those without a workspace are of `workspace`.
    ///
    /// # Errors
    /// When a subscription names no workspace and there is no default.
    pub fn build(
        workspace: Option<&WorkspaceId>,
        subscriptions: impl IntoIterator<Item = SubscriptionConfig>,
    ) -> Result<Self, InvalidSettings> {
        let mut settings = Self::default();
        for config in subscriptions {
            if config.inherits {
                continue;
            }
            let place = config.place();
            let workspace = config.workspace.as_ref().or(workspace).cloned();
            let workspace = workspace.ok_or(InvalidSettings::NoWorkspace { place })?;
            settings.add(config.path.as_ref(), config.subscription.of(workspace));
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

    pub(crate) fn for_unsubscribed(&self) -> &Unsubscribed {
        &self.unsubscribed
    }

    fn add(&mut self, path: Option<&ProjectPath>, subscription: Subscription) {
        let level = match path {
            None => &mut self.instance,
            Some(path) => {
                let path = path.as_str().to_ascii_lowercase().into_boxed_str();
                let level = self.by_path.entry(path).or_insert_with(Level::empty);
                level.subscriptions.push(subscription);
                return;
            }
        };
        let level = level.get_or_insert_with(Level::empty);
        level.subscriptions.push(subscription);
    }

    /// The subscriptions that hold for the project or group at `path`, or for the instance.
    pub(crate) fn nearest(&self, path: Option<&str>) -> Option<&Level> {
        let own = path.and_then(|path| {
            let path = if path.bytes().any(|b| b.is_ascii_uppercase()) {
                Cow::Owned(path.to_ascii_lowercase())
            } else {
                Cow::Borrowed(path)
            };
            and_ancestors(&path).find_map(|path| self.by_path.get(path))
        });
        own.or(self.instance.as_ref())
    }
}

impl Level {
    fn empty() -> Self {
        Self {
            subscriptions: Vec::new(),
        }
    }
}

fn and_ancestors(path: &str) -> impl Iterator<Item = &str> {
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
        let level = settings.nearest(path)?;
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
}
