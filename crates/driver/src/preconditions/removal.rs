//! The flag has left the code: merged, deployed wherever the flag is set, released.

use environments::Environment;
use rollouts::plan::{CleanUp, StageKind};
use rollouts::{Link, Rollout};

use super::deployed::everywhere;
use super::{Asking, Found};

pub(super) async fn merged(asking: Asking<'_>) -> Found {
    match address(asking.rollout) {
        Ok(url) => asking.parts.chatops.merged(url).await.into(),
        Err(waits) => waits,
    }
}

pub(super) async fn deployed(asking: Asking<'_>) -> Found {
    let url = match address(asking.rollout) {
        Ok(url) => url,
        Err(waits) => return waits,
    };
    let environments = environments(asking);
    everywhere(asking, url, &environments).await
}

pub(super) async fn released(asking: Asking<'_>) -> Found {
    let url = match address(asking.rollout) {
        Ok(url) => url,
        Err(waits) => return waits,
    };
    match &asking.rollout.plan.milestone {
        Some(milestone) => asking.parts.chatops.released(url, milestone).await.into(),
        None => Found::skipped("the plan names no milestone (`milestone`)"),
    }
}

/// The merge request that removes the flag.
fn address(rollout: &Rollout) -> Result<&str, Found> {
    let in_plan = clean_up(rollout).and_then(|of| of.merge_request.as_ref());
    let known = rollout.links.get(&Link::Removal).or(in_plan);
    match known {
        Some(url) if url.contains("/merge_requests/") => Ok(url),
        Some(url) => Err(Found::waits(format!(
            "name the merge request that does what {url} asks for"
        ))),
        None => Err(Found::waits("the removal is being prepared")),
    }
}

pub(crate) fn clean_up(rollout: &Rollout) -> Option<&CleanUp> {
    rollout
        .plan
        .stages
        .iter()
        .find_map(|stage| match &stage.kind {
            StageKind::CleanUp(of) => Some(of),
            StageKind::NonProduction
            | StageKind::Named(_)
            | StageKind::Preparation
            | StageKind::Percentage(_)
            | StageKind::Global
            | StageKind::Verification => None,
        })
}

/// Wherever the flag is set: where it is deleted, or everywhere that the plan touched.
fn environments<'a>(asking: Asking<'a>) -> Vec<&'a Environment> {
    let named = clean_up(asking.rollout).map_or(&[][..], |of| &of.environments);
    let touched = asking.rollout.plan.stages.iter();
    let touched = touched.flat_map(|stage| &stage.environments);
    let is_wanted = |environment: &&Environment| {
        if named.is_empty() {
            touched.clone().any(|name| *name == environment.name)
        } else {
            named.contains(&environment.name)
        }
    };
    asking.parts.environments.iter().filter(is_wanted).collect()
}
