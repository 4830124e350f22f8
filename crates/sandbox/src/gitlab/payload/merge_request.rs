//! Merge requests.

use serde_json::{Map, Value, json};

use super::{Source, utc};
use crate::gitlab::world::{MergeRequest, ReviewState, Reviewer};

/// What happened to a merge request.
pub(in crate::gitlab) struct MergeRequestEvent<'a> {
    pub merge_request: &'a MergeRequest,
    /// open, update, approved, approval, unapproved, unapproval, merge, close or reopen.
    pub action: &'a str,
    /// GitLab's `changes`: a field's `previous` and `current`.
    pub changes: Map<String, Value>,
    /// The head before a push to the merge request.
    pub oldrev: Option<&'a str>,
}

/// A merge request event.
pub(in crate::gitlab) fn merge_request(source: Source<'_>, event: &MergeRequestEvent<'_>) -> Value {
    let merge_request = event.merge_request;
    let mut attributes = attributes(source, merge_request);
    attributes["action"] = json!(event.action);
    if let Some(oldrev) = event.oldrev {
        attributes["oldrev"] = json!(oldrev);
    }
    let mut body = json!({
        "object_kind": "merge_request",
        "event_type": "merge_request",
        "user": source.actor(),
        "project": source.project(),
        "object_attributes": attributes,
        "labels": source.labels(&merge_request.label_ids),
        "changes": event.changes,
        "repository": source.repository(),
    });
    // GitLab leaves these two out when nobody is named.
    if !merge_request.assignee_ids.is_empty() {
        body["assignees"] = json!(source.people(&merge_request.assignee_ids));
    }
    if !merge_request.reviewers.is_empty() {
        body["reviewers"] = json!(reviewers(source, &merge_request.reviewers));
    }
    body
}

/// Reviewers with what each has done.
pub(in crate::gitlab) fn reviewers(source: Source<'_>, reviewers: &[Reviewer]) -> Vec<Value> {
    reviewers
        .iter()
        .filter_map(|reviewer| {
            let mut person = source.person(source.world.user(reviewer.user_id)?);
            person["state"] = json!(match reviewer.state {
                ReviewState::Unreviewed => "unreviewed",
                ReviewState::Approved => "approved",
                ReviewState::Unapproved => "unapproved",
            });
            person["re_requested"] = json!(reviewer.re_requested);
            Some(person)
        })
        .collect()
}

/// The `object_attributes`, or the `merge_request` block of a comment.
pub(super) fn attributes(source: Source<'_>, merge_request: &MergeRequest) -> Value {
    let (state, state_id) = merge_request.state.name();
    let reviewer_ids: Vec<u64> = merge_request.reviewers.iter().map(|r| r.user_id).collect();
    let mut attributes = json!({
        "id": merge_request.id,
        "iid": merge_request.iid,
        "title": merge_request.shown_title(),
        "description": merge_request.description,
        "draft": merge_request.draft,
        "work_in_progress": merge_request.draft,
        "state": state,
        "state_id": state_id,
        "author_id": merge_request.author_id,
        "assignee_id": merge_request.assignee_ids.first(),
        "assignee_ids": merge_request.assignee_ids,
        "reviewer_ids": reviewer_ids,
        "milestone_id": merge_request.milestone_id,
        "source_branch": merge_request.source_branch,
        "source_project_id": source.project.id,
        "target_branch": merge_request.target_branch,
        "target_project_id": source.project.id,
        "created_at": utc(merge_request.created_at),
        "updated_at": utc(merge_request.updated_at),
        "prepared_at": utc(merge_request.created_at),
        "last_edited_at": null,
        "last_edited_by_id": null,
        "updated_by_id": null,
        "url": source.page(&format!("merge_requests/{}", merge_request.iid)),
        "source": source.project(),
        "target": source.project(),
        "last_commit": source.commit(&merge_request.last_commit),
        "labels": source.labels(&merge_request.label_ids),
        "system": false,
    });
    merge_state(source, merge_request, &mut attributes);
    time_tracking(&mut attributes);
    attributes
}

fn merge_state(source: Source<'_>, merge_request: &MergeRequest, attributes: &mut Value) {
    let merge_status = match merge_request.conflicts {
        true => "cannot_be_merged",
        false => "can_be_merged",
    };
    attributes["merge_status"] = json!(merge_status);
    attributes["detailed_merge_status"] = json!(source.project.merge_status(merge_request));
    attributes["merge_commit_sha"] = json!(merge_request.merge_commit_sha);
    attributes["merge_user_id"] = json!(merge_request.merge_user_id);
    attributes["merge_when_pipeline_succeeds"] = json!(merge_request.auto_merge_by.is_some());
    attributes["merge_error"] = Value::Null;
    attributes["merge_params"] = json!({ "force_remove_source_branch": "1" });
    attributes["head_pipeline_id"] = json!(merge_request.head_pipeline_id);
    attributes["blocking_discussions_resolved"] = json!(true);
    attributes["first_contribution"] = json!(false);
    attributes["approval_rules"] = json!([]);
}

/// The time tracking fields of issues and merge requests; nobody tracks time here.
pub(super) fn time_tracking(attributes: &mut Value) {
    for counted in ["time_estimate", "total_time_spent", "time_change"] {
        attributes[counted] = json!(0);
    }
    for said in [
        "human_time_estimate",
        "human_total_time_spent",
        "human_time_change",
    ] {
        attributes[said] = Value::Null;
    }
}
