//! `mr approve`: as whoever types it.

use domain::say;
use gitlab::rest::{Approved, MergeRequest, MergeRequestState, RestError};

use super::{card, one};
use crate::answer::{Answer, Stopped};
use crate::context::Context;
use crate::slash::{Argument, Command, Given, Place};

pub(in crate::slash) const COMMAND: Command = Command {
    name: "mr approve",
    aliases: &["merge_request approve", "merge-request approve"],
    summary: "Approve a merge request.",
    arguments: &[Argument::MERGE_REQUEST],
    place: Place::Project,
    needs_account: true,
    examples: &["mr approve shop!12", "shop mr approve 12"],
    run: |context, given| Box::pin(run(context, given)),
};

async fn run(context: &Context<'_>, given: &Given) -> Result<Answer, Stopped> {
    let iid = given.number("!MR");
    let merge_request = one::find(context, iid).await?;
    approve(context, &merge_request, merge_request.sha.as_deref()).await
}

/// Approves it as it was when its last commit was `sha`.
pub(super) async fn approve(
    context: &Context<'_>,
    merge_request: &MergeRequest,
    sha: Option<&str>,
) -> Result<Answer, Stopped> {
    let (iid, called) = (merge_request.iid, one::called(merge_request.iid));
    if merge_request.state != MergeRequestState::Opened {
        let state = card::state(merge_request).to_lowercase();
        return Err(one::refused(format!(
            "{called} is {state}; only open ones can be approved"
        )));
    }
    let (gitlab, project) = (context.gitlab()?, context.place()?);
    match gitlab.approve_merge_request(&project, iid, sha).await {
        Ok(Approved::Done) => {
            let deed = say!("*Approved* by {}", context.me()?);
            one::fresh(context, iid, deed).await
        }
        Ok(Approved::Already) => Err(one::refused(format!("you have approved {called} already"))),
        Err(RestError::Refused { status: 409, .. }) => Err(one::refused(format!(
            "{called} has other commits by now; look at it again before you approve it"
        ))),
        Err(RestError::Forbidden { .. }) => Err(may_not(context, iid).await),
        Err(error) => Err(one::said(context, iid, error)),
    }
}

/// GitLab does not say why somebody may not approve: it is one's own, or was approved before.
async fn may_not(context: &Context<'_>, iid: u64) -> Stopped {
    match one::look_up(context, iid).await {
        Err(stopped) => stopped,
        Ok((_, approvals)) => {
            let did = approvals.and_then(|approvals| approvals.user_has_approved);
            let called = one::called(iid);
            one::refused(if did == Some(true) {
                format!("you have approved {called} already")
            } else {
                format!(
                    "GitLab does not let you approve {called}: it is your own, or you are no eligible approver"
                )
            })
        }
    }
}
