//! The rollout issue says in which release the flag is enabled and removed.

use gitlab::rest::IssueUrl;

use super::{Asking, Found};
use crate::issue;

pub(super) async fn ask(asking: Asking<'_>) -> Found {
    let Some(gitlab) = asking.gitlab() else {
        return Found::skipped("not asked; configure `gitlab`");
    };
    let Some(url) = issue::address(asking.rollout) else {
        return if asking.rollout.plan.links.issue_project.is_some() {
            Found::waits("the rollout issue is being created")
        } else {
            Found::skipped("the plan names no rollout issue (`rollout_issue`, `issue_project`)")
        };
    };
    let address = match IssueUrl::parse(url, gitlab.base_url()) {
        Ok(address) => address,
        Err(error) => return Found::fails(format!("{url}: {error}")),
    };
    let found = match gitlab.issue_at(&address).await {
        Ok(found) => found.milestone.map(|milestone| milestone.title),
        Err(error) => return Found::silent(error.to_string()),
    };
    match (found, &asking.rollout.plan.milestone) {
        (Some(found), Some(wanted)) if found == *wanted => Found::holds(format!("`%{found}`")),
        (Some(found), None) => Found::holds(format!("`%{found}`")),
        (Some(found), Some(wanted)) => Found::waits(format!(
            "the issue has `%{found}`, the plan says `%{wanted}`; set it {url}"
        )),
        (None, _) => Found::waits(format!("the issue has no milestone; set it {url}")),
    }
}
