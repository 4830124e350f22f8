//! Approving a merge request, and taking that back.

use serde_json::Map;

use super::{is_open, send};
use crate::gitlab::acts::{Act, MR, field};
use crate::gitlab::args::{Args, DoError, Takes};
use crate::gitlab::scene::Scene;
use crate::gitlab::world::{MergeRequest, ReviewState};

pub(in crate::gitlab::acts) const APPROVE: Act = Act {
    what: "approve",
    label: "Approve",
    group: "Merge requests",
    common: true,
    summary: "Approve a merge request",
    fields: &[
        MR,
        field(
            "partial",
            Takes::YesNo,
            "true when more approvals are needed after this one",
        ),
    ],
    run: |scene, args| review(scene, args, true),
};

pub(in crate::gitlab::acts) const UNAPPROVE: Act = Act {
    what: "unapprove",
    label: "Revoke approval",
    group: "Merge requests",
    common: false,
    summary: "Take back an approval",
    fields: &[
        MR,
        field(
            "partial",
            Takes::YesNo,
            "true when it was not approved in full before",
        ),
    ],
    run: |scene, args| review(scene, args, false),
};

fn review(scene: &mut Scene<'_>, args: &Args, approves: bool) -> Result<(), DoError> {
    let merge_request = scene.merge_request(args.text("mr"), "open", is_open)?;
    let partial = args.yes_no("partial") == Some(true);
    record_review(scene, merge_request, approves, partial);
    Ok(())
}

/// Records that the acting person approves, or no longer does; `partial` when more approvals are
/// needed.
pub(in crate::gitlab) fn record_review(
    scene: &mut Scene<'_>,
    mut merge_request: MergeRequest,
    approves: bool,
    partial: bool,
) -> MergeRequest {
    let user_id = scene.user.id;
    merge_request.approved_by.retain(|id| *id != user_id);
    if approves {
        merge_request.approved_by.push(user_id);
    }
    let state = if approves {
        ReviewState::Approved
    } else {
        ReviewState::Unapproved
    };
    for reviewer in merge_request
        .reviewers
        .iter_mut()
        .filter(|r| r.user_id == user_id)
    {
        reviewer.state = state;
        reviewer.re_requested = false;
    }
    merge_request.updated_at = scene.now;
    let action = match (approves, partial) {
        (true, false) => "approved",
        (true, true) => "approval",
        (false, false) => "unapproved",
        (false, true) => "unapproval",
    };
    send(scene, &merge_request, action, Map::new());
    scene.keep_merge_request(merge_request.clone());
    merge_request
}
