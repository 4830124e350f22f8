//! Merge requests: one, several, one's own. Opening is in `create`, reviewing in `review`, merging
//! in `accept`.

mod accept;
mod change;
mod create;
mod query;
mod review;
mod status;

use jiff::Timestamp;
use serde::Deserialize;

use super::client::Client;
use super::error::RestError;
use super::id_or_path::IdOrPath;
use super::identity::User;
use super::issues::Part;
use super::milestones::Milestone;
use super::paging::Listed;
use super::pipelines::Pipeline;
use super::query::Query;
use super::resource::Resource;
use super::web_url::MergeRequestUrl;
pub use accept::{Merge, MergeError};
pub use change::MergeRequestChange;
pub use create::{CreateError, NewMergeRequest};
pub use query::MergeRequestQuery;
pub use review::{Approval, Approvals, Approved};
pub use status::{MergeRequestState, MergeStatus};

/// A merge request. Lists leave some of it out.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct MergeRequest {
    pub id: u64,
    /// The number that people see: `!7`.
    pub iid: u64,
    pub project_id: u64,
    pub title: String,
    pub state: MergeRequestState,
    /// GitLab Markdown.
    #[serde(default)]
    pub description: Option<String>,
    #[serde(default)]
    pub web_url: Option<String>,
    #[serde(default)]
    pub labels: Vec<String>,
    #[serde(default)]
    pub source_branch: Option<String>,
    pub target_branch: String,
    /// The last commit of the source branch.
    #[serde(default)]
    pub sha: Option<String>,
    /// `None` until it is merged, and after a merge without a merge commit.
    #[serde(default)]
    pub merge_commit_sha: Option<String>,
    /// `None` when its commits were not squashed.
    #[serde(default)]
    pub squash_commit_sha: Option<String>,
    #[serde(default)]
    pub created_at: Option<Timestamp>,
    #[serde(default)]
    pub updated_at: Option<Timestamp>,
    #[serde(default)]
    pub merged_at: Option<Timestamp>,
    #[serde(default)]
    pub milestone: Option<Milestone>,
    #[serde(default)]
    pub author: Option<User>,
    #[serde(default)]
    pub assignees: Vec<User>,
    #[serde(default)]
    pub reviewers: Vec<User>,
    /// Versions before 13.2 call it `work_in_progress`.
    #[serde(default)]
    pub draft: bool,
    /// What stands in the way of its merge; absent before GitLab 15.6.
    #[serde(default)]
    pub detailed_merge_status: Option<MergeStatus>,
    #[serde(default)]
    pub has_conflicts: bool,
    /// It is merged by itself once its checks pass.
    #[serde(default)]
    pub merge_when_pipeline_succeeds: bool,
    /// Of the last commit; only when one merge request is asked for.
    #[serde(default)]
    pub head_pipeline: Option<Pipeline>,
    /// What the token's owner may; only when one merge request is asked for.
    #[serde(default)]
    pub user: Option<MayMerge>,
    #[serde(default)]
    pub upvotes: u64,
    #[serde(default)]
    pub downvotes: u64,
    /// Comments, lines of history apart.
    #[serde(default)]
    pub user_notes_count: u64,
}

/// What the token's owner may do with a merge request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct MayMerge {
    pub can_merge: bool,
}

impl MergeRequest {
    /// The commit by which it came into its target branch: the merge commit; after a
    /// fast-forward the squashed commit or else the last one. `None` until it is merged.
    #[must_use]
    pub fn merged_as(&self) -> Option<&str> {
        if self.state != MergeRequestState::Merged {
            return None;
        }
        [&self.merge_commit_sha, &self.squash_commit_sha, &self.sha]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .find(|sha| !sha.is_empty())
    }
}

impl Client {
    /// One merge request by the number that people see.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when there is none; see [`RestError`] for the rest.
    pub async fn merge_request(
        &self,
        project: &IdOrPath,
        iid: u64,
    ) -> Result<MergeRequest, RestError> {
        self.get(&merge_request(project, iid), &[]).await
    }

    /// One merge request by the address of its page.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when there is none; see [`RestError`] for the rest.
    pub async fn merge_request_at(
        &self,
        address: &MergeRequestUrl,
    ) -> Result<MergeRequest, RestError> {
        let project = IdOrPath::Path(address.project.clone());
        self.merge_request(&project, address.iid).await
    }

    /// The merge requests that fit, the latest changed first.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when there is no such project or group; see [`RestError`] for
    /// the rest.
    pub async fn merge_requests(
        &self,
        query: &MergeRequestQuery,
    ) -> Result<Listed<MergeRequest>, RestError> {
        let resource = query.place.resource(query.place.to_string());
        let resource = resource.at("merge_requests");
        self.list(&resource, &query.parameters().pairs(), query.limit)
            .await
    }

    /// The open merge requests of all projects that the token's owner wrote or has to do, the
    /// latest changed first.
    ///
    /// # Errors
    /// See [`RestError`].
    pub async fn my_merge_requests(
        &self,
        part: Part,
        limit: usize,
    ) -> Result<Listed<MergeRequest>, RestError> {
        self.list(&everywhere(), &part.of_mine().pairs(), limit)
            .await
    }

    /// The open merge requests of all projects that somebody is to review, the latest changed
    /// first.
    ///
    /// # Errors
    /// See [`RestError`].
    pub async fn merge_requests_to_review(
        &self,
        username: &str,
        limit: usize,
    ) -> Result<Listed<MergeRequest>, RestError> {
        self.list(&everywhere(), &to_review(username).pairs(), limit)
            .await
    }

    /// How many [`Client::my_merge_requests`] has; `None` when there are more than GitLab
    /// counts.
    ///
    /// # Errors
    /// See [`RestError`].
    pub async fn count_my_merge_requests(&self, part: Part) -> Result<Option<u64>, RestError> {
        self.count(&everywhere(), &part.of_mine().pairs()).await
    }

    /// How many [`Client::merge_requests_to_review`] has; `None` when there are more than
    /// GitLab counts.
    ///
    /// # Errors
    /// See [`RestError`].
    pub async fn count_merge_requests_to_review(
        &self,
        username: &str,
    ) -> Result<Option<u64>, RestError> {
        self.count(&everywhere(), &to_review(username).pairs())
            .await
    }
}

fn everywhere() -> Resource {
    Resource::named("merge requests").at("merge_requests")
}

/// By name, since a scope for it came late.
fn to_review(username: &str) -> Query {
    Query::new()
        .with("scope", "all")
        .with("reviewer_username", username)
        .with("state", "opened")
        .with("order_by", "updated_at")
        .with("sort", "desc")
}

fn merge_request(project: &IdOrPath, iid: u64) -> Resource {
    Resource::in_project(project, format!("merge request {project}!{iid}"))
        .at("merge_requests")
        .at(iid)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_merge_request_came_in_by_the_commit_that_its_merge_made() {
        for (state, merge, squash, expected) in [
            ("merged", Some("m1"), Some("s1"), Some("m1")),
            ("merged", None, Some("s1"), Some("s1")),
            ("merged", None, None, Some("h1")),
            ("opened", None, None, None),
            ("closed", None, Some("s1"), None),
        ] {
            let merge_request: MergeRequest = serde_json::from_value(json!({
                "id": 1, "iid": 7, "project_id": 2, "title": "Fix it", "state": state,
                "target_branch": "main", "sha": "h1",
                "merge_commit_sha": merge, "squash_commit_sha": squash,
            }))
            .unwrap();
            assert_eq!(merge_request.merged_as(), expected, "{merge_request:?}");
        }
    }
}
