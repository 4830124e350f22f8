//! The log and the metrics.

use std::sync::Arc;

use anyhow::Context;
use metrics_exporter_prometheus::PrometheusBuilder;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;

use crate::config::LogFormat;

/// Starts the log on standard error; `RUST_LOG` chooses what is in it.
pub fn start_log(format: LogFormat) {
    start_log_at("info", format);
}

/// As [`start_log`], with nothing but warnings unless `RUST_LOG` asks for more.
pub fn start_log_quietly(format: LogFormat) {
    start_log_at("warn", format);
}

fn start_log_at(usual: &str, format: LogFormat) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(usual));
    let log = fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second start in one process keeps the first one's choice.
    let _ = match format {
        LogFormat::Text => log.try_init(),
        LogFormat::Json => log.json().flatten_event(true).try_init(),
    };
}

/// Starts the metrics; the answer renders them in Prometheus' text format.
///
/// # Errors
/// When metrics were started in this process before.
pub fn start_metrics() -> anyhow::Result<web::operations::Metrics> {
    let handle = PrometheusBuilder::new()
        .install_recorder()
        .context("metrics can be started only once in a process")?;
    describe();
    Ok(Arc::new(move || {
        handle.run_upkeep();
        handle.render()
    }))
}

fn describe() {
    use metrics::{Unit, describe_counter, describe_gauge, describe_histogram};
    describe_counter!(
        "signalbox_webhooks_total",
        "Webhooks answered with a 2xx, by kind and outcome"
    );
    describe_counter!(
        "signalbox_attempts_total",
        "Tries to deliver a message, by result"
    );
    describe_counter!(
        "signalbox_digests_total",
        "Digests that took the place of waiting messages"
    );
    describe_counter!(
        "signalbox_fallback_messages_total",
        "Messages that could only say that something happened, by GitLab's name for it"
    );
    describe_counter!(
        "signalbox_error_reports_total",
        "Failed tries to deliver that were told, by place"
    );
    describe_counter!(
        "signalbox_error_reports_dropped_total",
        "Failed tries to deliver that could not be told, by place"
    );
    describe_gauge!("signalbox_events", "Events in the log, by outcome");
    describe_gauge!("signalbox_deliveries", "Deliveries in the log, by state");
    describe_histogram!(
        "signalbox_delivery_seconds",
        Unit::Seconds,
        "From accepting an event to Slack's answer"
    );
}
