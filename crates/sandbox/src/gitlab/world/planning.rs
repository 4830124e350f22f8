//! Issues with all that is said and planned about them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

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

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    pub id: u64,
    pub title: String,
    pub color: String,
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
    /// The id of the issue that it became when it was moved.
    #[serde(default)]
    pub moved_to_id: Option<u64>,
    /// Address of its Zoom meeting.
    #[serde(default)]
    pub zoom: Option<String>,
    /// A day: "2026-12-24".
    #[serde(default)]
    pub due_date: Option<String>,
    /// How far people are with an incident, in GraphQL's words; a new one is `TRIGGERED`.
    #[serde(default)]
    pub escalation_status: Option<String>,
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

/// A reaction of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Award {
    pub id: u64,
    /// "thumbsup"
    pub name: String,
    pub user_id: u64,
    pub on: Noteable,
    /// The comment that it is on, when it is on one.
    pub note_id: Option<u64>,
}
