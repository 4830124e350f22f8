//! Issues and incidents: one, several, one's own. How they are changed is in
//! `change` and `description`, how they are linked in `links`.

mod change;
mod description;
mod links;
mod query;

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::client::Client;
use super::error::RestError;
use super::id_or_path::IdOrPath;
use super::identity::User;
use super::milestones::Milestone;
use super::paging::Listed;
use super::query::Query;
use super::resource::Resource;
use super::web_url::IssueUrl;
pub(super) use change::joined;
pub use change::{IssueChange, LabelChange, NewIssue, StateEvent};
pub use description::Edited;
pub use links::{LinkType, LinkedIssue};
pub use query::IssueQuery;

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
    pub assignees: Vec<User>,
    #[serde(default)]
    pub milestone: Option<Milestone>,
    /// Only members of the project see it.
    #[serde(default)]
    pub confidential: bool,
    #[serde(default)]
    pub upvotes: u64,
    #[serde(default)]
    pub downvotes: u64,
    /// Comments, lines of history apart.
    #[serde(default)]
    pub user_notes_count: u64,
    #[serde(default)]
    pub due_date: Option<Date>,
    #[serde(default)]
    pub created_at: Option<Timestamp>,
    #[serde(default)]
    pub updated_at: Option<Timestamp>,
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

/// Which part somebody has in an issue or merge request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Author,
    Assignee,
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

impl Part {
    /// What is open of one's own, in all projects.
    pub(super) fn of_mine(self) -> Query {
        let scope = match self {
            Self::Author => "created_by_me",
            Self::Assignee => "assigned_to_me",
        };
        Query::new()
            .with("scope", scope)
            .with("state", "opened")
            .with("order_by", "updated_at")
            .with("sort", "desc")
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
        self.list(&resource, &query.parameters().pairs(), query.limit)
            .await
    }

    /// The open issues of all projects that the token's owner wrote or has to do, the latest
    /// changed first.
    ///
    /// # Errors
    /// See [`RestError`].
    pub async fn my_issues(&self, part: Part, limit: usize) -> Result<Listed<Issue>, RestError> {
        let resource = Resource::named("issues").at("issues");
        let query = part.of_mine();
        self.list(&resource, &query.pairs(), limit).await
    }

    /// How many issues [`Client::my_issues`] has; `None` when there are more than GitLab
    /// counts.
    ///
    /// # Errors
    /// See [`RestError`].
    pub async fn count_my_issues(&self, part: Part) -> Result<Option<u64>, RestError> {
        let resource = Resource::named("issues").at("issues");
        self.count(&resource, &part.of_mine().pairs()).await
    }

    /// One issue by the number that people see.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when there is none; see [`RestError`] for the rest.
    pub async fn issue(&self, project: &IdOrPath, iid: u64) -> Result<Issue, RestError> {
        self.get(&issue(project, iid), &[]).await
    }

    /// One issue by the address of its page.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when there is none; see [`RestError`] for the rest.
    pub async fn issue_at(&self, address: &IssueUrl) -> Result<Issue, RestError> {
        let project = IdOrPath::Path(address.project.clone());
        self.issue(&project, address.iid).await
    }
}

fn issue(project: &IdOrPath, iid: u64) -> Resource {
    Resource::in_project(project, format!("issue {project}#{iid}"))
        .at("issues")
        .at(iid)
}
