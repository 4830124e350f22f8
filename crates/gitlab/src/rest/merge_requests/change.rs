//! Merge requests changed: who has to do and review them, open or closed, labels.

use reqwest::Method;
use serde::Serialize;

use super::super::client::Client;
use super::super::error::RestError;
use super::super::id_or_path::IdOrPath;
use super::super::issues::{LabelChange, StateEvent};
use super::{MergeRequest, merge_request};

/// What becomes different in a merge request; what is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct MergeRequestChange {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// GitLab Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state_event: Option<StateEvent>,
    /// GitLab's numbers of all who have to do it then; `Some` of none takes it from everybody.
    /// Free editions keep the first one alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assignee_ids: Option<Vec<u64>>,
    /// GitLab's numbers of all who review it then, as for `assignee_ids`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reviewer_ids: Option<Vec<u64>>,
    /// GitLab's number of the milestone; `Some` of 0 takes it out of the one that it is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub milestone_id: Option<u64>,
    #[serde(flatten)]
    pub labels: LabelChange,
}

impl Client {
    /// Changes a merge request.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when there is none, [`RestError::Refused`] with GitLab's
    /// objections, also when nothing is to change; see [`RestError`] for the rest.
    pub async fn update_merge_request(
        &self,
        project: &IdOrPath,
        iid: u64,
        change: &MergeRequestChange,
    ) -> Result<MergeRequest, RestError> {
        self.send(Method::PUT, &merge_request(project, iid), change)
            .await
    }
}
