//! One merge request: looked up with its approvals, with what is said when that was not possible.

use domain::Mrkdwn;
use futures_util::future;
use gitlab::rest::{Approvals, MergeRequest, MergeRequestChange, MergeRequestState, StateEvent};

use super::card;
use crate::answer::{Answer, Refused, Stopped};
use crate::context::Context;

/// The merge request of this number, and who approved it: not every edition tells.
pub(super) async fn look_up(
    context: &Context<'_>,
    iid: u64,
) -> Result<(MergeRequest, Option<Approvals>), Stopped> {
    let (gitlab, project) = (context.gitlab()?, context.place()?);
    let merge_request = gitlab.merge_request(&project, iid);
    let approvals = gitlab.approvals(&project, iid);
    let (merge_request, approvals) = future::join(merge_request, approvals).await;
    let merge_request = merge_request.map_err(|error| said(context, iid, error))?;
    let approvals = approvals.inspect_err(|error| {
        tracing::debug!(%error, "approvals of a merge request are not told");
    });
    Ok((merge_request, approvals.ok()))
}

/// Only the merge request itself.
pub(super) async fn find(context: &Context<'_>, iid: u64) -> Result<MergeRequest, Stopped> {
    let (gitlab, project) = (context.gitlab()?, context.place()?);
    let found = gitlab.merge_request(&project, iid).await;
    found.map_err(|error| said(context, iid, error))
}

/// The card as it is now, with what was done.
pub(super) async fn fresh(
    context: &Context<'_>,
    iid: u64,
    deed: Mrkdwn,
) -> Result<Answer, Stopped> {
    let (merge_request, approvals) = look_up(context, iid).await?;
    let project = context.project()?;
    Ok(card::answer(
        project,
        &merge_request,
        approvals.as_ref(),
        deed,
    ))
}

pub(super) async fn change(
    context: &Context<'_>,
    iid: u64,
    change: &MergeRequestChange,
) -> Result<MergeRequest, Stopped> {
    let (gitlab, project) = (context.gitlab()?, context.place()?);
    let changed = gitlab.update_merge_request(&project, iid, change).await;
    changed.map_err(|error| said(context, iid, error))
}

/// Closes a merge request that is open, and opens one that is closed.
pub(super) async fn set_state(
    context: &Context<'_>,
    iid: u64,
    event: StateEvent,
) -> Result<(), Stopped> {
    let merge_request = find(context, iid).await?;
    let from = match event {
        StateEvent::Close => MergeRequestState::Opened,
        StateEvent::Reopen => MergeRequestState::Closed,
    };
    if merge_request.state != from {
        return Err(refused(format!(
            "{} is {} already",
            called(iid),
            card::state(&merge_request).to_lowercase()
        )));
    }
    let wanted = MergeRequestChange {
        state_event: Some(event),
        ..MergeRequestChange::default()
    };
    let changed = change(context, iid, &wanted).await?;
    // GitLab leaves out a state that one may not set, and says nothing of it.
    if changed.state == from {
        return Err(refused(format!(
            "GitLab left {} as it was: your account may not change its state, or its source branch is gone",
            called(iid)
        )));
    }
    Ok(())
}

pub(super) fn said(context: &Context<'_>, iid: u64, error: gitlab::rest::RestError) -> Stopped {
    context.gitlab_said(&called(iid), error)
}

pub(super) fn refused(why: String) -> Stopped {
    Stopped::Refused(Refused(why))
}

/// What a sentence calls a merge request.
pub(super) fn called(iid: u64) -> String {
    format!("merge request !{iid}")
}
