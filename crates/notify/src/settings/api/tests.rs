//! What a `PUT` makes of an integration, and what is said to a client that asks for too much.

use jiff::Timestamp;
use serde_json::{Value as Json, json};

use super::*;
use domain::EventKind;

const URL: &str = "https://hooks.slack.com/services/T1/B1/s3cr3t";

fn change(
    integration: Integration,
    editor: Editor,
    stored: Option<&Saved>,
    parameters: Json,
) -> Result<Saved, Refused> {
    let stored = stored.map(|saved| Stored {
        active: saved.active,
        properties: &saved.properties,
        has_webhook: saved.webhook != NewWebhook::Forgotten,
    });
    let parameters = Parameters::from_json(parameters).unwrap();
    put(integration, editor, stored.as_ref(), &parameters, None)
}

/// The old integration of a place that has none yet, changed by an API client.
fn slack(parameters: Json) -> Result<Saved, Refused> {
    change(Integration::Webhook, Editor::Api, None, parameters)
}

/// The app's, installed and fresh.
fn app(parameters: Json) -> Result<Saved, Refused> {
    let fresh = Saved {
        active: true,
        ..deleted(Integration::App)
    };
    change(Integration::App, Editor::Api, Some(&fresh), parameters)
}

fn config(integration: Integration, saved: &Saved) -> SubscriptionConfig {
    let url = URL.parse().ok();
    SubscriptionConfig::stored(integration, None, saved.active, &saved.properties, url).unwrap()
}

#[track_caller]
fn refused(result: Result<Saved, Refused>, status: u16, body: Json) {
    let refused = result.unwrap_err();
    assert_eq!((refused.status(), refused.body()), (status, body));
}

#[test]
fn a_put_switches_the_old_integration_on_and_keeps_the_secret_apart() {
    let saved = slack(
        json!({"webhook": URL, "username": "GitLab", "push_channel": "#a,b",
        "note_events": false, "active": false, "nonsense": 1}),
    )
    .unwrap();
    assert!(saved.active);
    assert_eq!(saved.webhook, NewWebhook::Set(URL.parse().unwrap()));
    assert!(!saved.properties.contains("s3cr3t"), "{}", saved.properties);
    let config = config(Integration::Webhook, &saved);
    assert_eq!(config.username(), Some("GitLab"));
    assert!(config.wants(EventKind::Push) && !config.wants(EventKind::Note));
    assert_eq!(config.channels_of(EventKind::Push).len(), 2);
}

#[test]
fn a_put_changes_what_it_names_and_leaves_the_rest() {
    let first = app(
        json!({"push_events": true, "push_channel": "#a", "channel": "#all",
        "branches_to_be_notified": "all"}),
    )
    .unwrap();
    let second = json!({"issues_events": "1", "push_channel": "", "channel": null});
    let second = change(Integration::App, Editor::Api, Some(&first), second).unwrap();
    let config = config(Integration::App, &second);
    assert!(config.wants(EventKind::Push) && config.wants(EventKind::Issue));
    assert!(config.channels_of(EventKind::Push).is_empty());
    assert!(config.default_channels().is_empty());
    assert!(
        second
            .properties
            .contains(r#""branches_to_be_notified":"all""#)
    );
}

#[test]
fn a_form_says_the_same_as_json() {
    let pairs = [
        ("push_events", "true"),
        ("issues_events", "0"),
        ("push_channel", "#a, #b"),
    ];
    let pairs = pairs.map(|(key, value)| (key.to_owned(), value.to_owned()));
    let stored = Stored {
        active: true,
        properties: "{}",
        has_webhook: false,
    };
    let form = Parameters::from_pairs(pairs);
    let form = put(Integration::App, Editor::Api, Some(&stored), &form, None);
    let json =
        app(json!({"push_events": true, "issues_events": false, "push_channel": ["#a", "#b"]}));
    assert_eq!(form.unwrap().properties, json.unwrap().properties);
    assert_eq!(Parameters::from_json(json!([])).unwrap_err(), NotAnObject);
}

#[test]
fn other_spellings_mean_the_same() {
    let saved = app(
        json!({"group_mentions_events": true, "group_mentions_channel": "#a",
        "group_confidential_mention_events": true, "incident_events": true,
        "notify_only_default_branch": false}),
    )
    .unwrap();
    let config = config(Integration::App, &saved);
    for kind in [
        EventKind::GroupMention,
        EventKind::GroupConfidentialMention,
        EventKind::Incident,
    ] {
        assert!(config.wants(kind), "{kind}");
    }
    assert_eq!(config.channels_of(EventKind::GroupMention).len(), 1);
    assert!(
        saved
            .properties
            .contains(r#""branches_to_be_notified":"all""#)
    );
    // Over what is stored, the other spelling changes the same setting.
    let off = json!({"group_mention_events": false});
    let off = change(Integration::App, Editor::Api, Some(&saved), off).unwrap();
    assert!(!self::config(Integration::App, &off).wants(EventKind::GroupMention));
}

#[test]
fn what_cannot_be_used_is_refused_in_gitlabs_shape() {
    refused(
        slack(json!({})),
        400,
        json!({"error": "webhook is missing"}),
    );
    for blank in [json!(""), json!(null), json!("  ")] {
        refused(
            slack(json!({"webhook": blank})),
            400,
            json!({"message": {"webhook": ["can't be blank"]}}),
        );
    }
    refused(
        slack(json!({"webhook": "http://hooks.slack.com/services/s3cr3t"})),
        400,
        json!({"message": {"webhook": ["must begin with https://"]}}),
    );
    refused(
        slack(json!({"webhook": "s3cr3t"})),
        400,
        json!({"message": {"webhook": [
            "is not a web address such as https://hooks.slack.com/services/…"
        ]}}),
    );
    // Asterisks stand for the stored one; there is none.
    let masked = slack(json!({"webhook": WebhookUrl::MASK})).unwrap_err();
    assert_eq!(masked.status(), 400);
    refused(
        app(json!({"push_events": "yes", "channel": 7, "note_events": {}})),
        400,
        json!({"error": "channel is invalid, note_events is invalid, push_events is invalid"}),
    );
    let eleven: Vec<_> = (0..11).map(|number| format!("#c{number}")).collect();
    refused(
        app(
            json!({"push_channel": eleven.join(","), "branches_to_be_notified": "some",
            "labels_to_be_notified_behavior": "none"}),
        ),
        400,
        json!({"message": {
            "push_channel": ["cannot have more than 10 channels"],
            "branches_to_be_notified": ["is not included in the list: one of all, default, \
                protected, default_and_protected"],
            "labels_to_be_notified_behavior":
                ["is not included in the list: match_any or match_all"],
        }}),
    );
    refused(
        change(Integration::App, Editor::Api, None, json!({})),
        422,
        json!({"message": "You cannot create the GitLab for Slack app integration from the API"}),
    );
}

#[test]
fn a_stored_webhook_stays_until_another_one_is_given() {
    let first = slack(json!({"webhook": URL})).unwrap();
    let change =
        |editor, parameters| change(Integration::Webhook, editor, Some(&first), parameters);
    for (editor, parameters) in [
        (Editor::Api, json!({"push_events": false})),
        (Editor::Api, json!({"webhook": WebhookUrl::MASK})),
        (Editor::Page, json!({"webhook": ""})),
    ] {
        let saved = change(editor, parameters).unwrap();
        assert_eq!(saved.webhook, NewWebhook::Kept);
    }
    let other = "https://hooks.slack.com/services/T1/B2/x";
    let saved = change(Editor::Api, json!({"webhook": other})).unwrap();
    assert_eq!(saved.webhook, NewWebhook::Set(other.parse().unwrap()));
    refused(
        change(Editor::Api, json!({"webhook": ""})),
        400,
        json!({"message": {"webhook": ["can't be blank"]}}),
    );
}

#[test]
fn a_page_switches_on_and_off_and_the_api_does_not() {
    let first = app(json!({})).unwrap();
    let off = json!({"active": false});
    let by = |editor| change(Integration::App, editor, Some(&first), off.clone()).unwrap();
    assert!(by(Editor::Api).active);
    assert!(!by(Editor::Page).active);
    let silent = json!({"active": false, "channel": "#a"});
    let silent = change(Integration::Webhook, Editor::Page, None, silent).unwrap();
    assert!(!silent.active);
    let gone = deleted(Integration::Webhook);
    assert!(!gone.active && gone.webhook == NewWebhook::Forgotten);
    let on = json!({"active": true});
    refused(
        change(Integration::Webhook, Editor::Page, Some(&gone), on),
        400,
        json!({"error": "webhook is missing"}),
    );
}

#[test]
fn a_place_inherits_until_it_is_given_settings_of_its_own() {
    let inherits = slack(json!({"use_inherited_settings": true})).unwrap();
    assert!(config(Integration::Webhook, &inherits).inherits());
    let own = json!({"webhook": URL});
    let own = change(Integration::Webhook, Editor::Api, Some(&inherits), own).unwrap();
    assert!(!config(Integration::Webhook, &own).inherits());
}

#[test]
fn settings_that_cannot_be_read_can_be_mended() {
    let broken = Saved {
        active: true,
        properties: "[".to_owned(),
        webhook: NewWebhook::Kept,
    };
    let mended = json!({"push_events": true});
    let mended = change(Integration::App, Editor::Api, Some(&broken), mended).unwrap();
    assert!(config(Integration::App, &mended).wants(EventKind::Push));
    let record = Record {
        properties: "[",
        ..record(Integration::App, &mended)
    };
    let error = detail(&record).unwrap_err().to_string();
    assert!(error.contains("set them anew"), "{error}");
}

fn record(integration: Integration, saved: &Saved) -> Record<'_> {
    Record {
        id: 75,
        integration,
        active: saved.active,
        properties: &saved.properties,
        has_webhook: integration == Integration::Webhook,
        created_at: Timestamp::from_millisecond(1_574_248_825_297).unwrap(),
        updated_at: Timestamp::from_second(1_574_248_826).unwrap(),
    }
}

#[test]
fn an_integration_is_shown_as_gitlab_shows_it() {
    let saved = slack(
        json!({"webhook": URL, "username": "GitLab", "push_channel": "a,#b",
        "labels_to_be_notified": "~bug,~ui", "incidents_events": true}),
    )
    .unwrap();
    let shown = detail(&record(Integration::Webhook, &saved)).unwrap();
    for (key, expected) in [
        ("id", json!(75)),
        ("title", json!("Slack notifications")),
        ("slug", json!("slack")),
        ("created_at", json!("2019-11-20T11:20:25.297Z")),
        ("updated_at", json!("2019-11-20T11:20:26.000Z")),
        ("active", json!(true)),
        ("push_events", json!(true)),
        ("incident_events", json!(true)),
        ("deployment_events", json!(false)),
        ("releases_events", json!(false)),
        ("inherited", json!(false)),
    ] {
        assert_eq!(shown[key], expected, "{key}");
    }
    let properties = &shown["properties"];
    for (key, expected) in [
        ("webhook", json!("************")),
        ("username", json!("GitLab")),
        ("push_channel", json!("a,#b")),
        ("issue_channel", json!(null)),
        ("labels_to_be_notified", json!("bug,ui")),
        ("branches_to_be_notified", json!("default")),
        ("notify_only_broken_pipelines", json!(true)),
    ] {
        assert_eq!(properties[key], expected, "{key}");
    }
    assert!(!shown.to_string().contains("s3cr3t"));
    let listed = summary(&record(Integration::Webhook, &saved)).unwrap();
    assert_eq!(listed["slug"], "slack");
    assert!(listed.get("properties").is_none());
    let of_app = detail(&record(Integration::App, &app(json!({})).unwrap())).unwrap();
    assert!(of_app["properties"].get("webhook").is_none());
}

#[test]
fn what_was_shown_can_be_sent_back_and_changes_nothing() {
    let saved = slack(
        json!({"webhook": URL, "push_channel": "#a", "note_events": false,
        "labels_to_be_notified": "bug"}),
    )
    .unwrap();
    let mut shown = detail(&record(Integration::Webhook, &saved)).unwrap();
    let Some(Json::Object(properties)) = shown.as_object_mut().unwrap().remove("properties") else {
        panic!("properties are an object");
    };
    shown.as_object_mut().unwrap().extend(properties);
    let again = change(Integration::Webhook, Editor::Api, Some(&saved), shown).unwrap();
    assert_eq!(again.properties, saved.properties);
    assert_eq!(again.webhook, NewWebhook::Kept);
}
