//! Merge requests and who reviews them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Commit, Project};

/// Where a merge request is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MergeRequestState {
    Opened,
    Closed,
    Merged,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MergeRequest {
    pub id: u64,
    pub iid: u64,
    pub title: String,
    pub description: String,
    pub draft: bool,
    pub state: MergeRequestState,
    pub source_branch: String,
    pub target_branch: String,
    pub author_id: u64,
    pub assignee_ids: Vec<u64>,
    pub reviewers: Vec<Reviewer>,
    pub approved_by: Vec<u64>,
    pub label_ids: Vec<u64>,
    pub milestone_id: Option<u64>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub last_commit: Commit,
    pub merge_commit_sha: Option<String>,
    #[serde(default)]
    pub squash_commit_sha: Option<String>,
    #[serde(default)]
    pub merged_at: Option<Timestamp>,
    pub merge_user_id: Option<u64>,
    pub head_pipeline_id: Option<u64>,
    /// Whether its branch and its target changed the same lines.
    #[serde(default)]
    pub conflicts: bool,
    /// Who had it merged once its pipeline passes.
    #[serde(default)]
    pub auto_merge_by: Option<u64>,
    /// Whether its source branch stays when it is merged.
    #[serde(default)]
    pub keep_branch: bool,
}

/// What a reviewer has done so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewState {
    Unreviewed,
    Approved,
    Unapproved,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reviewer {
    pub user_id: u64,
    pub state: ReviewState,
    pub re_requested: bool,
}

impl MergeRequestState {
    /// GitLab's word and number for it.
    #[must_use]
    pub fn name(self) -> (&'static str, u8) {
        match self {
            Self::Opened => ("opened", 1),
            Self::Closed => ("closed", 2),
            Self::Merged => ("merged", 3),
        }
    }
}

impl MergeRequest {
    /// The title with GitLab's prefix for drafts.
    #[must_use]
    pub fn shown_title(&self) -> String {
        if self.draft {
            format!("Draft: {}", self.title)
        } else {
            self.title.clone()
        }
    }
}

impl Project {
    /// GitLab's word for what stands in the way of merging it; "mergeable" when nothing does.
    #[must_use]
    pub fn merge_status(&self, merge_request: &MergeRequest) -> &'static str {
        let mut pipelines = self.pipelines.iter();
        let head = merge_request.head_pipeline_id;
        let head = pipelines.find(|pipeline| Some(pipeline.id) == head);
        let approvals = merge_request.approved_by.len() as u64;
        if merge_request.state != MergeRequestState::Opened {
            "not_open"
        } else if merge_request.draft {
            "draft_status"
        } else if merge_request.conflicts {
            "conflict"
        } else if approvals < self.merge_rules.approvals {
            "not_approved"
        } else if !self.merge_rules.pipeline_must_pass {
            "mergeable"
        } else {
            match head {
                Some(pipeline) if pipeline.is_active() => "ci_still_running",
                Some(pipeline) if pipeline.status == "success" => "mergeable",
                Some(_) | None => "ci_must_pass",
            }
        }
    }
}
