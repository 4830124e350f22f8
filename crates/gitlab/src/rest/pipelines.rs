//! Pipelines: looked at, started, tried again, canceled.

use std::collections::BTreeMap;

use jiff::Timestamp;
use reqwest::Method;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};

use super::client::Client;
use super::error::RestError;
use super::id_or_path::IdOrPath;
use super::identity::User;
use super::paging::Listed;
use super::query::Query;
use super::resource::Resource;

/// A pipeline. Lists leave some of it out.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Pipeline {
    pub id: u64,
    pub status: PipelineStatus,
    /// The branch or tag that it runs on.
    #[serde(default, rename = "ref")]
    pub revision: Option<String>,
    #[serde(default)]
    pub sha: Option<String>,
    /// Why it runs: `push`, `schedule`, `web`, `merge_request_event`, …
    #[serde(default)]
    pub source: Option<String>,
    /// A name that its configuration gives.
    #[serde(default)]
    pub name: Option<String>,
    /// What is wrong with its configuration.
    #[serde(default)]
    pub yaml_errors: Option<String>,
    /// Who made it run.
    #[serde(default)]
    pub user: Option<User>,
    #[serde(default)]
    pub created_at: Option<Timestamp>,
    #[serde(default)]
    pub updated_at: Option<Timestamp>,
    #[serde(default)]
    pub finished_at: Option<Timestamp>,
    /// Seconds that it ran.
    #[serde(default)]
    pub duration: Option<u64>,
    #[serde(default)]
    pub web_url: Option<String>,
}

/// How far a pipeline is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
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
    /// A status that later versions have.
    #[serde(other)]
    Other,
}

/// Which pipelines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PipelineQuery {
    pub project: IdOrPath,
    /// The branch or tag; any when absent.
    pub revision: Option<String>,
    /// Of every status when absent.
    pub status: Option<PipelineStatus>,
    /// Username of whoever made it run; of anybody when absent.
    pub username: Option<String>,
    /// Of this commit; of any when absent.
    pub sha: Option<String>,
    /// Items at most.
    pub limit: usize,
}

impl PipelineQuery {
    /// Up to 20 pipelines of a project.
    #[must_use]
    pub fn of(project: IdOrPath) -> Self {
        Self {
            project,
            revision: None,
            status: None,
            username: None,
            sha: None,
            limit: 20,
        }
    }
}

impl PipelineStatus {
    /// GitLab's word for it; `None` for one that is not known here.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        Some(match self {
            Self::Created => "created",
            Self::WaitingForResource => "waiting_for_resource",
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
    /// The pipelines that fit, newest first, those that other pipelines started apart.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when there is no such project; see [`RestError`] for the rest.
    pub async fn pipelines(&self, query: &PipelineQuery) -> Result<Listed<Pipeline>, RestError> {
        let resource = Resource::project(&query.project).at("pipelines");
        let parameters = Query::new()
            .with("order_by", "id")
            .with("sort", "desc")
            .maybe("ref", query.revision.as_ref())
            .maybe("status", query.status.and_then(PipelineStatus::name))
            .maybe("username", query.username.as_ref())
            .maybe("sha", query.sha.as_ref());
        self.list(&resource, &parameters.pairs(), query.limit).await
    }

    /// The newest pipeline of a branch or tag, without what lists leave out.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when there is none; see [`RestError`] for the rest.
    pub async fn latest_pipeline(
        &self,
        project: &IdOrPath,
        revision: &str,
    ) -> Result<Pipeline, RestError> {
        // `pipelines/latest` answers 403 where there is none.
        let query = PipelineQuery {
            revision: Some(revision.to_owned()),
            limit: 1,
            ..PipelineQuery::of(project.clone())
        };
        let newest = self.pipelines(&query).await?.items.pop();
        newest.ok_or_else(|| {
            let name = format!("pipeline of {revision} in project {project}");
            self.not_found(Resource::named(name))
        })
    }

    /// Runs a pipeline's failed and canceled jobs again.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when there is no such pipeline, [`RestError::Forbidden`] when
    /// one may not; see [`RestError`] for the rest.
    pub async fn retry_pipeline(&self, project: &IdOrPath, id: u64) -> Result<Pipeline, RestError> {
        let resource = pipeline(project, id).at("retry");
        self.send(Method::POST, &resource, &json!({})).await
    }

    /// Cancels a pipeline's jobs that have not ended.
    ///
    /// # Errors
    /// As for [`Client::retry_pipeline`].
    pub async fn cancel_pipeline(
        &self,
        project: &IdOrPath,
        id: u64,
    ) -> Result<Pipeline, RestError> {
        let resource = pipeline(project, id).at("cancel");
        self.send(Method::POST, &resource, &json!({})).await
    }

    /// Starts a pipeline on a branch or tag, with variables by name.
    ///
    /// # Errors
    /// [`RestError::Refused`] with GitLab's reason, such as a configuration without jobs;
    /// see [`RestError`] for the rest.
    pub async fn create_pipeline(
        &self,
        project: &IdOrPath,
        revision: &str,
        variables: &BTreeMap<String, String>,
    ) -> Result<Pipeline, RestError> {
        let resource = Resource::project(project).at("pipeline");
        let variables: Vec<Value> = variables
            .iter()
            .map(|(key, value)| json!({ "key": key, "value": value }))
            .collect();
        let body = json!({ "ref": revision, "variables": variables });
        self.send(Method::POST, &resource, &body).await
    }

    /// Starts a pipeline by a trigger token of the project in place of the client's own token.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when the trigger token is not the project's; see [`RestError`]
    /// for the rest.
    pub async fn trigger_pipeline(
        &self,
        project: &IdOrPath,
        revision: &str,
        trigger_token: &SecretString,
        variables: &BTreeMap<String, String>,
    ) -> Result<Pipeline, RestError> {
        let name = format!("pipeline trigger of this token in project {project}");
        let resource = Resource::in_project(project, name)
            .at("trigger")
            .at("pipeline");
        let body = json!({
            "token": trigger_token.expose_secret(),
            "ref": revision,
            "variables": variables,
        });
        self.post_without_token(&resource, trigger_token, &body)
            .await
    }

    /// One pipeline.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when there is none; see [`RestError`] for the rest.
    pub async fn pipeline(&self, project: &IdOrPath, id: u64) -> Result<Pipeline, RestError> {
        self.get(&pipeline(project, id), &[]).await
    }
}

pub(super) fn pipeline(project: &IdOrPath, id: u64) -> Resource {
    Resource::in_project(project, format!("pipeline {id} in project {project}"))
        .at("pipelines")
        .at(id)
}
