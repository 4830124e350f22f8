//! What is written into the monitoring.

mod documents;
mod fields;
mod shared;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use documents::{Document, Documents, Index, New, NotWritten, Written};
pub use fields::{FieldType, Scalar, Types, number};
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
