//! Merging, and why it was not possible.

use domain::say;
use gitlab::rest::{Merge, MergeError, MergeRequest, MergeRequestState, MergeStatus, RestError};

use super::{card, one};
use crate::answer::{Answer, Stopped};
use crate::context::Context;

/// When it is merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    Now,
    /// By itself, when its checks have passed.
    ChecksPass,
}

/// Merges it, as it was when its last commit was `sha`: nothing newer is merged than was looked
/// at.
pub(super) async fn merge(
    context: &Context<'_>,
    merge_request: &MergeRequest,
    sha: Option<String>,
    when: When,
) -> Result<Answer, Stopped> {
    let iid = merge_request.iid;
    if merge_request.state != MergeRequestState::Opened {
        let state = card::state(merge_request).to_lowercase();
        return Err(one::refused(format!("{} is {state}", one::called(iid))));
    }
    let wanted = Merge {
        sha,
        when_checks_pass: when == When::ChecksPass,
        ..Merge::default()
    };
    let (gitlab, project) = (context.gitlab()?, context.place()?);
    match gitlab.merge(&project, iid, &wanted).await {
        Ok(merged) => {
            let me = context.me()?;
            let deed = match merged.state {
                MergeRequestState::Merged => say!("*Merged* by {me}"),
                MergeRequestState::Locked => say!("*Being merged* by {me}"),
                MergeRequestState::Opened | MergeRequestState::Closed => {
                    say!("*Set to be merged* by {me} when its checks have passed")
                }
            };
            one::fresh(context, iid, deed).await
        }
        Err(MergeError::NotMergeable { message, .. }) => {
            let now = one::find(context, iid).await?;
            Err(one::refused(not_mergeable(&now, &message)))
        }
        Err(MergeError::Outdated { .. }) => Err(one::refused(format!(
            "{} has other commits by now; look at it again before you merge it",
            one::called(iid)
        ))),
        Err(MergeError::Call(RestError::Forbidden { .. })) => Err(may_not(iid)),
        Err(MergeError::Call(error)) => Err(one::said(context, iid, error)),
    }
}

fn may_not(iid: u64) -> Stopped {
    one::refused(format!(
        "your GitLab account may not merge {} into its target branch; a Maintainer can, or can allow it",
        one::called(iid)
    ))
}

/// Why it cannot be merged: the reason that GitLab keeps with it, else the words of its refusal.
fn not_mergeable(merge_request: &MergeRequest, message: &str) -> String {
    let called = one::called(merge_request.iid);
    let status = merge_request.detailed_merge_status;
    let why = match status.and_then(MergeStatus::in_the_way) {
        Some(why) => why.to_owned(),
        None if merge_request.has_conflicts => "it has conflicts with its target branch".to_owned(),
        None if merge_request.draft => "it is a draft".to_owned(),
        None => format!("GitLab says: {message}"),
    };
    let remedy = if status.is_some_and(MergeStatus::is_pending) {
        "; try again in a moment".to_owned()
    } else if card::pipeline_runs(merge_request) {
        format!(
            "; `mr merge {} when pipeline succeeds` merges it then",
            merge_request.iid
        )
    } else {
        String::new()
    };
    format!("{called} cannot be merged: {why}{remedy}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::slash::merge_request::card::tests::merge_request;

    #[test]
    fn what_is_in_the_way_of_a_merge_is_said_with_the_remedy() {
        for (more, expected) in [
            (
                json!({"detailed_merge_status": "conflict"}),
                "it has conflicts with its target branch",
            ),
            (
                json!({"detailed_merge_status": "not_approved"}),
                "it lacks approvals",
            ),
            (
                json!({"detailed_merge_status": "checking"}),
                "GitLab is still checking it; try again in a moment",
            ),
            (
                json!({"detailed_merge_status": "ci_still_running",
                       "head_pipeline": {"id": 9, "status": "running"}}),
                "its pipeline is still running; `mr merge 12 when pipeline succeeds` merges it then",
            ),
            (
                json!({"detailed_merge_status": null, "draft": true}),
                "it is a draft",
            ),
            (
                json!({"detailed_merge_status": "mergeable"}),
                "GitLab says: Branch cannot be merged",
            ),
        ] {
            let said = not_mergeable(&merge_request(&more), "Branch cannot be merged");
            let expected = format!("merge request !12 cannot be merged: {expected}");
            assert_eq!(said, expected, "{more}");
        }
    }
}
