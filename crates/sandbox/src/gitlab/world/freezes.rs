//! Times in which a project is not to be deployed.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A deploy freeze that comes again and again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FreezePeriod {
    pub id: u64,
    /// A cron expression: `0 23 * * 5`.
    pub start: String,
    pub end: String,
    /// Name of the time zone of both.
    pub timezone: String,
    pub at: Timestamp,
}

impl FreezePeriod {
    /// Whether GitLab would take the text for a cron expression: five fields of what such fields
    /// are made of.
    #[must_use]
    pub fn is_cron(text: &str) -> bool {
        let allowed = |c: char| c.is_ascii_alphanumeric() || "*/,-#".contains(c);
        let fields: Vec<&str> = text.split_whitespace().collect();
        fields.len() == 5 && fields.iter().all(|field| field.chars().all(allowed))
    }
}
