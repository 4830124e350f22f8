//! The page of a merge request.

use super::Page;
use super::parts::{comments, description, facts, labels, milestone, people, person};
use crate::gitlab::http::html::Safe;
use crate::gitlab::world::{MergeRequest, Noteable, Project, World};

pub(super) fn page(world: &World, project: &Project, mr: &MergeRequest, inside: bool) -> Page {
    let reviewers: Vec<u64> = mr.reviewers.iter().map(|r| r.user_id).collect();
    let mut shown = vec![
        ("State", mr.state.name().0.to_owned()),
        ("Opened by", person(world, mr.author_id)),
        ("Assignees", people(world, &mr.assignee_ids)),
        ("Reviewers", people(world, &reviewers)),
        ("Approved by", approvals(world, project, mr)),
        ("Pipeline", pipeline(project, mr)),
        ("Merging", merging(project, mr)),
        ("Labels", labels(project, &mr.label_ids)),
        ("Milestone", milestone(world, project, mr.milestone_id)),
    ];
    if let Some(id) = mr.merge_user_id {
        shown.push(("Merged by", person(world, id)));
    }
    let main = format!(
        "<p class=\"about\">{state}: <code>{source}</code> into <code>{target}</code></p>\
         {facts}{description}{comments}",
        state = mr.state.name().0,
        source = Safe(&mr.source_branch),
        target = Safe(&mr.target_branch),
        facts = facts(&shown),
        description = description(&mr.description),
        comments = comments(world, project, &Noteable::MergeRequest(mr.iid), inside),
    );
    (format!("!{} {}", mr.iid, mr.shown_title()), main)
}

fn approvals(world: &World, project: &Project, mr: &MergeRequest) -> String {
    let by = people(world, &mr.approved_by);
    let left = project.merge_rules.approvals;
    let left = left.saturating_sub(mr.approved_by.len() as u64);
    match left {
        0 => by,
        1 => format!("{by}; one more is needed"),
        left => format!("{by}; {left} more are needed"),
    }
}

fn pipeline(project: &Project, mr: &MergeRequest) -> String {
    let mut pipelines = project.pipelines.iter();
    let found = pipelines.find(|pipeline| Some(pipeline.id) == mr.head_pipeline_id);
    found.map_or_else(
        || "none".to_owned(),
        |pipeline| {
            format!(
                "<a href=\"/{path}/-/pipelines/{id}\">#{id}</a> {status}",
                path = Safe(&project.path_with_namespace),
                id = pipeline.id,
                status = Safe(&pipeline.status),
            )
        },
    )
}

fn merging(project: &Project, mr: &MergeRequest) -> String {
    match project.merge_status(mr) {
        _ if mr.auto_merge_by.is_some() => "waits for the pipeline",
        "mergeable" => "can be merged",
        "draft_status" => "a draft",
        "conflict" => "has conflicts",
        "not_approved" => "needs approval",
        "ci_still_running" => "needs the pipeline to end",
        "ci_must_pass" => "needs a pipeline that passes",
        _ => "not open",
    }
    .to_owned()
}
