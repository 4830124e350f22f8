//! The feature issue was told when the feature is expected.

use gitlab::rest::IssueUrl;

use super::{Asking, Found};
use crate::issue;

/// Comments among which the announcement is looked for.
const RECENT: usize = 200;

pub(super) async fn ask(asking: Asking<'_>) -> Found {
    let Some(url) = &asking.rollout.plan.links.feature_issue else {
        return Found::skipped("the plan names no feature issue (`feature_issue`)");
    };
    let Some(gitlab) = asking.gitlab() else {
        return Found::skipped("not asked; configure `gitlab`");
    };
    let address = match IssueUrl::parse(url, gitlab.base_url()) {
        Ok(address) => address,
        Err(error) => return Found::fails(format!("{url}: {error}")),
    };
    let project = gitlab::rest::IdOrPath::Path(address.project.clone());
    let notes = match gitlab.issue_notes(&project, address.iid, RECENT).await {
        Ok(notes) => notes,
        Err(error) => return Found::silent(error.to_string()),
    };
    let ours = issue::marker_of_announcements(&asking.rollout.id);
    if notes.items.iter().any(|note| note.body.contains(&ours)) {
        Found::holds(format!("the feature issue was told {url}"))
    } else {
        Found::waits(format!("the feature issue is being told {url}"))
    }
}
