//! Pipelines, started and looked at.

use std::collections::BTreeMap;

use reqwest::Method;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};

use super::client::Client;
use super::error::RestError;
use super::id_or_path::IdOrPath;
use super::resource::Resource;

/// A pipeline.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Pipeline {
    pub id: u64,
    pub status: PipelineStatus,
    /// The branch or tag that it runs on.
    #[serde(default, rename = "ref")]
    pub revision: Option<String>,
    #[serde(default)]
    pub sha: Option<String>,
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

impl Client {
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
        let resource = Resource::in_project(project, format!("pipeline {id} in project {project}"));
        self.get(&resource.at("pipelines").at(id), &[]).await
    }
}
