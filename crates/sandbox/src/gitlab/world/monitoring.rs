//! What is written into the monitoring.

mod documents;
mod fields;
mod samples;
mod sentry;
mod shared;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use documents::{Document, Documents, Index, New, NotWritten, Written};
pub use fields::{FieldType, Scalar, Types, number};
pub use samples::{Labels, Samples, Series};
pub use sentry::{
    Deploy, ErrorEvent, ErrorIssue, ErrorRelease, FlagChange, IssueStatus, Reported, Sentry, users,
};
pub use shared::Shared;

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
