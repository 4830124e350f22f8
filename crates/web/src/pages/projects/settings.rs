//! An integration of a place as its form shows it.

use std::collections::HashMap;

use domain::EventKind;
use integrations::Held;
use notify::Integration;
use notify::settings::{Branches, Subscription, SubscriptionConfig};
use serde_json::Value as Json;
use store::Place;

/// What holds for an integration of a place itself, not of one above it.
pub(super) fn of_place<'h>(
    held: &'h Held,
    place: &Place,
    integration: Integration,
) -> Option<&'h SubscriptionConfig> {
    let path = place.path();
    held.subscriptions.iter().find(|one| {
        let own = one.path.as_ref().map_or("", |path| path.as_str());
        one.integration == integration && own.eq_ignore_ascii_case(path)
    })
}

/// The nearest place above that has settings of its own; empty for the instance.
pub(super) fn above<'h>(
    held: &'h Held,
    place: &Place,
    integration: Integration,
) -> Option<(&'h SubscriptionConfig, String)> {
    let path = place.path().to_lowercase();
    let above = std::iter::successors(Some(path.as_str()), |path| {
        (!path.is_empty()).then(|| path.rsplit_once('/').map_or("", |(up, _)| up))
    });
    above.skip(1).find_map(|path| {
        let found = held.subscriptions.iter().find(|one| {
            let own = one.path.as_ref().map_or("", |path| path.as_str());
            one.integration == integration && !one.inherits() && own.eq_ignore_ascii_case(path)
        });
        found.map(|found| (found, found.place()))
    })
}

/// The fields of a form, filled.
pub(super) struct Fields {
    pub(super) active: bool,
    pub(super) inherits: bool,
    pub(super) channel: String,
    pub(super) username: String,
    pub(super) events: Vec<EventField>,
    /// Value, words, whether it is chosen.
    pub(super) branches: Vec<(&'static str, &'static str, bool)>,
    pub(super) only_broken_pipelines: bool,
    pub(super) only_pipeline_changes: bool,
    pub(super) confidential_in_normal_channels: bool,
    pub(super) labels: String,
    pub(super) all_labels: bool,
}

/// One kind of event: whether it is on, and where it goes.
pub(super) struct EventField {
    pub(super) words: &'static str,
    pub(super) toggle: &'static str,
    pub(super) on: bool,
    pub(super) channel_key: &'static str,
    pub(super) channels: String,
}

impl EventField {
    fn is_used(&self) -> bool {
        self.on || !self.channels.is_empty()
    }
}

/// Kinds that go by an issue's settings have none of their own.
fn kinds() -> impl Iterator<Item = EventKind> {
    let by_issue = [EventKind::WorkItem, EventKind::ConfidentialWorkItem];
    let kinds = EventKind::ALL.iter().copied();
    kinds.filter(move |kind| !by_issue.contains(kind))
}

impl Fields {
    /// The events that are on or have a channel.
    pub(super) fn used(&self) -> impl Iterator<Item = &EventField> {
        self.events.iter().filter(|event| event.is_used())
    }

    pub(super) fn unused(&self) -> impl Iterator<Item = &EventField> {
        self.events.iter().filter(|event| !event.is_used())
    }

    pub(super) fn has_used(&self) -> bool {
        self.used().next().is_some()
    }

    /// As it is set up.
    pub(super) fn of(config: &SubscriptionConfig) -> Self {
        let mut properties = properties(config);
        properties.insert("active".to_owned(), config.is_active().into());
        Self::filled(&properties)
    }

    /// As nobody has set it up yet.
    pub(super) fn fresh(integration: Integration) -> Self {
        let fresh = SubscriptionConfig::stored(integration, None, false, "{}", None);
        fresh.map_or_else(
            |_| Self::filled(&serde_json::Map::new()),
            |config| Self::of(&config),
        )
    }

    /// As somebody has sent the form.
    pub(super) fn sent(pairs: &[(String, String)]) -> Self {
        let given: HashMap<&str, &str> = pairs
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let mut all = serde_json::Map::new();
        for (name, value) in given {
            let value = match value {
                "true" => Json::Bool(true),
                "false" => Json::Bool(false),
                text => Json::String(text.to_owned()),
            };
            all.insert(name.to_owned(), value);
        }
        Self::filled(&all)
    }

    fn filled(all: &serde_json::Map<String, Json>) -> Self {
        let on = |key: &str| all.get(key).and_then(Json::as_bool).unwrap_or(false);
        let text = |key: &str| all.get(key).map(listed).unwrap_or_default();
        let events = kinds().map(|kind| EventField {
            words: kind.words(),
            toggle: Subscription::toggle(kind),
            on: on(Subscription::toggle(kind)),
            channel_key: Subscription::channel_key(kind),
            channels: text(Subscription::channel_key(kind)),
        });
        let chosen = text("branches_to_be_notified");
        Self {
            active: on("active"),
            inherits: on("use_inherited_settings"),
            channel: text("channel"),
            username: text("username"),
            events: events.collect(),
            branches: Branches::NAMES
                .iter()
                .map(|(name, branches)| (*name, words(*branches), *name == chosen))
                .collect(),
            only_broken_pipelines: on("notify_only_broken_pipelines"),
            only_pipeline_changes: on("notify_only_when_pipeline_status_changes"),
            confidential_in_normal_channels: on("confidential_events_use_normal_channels"),
            labels: text("labels_to_be_notified"),
            all_labels: text("labels_to_be_notified_behavior") == "match_all",
        }
    }
}

fn words(branches: Branches) -> &'static str {
    match branches {
        Branches::All => "all branches",
        Branches::Default => "the default branch",
        Branches::Protected => "protected branches",
        Branches::DefaultAndProtected => "the default and protected branches",
    }
}

fn properties(config: &SubscriptionConfig) -> serde_json::Map<String, Json> {
    serde_json::from_str(&config.properties()).unwrap_or_default()
}

/// A value as a field holds it: lists with commas.
fn listed(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        Json::Array(items) => {
            let items: Vec<&str> = items.iter().filter_map(Json::as_str).collect();
            items.join(", ")
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::Object(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_shows_what_is_set_and_what_was_sent() {
        let properties = r##"{"push_events":true,"push_channel":["#a","#b"],
            "branches_to_be_notified":"all","labels_to_be_notified":["bug"]}"##;
        let config = SubscriptionConfig::stored(Integration::App, None, true, properties, None);
        let fields = Fields::of(&config.unwrap());
        let push = &fields.events[0];
        assert_eq!(
            (push.words, push.on, push.channels.as_str()),
            ("push", true, "#a, #b")
        );
        assert!(fields.active && !fields.inherits && fields.branches[0].2);
        assert_eq!(fields.labels, "bug");
        assert!(fields.events.iter().all(|event| event.toggle != "active"));

        let sent = [
            ("push_events", "false"),
            ("push_events", "true"),
            ("channel", "#c"),
        ];
        let sent = sent.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let fields = Fields::sent(&sent);
        assert!(fields.events[0].on, "of two the later one counts");
        assert_eq!(fields.channel, "#c");
    }

    #[test]
    fn a_fresh_old_integration_has_the_everyday_kinds() {
        let on = |integration| {
            let fields = Fields::fresh(integration);
            fields.events.iter().filter(|event| event.on).count()
        };
        assert_eq!((on(Integration::App), on(Integration::Webhook)), (0, 7));
    }
}
