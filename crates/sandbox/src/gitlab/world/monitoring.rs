//! What is written into the monitoring.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A mark in the monitoring's graphs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Annotation {
    pub id: u64,
    pub text: String,
    pub tags: Vec<String>,
    pub at: Timestamp,
    /// The end of a span of time; none for a moment.
    pub until: Option<Timestamp>,
    pub dashboard: Option<String>,
}

/// A document in the search engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Document {
    pub index: String,
    pub id: String,
    pub version: u64,
    pub at: Timestamp,
    pub source: Value,
}
