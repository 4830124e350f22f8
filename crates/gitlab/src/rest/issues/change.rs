//! Issues opened, changed, moved, closed and opened again.

use jiff::civil::Date;
use reqwest::Method;
use serde::{Serialize, Serializer};
use serde_json::json;

use super::super::client::Client;
use super::super::error::RestError;
use super::super::id_or_path::IdOrPath;
use super::super::resource::Resource;
use super::{Issue, IssueType, issue};

/// An issue to be opened.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct NewIssue {
    /// At most 255 characters.
    pub title: String,
    /// GitLab Markdown. Lines that begin with `/` are quick actions: `/severity high`.
    pub description: String,
    #[serde(serialize_with = "joined")]
    pub labels: Vec<String>,
    /// Only members of the project see it.
    pub confidential: bool,
    /// GitLab's numbers of people. Free editions keep the first one alone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub assignee_ids: Vec<u64>,
    /// An issue when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issue_type: Option<IssueType>,
    /// GitLab's number of the milestone, not the one in its address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub milestone_id: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_date: Option<Date>,
}

/// What becomes different in an issue; what is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct IssueChange {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// GitLab Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state_event: Option<StateEvent>,
    /// GitLab's numbers of all who have to do it then; `Some` of none takes it from everybody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assignee_ids: Option<Vec<u64>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidential: Option<bool>,
    /// GitLab's number of the milestone; `Some` of 0 takes it out of the one that it is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub milestone_id: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_date: Option<Date>,
    #[serde(flatten)]
    pub labels: LabelChange,
}

/// Labels that an issue or merge request gets and loses. GitLab makes those that are new; no
/// label may have a comma.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LabelChange {
    #[serde(
        rename = "add_labels",
        serialize_with = "joined",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub add: Vec<String>,
    #[serde(
        rename = "remove_labels",
        serialize_with = "joined",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub remove: Vec<String>,
}

/// Closes or opens again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StateEvent {
    Close,
    Reopen,
}

pub(in crate::rest) fn joined<S: Serializer>(
    names: &[String],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&names.join(","))
}

impl Client {
    /// Opens an issue.
    ///
    /// # Errors
    /// [`RestError::Refused`] when GitLab does not take the title or a label; see [`RestError`]
    /// for the rest.
    pub async fn create_issue(
        &self,
        project: &IdOrPath,
        new: &NewIssue,
    ) -> Result<Issue, RestError> {
        let resource = Resource::project(project).at("issues");
        self.send(Method::POST, &resource, new).await
    }

    /// Changes an issue.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when there is none, [`RestError::Refused`] with GitLab's
    /// objections, also when nothing is to change; see [`RestError`] for the rest.
    pub async fn update_issue(
        &self,
        project: &IdOrPath,
        iid: u64,
        change: &IssueChange,
    ) -> Result<Issue, RestError> {
        self.send(Method::PUT, &issue(project, iid), change).await
    }

    /// Closes an issue; a closed one stays so.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when there is none; see [`RestError`] for the rest.
    pub async fn close_issue(&self, project: &IdOrPath, iid: u64) -> Result<Issue, RestError> {
        let change = IssueChange {
            state_event: Some(StateEvent::Close),
            ..IssueChange::default()
        };
        self.update_issue(project, iid, &change).await
    }

    /// Opens a closed issue again; an open one stays so.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when there is none; see [`RestError`] for the rest.
    pub async fn reopen_issue(&self, project: &IdOrPath, iid: u64) -> Result<Issue, RestError> {
        let change = IssueChange {
            state_event: Some(StateEvent::Reopen),
            ..IssueChange::default()
        };
        self.update_issue(project, iid, &change).await
    }

    /// Gives labels to an issue and takes others from it.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when there is no such issue; see [`RestError`] for the rest.
    pub async fn change_issue_labels(
        &self,
        project: &IdOrPath,
        iid: u64,
        change: &LabelChange,
    ) -> Result<Issue, RestError> {
        let change = IssueChange {
            labels: change.clone(),
            ..IssueChange::default()
        };
        self.update_issue(project, iid, &change).await
    }

    /// Moves an issue to the project of this number and gives what it is there.
    ///
    /// # Errors
    /// [`RestError::Refused`] when one may not, or it is there already, [`RestError::NotFound`]
    /// when the issue or the project is not there; see [`RestError`] for the rest.
    pub async fn move_issue(
        &self,
        project: &IdOrPath,
        iid: u64,
        to_project: u64,
    ) -> Result<Issue, RestError> {
        let name = format!("issue {project}#{iid} or project {to_project}");
        let resource = Resource::in_project(project, name)
            .at("issues")
            .at(iid)
            .at("move");
        let body = json!({ "to_project_id": to_project });
        self.send(Method::POST, &resource, &body).await
    }
}
