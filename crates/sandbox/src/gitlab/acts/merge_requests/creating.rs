//! Making a merge request, for acts and for the REST API.

use serde_json::Map;

use super::{new_reviewer, send};
use crate::gitlab::scene::{Scene, next_iid};
use crate::gitlab::world::{Commit, MergeRequest, MergeRequestState};

/// A merge request that is to be opened by the acting person; its branches are there.
#[derive(Clone, Debug, Default)]
pub(in crate::gitlab) struct New {
    /// Without the prefix of drafts.
    pub title: String,
    pub draft: bool,
    pub description: String,
    pub source_branch: String,
    pub target_branch: String,
    pub assignee_ids: Vec<u64>,
    pub reviewer_ids: Vec<u64>,
    /// By title; those that are new are made.
    pub labels: Vec<String>,
    pub milestone_id: Option<u64>,
    /// Whether the source branch stays when it is merged.
    pub keep_branch: bool,
}

impl New {
    /// One from `source` into `target`, and nothing more said.
    pub fn from_branch(title: String, source: String, target: String) -> Self {
        Self {
            title,
            source_branch: source,
            target_branch: target,
            ..Self::default()
        }
    }
}

/// Opens it, sends the event of it and answers it.
pub(in crate::gitlab) fn create(
    scene: &mut Scene<'_>,
    new: New,
    last_commit: Commit,
) -> MergeRequest {
    let iid = next_iid(scene.project().merge_requests.iter().map(|mr| mr.iid));
    let reviewers = new.reviewer_ids.into_iter().map(new_reviewer);
    let merge_request = MergeRequest {
        id: scene.world.next_id(),
        iid,
        draft: new.draft,
        title: new.title,
        description: new.description,
        state: MergeRequestState::Opened,
        source_branch: new.source_branch,
        target_branch: new.target_branch,
        author_id: scene.user.id,
        assignee_ids: new.assignee_ids,
        reviewers: reviewers.collect(),
        approved_by: Vec::new(),
        label_ids: scene.labels(&new.labels),
        milestone_id: new.milestone_id,
        created_at: scene.now,
        updated_at: scene.now,
        last_commit,
        merge_commit_sha: None,
        squash_commit_sha: None,
        merged_at: None,
        merge_user_id: None,
        head_pipeline_id: None,
        conflicts: false,
        auto_merge_by: None,
        keep_branch: new.keep_branch,
    };
    send(scene, &merge_request, "open", Map::new());
    scene.keep_merge_request(merge_request.clone());
    merge_request
}
