//! Merge requests: opening, closing and reopening them. What happens between is in the parts.

mod changing;
mod creating;
mod merging;
mod reviewing;
mod updating;

use domain::EventKind;
use serde_json::{Map, Value};

use super::ci::{self, End, Start};
use super::{
    ASSIGNEES, Act, DESCRIPTION, LABELS, MILESTONE, MR, PIPELINE, REVIEWERS, TITLE, field,
};
use crate::gitlab::args::{Args, DoError, Takes};
use crate::gitlab::payload::{self, MergeRequestEvent};
use crate::gitlab::scene::{Scene, next_iid};
use crate::gitlab::words;
use crate::gitlab::world::{MergeRequest, MergeRequestState, ReviewState, Reviewer};

pub(in crate::gitlab) use changing::{Change, change};
pub(in crate::gitlab) use creating::{New, create};
pub(super) use merging::{MERGE, merge_after_pipeline};
pub(in crate::gitlab) use merging::{Merging, merge_now};
pub(in crate::gitlab) use reviewing::record_review;
pub(super) use reviewing::{APPROVE, UNAPPROVE};
pub(super) use updating::{MERGE_RULES, UPDATE};

pub(super) const OPEN: Act = Act {
    what: "open_mr",
    label: "Open MR",
    group: "Merge requests",
    common: true,
    summary: "Open a merge request; its branch is made when it is new",
    fields: &[
        TITLE,
        DESCRIPTION,
        field(
            "branch",
            Takes::Ref,
            "the source branch; named after the title unless given",
        ),
        field(
            "target",
            Takes::Ref,
            "the target branch; the default branch unless given",
        ),
        field("draft", Takes::YesNo, "whether it is a draft"),
        LABELS,
        ASSIGNEES,
        REVIEWERS,
        MILESTONE,
        PIPELINE,
    ],
    run: open,
};

pub(super) const CLOSE: Act = Act {
    what: "close_mr",
    label: "Close MR",
    group: "Merge requests",
    common: false,
    summary: "Close a merge request without merging it",
    fields: &[MR],
    run: |scene, args| {
        let states = (MergeRequestState::Opened, MergeRequestState::Closed);
        turn(scene, args, states)
    },
};

pub(super) const REOPEN: Act = Act {
    what: "reopen_mr",
    label: "Reopen MR",
    group: "Merge requests",
    common: false,
    summary: "Open a closed merge request again",
    fields: &[MR],
    run: |scene, args| {
        let states = (MergeRequestState::Closed, MergeRequestState::Opened);
        turn(scene, args, states)
    },
};

fn open(scene: &mut Scene<'_>, args: &Args) -> Result<(), DoError> {
    let title = args.text_or("title", || {
        words::pick(scene.chance, words::CHANGES).to_owned()
    });
    let target = args.text_or("target", || scene.project().default_branch.clone());
    let base = ci::head(scene, &target).map_err(|_| unknown_target(scene, &target))?;
    let iid = next_iid(scene.project().merge_requests.iter().map(|mr| mr.iid));
    let source_branch = source_branch(scene, args, &title, iid);
    if source_branch == target {
        return Err(DoError::impossible(
            "branch",
            format!("{target} is the target branch"),
        ));
    }
    let draft_title = title.strip_prefix("Draft: ").map(str::to_owned);
    let reviewers = scene.people("reviewers", args.many("reviewers").unwrap_or_default())?;
    let milestone_id = args
        .text("milestone")
        .map(|title| scene.milestone(title))
        .transpose()?;
    let assignee_ids = scene.people("assignees", args.many("assignees").unwrap_or_default())?;
    let last_commit = match scene.project().head(&source_branch) {
        Some(head) => head.clone(),
        None => scene.commit(title.clone(), 300, vec![base.sha]),
    };
    scene
        .project_mut()
        .set_branch(&source_branch, &last_commit.sha);
    let new = New {
        draft: args.yes_no("draft").unwrap_or(draft_title.is_some()),
        title: draft_title.unwrap_or(title),
        description: args.text("description").unwrap_or_default().to_owned(),
        source_branch,
        target_branch: target,
        assignee_ids,
        reviewer_ids: reviewers,
        labels: args.many("labels").unwrap_or_default().to_vec(),
        milestone_id,
        keep_branch: false,
    };
    let merge_request = create(scene, new, last_commit);
    let pipeline = args
        .text("pipeline")
        .and_then(|option| End::of_option(Some(option)));
    if let Some(end) = pipeline {
        run_pipeline(scene, &merge_request, &end);
    }
    Ok(())
}

fn unknown_target(scene: &Scene<'_>, target: &str) -> DoError {
    DoError::UnknownValue {
        field: "target".to_owned(),
        value: target.to_owned(),
        allowed: scene
            .project()
            .branches
            .iter()
            .map(|branch| branch.name.clone())
            .collect(),
    }
}

/// The branch asked for, or one named after the title that no open merge request uses.
fn source_branch(scene: &Scene<'_>, args: &Args, title: &str, iid: u64) -> String {
    args.text_or("branch", || {
        let slug = words::slug(title);
        let taken = scene.project().branch(&slug).is_some();
        if taken { format!("{slug}-{iid}") } else { slug }
    })
}

fn new_reviewer(user_id: u64) -> Reviewer {
    Reviewer {
        user_id,
        state: ReviewState::Unreviewed,
        re_requested: false,
    }
}

fn run_pipeline(scene: &mut Scene<'_>, merge_request: &MergeRequest, end: &End) {
    let start = Start {
        git_ref: &merge_request.source_branch,
        tag: false,
        before_sha: &merge_request.last_commit.sha,
        commit: merge_request.last_commit.clone(),
        merge_request_iid: Some(merge_request.iid),
        name: None,
        source: None,
        variables: &[],
    };
    ci::run_pipeline(scene, start, end);
}

fn send(
    scene: &mut Scene<'_>,
    merge_request: &MergeRequest,
    action: &str,
    changes: Map<String, Value>,
) {
    let event = MergeRequestEvent {
        merge_request,
        action,
        changes,
        oldrev: None,
    };
    let body = payload::merge_request(scene.source(), &event);
    scene.say("iid", merge_request.iid);
    scene.say("branch", merge_request.source_branch.as_str());
    scene.send(EventKind::MergeRequest, body);
}

fn is_open(merge_request: &MergeRequest) -> bool {
    merge_request.state == MergeRequestState::Opened
}

fn turn(
    scene: &mut Scene<'_>,
    args: &Args,
    (from, to): (MergeRequestState, MergeRequestState),
) -> Result<(), DoError> {
    let wanted = if from == MergeRequestState::Opened {
        "open"
    } else {
        "closed"
    };
    let merge_request = scene.merge_request(args.text("mr"), wanted, |mr| mr.state == from)?;
    let change = Change {
        state: Some(to),
        ..Change::default()
    };
    changing::change(scene, merge_request, &change);
    Ok(())
}
