//! What a subscription may say, and what it is told when it may not.

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

const SLACK: &str =
    r#""integration": "slack", "webhook": "https://hooks.slack.com/services/T1/B1/s3cr3t""#;

#[test]
fn the_old_integration_begins_as_gitlabs_does_and_the_app_with_nothing() {
    let old = read(&format!("{{{SLACK}, \"note_events\": false}}")).unwrap();
    assert_eq!(old.integration, Integration::Webhook);
    let on: Vec<_> = EventKind::ALL
        .iter()
        .filter(|kind| old.wants(**kind))
        .collect();
    let on: Vec<_> = on.iter().map(|kind| kind.name()).collect();
    let expected = [
        "push",
        "tag_push",
        "issue",
        "merge_request",
        "pipeline",
        "wiki_page",
    ];
    assert_eq!(on, expected);
    let app = read(r#"{"integration": "app"}"#).unwrap();
    assert!(!EventKind::ALL.iter().any(|kind| app.wants(*kind)));
}

#[test]
fn a_webhook_is_needed_where_the_old_integration_is_to_speak() {
    refused(
        r#"{"integration": "slack"}"#,
        "the subscription of the instance: webhook is missing; set it to the URL of Slack's \
         incoming webhook",
    );
    for silent in [
        r#"{"integration": "slack", "active": false}"#,
        r#"{"integration": "slack", "use_inherited_settings": true}"#,
    ] {
        assert!(read(silent).is_ok(), "{silent}");
    }
    refused(
        r#"{"integration": "slack", "webhook": "http://hooks.slack.com/services/T1/B1/s3cr3t"}"#,
        "the subscription of the instance: webhook must begin with https://",
    );
    let local = r#"{"integration": "slack", "webhook": "http://127.0.0.1:7401/services/x"}"#;
    assert!(read(local).is_ok());
    refused(
        r#"{"webhook": "https://hooks.slack.com/services/T1/B1/s3cr3t", "integration": "old"}"#,
        "the subscription of the instance: integration must be app or slack, webhook is a setting \
         of the old integration only; remove it, or set integration = \"slack\"",
    );
}

#[test]
fn the_webhook_is_told_to_nobody_but_its_sender() {
    let config = read(&format!("{{{SLACK}, \"username\": \"GitLab\"}}")).unwrap();
    assert!(config.webhook().unwrap().reveal().ends_with("s3cr3t"));
    assert_eq!(config.username(), Some("GitLab"));
    assert!(!format!("{config:?}").contains("s3cr3t"));
    let error = read(r#"{"integration": "slack", "webhook": "hooks.slack.com/s3cr3t"}"#);
    assert!(!format!("{error:?}").contains("s3cr3t"));
}
