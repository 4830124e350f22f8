//! Whether a change management issue is needed was decided, and if it is, both issues are linked.

use gitlab::rest::{IdOrPath, IssueUrl};
use rollouts::preparation::Decision;
use rollouts::{Link, Rollout};

use super::{Asking, Found};
use crate::issue;

/// Links among which the other issue is looked for.
const MOST: usize = 100;

pub(super) async fn ask(asking: Asking<'_>) -> Found {
    let decision = asking.rollout.plan.change.decide();
    match (decision, address(asking.rollout)) {
        (Decision::NotNeeded(why), _) => Found::holds(why),
        // Whoever names one has decided.
        (Decision::Needed(_) | Decision::Undecided(_), Some(url)) => linked(asking, url).await,
        (Decision::Undecided(what), None) => Found::waits(what),
        (Decision::Needed(why), None) => Found::waits(format!(
            "{why}; create one and name it with `rollout link`, or in the plan (`change_issue`)"
        )),
    }
}

/// The change management issue, by the plan or as somebody named it since.
fn address(rollout: &Rollout) -> Option<&str> {
    let named = rollout.links.get(&Link::ChangeIssue);
    named
        .or(rollout.plan.links.change_issue.as_ref())
        .map(String::as_str)
}

async fn linked(asking: Asking<'_>, url: &str) -> Found {
    let Some(gitlab) = asking.gitlab() else {
        return Found::skipped("not asked; configure `gitlab`");
    };
    let Some(ours) = issue::address(asking.rollout) else {
        return Found::waits("the rollout issue is being created");
    };
    let parsed = (
        IssueUrl::parse(ours, gitlab.base_url()),
        IssueUrl::parse(url, gitlab.base_url()),
    );
    let (ours, other) = match parsed {
        (Ok(ours), Ok(other)) => (ours, other),
        (Err(error), _) | (_, Err(error)) => return Found::fails(format!("{url}: {error}")),
    };
    let project = IdOrPath::Path(ours.project.clone());
    let links = match gitlab.linked_issues(&project, ours.iid, MOST).await {
        Ok(links) => links,
        Err(error) => return Found::silent(error.to_string()),
    };
    let is_other =
        |found: &str| IssueUrl::parse(found, gitlab.base_url()).is_ok_and(|found| found == other);
    let mut addresses = links
        .items
        .iter()
        .filter_map(|link| link.issue.web_url.as_deref());
    if addresses.any(is_other) {
        Found::holds(format!("linked with {url}"))
    } else {
        Found::waits(format!("both issues are being linked {url}"))
    }
}
