//! The documentation is merged, or somebody has it who will merge it.

use gitlab::rest::{MergeRequestState, MergeRequestUrl};

use super::{Asking, Found};

pub(super) async fn ask(asking: Asking<'_>) -> Found {
    let Some(url) = &asking.rollout.plan.links.docs_merge_request else {
        return Found::skipped("the plan names no merge request (`docs_merge_request`)");
    };
    let Some(gitlab) = asking.gitlab() else {
        return Found::skipped("not asked; configure `gitlab`");
    };
    let address = match MergeRequestUrl::parse(url, gitlab.base_url()) {
        Ok(address) => address,
        Err(error) => return Found::fails(format!("{url}: {error}")),
    };
    let found = match gitlab.merge_request_at(&address).await {
        Ok(found) => found,
        Err(error) => return Found::silent(error.to_string()),
    };
    if found.state == MergeRequestState::Merged {
        return Found::holds(format!("`!{}` is merged {url}", found.iid));
    }
    if found.state == MergeRequestState::Closed {
        return Found::fails(format!("`!{}` is closed and not merged {url}", found.iid));
    }
    let people = found.assignees.iter().chain(&found.reviewers);
    let names: Vec<String> = people.map(|user| format!("`{}`", user.username)).collect();
    if names.is_empty() {
        return Found::waits(format!(
            "`!{}` is assigned to nobody; assign it to a technical writer {url}",
            found.iid
        ));
    }
    Found::holds(format!(
        "`!{}` is with {} {url}",
        found.iid,
        names.join(", ")
    ))
}
