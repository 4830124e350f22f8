//! What the sandbox's GitLab remembers.
//!
//! Plain records that are kept in memory and, when asked, in one JSON file. No address is stored:
//! links are built from the public address when a webhook is sent, so that the same state can be
//! started again on another port. How records change is the acts' business (`acts`).

mod ci;
mod code;
mod files;
mod freezes;
mod history;
mod members;
mod merge_requests;
mod monitoring;
mod oauth;
mod people;
mod places;
mod planning;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use ci::{Deployment, Environment, Job, Pipeline};
pub use code::{Branch, Commit, Flag, Release, Snippet, Tag, WikiPage};
pub use files::{FileVersion, Files};
pub use freezes::FreezePeriod;
pub use members::{Access, Member};
pub use merge_requests::{MergeRequest, MergeRequestState, ReviewState, Reviewer};
pub use monitoring::{
    Annotation, Deploy, Document, Documents, ErrorEvent, ErrorIssue, ErrorRelease, FieldType,
    FlagChange, Index, IssueStatus, Labels, New, NotWritten, Reported, Samples, Scalar, Sentry,
    Series, Shared, Types, Written, number, users,
};
pub use oauth::{Code, Grant, SignIns, Standing};
pub(in crate::gitlab) use people::NOBODY;
pub use people::{PersonState, User};
pub use places::{Group, MergeRules, Project, Visibility};
pub use planning::{Award, Issue, IssueLink, Label, Milestone, Note, Noteable};

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
    /// What was written into the search engine.
    #[serde(default)]
    pub documents: Shared<Documents>,
    /// What the error tracker was told.
    #[serde(default)]
    pub sentry: Shared<Sentry>,
    /// What scripts say that metrics were.
    #[serde(default)]
    pub samples: Shared<Samples>,
    /// Who is signed in here, and whom applications act for.
    #[serde(default)]
    pub sign_ins: SignIns,
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
