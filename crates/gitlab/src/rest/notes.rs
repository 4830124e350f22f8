//! Comments on issues and merge requests.

use jiff::Timestamp;
use reqwest::Method;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::json;

use super::client::Client;
use super::error::RestError;
use super::id_or_path::IdOrPath;
use super::identity::User;
use super::paging::Listed;
use super::resource::Resource;

/// A comment, or a line of an issue's history. Its address is the issue's, followed by
/// `#note_` and the `id`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Note {
    pub id: u64,
    /// GitLab Markdown.
    #[serde(default)]
    pub body: String,
    #[serde(default)]
    pub author: Option<User>,
    #[serde(default)]
    pub created_at: Option<Timestamp>,
    /// A line of history and not a comment.
    #[serde(default)]
    pub system: bool,
    /// Only members of the project see it.
    #[serde(default)]
    pub internal: bool,
    /// The name of `internal` before GitLab 15.5.
    #[serde(default)]
    pub confidential: Option<bool>,
}

/// What can be commented on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noteable {
    Issue(u64),
    MergeRequest(u64),
}

/// What became of a comment.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "Answer")]
pub enum Commented {
    Note(Note),
    /// It had quick actions (`/close`) and nothing else: they were done, and no comment was
    /// left. What GitLab says of them.
    QuickActions(Vec<String>),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Answer {
    Note(Note),
    QuickActions {
        #[serde(rename = "commands_changes")]
        _changes: IgnoredAny,
        #[serde(default)]
        summary: Option<Vec<String>>,
    },
}

impl From<Answer> for Commented {
    fn from(answer: Answer) -> Self {
        match answer {
            Answer::Note(note) => Self::Note(note),
            Answer::QuickActions { summary, .. } => Self::QuickActions(summary.unwrap_or_default()),
        }
    }
}

impl Note {
    /// Whether only members of the project see it.
    #[must_use]
    pub fn is_internal(&self) -> bool {
        self.internal || self.confidential == Some(true)
    }
}

impl Client {
    /// Comments on an issue or merge request. Lines that begin with `/` are quick actions to
    /// GitLab.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when it is not there; see [`RestError`] for the rest.
    pub async fn comment(
        &self,
        project: &IdOrPath,
        on: Noteable,
        body: &str,
    ) -> Result<Commented, RestError> {
        let body = json!({ "body": body });
        self.send(Method::POST, &notes(project, on), &body).await
    }

    /// Comments as [`Client::comment`] does, for members of the project only.
    ///
    /// # Errors
    /// As for [`Client::comment`]; [`RestError::Forbidden`] when one may comment, but not so.
    pub async fn comment_internally(
        &self,
        project: &IdOrPath,
        on: Noteable,
        body: &str,
    ) -> Result<Commented, RestError> {
        // Versions before 15.3 know the second name alone, and would publish what they do not
        // know to be internal.
        let body = json!({ "body": body, "internal": true, "confidential": true });
        self.send(Method::POST, &notes(project, on), &body).await
    }

    /// One comment.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when there is none; see [`RestError`] for the rest.
    pub async fn note(&self, project: &IdOrPath, on: Noteable, id: u64) -> Result<Note, RestError> {
        self.get(&notes(project, on).at(id), &[]).await
    }

    /// Comments on an issue with a text that is no quick action alone; see
    /// [`Client::comment`].
    ///
    /// # Errors
    /// [`RestError::NotFound`] when there is no such issue; see [`RestError`] for the rest.
    pub async fn create_issue_note(
        &self,
        project: &IdOrPath,
        iid: u64,
        body: &str,
    ) -> Result<Note, RestError> {
        self.create_note(project, Noteable::Issue(iid), body).await
    }

    /// The newest comments and lines of history of an issue, newest first.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when there is no such issue; see [`RestError`] for the rest.
    pub async fn issue_notes(
        &self,
        project: &IdOrPath,
        iid: u64,
        limit: usize,
    ) -> Result<Listed<Note>, RestError> {
        let resource = notes(project, Noteable::Issue(iid));
        self.list(&resource, &NEWEST_FIRST, limit).await
    }

    /// Comments on a merge request, as [`Client::create_issue_note`] does on an issue.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when there is no such merge request; see [`RestError`] for the
    /// rest.
    pub async fn create_merge_request_note(
        &self,
        project: &IdOrPath,
        iid: u64,
        body: &str,
    ) -> Result<Note, RestError> {
        self.create_note(project, Noteable::MergeRequest(iid), body)
            .await
    }

    /// The newest comments and lines of history of a merge request, newest first.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when there is no such merge request; see [`RestError`] for the
    /// rest.
    pub async fn merge_request_notes(
        &self,
        project: &IdOrPath,
        iid: u64,
        limit: usize,
    ) -> Result<Listed<Note>, RestError> {
        let resource = notes(project, Noteable::MergeRequest(iid));
        self.list(&resource, &NEWEST_FIRST, limit).await
    }

    async fn create_note(
        &self,
        project: &IdOrPath,
        on: Noteable,
        body: &str,
    ) -> Result<Note, RestError> {
        let body = json!({ "body": body });
        self.send(Method::POST, &notes(project, on), &body).await
    }
}

const NEWEST_FIRST: [(&str, &str); 2] = [("order_by", "created_at"), ("sort", "desc")];

fn notes(project: &IdOrPath, on: Noteable) -> Resource {
    let (name, chapter, iid) = match on {
        Noteable::Issue(iid) => (format!("issue {project}#{iid}"), "issues", iid),
        Noteable::MergeRequest(iid) => (
            format!("merge request {project}!{iid}"),
            "merge_requests",
            iid,
        ),
    };
    Resource::in_project(project, name)
        .at(chapter)
        .at(iid)
        .at("notes")
}
