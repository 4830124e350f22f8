//! Whom a rollout may ask: what the configuration names, and nothing that a plan says.

use std::collections::BTreeMap;
use std::time::Duration;

use monitors::{elasticsearch, http_json, on_call, prometheus, sentry};

/// What is asked; what is absent is not configured.
#[derive(Clone)]
pub struct Sources {
    pub sentry: Option<sentry::Client>,
    pub elasticsearch: Option<elasticsearch::Client>,
    pub prometheus: Option<prometheus::Client>,
    pub on_call: Option<on_call::Source>,
    /// Endpoints that answer JSON, by the name that plans call them.
    pub endpoints: BTreeMap<String, http_json::Client>,
    /// The longest that one question may take. Who has not answered by then was silent.
    pub patience: Duration,
}

/// Longer than any provider needs, shorter than the shortest interval of a monitor's.
const PATIENCE: Duration = Duration::from_secs(20);

impl Default for Sources {
    fn default() -> Self {
        Self {
            sentry: None,
            elasticsearch: None,
            prometheus: None,
            on_call: None,
            endpoints: BTreeMap::new(),
            patience: PATIENCE,
        }
    }
}
