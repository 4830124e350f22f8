//! Events about building and shipping: pipelines, jobs, deployments, releases, feature flags.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::code::Commit;
use super::planning::Target;

/// A pipeline changed its status.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pipeline {
    pub id: u64,
    /// Its page. Empty when the payload does not say enough to know it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub url: String,
    /// The name that `workflow:name` gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Branch, tag, or `refs/merge-requests/7/head`.
    pub ref_name: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub tag: bool,
    pub status: PipelineStatus,
    /// Passed, though a job that may fail did.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub with_warnings: bool,
    /// What happened to the ref, newer payloads only: `broken`, `fixed`, `still_failing`, `success`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ref_status: Option<String>,
    /// What started it: `push`, `schedule`, `merge_request_event`, …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<Commit>,
    /// The merge request it ran for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merge_request: Option<Target>,
    /// What is wrong with the CI configuration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub yaml_errors: Option<String>,
    /// Its failed and successful jobs, in payload order; others are of no use to anybody here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub jobs: Vec<PipelineJob>,
}

/// A job of a pipeline that failed or succeeded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PipelineJob {
    pub id: u64,
    pub name: String,
    pub stage: String,
    pub failed: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub allow_failure: bool,
}

/// GitLab's pipeline statuses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PipelineStatus {
    Created,
    WaitingForResource,
    Preparing,
    Pending,
    Running,
    Success,
    Failed,
    Canceling,
    Canceled,
    Skipped,
    Manual,
    Scheduled,
    /// A status this version does not know.
    Other(String),
}

/// A job changed its status.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Job {
    pub id: u64,
    pub name: String,
    pub stage: String,
    /// Its page. Empty when the payload does not say enough to know it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub url: String,
    pub status: JobStatus,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub allow_failure: bool,
    /// GitLab's word: `script_failure`, `runner_system_failure`, …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure_reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
    pub ref_name: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub tag: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pipeline_id: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<Commit>,
    /// The environment it deploys to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
}

/// GitLab's job statuses: the same words as a pipeline's.
pub type JobStatus = PipelineStatus;

/// A deployment changed its status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deployment {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<u64>,
    pub status: DeploymentStatus,
    /// Empty when the payload names none.
    pub environment: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
    /// Where the deployed thing can be seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job_id: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job_url: Option<String>,
    /// Branch or tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ref_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<Commit>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeploymentStatus {
    Created,
    Running,
    Success,
    Failed,
    Canceled,
    Blocked,
    Skipped,
    /// A status this version does not know, or none (empty).
    Other(String),
}

/// A release was made, changed or removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    pub action: ReleaseAction,
    pub name: String,
    pub tag: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub url: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub milestones: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<Commit>,
    /// Names and addresses of what can be downloaded.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assets: Vec<(String, String)>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReleaseAction {
    Create,
    Update,
    Delete,
    /// An action this version does not know, or none (empty).
    Other(String),
}

/// A project's feature flag was switched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeatureFlag {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    pub active: bool,
}
