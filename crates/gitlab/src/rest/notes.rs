//! Comments on issues and merge requests.

use jiff::Timestamp;
use reqwest::Method;
use serde::Deserialize;
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
}

impl Client {
    /// Comments on an issue. Lines that begin with `/` are quick actions to GitLab, which may
    /// leave no comment.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when there is no such issue; see [`RestError`] for the rest.
    pub async fn create_issue_note(
        &self,
        project: &IdOrPath,
        iid: u64,
        body: &str,
    ) -> Result<Note, RestError> {
        let resource = issue_notes(project, iid);
        self.send(Method::POST, &resource, &json!({ "body": body }))
            .await
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
        let resource = issue_notes(project, iid);
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
        let resource = merge_request_notes(project, iid);
        self.send(Method::POST, &resource, &json!({ "body": body }))
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
        let resource = merge_request_notes(project, iid);
        self.list(&resource, &NEWEST_FIRST, limit).await
    }
}

const NEWEST_FIRST: [(&str, &str); 2] = [("order_by", "created_at"), ("sort", "desc")];

fn issue_notes(project: &IdOrPath, iid: u64) -> Resource {
    Resource::in_project(project, format!("issue {project}#{iid}"))
        .at("issues")
        .at(iid)
        .at("notes")
}

fn merge_request_notes(project: &IdOrPath, iid: u64) -> Resource {
    Resource::in_project(project, format!("merge request {project}!{iid}"))
        .at("merge_requests")
        .at(iid)
        .at("notes")
}
