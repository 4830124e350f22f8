//! What is stored reads back as what was meant, whatever was sent.

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::*;
use crate::settings::Settings;
use domain::EventKind;

/// Parameters under every name there is, well-formed.
fn well_formed() -> impl Strategy<Value = Json> {
    let toggles: Vec<_> = EVENTS.iter().flat_map(|keys| keys.toggles).collect();
    let channels: Vec<_> = EVENTS.iter().flat_map(|keys| keys.channels).collect();
    let names = prop::collection::vec("#?[a-zé0-9_-]{1,12}", 0..4);
    let labels = prop::collection::vec("~?[a-zA-Z:& ]{0,8}", 0..3);
    (
        prop::collection::btree_map(prop::sample::select(toggles), any::<bool>(), 0..12),
        prop::collection::btree_map(prop::sample::select(channels), names, 0..6),
        labels,
        prop::sample::select(vec!["all", "default", "protected", "default_and_protected"]),
        any::<[bool; 5]>(),
        "[A-Za-z ]{0,9}",
    )
        .prop_map(|(toggles, channels, labels, branches, on, username)| {
            let mut all = json!({
                "branches_to_be_notified": branches,
                "labels_to_be_notified": labels,
                "labels_to_be_notified_behavior": if on[0] { "match_any" } else { "match_all" },
                "notify_only_broken_pipelines": on[1],
                "notify_only_when_pipeline_status_changes": on[2],
                "confidential_events_use_normal_channels": on[3],
                "use_inherited_settings": on[4],
                "username": username,
                "webhook": "https://hooks.slack.com/services/T1/B1/x",
            });
            for (key, on) in toggles {
                all[*key] = on.into();
            }
            for (key, names) in channels {
                all[*key] = names.join(", ").into();
            }
            all
        })
}

/// Anything at all, often under names that mean something.
fn anything() -> impl Strategy<Value = Json> {
    let names: Vec<&str> = keys::OTHERS
        .iter()
        .copied()
        .chain(["push_events", "issue_channel"])
        .collect();
    let value = prop_oneof![
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<f64>().prop_map(Json::from),
        ".{0,40}".prop_map(Json::from),
        Just(Json::Null),
        Just(json!({"a": [1]})),
        prop::collection::vec(".{0,9}", 0..13).prop_map(Json::from),
    ];
    let entry = (prop::sample::select(names), value);
    prop::collection::vec(entry, 0..8).prop_map(|entries| {
        let entries = entries
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value));
        Json::Object(entries.collect())
    })
}

proptest! {
    #[test]
    fn stored_settings_read_back_as_they_were(parameters in well_formed(), is_app in any::<bool>()) {
        let integration = if is_app { Integration::App } else { Integration::Webhook };
        let fresh = Stored { active: true, properties: "{}", has_webhook: false };
        let parameters = Parameters::from_json(parameters).unwrap();
        let saved = put(integration, Editor::Api, Some(&fresh), &parameters, None).unwrap();
        let url = match &saved.webhook {
            NewWebhook::Set(url) => Some(url.clone()),
            NewWebhook::Kept | NewWebhook::Forgotten => None,
        };
        let read = |properties: &str| {
            let path = "acme/shop".parse().ok();
            SubscriptionConfig::stored(integration, path, saved.active, properties, url.clone())
        };
        let config = read(&saved.properties).unwrap();
        prop_assert_eq!(config.properties(), saved.properties.clone());
        prop_assert_eq!(&read(&config.properties()).unwrap(), &config);
        // Nothing changes when nothing is sent, but that settings of one's own are none inherited.
        let stored = Stored { active: true, properties: &saved.properties, has_webhook: true };
        let again = put(integration, Editor::Api, Some(&stored), &Parameters::default(), None).unwrap();
        let own = saved.properties.replace(
            r#""use_inherited_settings":true"#,
            r#""use_inherited_settings":false"#,
        );
        prop_assert_eq!(again.properties, own);
        // And the settings of a place are made of it.
        let wanted: Vec<_> = EventKind::ALL.iter().filter(|kind| config.wants(**kind)).collect();
        let inherits = config.inherits();
        let settings = Settings::build(Some(&"T9".parse().unwrap()), [config]).unwrap();
        let level = settings.nearest(integration, Some("acme/shop"));
        prop_assert_eq!(level.is_none(), inherits);
        if let Some(level) = level {
            let has = |kind: &&EventKind| level.subscriptions[0].wants.kinds.has(**kind);
            prop_assert_eq!(EventKind::ALL.iter().filter(has).collect::<Vec<_>>(), wanted);
        }
    }

    #[test]
    fn whatever_is_sent_is_stored_readably_or_refused_with_a_name(
        parameters in anything(),
        by_page in any::<bool>(),
        is_app in any::<bool>(),
    ) {
        let integration = if is_app { Integration::App } else { Integration::Webhook };
        let editor = if by_page { Editor::Page } else { Editor::Api };
        let stored = Stored { active: true, properties: "{}", has_webhook: true };
        let parameters = Parameters::from_json(parameters).unwrap();
        match put(integration, editor, Some(&stored), &parameters, None) {
            Ok(saved) => {
                let url = "https://hooks.slack.com/services/T1/B1/x".parse().ok();
                let config = SubscriptionConfig::stored(
                    integration, None, saved.active, &saved.properties, url,
                );
                prop_assert_eq!(config.unwrap().properties(), saved.properties);
            }
            Err(refused) => {
                prop_assert_eq!(refused.status(), 400);
                let body = refused.body();
                let names = body["message"].as_object().map_or(0, serde_json::Map::len);
                prop_assert!(body["error"].is_string() || 0 < names, "{body}");
            }
        }
    }
}
