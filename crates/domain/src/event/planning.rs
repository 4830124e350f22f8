//! Events about work and talk: issues, comments, milestones, reactions, alerts, vulnerabilities.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::place::{Group, Person};
use crate::kind::EventKind;

/// Something happened to an issue or another work item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issue {
    /// Its number in the project (in the group for an epic).
    pub iid: u64,
    pub title: String,
    /// Its page. Empty when the payload names none.
    pub url: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    pub issue_type: IssueType,
    /// Sent as a work item, not as an issue.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub work_item: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub confidential: bool,
    pub action: IssueAction,
    /// GitLab's word: `opened`, `closed`.
    pub state: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assignees: Vec<Person>,
    /// As GitLab writes it: `2025-06-30`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_date: Option<String>,
    /// An incident's: `critical`, `high`, `medium`, `low`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<String>,
}

/// What sort of work item it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IssueType {
    Issue,
    Incident,
    Task,
    Ticket,
    Epic,
    Objective,
    KeyResult,
    TestCase,
    Requirement,
    /// A type this version does not know, as GitLab writes it: "Bug report".
    Other(String),
}

impl IssueType {
    /// The type as people read it: "Key Result".
    #[must_use]
    pub fn words(&self) -> &str {
        match self {
            Self::Issue => "Issue",
            Self::Incident => "Incident",
            Self::Task => "Task",
            Self::Ticket => "Ticket",
            Self::Epic => "Epic",
            Self::Objective => "Objective",
            Self::KeyResult => "Key Result",
            Self::TestCase => "Test Case",
            Self::Requirement => "Requirement",
            Self::Other(name) => name,
        }
    }
}

impl Issue {
    /// The kind that settings file it under: incidents are their own kind however they are sent.
    #[must_use]
    pub fn kind(&self) -> EventKind {
        match (&self.issue_type, self.work_item, self.confidential) {
            (IssueType::Incident, _, _) => EventKind::Incident,
            (_, true, true) => EventKind::ConfidentialWorkItem,
            (_, true, false) => EventKind::WorkItem,
            (_, false, true) => EventKind::ConfidentialIssue,
            (_, false, false) => EventKind::Issue,
        }
    }
}

/// What was done to an issue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IssueAction {
    Open,
    Close,
    Reopen,
    /// Something of it changed. Empty when nothing that we have words for did.
    Update(Vec<IssueChange>),
    /// An action this version does not know, or none (empty): then `state` says what is known.
    Other(String),
}

/// A change of an issue that people want to hear of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IssueChange {
    Assigned(Vec<Person>),
    Unassigned(Vec<Person>),
    LabelsAdded(Vec<String>),
    LabelsRemoved(Vec<String>),
    Retitled {
        before: String,
    },
    DescriptionEdited,
    MadeConfidential,
    MadePublic,
    /// `None`: it has no due date any more.
    DueDate(Option<String>),
    Milestone {
        set: bool,
    },
    Severity {
        before: Option<String>,
    },
}

/// A comment was written or edited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Empty when the payload names none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub url: String,
    pub body: String,
    pub action: NoteAction,
    pub on: Target,
    /// An internal note, or a note on something confidential.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub confidential: bool,
    /// Written by GitLab itself.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub system: bool,
    /// On a line of a diff: the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoteAction {
    Create,
    Update,
}

/// What a comment, a reaction or a mention is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    pub kind: TargetKind,
    /// `7` of an issue or merge request, the full hash of a commit, a snippet's id, a page's slug.
    pub id: String,
    /// Empty when the payload names none.
    pub title: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub url: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TargetKind {
    Issue,
    Incident,
    /// A work item that is not an issue: its type as people read it.
    WorkItem(String),
    MergeRequest,
    Commit,
    Snippet,
    Epic,
    WikiPage,
    Alert,
    Vulnerability,
    Design,
    /// A comment: what it says is the target's title.
    Note,
    /// A kind this version does not know, as GitLab writes it.
    Other(String),
}

/// A milestone was made, changed, closed, reopened or removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Milestone {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iid: Option<u64>,
    pub title: String,
    /// Its page. Empty when the payload does not say enough to know it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub url: String,
    pub action: MilestoneAction,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_date: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_date: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MilestoneAction {
    Create,
    Update,
    Close,
    Reopen,
    Delete,
    /// An action this version does not know, or none (empty).
    Other(String),
}

/// Somebody reacted with an emoji, or took it back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Emoji {
    /// GitLab's name of it, without colons: `thumbsup`.
    pub name: String,
    pub action: EmojiAction,
    pub on: Target,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EmojiAction {
    Award,
    Revoke,
}

/// An alert of a monitoring tool fired or changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    pub title: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub url: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<String>,
    /// How often it fired.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub events: Option<u64>,
    /// GitLab's word: `triggered`, `acknowledged`, `resolved`, `ignored`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub monitoring_tool: Option<String>,
}

/// A vulnerability was found, or its state changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vulnerability {
    pub title: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub url: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<String>,
    /// GitLab's word: `detected`, `confirmed`, `dismissed`, `resolved`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub identifiers: Vec<Identifier>,
    /// The scan that found it: `dependency_scanning`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report_type: Option<String>,
    /// The file or image it is in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
}

/// A name that the world has for a vulnerability: `CVE-2024-41123`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identifier {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// A group was mentioned with an at sign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupMention {
    pub group: Group,
    pub on: Target,
    /// The description or comment that mentions it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub body: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub confidential: bool,
}
