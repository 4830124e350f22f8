//! A report as a line of JSON in the Elastic Common Schema, in the order that ECS logging asks
//! for: time, level, message first.

use jiff::Timestamp;
use serde::Serialize;

use super::{Failure, Report, Reporting, WORKER, What};

/// Every field that is used here is in this version and in all later ones.
const ECS: &str = "8.11.0";
const DATASET: &str = "signalbox.deliveries";
/// A keyword of Elasticsearch's is searched for up to this length.
const LONGEST: usize = 1_024;

#[derive(Serialize)]
struct Line<'a> {
    #[serde(rename = "@timestamp")]
    at: Timestamp,
    #[serde(rename = "log.level")]
    level: &'static str,
    message: String,
    #[serde(rename = "ecs.version")]
    ecs: &'static str,
    #[serde(rename = "log.logger")]
    logger: &'static str,
    #[serde(rename = "event.dataset")]
    dataset: &'static str,
    #[serde(rename = "event.kind")]
    kind: &'static str,
    #[serde(rename = "service.name")]
    service: &'static str,
    #[serde(rename = "service.version")]
    version: &'static str,
    #[serde(rename = "service.environment")]
    environment: &'a str,
    #[serde(rename = "service.node.name")]
    node: &'a str,
    #[serde(flatten)]
    error: Option<ErrorFields<'a>>,
    labels: Labels<'a>,
}

#[derive(Serialize)]
struct ErrorFields<'a> {
    #[serde(rename = "event.outcome")]
    outcome: &'static str,
    #[serde(rename = "error.code")]
    code: &'a str,
    #[serde(rename = "error.type")]
    kind: String,
    #[serde(rename = "error.message")]
    message: &'a str,
}

/// What ECS has no fields for; all of it keywords.
#[derive(Serialize)]
struct Labels<'a> {
    class: &'static str,
    #[serde(flatten)]
    delivery: Option<DeliveryLabels<'a>>,
}

#[derive(Serialize)]
struct DeliveryLabels<'a> {
    delivery: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    project: Option<&'a str>,
    workspace: &'a str,
    channel: &'a str,
    via: &'static str,
    attempt: String,
    outcome: &'static str,
    /// `a_flag:1` where it is on, `a_flag:0` where it is off.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    feature_flag_states: Vec<String>,
}

/// The line, without its end.
pub(super) fn line(report: &Report, reporting: &Reporting) -> serde_json::Result<String> {
    let failure = match &report.what {
        What::Started => None,
        What::Failed(failure) => Some(failure),
    };
    serde_json::to_string(&Line {
        at: report.at,
        level: failure.map_or("info", |_| "error"),
        message: failure.map_or_else(started, failed),
        ecs: ECS,
        logger: WORKER,
        dataset: DATASET,
        kind: "event",
        service: "signalbox",
        version: env!("CARGO_PKG_VERSION"),
        environment: &reporting.environment,
        node: &reporting.node,
        error: failure.map(error),
        labels: Labels {
            class: WORKER,
            delivery: failure.map(labels),
        },
    })
}

fn started() -> String {
    "signalbox has started; deliveries that fail are told here".to_owned()
}

fn failed(failure: &Failure) -> String {
    format!(
        "delivery {} to {} failed: {}",
        failure.delivery, failure.channel, failure.reason
    )
}

fn error(failure: &Failure) -> ErrorFields<'_> {
    ErrorFields {
        outcome: "failure",
        code: &failure.code,
        kind: failure.kind(),
        message: &failure.reason,
    }
}

fn labels(failure: &Failure) -> DeliveryLabels<'_> {
    let states = failure.flag().into_iter();
    DeliveryLabels {
        delivery: failure.delivery.to_string(),
        project: failure.project.as_deref().map(cut),
        workspace: failure.workspace.as_str(),
        channel: failure.channel.as_str(),
        via: failure.via.name(),
        attempt: failure.attempt.to_string(),
        outcome: failure.outcome.name(),
        feature_flag_states: states
            .map(|(flag, is_on)| format!("{flag}:{}", u8::from(is_on)))
            .collect(),
    }
}

fn cut(text: &str) -> &str {
    text.get(..text.floor_char_boundary(LONGEST))
        .unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use monitors::sentry::EventId;
    use serde_json::{Value, json};

    use super::super::failure::tests::failure;
    use super::*;

    fn read(what: What) -> (String, Value) {
        let report = Report {
            id: EventId(1),
            at: Timestamp::from_second(1_795_165_200).unwrap(),
            what,
        };
        let reporting = Reporting {
            environment: "production".to_owned(),
            node: "node-1".to_owned(),
        };
        let line = line(&report, &reporting).unwrap();
        let value = serde_json::from_str(&line).unwrap();
        (line, value)
    }

    #[test]
    fn a_failure_is_one_line_that_can_be_searched() {
        let (line, value) = read(What::Failed(failure()));
        assert!(!line.contains('\n'));
        assert!(
            line.starts_with(
                r#"{"@timestamp":"2026-11-20T09:00:00Z","log.level":"error","message":"delivery dlv_"#
            ),
            "{line}"
        );
        let delivery = failure().delivery.to_string();
        let reason = "channel #general does not exist or is hidden from the bot";
        assert_eq!(
            value,
            json!({
                "@timestamp": "2026-11-20T09:00:00Z",
                "log.level": "error",
                "message": format!("delivery {delivery} to #general failed: {reason}"),
                "ecs.version": "8.11.0",
                "log.logger": "Integrations::ExecuteWorker",
                "event.dataset": "signalbox.deliveries",
                "event.kind": "event",
                "event.outcome": "failure",
                "service.name": "signalbox",
                "service.version": env!("CARGO_PKG_VERSION"),
                "service.environment": "production",
                "service.node.name": "node-1",
                "error.code": "channel_not_found",
                "error.type": "Slack::ChannelNotFound",
                "error.message": reason,
                "labels": {
                    "class": "Integrations::ExecuteWorker",
                    "delivery": delivery,
                    "project": "acme/web",
                    "workspace": "T0DEMO",
                    "channel": "#general",
                    "via": "app",
                    "attempt": "1",
                    "outcome": "dead",
                    "feature_flag_states": ["integration_slack_app_notifications:1"],
                },
            })
        );
    }

    #[test]
    fn the_start_is_no_error() {
        let (_, value) = read(What::Started);
        assert_eq!(value["log.level"], "info");
        assert_eq!(
            value["labels"],
            json!({ "class": "Integrations::ExecuteWorker" })
        );
        assert!(value.get("error.type").is_none());
    }
}
