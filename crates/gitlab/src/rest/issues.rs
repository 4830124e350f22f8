//! Issues and incidents: found by label, opened, labelled, linked, closed.

use std::fmt;

use jiff::Timestamp;
use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::client::Client;
use super::error::RestError;
use super::id_or_path::IdOrPath;
use super::identity::User;
use super::milestones::Milestone;
use super::paging::Listed;
use super::resource::Resource;

/// An issue, an incident or a task.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Issue {
    pub id: u64,
    /// The number that people see: `#12`.
    pub iid: u64,
    pub project_id: u64,
    pub title: String,
    pub state: IssueState,
    /// GitLab Markdown.
    #[serde(default)]
    pub description: Option<String>,
    #[serde(default)]
    pub labels: Vec<String>,
    #[serde(default)]
    pub web_url: Option<String>,
    /// Absent from old versions, which have issues only.
    #[serde(default)]
    pub issue_type: Option<IssueType>,
    #[serde(default)]
    pub author: Option<User>,
    #[serde(default)]
    pub milestone: Option<Milestone>,
    #[serde(default)]
    pub created_at: Option<Timestamp>,
    #[serde(default)]
    pub closed_at: Option<Timestamp>,
}

/// Whether an issue is open. GitLab's word is `opened`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IssueState {
    Opened,
    Closed,
}

/// What kind of issue it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IssueType {
    Issue,
    Incident,
    TestCase,
    Task,
    /// A kind that later versions have.
    #[serde(other)]
    Other,
}

/// Where issues and milestones are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    Project(IdOrPath),
    /// A group with its subgroups and all their projects.
    Group(IdOrPath),
}

/// Which issues.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssueQuery {
    pub place: Place,
    /// Each of them.
    pub labels: Vec<String>,
    /// None of them.
    pub without_labels: Vec<String>,
    /// Of both states when absent.
    pub state: Option<IssueState>,
    /// Of every kind when absent.
    pub issue_type: Option<IssueType>,
    /// Words of the title.
    pub title: Option<String>,
    /// Items at most.
    pub limit: usize,
}

/// An issue to be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewIssue {
    /// At most 255 characters.
    pub title: String,
    /// GitLab Markdown.
    pub description: String,
    pub labels: Vec<String>,
    /// Only members of the project see it.
    pub confidential: bool,
}

/// Labels that an issue gets and loses. GitLab makes those that are new; no label may have a
/// comma.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LabelChange {
    pub add: Vec<String>,
    pub remove: Vec<String>,
}

impl Place {
    /// Something of this project or group, with its name in an error.
    pub(super) fn resource(&self, name: impl AsRef<str>) -> Resource {
        match self {
            Self::Project(project) => Resource::in_project(project, name),
            Self::Group(group) => Resource::named(name).at("groups").at(group),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Project(project) => write!(f, "project {project}"),
            Self::Group(group) => write!(f, "group {group}"),
        }
    }
}

impl IssueQuery {
    /// Up to 100 open issues of a place.
    #[must_use]
    pub fn open_in(place: Place) -> Self {
        Self {
            place,
            labels: Vec::new(),
            without_labels: Vec::new(),
            state: Some(IssueState::Opened),
            issue_type: None,
            title: None,
            limit: 100,
        }
    }

    fn parameters(&self) -> Vec<(&'static str, String)> {
        let mut parameters = vec![
            ("order_by", "created_at".to_owned()),
            ("sort", "desc".to_owned()),
        ];
        if let Some(state) = self.state {
            parameters.push(("state", state.name().to_owned()));
        }
        if let Some(kind) = self.issue_type.and_then(IssueType::name) {
            parameters.push(("issue_type", kind.to_owned()));
        }
        if !self.labels.is_empty() {
            parameters.push(("labels", self.labels.join(",")));
        }
        if !self.without_labels.is_empty() {
            parameters.push(("not[labels]", self.without_labels.join(",")));
        }
        if let Some(title) = &self.title {
            parameters.push(("search", title.clone()));
            parameters.push(("in", "title".to_owned()));
        }
        parameters
    }
}

impl IssueState {
    fn name(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Closed => "closed",
        }
    }
}

impl IssueType {
    fn name(self) -> Option<&'static str> {
        match self {
            Self::Issue => Some("issue"),
            Self::Incident => Some("incident"),
            Self::TestCase => Some("test_case"),
            Self::Task => Some("task"),
            Self::Other => None,
        }
    }
}

impl Client {
    /// The issues that fit, newest first.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when there is no such project or group; see [`RestError`] for
    /// the rest.
    pub async fn issues(&self, query: &IssueQuery) -> Result<Listed<Issue>, RestError> {
        let resource = query.place.resource(query.place.to_string()).at("issues");
        let parameters = query.parameters();
        let parameters: Vec<(&str, &str)> = parameters
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        self.list(&resource, &parameters, query.limit).await
    }

    /// One issue by the number that people see.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when there is none; see [`RestError`] for the rest.
    pub async fn issue(&self, project: &IdOrPath, iid: u64) -> Result<Issue, RestError> {
        self.get(&issue(project, iid), &[]).await
    }

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
        let body = json!({
            "title": new.title,
            "description": new.description,
            "labels": new.labels.join(","),
            "confidential": new.confidential,
        });
        self.send(Method::POST, &resource, &body).await
    }

    /// Closes an issue; a closed one stays so.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when there is none; see [`RestError`] for the rest.
    pub async fn close_issue(&self, project: &IdOrPath, iid: u64) -> Result<Issue, RestError> {
        let body = json!({ "state_event": "close" });
        self.send(Method::PUT, &issue(project, iid), &body).await
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
        let body = json!({
            "add_labels": change.add.join(","),
            "remove_labels": change.remove.join(","),
        });
        self.send(Method::PUT, &issue(project, iid), &body).await
    }

    /// Marks two issues as related. No error when they are already.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when one of them is not there; see [`RestError`] for the rest.
    pub async fn link_issues(
        &self,
        (project, iid): (&IdOrPath, u64),
        (other_project, other_iid): (&IdOrPath, u64),
    ) -> Result<(), RestError> {
        let name = format!("issue {project}#{iid} or {other_project}#{other_iid}");
        let resource = Resource::in_project(project, name)
            .at("issues")
            .at(iid)
            .at("links");
        let body = json!({
            "target_project_id": other_project.to_string(),
            "target_issue_iid": other_iid,
        });
        let linked: Result<Value, RestError> = self.send(Method::POST, &resource, &body).await;
        match linked {
            Ok(_) | Err(RestError::Refused { status: 409, .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

fn issue(project: &IdOrPath, iid: u64) -> Resource {
    Resource::in_project(project, format!("issue {project}#{iid}"))
        .at("issues")
        .at(iid)
}
