//! GitLab's shape of a merge request.

use serde_json::{Value, json};

use super::planning::{references, tasks, time_stats, votes};
use super::{Shape, time};
use crate::gitlab::world::{MergeRequest, MergeRequestState, Noteable, Project};

impl Shape<'_> {
    /// A merge request as a list shows it.
    pub fn merge_request(self, project: &Project, mr: &MergeRequest) -> Value {
        let merged = mr.state == MergeRequestState::Merged;
        let merged_at = mr.merged_at.or(merged.then_some(mr.updated_at));
        let closed_at = (mr.state == MergeRequestState::Closed).then_some(mr.updated_at);
        let merge_user = mr.merge_user_id.map(|id| self.person_with(id));
        let assignees = self.people(&mr.assignee_ids);
        let reviewers: Vec<u64> = mr.reviewers.iter().map(|r| r.user_id).collect();
        let notes = project.notes.iter();
        let notes = notes.filter(|note| note.on == Noteable::MergeRequest(mr.iid));
        let mut shape = json!({
            "id": mr.id,
            "iid": mr.iid,
            "project_id": project.id,
            "title": mr.shown_title(),
            "description": mr.description,
            "state": mr.state.name().0,
            "created_at": time(mr.created_at),
            "updated_at": time(mr.updated_at),
            "merged_by": merge_user,
            "merge_user": merge_user,
            "merged_at": merged_at.map(time),
            "prepared_at": time(mr.created_at),
            "closed_by": null,
            "closed_at": closed_at.map(time),
            "target_branch": mr.target_branch,
            "source_branch": mr.source_branch,
            "user_notes_count": notes.count(),
            "author": self.person_with(mr.author_id),
            "assignees": assignees,
            "assignee": assignees.first(),
            "reviewers": self.people(&reviewers),
            "source_project_id": project.id,
            "target_project_id": project.id,
            "labels": self.label_titles(project, &mr.label_ids),
            "draft": mr.draft,
            "work_in_progress": mr.draft,
            "milestone": self.milestone_with(project, mr.milestone_id),
            "sha": mr.last_commit.sha,
            "merge_commit_sha": mr.merge_commit_sha,
            "squash_commit_sha": mr.squash_commit_sha,
            "squash": mr.squash_commit_sha.is_some(),
            "reference": format!("!{}", mr.iid),
            "references": references(project, '!', mr.iid),
            "web_url": self.page(project, &format!("merge_requests/{}", mr.iid)),
            "time_stats": time_stats(),
            "task_completion_status": tasks(&mr.description),
        });
        shape["merge_status"] = json!(if mr.conflicts {
            "cannot_be_merged"
        } else {
            "can_be_merged"
        });
        shape["detailed_merge_status"] = json!(project.merge_status(mr));
        shape["has_conflicts"] = json!(mr.conflicts);
        shape["merge_when_pipeline_succeeds"] = json!(mr.auto_merge_by.is_some());
        shape["imported"] = json!(false);
        shape["blocking_discussions_resolved"] = json!(true);
        for unset in ["discussion_locked", "should_remove_source_branch"] {
            shape[unset] = Value::Null;
        }
        shape["force_remove_source_branch"] = json!(true);
        let on = Noteable::MergeRequest(mr.iid);
        shape["upvotes"] = json!(votes(project, &on, "thumbsup"));
        shape["downvotes"] = json!(votes(project, &on, "thumbsdown"));
        shape
    }

    /// The approvals as one person gets them, who may or may not give one.
    pub fn approvals(self, project: &Project, mr: &MergeRequest, (me, may): (u64, bool)) -> Value {
        let rules = project.merge_rules;
        let left = rules.approvals.saturating_sub(mr.approved_by.len() as u64);
        let by = mr.approved_by.iter();
        let by = by
            .map(|id| json!({ "user": self.person_with(*id), "approved_at": time(mr.updated_at) }));
        json!({
            "id": mr.id,
            "iid": mr.iid,
            "project_id": project.id,
            "title": mr.shown_title(),
            "description": mr.description,
            "state": mr.state.name().0,
            "created_at": time(mr.created_at),
            "updated_at": time(mr.updated_at),
            "merge_status": if mr.conflicts { "cannot_be_merged" } else { "can_be_merged" },
            // Without a rule one approval is enough, and none is nothing.
            "approved": left == 0 && (0 < rules.approvals || !mr.approved_by.is_empty()),
            "approvals_required": rules.approvals,
            "approvals_left": left,
            "require_password_to_approve": false,
            "approved_by": by.collect::<Vec<_>>(),
            "suggested_approvers": [],
            "approvers": [],
            "approver_groups": [],
            "user_has_approved": mr.approved_by.contains(&me),
            "user_can_approve": may,
            "approval_rules_left": [],
            "has_approval_rules": 0 < rules.approvals,
            "merge_request_approvers_available": true,
            "multiple_approval_rules_available": true,
        })
    }

    /// A merge request by itself, with its pipeline and the commits that it compares.
    pub fn merge_request_alone(self, project: &Project, mr: &MergeRequest) -> Value {
        let mut shape = self.merge_request(project, mr);
        let mut pipelines = project.pipelines.iter();
        let pipeline = pipelines.find(|p| Some(p.id) == mr.head_pipeline_id);
        shape["head_pipeline"] = json!(pipeline.map(|p| self.pipeline_alone(project, p)));
        shape["pipeline"] = json!(pipeline.map(|p| self.pipeline(project, p)));
        let target = match &mr.merge_commit_sha {
            Some(sha) => project.commit_named(sha).and_then(|c| c.parents.first()),
            None => project.branch(&mr.target_branch).map(|branch| &branch.sha),
        };
        let base = target.and_then(|t| project.merge_base(&[t, &mr.last_commit.sha]));
        let base = base.map(|commit| &commit.sha);
        shape["diff_refs"] = json!({
            "base_sha": base,
            "head_sha": mr.last_commit.sha,
            "start_sha": target,
        });
        shape["changes_count"] = json!("1");
        shape["merge_error"] = Value::Null;
        shape["first_contribution"] = json!(false);
        shape["user"] = json!({ "can_merge": true });
        shape
    }
}
