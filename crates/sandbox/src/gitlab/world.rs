//! What the sandbox's GitLab remembers.
//!
//! Plain records that are kept in memory and, when asked, in one JSON file. No address is stored:
//! links are built from the public address when a webhook is sent, so that the same state can be
//! started again on another port. How records change is the acts' business (`acts`).

mod files;
mod history;
mod members;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use files::FileVersion;
pub use members::{Access, Member};

/// Everything there is on the instance.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct World {
    /// Last number given to any record; GitLab counts per table, one counter does here.
    pub last_id: u64,
    pub users: Vec<User>,
    pub groups: Vec<Group>,
    pub projects: Vec<Project>,
    #[serde(default)]
    pub issue_links: Vec<IssueLink>,
    /// What the monitoring says of each service: 1 is well, 0 is not.
    #[serde(default)]
    pub health: BTreeMap<String, u8>,
    /// What was written into the monitoring's graphs, oldest first.
    #[serde(default)]
    pub annotations: Vec<Annotation>,
    /// What was written into the search engine, oldest first.
    #[serde(default)]
    pub documents: Vec<Document>,
}

/// Two issues that name each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssueLink {
    pub id: u64,
    /// Ids, not numbers, of the issues.
    pub source_id: u64,
    pub target_id: u64,
    /// "relates_to", "blocks" or "is_blocked_by".
    pub kind: String,
    pub at: Timestamp,
}

/// A mark in the monitoring's graphs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Annotation {
    pub id: u64,
    pub text: String,
    pub tags: Vec<String>,
    pub at: Timestamp,
    /// The end of a span of time; none for a moment.
    pub until: Option<Timestamp>,
    pub dashboard: Option<String>,
}

/// A document in the search engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Document {
    pub index: String,
    pub id: String,
    pub version: u64,
    pub at: Timestamp,
    pub source: Value,
}

/// A person with an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    pub id: u64,
    pub username: String,
    pub name: String,
    pub email: String,
    /// What the person is in the demo's story: "maintainer".
    pub role: String,
}

/// A group or subgroup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    pub id: u64,
    pub name: String,
    pub full_path: String,
    pub parent_id: Option<u64>,
    #[serde(default)]
    pub milestones: Vec<Milestone>,
    #[serde(default)]
    pub members: Vec<Member>,
}

/// Who may see a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    Private,
    Internal,
    Public,
}

/// A project with all that happened in it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Project {
    pub id: u64,
    pub name: String,
    /// Name of the group that holds it.
    pub namespace: String,
    pub group_id: u64,
    pub path_with_namespace: String,
    pub description: String,
    pub visibility: Visibility,
    pub default_branch: String,
    pub branches: Vec<Branch>,
    pub tags: Vec<Tag>,
    pub labels: Vec<Label>,
    /// Newest last.
    pub commits: Vec<Commit>,
    pub merge_requests: Vec<MergeRequest>,
    pub issues: Vec<Issue>,
    pub pipelines: Vec<Pipeline>,
    pub environments: Vec<Environment>,
    pub deployments: Vec<Deployment>,
    pub releases: Vec<Release>,
    pub milestones: Vec<Milestone>,
    pub flags: Vec<Flag>,
    pub wiki: Vec<WikiPage>,
    pub snippets: Vec<Snippet>,
    pub notes: Vec<Note>,
    /// The files that the API shows, each with the commits between which it is there.
    #[serde(default)]
    pub files: Vec<FileVersion>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Branch {
    pub name: String,
    pub sha: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Tag {
    pub name: String,
    pub sha: String,
    pub message: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    pub id: u64,
    pub title: String,
    pub color: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commit {
    pub sha: String,
    /// None for a first commit, two for a merge: the target's head before, the branch's head.
    #[serde(default)]
    pub parents: Vec<String>,
    pub message: String,
    pub author_id: u64,
    pub at: Timestamp,
    pub added: Vec<String>,
    pub modified: Vec<String>,
    pub removed: Vec<String>,
}

/// Where a merge request is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MergeRequestState {
    Opened,
    Closed,
    Merged,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MergeRequest {
    pub id: u64,
    pub iid: u64,
    pub title: String,
    pub description: String,
    pub draft: bool,
    pub state: MergeRequestState,
    pub source_branch: String,
    pub target_branch: String,
    pub author_id: u64,
    pub assignee_ids: Vec<u64>,
    pub reviewers: Vec<Reviewer>,
    pub approved_by: Vec<u64>,
    pub label_ids: Vec<u64>,
    pub milestone_id: Option<u64>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub last_commit: Commit,
    pub merge_commit_sha: Option<String>,
    #[serde(default)]
    pub squash_commit_sha: Option<String>,
    #[serde(default)]
    pub merged_at: Option<Timestamp>,
    pub merge_user_id: Option<u64>,
    pub head_pipeline_id: Option<u64>,
}

/// What a reviewer has done so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewState {
    Unreviewed,
    Approved,
    Unapproved,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reviewer {
    pub user_id: u64,
    pub state: ReviewState,
    pub re_requested: bool,
}

/// An issue, an incident or another work item; GitLab numbers them together.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Issue {
    pub id: u64,
    pub iid: u64,
    /// GitLab's name of the type: "Issue", "Incident", "Task", "Ticket" …
    pub type_name: String,
    pub title: String,
    pub description: String,
    pub confidential: bool,
    pub open: bool,
    pub severity: String,
    pub author_id: u64,
    pub assignee_ids: Vec<u64>,
    pub label_ids: Vec<u64>,
    pub milestone_id: Option<u64>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub closed_at: Option<Timestamp>,
    #[serde(default)]
    pub closed_by_id: Option<u64>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Pipeline {
    pub id: u64,
    pub iid: u64,
    pub name: Option<String>,
    pub git_ref: String,
    pub tag: bool,
    pub commit: Commit,
    pub before_sha: String,
    /// "push", "merge_request_event", "schedule", "web", "api", "trigger".
    pub source: String,
    pub status: String,
    pub user_id: u64,
    pub merge_request_iid: Option<u64>,
    pub created_at: Timestamp,
    pub finished_at: Option<Timestamp>,
    pub duration: Option<u64>,
    pub queued: u64,
    pub jobs: Vec<Job>,
    /// What its starter set: name and value.
    #[serde(default)]
    pub variables: Vec<(String, String)>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Job {
    pub id: u64,
    pub stage: String,
    pub name: String,
    pub status: String,
    pub allow_failure: bool,
    pub failure_reason: Option<String>,
    pub started_at: Option<Timestamp>,
    pub finished_at: Option<Timestamp>,
    /// Seconds that it runs, or will.
    pub duration: u64,
    pub queued: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Environment {
    pub name: String,
    pub tier: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Deployment {
    pub id: u64,
    pub environment: String,
    pub status: String,
    pub git_ref: String,
    pub commit: Commit,
    pub user_id: u64,
    pub job_id: u64,
    /// When it reached its status.
    pub at: Timestamp,
    /// When it began; `at` in states from before this was kept.
    #[serde(default)]
    pub created_at: Option<Timestamp>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Release {
    pub id: u64,
    pub tag: String,
    pub name: String,
    pub description: String,
    pub commit: Commit,
    pub at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Milestone {
    pub id: u64,
    pub iid: u64,
    pub title: String,
    pub description: String,
    pub active: bool,
    pub start_date: String,
    pub due_date: String,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A feature flag of the project itself (Deployments > Feature flags).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Flag {
    pub id: u64,
    pub name: String,
    pub description: String,
    pub active: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct WikiPage {
    pub slug: String,
    pub title: String,
    pub content: String,
    pub version: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Snippet {
    pub id: u64,
    pub title: String,
    pub description: String,
    pub file_name: String,
    pub content: String,
    pub author_id: u64,
    pub at: Timestamp,
}

/// What a comment is written on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Noteable {
    MergeRequest(u64),
    Issue(u64),
    Commit(String),
    Snippet(u64),
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Note {
    pub id: u64,
    pub on: Noteable,
    pub text: String,
    pub internal: bool,
    pub author_id: u64,
    pub at: Timestamp,
    #[serde(default)]
    pub edited_at: Option<Timestamp>,
}

impl World {
    /// A number that no other record has.
    pub fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    /// The person with this user name.
    #[must_use]
    pub fn user_named(&self, username: &str) -> Option<&User> {
        self.users.iter().find(|user| user.username == username)
    }

    /// The person with this id.
    #[must_use]
    pub fn user(&self, id: u64) -> Option<&User> {
        self.users.iter().find(|user| user.id == id)
    }

    /// The project with this full path or, when it is a number, this id.
    #[must_use]
    pub fn project(&self, key: &str) -> Option<&Project> {
        self.projects
            .iter()
            .find(|project| project.path_with_namespace == key || key.parse() == Ok(project.id))
    }

    /// The group with this id.
    #[must_use]
    pub fn group(&self, id: u64) -> Option<&Group> {
        self.groups.iter().find(|group| group.id == id)
    }
}

impl Visibility {
    /// GitLab's number for it.
    #[must_use]
    pub fn level(self) -> u8 {
        match self {
            Self::Private => 0,
            Self::Internal => 10,
            Self::Public => 20,
        }
    }

    /// GitLab's word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::Internal => "internal",
            Self::Public => "public",
        }
    }
}

impl Group {
    /// Last part of the path.
    #[must_use]
    pub fn path(&self) -> &str {
        self.full_path.rsplit('/').next().unwrap_or(&self.full_path)
    }
}

impl Project {
    /// Last part of the path.
    #[must_use]
    pub fn path(&self) -> &str {
        self.path_with_namespace
            .rsplit('/')
            .next()
            .unwrap_or(&self.path_with_namespace)
    }

    /// The branch with this name.
    #[must_use]
    pub fn branch(&self, name: &str) -> Option<&Branch> {
        self.branches.iter().find(|branch| branch.name == name)
    }

    /// Points the branch at a commit and makes it when it is new.
    pub fn set_branch(&mut self, name: &str, sha: &str) {
        match self.branches.iter_mut().find(|branch| branch.name == name) {
            Some(branch) => sha.clone_into(&mut branch.sha),
            None => self.branches.push(Branch {
                name: name.to_owned(),
                sha: sha.to_owned(),
            }),
        }
    }

    /// The commit that the branch points at.
    #[must_use]
    pub fn head(&self, branch: &str) -> Option<&Commit> {
        let sha = &self.branch(branch)?.sha;
        self.commits.iter().rev().find(|commit| commit.sha == *sha)
    }

    /// The labels with these ids.
    #[must_use]
    pub fn labels_of(&self, ids: &[u64]) -> Vec<Label> {
        self.labels
            .iter()
            .filter(|label| ids.contains(&label.id))
            .cloned()
            .collect()
    }

    /// Drops the oldest records so that a long story does not grow without end. Merge requests,
    /// issues and the commits that something still names stay.
    pub fn forget_the_oldest(&mut self) {
        const KEPT: usize = 200;
        keep_newest(&mut self.pipelines, KEPT);
        self.forget_deployments(KEPT);
        keep_newest(&mut self.notes, KEPT);
        if self.commits.len() > 2 * KEPT {
            self.forget_commits(KEPT);
        }
    }
}

impl Project {
    /// What an environment runs stays, however long ago it was deployed.
    fn forget_deployments(&mut self, kept: usize) {
        let newest = self.deployments.len().saturating_sub(kept);
        let mut runs: BTreeMap<String, u64> = BTreeMap::new();
        for deployment in self.deployments.iter().filter(|d| d.status == "success") {
            let id = runs.entry(deployment.environment.clone()).or_default();
            *id = deployment.id.max(*id);
        }
        let mut index = 0;
        self.deployments.retain(|deployment| {
            index += 1;
            index > newest || runs.get(&deployment.environment) == Some(&deployment.id)
        });
    }
}

fn keep_newest<T>(records: &mut Vec<T>, kept: usize) {
    if records.len() > kept {
        records.drain(..records.len() - kept);
    }
}

impl Environment {
    /// An environment with the tier that GitLab guesses from its name.
    #[must_use]
    pub fn named(name: &str) -> Self {
        let tier = match name {
            _ if name.starts_with("prod") || name == "live" || name == "canary" => "production",
            _ if name.starts_with("stag") || name == "pre" => "staging",
            _ if name.starts_with("test") || name == "qa" => "testing",
            _ if name.starts_with("dev") || name.starts_with("review/") => "development",
            _ => "other",
        };
        Self {
            name: name.to_owned(),
            tier: tier.to_owned(),
        }
    }
}

impl MergeRequestState {
    /// GitLab's word and number for it.
    #[must_use]
    pub fn name(self) -> (&'static str, u8) {
        match self {
            Self::Opened => ("opened", 1),
            Self::Closed => ("closed", 2),
            Self::Merged => ("merged", 3),
        }
    }
}

impl MergeRequest {
    /// The title with GitLab's prefix for drafts.
    #[must_use]
    pub fn shown_title(&self) -> String {
        if self.draft {
            format!("Draft: {}", self.title)
        } else {
            self.title.clone()
        }
    }
}

impl Commit {
    /// First line of the message, as GitLab shows it.
    #[must_use]
    pub fn title(&self) -> &str {
        self.message.lines().next().unwrap_or_default()
    }

    /// The first eight characters of the id.
    #[must_use]
    pub fn short(&self) -> &str {
        self.sha.get(..8).unwrap_or(&self.sha)
    }
}
