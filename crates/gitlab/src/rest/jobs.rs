//! Jobs of pipelines: looked at, started, tried again, their logs.

use jiff::Timestamp;
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;

use super::client::Client;
use super::error::RestError;
use super::id_or_path::IdOrPath;
use super::identity::User;
use super::paging::Listed;
use super::pipelines::pipeline;
use super::query::Query;
use super::resource::Resource;
use super::wire::Part;

/// A job.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Job {
    pub id: u64,
    pub name: String,
    #[serde(default)]
    pub stage: Option<String>,
    pub status: JobStatus,
    /// GitLab's word for it: `script_failure`, `runner_system_failure`, …
    #[serde(default)]
    pub failure_reason: Option<String>,
    /// Its failure does not fail the pipeline.
    #[serde(default)]
    pub allow_failure: bool,
    /// The branch or tag that it runs on.
    #[serde(default, rename = "ref")]
    pub revision: Option<String>,
    #[serde(default)]
    pub web_url: Option<String>,
    /// Who made it run.
    #[serde(default)]
    pub user: Option<User>,
    /// Seconds that it ran, or runs already.
    #[serde(default)]
    pub duration: Option<f64>,
    #[serde(default)]
    pub started_at: Option<Timestamp>,
    #[serde(default)]
    pub finished_at: Option<Timestamp>,
    #[serde(default)]
    pub pipeline: Option<JobPipeline>,
}

/// The pipeline of a job.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct JobPipeline {
    pub id: u64,
    #[serde(default)]
    pub web_url: Option<String>,
}

/// How far a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobStatus {
    Created,
    WaitingForResource,
    WaitingForCallback,
    Preparing,
    Pending,
    Running,
    Success,
    Failed,
    Canceling,
    Canceled,
    Skipped,
    /// It waits for somebody to start it.
    Manual,
    Scheduled,
    /// A status that later versions have.
    #[serde(other)]
    Other,
}

/// What a job wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobLog {
    /// With the colors and marks of a terminal.
    pub text: String,
    /// It has the beginning, too.
    pub is_whole: bool,
}

/// The end of a log that is kept, in bytes.
const LOG_KEPT: usize = 64 * 1024;

/// The longest log that is read to its end, in bytes: GitLab's own limit is 100 MiB.
const LONGEST_LOG: usize = 105_000_000;

impl JobStatus {
    /// GitLab's word for it; `None` for one that is not known here.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        Some(match self {
            Self::Created => "created",
            Self::WaitingForResource => "waiting_for_resource",
            Self::WaitingForCallback => "waiting_for_callback",
            Self::Preparing => "preparing",
            Self::Pending => "pending",
            Self::Running => "running",
            Self::Success => "success",
            Self::Failed => "failed",
            Self::Canceling => "canceling",
            Self::Canceled => "canceled",
            Self::Skipped => "skipped",
            Self::Manual => "manual",
            Self::Scheduled => "scheduled",
            Self::Other => return None,
        })
    }
}

impl Client {
    /// The jobs of a pipeline in any of these statuses, or in all when none is named; those
    /// that were tried again apart.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when there is no such pipeline; see [`RestError`] for the rest.
    pub async fn jobs(
        &self,
        project: &IdOrPath,
        pipeline_id: u64,
        statuses: &[JobStatus],
        limit: usize,
    ) -> Result<Listed<Job>, RestError> {
        let resource = pipeline(project, pipeline_id).at("jobs");
        let names = statuses.iter().filter_map(|status| status.name());
        let query = names.fold(Query::new(), |query, name| query.with("scope[]", name));
        self.list(&resource, &query.pairs(), limit).await
    }

    /// One job.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when there is none; see [`RestError`] for the rest.
    pub async fn job(&self, project: &IdOrPath, id: u64) -> Result<Job, RestError> {
        self.get(&job(project, id), &[]).await
    }

    /// Starts a job that waits for somebody to do so.
    ///
    /// # Errors
    /// [`RestError::Refused`] when it does not wait for that, [`RestError::Forbidden`] when
    /// one may not; see [`RestError`] for the rest.
    pub async fn play_job(&self, project: &IdOrPath, id: u64) -> Result<Job, RestError> {
        let resource = job(project, id).at("play");
        self.send(Method::POST, &resource, &json!({})).await
    }

    /// Runs a job once more, as a new job.
    ///
    /// # Errors
    /// [`RestError::Forbidden`] when it cannot be, or one may not; see [`RestError`] for the
    /// rest.
    pub async fn retry_job(&self, project: &IdOrPath, id: u64) -> Result<Job, RestError> {
        let resource = job(project, id).at("retry");
        self.send(Method::POST, &resource, &json!({})).await
    }

    /// The end of what a job wrote, 64 KiB of it; empty when it wrote nothing yet.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when there is no such job; see [`RestError`] for the rest.
    pub async fn job_log(&self, project: &IdOrPath, id: u64) -> Result<JobLog, RestError> {
        let resource = job(project, id).at("trace");
        let end = Part {
            longest: LONGEST_LOG,
            last: LOG_KEPT,
        };
        let read = self.bytes(&resource, &[], end).await?;
        let begin = if read.is_whole {
            0
        } else {
            whole_character(&read.bytes)
        };
        let bytes = read.bytes.get(begin..).unwrap_or_default();
        Ok(JobLog {
            text: String::from_utf8_lossy(bytes).into_owned(),
            is_whole: read.is_whole,
        })
    }
}

/// Where the first whole character begins in the end of a text.
fn whole_character(bytes: &[u8]) -> usize {
    let is_middle = |byte: &&u8| (0x80..0xC0).contains(*byte);
    bytes.iter().take(3).take_while(is_middle).count()
}

fn job(project: &IdOrPath, id: u64) -> Resource {
    Resource::in_project(project, format!("job {id} in project {project}"))
        .at("jobs")
        .at(id)
}
