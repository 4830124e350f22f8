//! Issues that are related to each other.

use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::client::Client;
use super::super::error::RestError;
use super::super::id_or_path::IdOrPath;
use super::super::paging::Listed;
use super::super::resource::Resource;
use super::{Issue, issue};

/// An issue that another one is linked with, as that one sees it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct LinkedIssue {
    #[serde(flatten)]
    pub issue: Issue,
    /// GitLab's number of the link itself.
    pub issue_link_id: u64,
    pub link_type: LinkType,
}

/// How an issue stands to another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkType {
    RelatesTo,
    Blocks,
    IsBlockedBy,
    /// A way that later versions have.
    #[serde(other)]
    Other,
}

impl Client {
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

    /// The issues that one is linked with, as far as the token's owner may see them. GitLab
    /// gives all of them at once.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when there is no such issue; see [`RestError`] for the rest.
    pub async fn linked_issues(
        &self,
        project: &IdOrPath,
        iid: u64,
        limit: usize,
    ) -> Result<Listed<LinkedIssue>, RestError> {
        let resource = issue(project, iid).at("links");
        self.list(&resource, &[], limit).await
    }
}
