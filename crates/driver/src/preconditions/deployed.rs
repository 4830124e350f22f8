//! Deployed before enabled, everywhere that it must be: each environment's stages, canary
//! included.

use environments::{Environment, Stage};

use super::{Asking, Found};

pub(super) async fn ask(asking: Asking<'_>) -> Found {
    let plan = &asking.rollout.plan;
    let environments = asking.environments();
    let introduced = || {
        let mut definitions = environments
            .iter()
            .filter_map(|of| of.definition(&plan.flag));
        definitions.find_map(|definition| definition.introduced_by_url)
    };
    let Some(url) = plan.links.merge_request.clone().or_else(introduced) else {
        return Found::skipped("no merge request is known; name it in the plan (`merge_request`)");
    };
    everywhere(asking, &url, &environments).await
}

/// Whether the merge request is deployed to every stage of these environments.
pub(super) async fn everywhere(
    asking: Asking<'_>,
    url: &str,
    environments: &[&Environment],
) -> Found {
    let unknown = environments.iter().filter(|of| of.stages.is_empty());
    let unknown: Vec<String> = unknown.map(|of| format!("`{}`", of.name)).collect();
    if !unknown.is_empty() || environments.is_empty() {
        let unknown = unknown.join(", ");
        return Found::skipped(format!(
            "nobody knows what is deployed to {unknown}; configure `environment.stages`"
        ));
    }
    let stages: Vec<&Stage> = environments.iter().flat_map(|of| &of.stages).collect();
    asking.parts.chatops.deployed(url, &stages).await.into()
}
