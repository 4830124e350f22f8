//! The rollout issue in GitLab: created from the plan, kept in step, commented on, closed at the
//! end; and what people tick there.

mod comments;
mod keep;
mod ticks;

use domain::RolloutId;
use gitlab::rest::{Client, IdOrPath, IssueUrl};
use rollouts::{Link, Rollout};

use crate::effects::Undone;

pub(crate) use comments::{announce, comment};
pub(crate) use keep::keep;
pub(crate) use ticks::ticks;

/// The rollout issue's address, as soon as there is one.
pub(crate) fn address(rollout: &Rollout) -> Option<&str> {
    let known = rollout.links.get(&Link::RolloutIssue);
    known
        .or(rollout.plan.links.rollout_issue.as_ref())
        .map(String::as_str)
}

/// What every comment of a rollout has in it, and nobody sees.
pub(crate) fn marker_of_announcements(id: &RolloutId) -> String {
    format!("<!-- signalbox:{id}:")
}

/// An issue by its project and number.
pub(crate) struct Found {
    pub(crate) project: IdOrPath,
    pub(crate) iid: u64,
}

/// The issue at an address of this GitLab.
pub(crate) fn at(gitlab: &Client, url: &str) -> Result<Found, Undone> {
    let issue = IssueUrl::parse(url, gitlab.base_url());
    let issue = issue.map_err(|error| Undone::bad_address(url, error))?;
    Ok(Found {
        project: IdOrPath::Path(issue.project),
        iid: issue.iid,
    })
}
