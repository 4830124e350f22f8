//! Merge requests opened.

use reqwest::Method;
use serde::Serialize;

use super::super::client::Client;
use super::super::error::RestError;
use super::super::id_or_path::IdOrPath;
use super::super::issues::joined;
use super::super::resource::Resource;
use super::MergeRequest;

/// A merge request to be opened, within one project.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct NewMergeRequest {
    pub source_branch: String,
    pub target_branch: String,
    /// At most 255 characters. `Draft:` at its beginning makes it a draft.
    pub title: String,
    /// GitLab Markdown. Lines that begin with `/` are quick actions.
    pub description: String,
    #[serde(serialize_with = "joined", skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
    /// GitLab's numbers of people. Free editions keep the first one alone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub assignee_ids: Vec<u64>,
    /// As for `assignee_ids`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reviewer_ids: Vec<u64>,
    /// GitLab's number of the milestone, not the one in its address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub milestone_id: Option<u64>,
    /// Once it is merged the source branch goes away.
    pub remove_source_branch: bool,
}

/// Why a merge request was not opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CreateError {
    /// Status 409: an open one goes from this branch to that one already. GitLab says which.
    #[error("{host} has an open merge request from this branch already: {message}")]
    Open { host: String, message: String },
    /// What can happen to any call; [`RestError::Refused`] when a branch is not there.
    #[error(transparent)]
    Call(#[from] RestError),
}

impl Client {
    /// Opens a merge request.
    ///
    /// # Errors
    /// See [`CreateError`].
    pub async fn create_merge_request(
        &self,
        project: &IdOrPath,
        new: &NewMergeRequest,
    ) -> Result<MergeRequest, CreateError> {
        let resource = Resource::project(project).at("merge_requests");
        match self.send(Method::POST, &resource, new).await {
            Ok(opened) => Ok(opened),
            Err(RestError::Refused {
                host,
                status: 409,
                message,
                ..
            }) => Err(CreateError::Open { host, message }),
            Err(error) => Err(error.into()),
        }
    }
}
