//! Events about code: pushes, merge requests, wiki pages.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::place::{Person, Project};

/// A branch or tag was created, moved or removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Push {
    pub ref_kind: RefKind,
    /// The branch or tag, without `refs/heads/` or `refs/tags/`.
    pub name: String,
    pub change: PushChange,
    /// Full hash before; all zeros when it was created.
    pub before: String,
    /// Full hash after; all zeros when it was removed.
    pub after: String,
    /// The commits that GitLab sent, oldest first: at most the 20 newest.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub commits: Vec<Commit>,
    /// How many commits were pushed, those that GitLab did not send included.
    #[serde(default)]
    pub total_commits: u64,
    /// What an annotated tag says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Whether the branch is protected, when the payload says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protected: Option<bool>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefKind {
    Branch,
    Tag,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PushChange {
    Created,
    Updated,
    Removed,
}

/// A commit, as an event names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commit {
    /// Full hash.
    pub sha: String,
    /// First line of its message.
    pub title: String,
    /// Empty when the payload names none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub url: String,
    /// The author's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
}

/// Something happened to a merge request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergeRequest {
    /// Its number in the project: `!7`.
    pub iid: u64,
    pub title: String,
    /// Its page. Empty when the payload names none.
    pub url: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    pub action: MergeRequestAction,
    /// GitLab's word: `opened`, `closed`, `merged`, `locked`.
    pub state: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub draft: bool,
    pub source: Branch,
    pub target: Branch,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assignees: Vec<Person>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reviewers: Vec<Person>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_commit: Option<Commit>,
}

/// One side of a merge request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Branch {
    pub name: String,
    /// The fork it lies in, when that is not the event's own project.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<Project>,
}

/// What was done to a merge request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MergeRequestAction {
    Open,
    Close,
    Reopen,
    Merge,
    /// All approvals that the rules ask for are there.
    Approved,
    /// An approval that the rules ask for is missing again.
    Unapproved,
    /// One person approved, the rules ask for more.
    Approval,
    /// One person took an approval back, the rules were not met anyway.
    Unapproval,
    /// Something of it changed. Empty when nothing that we have words for did.
    Update(Vec<MergeRequestChange>),
    /// An action this version does not know, or none (empty): then `state` says what is known.
    Other(String),
}

/// A change of a merge request that people want to hear of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MergeRequestChange {
    /// A draft became ready.
    Ready,
    /// It became a draft.
    Draft,
    /// New commits were pushed; the hash of its head before.
    Commits {
        before: String,
    },
    /// These people are asked for a review (anew).
    ReviewRequested(Vec<Person>),
    /// These people are no longer reviewers; `all` when nobody is left.
    ReviewersRemoved {
        people: Vec<Person>,
        all: bool,
    },
    /// A reviewer's state changed: approved, asked for changes and so on.
    Reviewed {
        person: Person,
        state: ReviewState,
    },
    Assigned(Vec<Person>),
    Unassigned(Vec<Person>),
    LabelsAdded(Vec<String>),
    LabelsRemoved(Vec<String>),
    Retitled {
        before: String,
    },
    Retargeted {
        before: String,
    },
    /// The milestone's title is not in the payload, whether there is one is.
    Milestone {
        set: bool,
    },
    DescriptionEdited,
}

/// What a reviewer said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewState {
    Unreviewed,
    Reviewed,
    RequestedChanges,
    Approved,
    Unapproved,
    ReviewStarted,
}

/// A wiki page was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WikiPage {
    pub title: String,
    /// Empty when the payload names none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub url: String,
    pub action: WikiAction,
    /// What the author said of the change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The page that compares it with the version before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub diff_url: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WikiAction {
    Create,
    Update,
    Delete,
    /// An action this version does not know.
    Other(String),
}

impl Push {
    /// When the newest commit that was sent is not the newest one pushed, how many are not shown.
    #[must_use]
    pub fn commits_not_sent(&self) -> u64 {
        let sent = u64::try_from(self.commits.len()).unwrap_or(u64::MAX);
        self.total_commits.saturating_sub(sent)
    }
}

/// Reads one of the ways in which GitLab writes a moment, in payloads of any age:
/// `2025-06-16T14:10:57.123Z`, `2016-08-12T17:23:21+02:00`, `2016-08-12 15:23:28 UTC`,
/// `2019-05-02 15:26:13 +0200`.
#[must_use]
pub fn parse_moment(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(moment) = text.parse() {
        return Some(moment);
    }
    let (date, rest) = text.split_once([' ', 'T'])?;
    let (time, zone) = rest.split_once(' ').unwrap_or((rest, "UTC"));
    let zone = match zone {
        "UTC" | "GMT" | "Z" => "Z",
        other => other,
    };
    format!("{date}T{time}{zone}").parse().ok()
}
