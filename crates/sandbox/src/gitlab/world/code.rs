//! What a repository holds, and what is kept beside it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

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

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Release {
    pub id: u64,
    pub tag: String,
    pub name: String,
    pub description: String,
    pub commit: Commit,
    pub at: Timestamp,
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
