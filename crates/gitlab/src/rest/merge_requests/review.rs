//! Approvals of merge requests.

use reqwest::Method;
use serde::Deserialize;
use serde_json::json;

use super::super::client::Client;
use super::super::error::RestError;
use super::super::id_or_path::IdOrPath;
use super::super::identity::User;
use super::merge_request;

/// Who approved a merge request, and who still has to.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Approvals {
    /// As many as are asked for, or one where none are.
    #[serde(default)]
    pub approved: Option<bool>,
    #[serde(default)]
    pub approved_by: Vec<Approval>,
    /// Only where the edition has approval rules.
    #[serde(default)]
    pub approvals_required: Option<u64>,
    /// Only where the edition has approval rules.
    #[serde(default)]
    pub approvals_left: Option<u64>,
    /// Whether the token's owner did.
    #[serde(default)]
    pub user_has_approved: Option<bool>,
    /// Whether the token's owner may.
    #[serde(default)]
    pub user_can_approve: Option<bool>,
}

/// One approval.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Approval {
    pub user: User,
}

/// What became of an approval that was given or taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Approved {
    Done,
    /// It was so before. Only later versions tell.
    Already,
}

impl Client {
    /// Who approved a merge request.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when there is none; see [`RestError`] for the rest.
    pub async fn approvals(&self, project: &IdOrPath, iid: u64) -> Result<Approvals, RestError> {
        let resource = merge_request(project, iid).at("approvals");
        self.get(&resource, &[]).await
    }

    /// Approves a merge request as it was when its last commit was `sha`.
    ///
    /// # Errors
    /// [`RestError::Refused`] with status 409 when it has other commits now;
    /// [`RestError::Forbidden`] when one may not approve it, or did before (old versions do
    /// not tell these apart), or the project asks for a password; see [`RestError`] for the
    /// rest.
    pub async fn approve_merge_request(
        &self,
        project: &IdOrPath,
        iid: u64,
        sha: Option<&str>,
    ) -> Result<Approved, RestError> {
        let resource = merge_request(project, iid).at("approve");
        let body = match sha {
            Some(sha) => json!({ "sha": sha }),
            None => json!({}),
        };
        let told = self.tell(Method::POST, &resource, &body).await;
        match told.map_err(unchanged) {
            Ok(()) => Ok(Approved::Done),
            Err(None) => Ok(Approved::Already),
            Err(Some(error)) => Err(self.as_denial(error, &resource).await),
        }
    }

    /// Takes the approval of the token's owner back.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when there is no merge request, and of old versions when there
    /// is no approval; see [`RestError`] for the rest.
    pub async fn unapprove_merge_request(
        &self,
        project: &IdOrPath,
        iid: u64,
    ) -> Result<Approved, RestError> {
        let resource = merge_request(project, iid).at("unapprove");
        let told = self.tell(Method::POST, &resource, &json!({})).await;
        match told.map_err(unchanged) {
            Ok(()) => Ok(Approved::Done),
            Err(None) => Ok(Approved::Already),
            Err(Some(error)) => Err(self.as_denial(error, &resource).await),
        }
    }
}

/// `None` for the status that says that nothing had to change.
fn unchanged(error: RestError) -> Option<RestError> {
    match error {
        RestError::Refused { status: 304, .. } => None,
        error => Some(error),
    }
}
