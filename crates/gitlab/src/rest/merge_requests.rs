//! Merge requests.

use jiff::Timestamp;
use serde::Deserialize;

use super::client::Client;
use super::error::RestError;
use super::id_or_path::IdOrPath;
use super::milestones::Milestone;
use super::resource::Resource;

/// A merge request.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct MergeRequest {
    pub id: u64,
    /// The number that people see: `!7`.
    pub iid: u64,
    pub project_id: u64,
    pub title: String,
    pub state: MergeRequestState,
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
    pub merged_at: Option<Timestamp>,
    #[serde(default)]
    pub milestone: Option<Milestone>,
}

/// How far a merge request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MergeRequestState {
    Opened,
    Closed,
    /// While it is being merged.
    Locked,
    Merged,
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
        let resource = Resource::in_project(project, format!("merge request {project}!{iid}"));
        let resource = resource.at("merge_requests").at(iid);
        self.get(&resource, &[]).await
    }
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
