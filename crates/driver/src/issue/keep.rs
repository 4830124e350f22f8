//! Keeps the rollout issue in step with the rollout: there, its boxes, its labels, its links, and
//! closed at the end.

mod create;

use gitlab::rest::{Client, Issue, IssueState, LabelChange};
use gitlab::task_list::{self, TaskState};
use rollouts::issue as text;
use rollouts::{Link, Rollout, State};

use super::{Found, address, at};
use crate::driver::Parts;
use crate::effects::{Tried, Undone};

/// Brings the issue to how the rollout stands. Looks at what is there first, so that it can be
/// done any number of times.
pub(crate) async fn keep(parts: &Parts, rollout: &Rollout) -> Tried {
    let gitlab = parts.gitlab.as_ref().ok_or_else(Undone::no_gitlab)?;
    let url = match address(rollout) {
        Some(url) => url.to_owned(),
        None => match create::create(parts, gitlab, rollout).await? {
            Some(url) => url,
            None => return Ok(None),
        },
    };
    let found = at(gitlab, &url)?;
    let Found { project, iid } = &found;
    let edited = gitlab
        .edit_issue_description(project, *iid, |text| in_step(text, rollout))
        .await?;
    let issue = edited.issue();
    label(gitlab, &found, issue, rollout.state).await?;
    link(gitlab, &found, rollout).await?;
    if rollout.state == State::Completed {
        close(gitlab, rollout, &found, issue).await?;
    }
    Ok(Some(url))
}

/// The text with the boxes as they are to be. A box that people tick is never unticked here: it
/// may have been ticked a moment ago.
fn in_step(before: &str, rollout: &Rollout) -> String {
    let mut text = text::with_steps(before, rollout);
    for item in text::items(rollout) {
        let state = match (item.done, &item.manual) {
            (true, _) => TaskState::Done,
            (false, None) => TaskState::Open,
            (false, Some(_)) => continue,
        };
        if let Some(changed) = task_list::set(&text, &item.marker, state) {
            text = changed;
        }
    }
    text
}

async fn label(gitlab: &Client, found: &Found, issue: &Issue, state: State) -> Result<(), Undone> {
    let has = |name: &&str| issue.labels.iter().any(|label| label == name);
    let wanted = [text::LABEL, text::label(state)];
    let add: Vec<&str> = wanted.into_iter().filter(|name| !has(name)).collect();
    let others = text::other_labels(state).into_iter();
    let remove: Vec<&str> = others.filter(has).collect();
    if add.is_empty() && remove.is_empty() {
        return Ok(());
    }
    let owned = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect();
    let change = LabelChange {
        add: owned(add),
        remove: owned(remove),
    };
    let Found { project, iid } = found;
    gitlab.change_issue_labels(project, *iid, &change).await?;
    Ok(())
}

/// The change management issue, if there is one, is linked both ways: GitLab shows it on both.
async fn link(gitlab: &Client, found: &Found, rollout: &Rollout) -> Result<(), Undone> {
    let named = rollout.links.get(&Link::ChangeIssue);
    let Some(url) = named.or(rollout.plan.links.change_issue.as_ref()) else {
        return Ok(());
    };
    let other = at(gitlab, url)?;
    let (ours, other) = ((&found.project, found.iid), (&other.project, other.iid));
    Ok(gitlab.link_issues(ours, other).await?)
}

/// The feature issue first, the rollout issue last.
async fn close(
    gitlab: &Client,
    rollout: &Rollout,
    found: &Found,
    issue: &Issue,
) -> Result<(), Undone> {
    if let Some(url) = &rollout.plan.links.feature_issue {
        let feature = at(gitlab, url)?;
        let now = gitlab.issue(&feature.project, feature.iid).await?;
        if now.state == IssueState::Opened {
            gitlab.close_issue(&feature.project, feature.iid).await?;
        }
    }
    if issue.state == IssueState::Opened {
        gitlab.close_issue(&found.project, found.iid).await?;
    }
    Ok(())
}
