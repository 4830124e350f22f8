//! Merging, at once or when the checks have passed.

use reqwest::Method;
use serde::Serialize;

use super::super::client::Client;
use super::super::error::RestError;
use super::super::id_or_path::IdOrPath;
use super::{MergeRequest, merge_request};

/// How a merge request is to be merged; what is absent is the project's setting.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Merge {
    /// The last commit that was looked at: with another one it is not merged.
    pub sha: Option<String>,
    pub squash: Option<bool>,
    pub remove_source_branch: Option<bool>,
    /// Not before its checks have passed: by itself then.
    pub when_checks_pass: bool,
}

/// Why a merge request was not merged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MergeError {
    /// Statuses 405, 406 and 422. GitLab hardly says more: its
    /// [`MergeRequest::detailed_merge_status`] does.
    #[error("{host} cannot merge it as it is now: {message}")]
    NotMergeable { host: String, message: String },
    /// Status 409: its last commit is not the one that was named.
    #[error("it has other commits on {host} by now; look at it again")]
    Outdated { host: String },
    /// What can happen to any call; [`RestError::Forbidden`] when one may not merge it.
    #[error(transparent)]
    Call(#[from] RestError),
}

#[derive(Serialize)]
struct Body<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    sha: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    squash: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    should_remove_source_branch: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    auto_merge: Option<bool>,
    /// The name of `auto_merge` before GitLab 17.11.
    #[serde(skip_serializing_if = "Option::is_none")]
    merge_when_pipeline_succeeds: Option<bool>,
}

impl Client {
    /// Merges a merge request, or sees to it that it is merged later: its state tells which.
    ///
    /// # Errors
    /// See [`MergeError`].
    pub async fn merge(
        &self,
        project: &IdOrPath,
        iid: u64,
        merge: &Merge,
    ) -> Result<MergeRequest, MergeError> {
        let resource = merge_request(project, iid).at("merge");
        let later = merge.when_checks_pass.then_some(true);
        let body = Body {
            sha: merge.sha.as_deref(),
            squash: merge.squash,
            should_remove_source_branch: merge.remove_source_branch,
            auto_merge: later,
            merge_when_pipeline_succeeds: later,
        };
        let error = match self.send(Method::PUT, &resource, &body).await {
            Ok(merged) => return Ok(merged),
            Err(error) => error,
        };
        match error {
            RestError::Refused {
                host,
                status: 405 | 406 | 422,
                message,
                ..
            } => Err(MergeError::NotMergeable { host, message }),
            RestError::Refused {
                host, status: 409, ..
            } => Err(MergeError::Outdated { host }),
            error => Err(self.as_denial(error, &resource).await.into()),
        }
    }
}
