//! The clients against servers: one that answers what it is told to, and a real Prometheus.

mod asks;
mod elasticsearch;
mod failures;
mod grafana;
mod http_json;
mod mutants;
mod on_call;
mod prometheus;
mod real_prometheus;
mod reports;
mod script;
mod searches;
mod sentry;
mod strict;

use std::error::Error;
use std::time::Duration;

use jiff::Timestamp;
use monitors::{Credentials, Timeouts};

const SECRET: &str = "s3cr3t-t0k3n";

fn http(url: &str) -> reqwest::Client {
    // A second installation in the same process fails, and the first one serves.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let timeouts = Timeouts {
        total: Duration::from_millis(500),
        ..Timeouts::default()
    };
    monitors::http_client(url, timeouts).unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn bearer() -> Credentials {
    Credentials::Bearer(SECRET.into())
}

/// What an operator sees of `error`, whose address is shown as `HOST`: one line, no secret.
#[track_caller]
fn line(error: &(dyn Error + 'static), url: &str) -> String {
    let text = error.to_string();
    let mut shown = String::new();
    let mut cause = Some(error);
    while let Some(error) = cause {
        shown += &format!("{error} {error:?} ");
        cause = error.source();
    }
    assert!(!shown.contains(SECRET), "{shown}");
    assert!(!text.contains('\n'), "{text}");
    text.replace(url.trim_start_matches("http://"), "HOST")
}
