//! One issue: looked up, changed, with what is said when that was not possible.

use gitlab::rest::{Issue, IssueChange, IssueState, StateEvent};

use crate::answer::{Refused, Stopped};
use crate::context::Context;

/// The issue of this number.
pub(super) async fn find(context: &Context<'_>, iid: u64) -> Result<Issue, Stopped> {
    let (gitlab, project) = (context.gitlab()?, context.place()?);
    let issue = gitlab.issue(&project, iid).await;
    issue.map_err(|error| context.gitlab_said(&called(iid), error))
}

pub(super) async fn change(
    context: &Context<'_>,
    iid: u64,
    change: &IssueChange,
) -> Result<Issue, Stopped> {
    let (gitlab, project) = (context.gitlab()?, context.place()?);
    let issue = gitlab.update_issue(&project, iid, change).await;
    issue.map_err(|error| context.gitlab_said(&called(iid), error))
}

/// Closes an issue that is open, and opens one that is closed.
pub(super) async fn set_state(
    context: &Context<'_>,
    iid: u64,
    to: IssueState,
) -> Result<Issue, Stopped> {
    let issue = find(context, iid).await?;
    if issue.state == to {
        let state = match to {
            IssueState::Opened => "open",
            IssueState::Closed => "closed",
        };
        return Err(Stopped::Refused(Refused(format!(
            "{} is {state} already",
            called(iid)
        ))));
    }
    let event = match to {
        IssueState::Opened => StateEvent::Reopen,
        IssueState::Closed => StateEvent::Close,
    };
    let wanted = IssueChange {
        state_event: Some(event),
        ..IssueChange::default()
    };
    let issue = change(context, iid, &wanted).await?;
    // GitLab leaves out a state that one may not set, and says nothing of it.
    if issue.state == to {
        Ok(issue)
    } else {
        Err(not_allowed(iid))
    }
}

/// Whose issue it is from now on, nobody's without anybody. Editions that keep one person only
/// keep the first.
pub(super) async fn assign(
    context: &Context<'_>,
    iid: u64,
    people: Vec<u64>,
) -> Result<Issue, Stopped> {
    let first = people.first().copied();
    let wanted = IssueChange {
        assignee_ids: Some(people),
        ..IssueChange::default()
    };
    let issue = change(context, iid, &wanted).await?;
    // GitLab passes over people who may not see the issue, and fields that one may not set.
    let is_done = match first {
        Some(first) => issue.assignees.iter().any(|user| user.id == first),
        None => issue.assignees.is_empty(),
    };
    if is_done {
        Ok(issue)
    } else {
        Err(not_allowed(iid))
    }
}

fn not_allowed(iid: u64) -> Stopped {
    Stopped::Refused(Refused(format!(
        "GitLab left {} as it was: your account may not change that of it, or whoever was named may not see it",
        called(iid)
    )))
}

/// What a sentence calls an issue.
pub(super) fn called(iid: u64) -> String {
    format!("issue #{iid}")
}
