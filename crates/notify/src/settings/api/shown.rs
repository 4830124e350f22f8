//! An integration as GitLab's API shows it.

use domain::{ChannelName, EventKind};
use jiff::Timestamp;
use serde_json::{Map, Value as Json, json};

use crate::integration::Integration;
use crate::settings::config::SubscriptionConfig;
use crate::settings::keys::EVENTS;
use crate::settings::properties::UnreadableProperties;
use crate::settings::webhook::WebhookUrl;

/// An integration of a place, as it is stored.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    pub id: u64,
    pub integration: Integration,
    pub active: bool,
    pub properties: &'a str,
    pub has_webhook: bool,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// The toggles that GitLab shows of every integration, under its names here; the API's parameter
/// for incidents has another one. The other kinds follow under the names of their settings.
const TOGGLES: &[(&str, EventKind)] = &[
    ("push_events", EventKind::Push),
    ("issues_events", EventKind::Issue),
    ("incident_events", EventKind::Incident),
    ("alert_events", EventKind::Alert),
    ("confidential_issues_events", EventKind::ConfidentialIssue),
    ("merge_requests_events", EventKind::MergeRequest),
    ("tag_push_events", EventKind::TagPush),
    ("deployment_events", EventKind::Deployment),
    ("note_events", EventKind::Note),
    ("confidential_note_events", EventKind::ConfidentialNote),
    ("pipeline_events", EventKind::Pipeline),
    ("wiki_page_events", EventKind::WikiPage),
    ("job_events", EventKind::Job),
    ("vulnerability_events", EventKind::Vulnerability),
];

/// An entry of the list of integrations.
///
/// # Errors
/// When what is stored cannot be read.
pub fn summary(record: &Record<'_>) -> Result<Json, UnreadableProperties> {
    let config = config(record)?;
    Ok(Json::Object(basics(record, &config)))
}

/// The answer to a `GET` or `PUT` of one integration: with its properties, a webhook as twelve
/// asterisks.
///
/// # Errors
/// When what is stored cannot be read.
pub fn detail(record: &Record<'_>) -> Result<Json, UnreadableProperties> {
    let config = config(record)?;
    let mut shown = basics(record, &config);
    let properties = properties(record, &config);
    shown.insert("properties".to_owned(), Json::Object(properties));
    Ok(Json::Object(shown))
}

fn config(record: &Record<'_>) -> Result<SubscriptionConfig, UnreadableProperties> {
    // Whether it is active is told beside it; an inactive one needs no webhook to be read.
    let Record {
        integration,
        properties,
        ..
    } = *record;
    SubscriptionConfig::stored(integration, None, false, properties, None)
}

fn basics(record: &Record<'_>, config: &SubscriptionConfig) -> Map<String, Json> {
    let mut shown = Map::new();
    let mut set = |key: &str, value: Json| shown.insert(key.to_owned(), value);
    set("id", record.id.into());
    set("title", record.integration.title().into());
    set("slug", record.integration.slug().into());
    set("created_at", format!("{:.3}", record.created_at).into());
    set("updated_at", format!("{:.3}", record.updated_at).into());
    set("active", record.active.into());
    set("commit_events", false.into());
    set("comment_on_event_enabled", false.into());
    set("inherited", config.inherits.into());
    for (key, kind) in TOGGLES {
        set(key, config.wants(*kind).into());
    }
    let known = |kind| TOGGLES.iter().any(|(_, known)| *known == kind);
    for keys in EVENTS.iter().filter(|keys| !known(keys.kind)) {
        if let [toggle, ..] = keys.toggles {
            set(toggle, config.wants(keys.kind).into());
        }
    }
    shown
}

fn properties(record: &Record<'_>, config: &SubscriptionConfig) -> Map<String, Json> {
    let mut shown = Map::new();
    let mut set = |key: &str, value: Json| shown.insert(key.to_owned(), value);
    let wants = &config.subscription;
    if record.integration == Integration::Webhook {
        let mask = record.has_webhook.then_some(WebhookUrl::MASK);
        set("webhook", json!(mask));
        set("username", json!(config.username));
    }
    set("channel", list(config.default_channels()));
    set("branches_to_be_notified", wants.branches.name().into());
    set(
        "notify_only_broken_pipelines",
        wants.only_broken_pipelines.into(),
    );
    set(
        "notify_only_when_pipeline_status_changes",
        wants.only_pipeline_changes.into(),
    );
    let labels = (!wants.labels.is_empty()).then(|| wants.labels.join(","));
    set("labels_to_be_notified", json!(labels));
    set(
        "labels_to_be_notified_behavior",
        wants.label_match.name().into(),
    );
    set(
        "confidential_events_use_normal_channels",
        wants.confidential_in_normal_channels.into(),
    );
    for keys in EVENTS {
        if let [key, ..] = keys.channels {
            set(key, list(config.channels_of(keys.kind)));
        }
    }
    shown
}

/// Channels as one text with commas, as they are given; null for none.
fn list(channels: &[ChannelName]) -> Json {
    if channels.is_empty() {
        return Json::Null;
    }
    let names: Vec<_> = channels.iter().map(ChannelName::as_str).collect();
    names.join(",").into()
}
