//! Pipelines, environments and deployments.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Commit;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Pipeline {
    pub id: u64,
    pub iid: u64,
    pub name: Option<String>,
    pub git_ref: String,
    pub tag: bool,
    pub commit: Commit,
    pub before_sha: String,
    /// "push", "merge_request_event", "schedule", "web", "api", "trigger".
    pub source: String,
    pub status: String,
    pub user_id: u64,
    pub merge_request_iid: Option<u64>,
    pub created_at: Timestamp,
    pub finished_at: Option<Timestamp>,
    pub duration: Option<u64>,
    pub queued: u64,
    pub jobs: Vec<Job>,
    /// What its starter set: name and value.
    #[serde(default)]
    pub variables: Vec<(String, String)>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Job {
    pub id: u64,
    pub stage: String,
    pub name: String,
    pub status: String,
    pub allow_failure: bool,
    pub failure_reason: Option<String>,
    pub started_at: Option<Timestamp>,
    pub finished_at: Option<Timestamp>,
    /// Seconds that it runs, or will.
    pub duration: u64,
    pub queued: u64,
    /// Whether it waits for a person to start it.
    #[serde(default)]
    pub manual: bool,
    /// The environment that it deploys to.
    #[serde(default)]
    pub environment: Option<String>,
    /// Whether a newer job of the same name stands for it.
    #[serde(default)]
    pub retried: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Environment {
    pub name: String,
    pub tier: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Deployment {
    pub id: u64,
    pub environment: String,
    pub status: String,
    pub git_ref: String,
    pub commit: Commit,
    pub user_id: u64,
    pub job_id: u64,
    /// When it reached its status.
    pub at: Timestamp,
    /// When it began; `at` in states from before this was kept.
    #[serde(default)]
    pub created_at: Option<Timestamp>,
    /// The pipeline whose job made it, when one did.
    #[serde(default)]
    pub pipeline_id: Option<u64>,
}

impl Environment {
    /// An environment with the tier that GitLab guesses from its name.
    #[must_use]
    pub fn named(name: &str) -> Self {
        let tier = match name {
            _ if name.starts_with("prod") || name == "live" || name == "canary" => "production",
            _ if name.starts_with("stag") || name == "pre" => "staging",
            _ if name.starts_with("test") || name == "qa" => "testing",
            _ if name.starts_with("dev") || name.starts_with("review/") => "development",
            _ => "other",
        };
        Self {
            name: name.to_owned(),
            tier: tier.to_owned(),
        }
    }
}

impl Pipeline {
    /// Whether it has not ended yet.
    #[must_use]
    pub fn is_active(&self) -> bool {
        matches!(self.status.as_str(), "created" | "pending" | "running")
    }
}

impl Job {
    /// Whether it is on its way to its end by itself.
    #[must_use]
    pub fn is_active(&self) -> bool {
        matches!(self.status.as_str(), "created" | "pending" | "running")
    }
}
