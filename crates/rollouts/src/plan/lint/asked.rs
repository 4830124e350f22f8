//! Whether somebody can answer what must hold: what nobody is asked would stand in the way for
//! ever, and a plan that passes it over unsaid promises what it does not do.

use std::collections::BTreeSet;

use super::{Defined, Facts, Findings, of_stage};
use crate::plan::keys::CHECKS;
use crate::plan::{Plan, Precondition, Provider, Source, Stage, StageKind};
use crate::preparation::Decision;

/// What nobody can answer, and why.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::plan) struct Lacking {
    /// What has to be said or configured.
    pub(in crate::plan) why: String,
    /// The key of the plan, where it is the plan that lacks something.
    pub(in crate::plan) key: Option<&'static str>,
}

pub(super) fn check(plan: &Plan, facts: &Facts<'_>, findings: &mut Findings) {
    optional(plan, findings);
    let mut told = BTreeSet::new();
    for stage in &plan.stages {
        for item in stage.must_hold().into_iter().chain(&stage.verify) {
            let Some(lacking) = lacking(plan, stage, item, facts) else {
                continue;
            };
            if plan.is_optional(item) || !told.insert((item.id(), lacking.clone())) {
                continue;
            }
            let part = lacking.key.map(str::to_owned);
            let part = part.unwrap_or_else(|| of_stage(stage, "require"));
            let message = format!(
                "nobody can answer `{}` of {}: {}; or {}",
                item.id(),
                stage.name,
                lacking.why,
                otherwise(item)
            );
            findings.refuse(part, message);
        }
    }
}

fn otherwise(item: &Precondition) -> &'static str {
    match item {
        Precondition::RemovalMerged | Precondition::RemovalDeployed => "leave the clean-up out",
        Precondition::RemovalReleased => {
            "name it in `optional`, to clean up without waiting for the release"
        }
        Precondition::Deployed
        | Precondition::NoIncident
        | Precondition::NoChangeInProgress
        | Precondition::NoChangeLock
        | Precondition::Healthy
        | Precondition::OnCall
        | Precondition::Watched
        | Precondition::Documentation
        | Precondition::Milestone
        | Precondition::ChangeIssue
        | Precondition::Announced
        | Precondition::Notified
        | Precondition::Http { .. }
        | Precondition::Manual { .. } => "take it out, or name it in `optional` to go without",
    }
}

/// The words of `optional` are checks, and none without which a flag must not be deleted.
fn optional(plan: &Plan, findings: &mut Findings) {
    for word in &plan.optional {
        let word = word.as_str();
        if !CHECKS.iter().any(|check| check.0 == word) {
            let message = format!("has {word}, which Signalbox does not find out by itself");
            findings.refuse("optional", message);
        } else if word == "removal-merged" || word == "removal-deployed" {
            let message =
                format!("has {word}: a flag is deleted only when no code asks for it any more");
            findings.refuse("optional", message);
        }
    }
}

/// Why nobody can answer this, as far as is known.
pub(in crate::plan) fn lacking(
    plan: &Plan,
    stage: &Stage,
    item: &Precondition,
    facts: &Facts<'_>,
) -> Option<Lacking> {
    let links = &plan.links;
    match item {
        Precondition::Deployed => {
            let is_known = links.merge_request.is_some() || names_merge_request(facts)?;
            named("links.merge_request", is_known)
                .or_else(|| any_of(facts, &[Provider::Code]))
                .or_else(|| deployments(facts, &stage.environments))
        }
        Precondition::NoIncident => any_of(facts, &[Provider::Incidents, Provider::OnCall]),
        Precondition::NoChangeInProgress => any_of(facts, &[Provider::Changes, Provider::OnCall]),
        Precondition::Healthy => any_of(facts, &[Provider::Health]),
        Precondition::OnCall => any_of(facts, &[Provider::OnCall]),
        Precondition::Documentation => {
            let is_named = links.docs_merge_request.is_some();
            named("links.docs_merge_request", is_named).or_else(|| gitlab(facts))
        }
        Precondition::Milestone => {
            let is_named = links.rollout_issue.is_some() || links.issue_project.is_some();
            named("links.issue_project", is_named).or_else(|| gitlab(facts))
        }
        Precondition::ChangeIssue => match plan.change.decide() {
            Decision::NotNeeded(_) => None,
            Decision::Needed(_) | Decision::Undecided(_) => gitlab(facts),
        },
        Precondition::Announced => {
            let is_named = links.feature_issue.is_some();
            named("links.feature_issue", is_named).or_else(|| gitlab(facts))
        }
        Precondition::Notified => {
            let prepares = |stage: &Stage| stage.kind == StageKind::Preparation;
            let why = "add a checklist, in which they are told".to_owned();
            let lacking = Lacking { why, key: None };
            (!plan.stages.iter().any(prepares)).then_some(lacking)
        }
        Precondition::RemovalMerged => any_of(facts, &[Provider::Code]),
        Precondition::RemovalDeployed => {
            let cleaned = cleaned(plan, stage);
            any_of(facts, &[Provider::Code]).or_else(|| deployments(facts, &cleaned))
        }
        Precondition::RemovalReleased => named("milestone", plan.milestone.is_some())
            .or_else(|| any_of(facts, &[Provider::Code])),
        // An endpoint is a name, and people and locks are always there.
        Precondition::Http { .. }
        | Precondition::Manual { .. }
        | Precondition::Watched
        | Precondition::NoChangeLock => None,
    }
}

/// Who answers a monitor's questions, if it is somebody whom the configuration names.
pub(in crate::plan) fn provider(source: &Source) -> Option<Provider> {
    match source {
        Source::Sentry { .. } => Some(Provider::Sentry),
        Source::Elasticsearch { .. } => Some(Provider::Elasticsearch),
        Source::Prometheus(_) => Some(Provider::Prometheus),
        Source::Deliveries | Source::Http { .. } => None,
    }
}

/// Whether the definition names the merge request that brought the feature; `None`: not known.
fn names_merge_request(facts: &Facts<'_>) -> Option<bool> {
    match facts.definition {
        Defined::Unknown => None,
        Defined::Nowhere => Some(false),
        Defined::As(definition) => Some(definition.introduced_by_url.is_some()),
    }
}

fn cleaned(plan: &Plan, stage: &Stage) -> Vec<domain::EnvironmentName> {
    match &stage.kind {
        StageKind::CleanUp(of) if !of.environments.is_empty() => of.environments.clone(),
        StageKind::CleanUp(_)
        | StageKind::NonProduction
        | StageKind::Named(_)
        | StageKind::Preparation
        | StageKind::Percentage(_)
        | StageKind::Global
        | StageKind::Verification => {
            let all = plan.stages.iter().flat_map(|stage| &stage.environments);
            all.cloned().collect()
        }
    }
}

fn named(key: &'static str, is_named: bool) -> Option<Lacking> {
    (!is_named).then(|| Lacking {
        why: format!("name it (`{key}`)"),
        key: Some(key),
    })
}

fn gitlab(facts: &Facts<'_>) -> Option<Lacking> {
    any_of(facts, &[Provider::GitLab])
}

fn any_of(facts: &Facts<'_>, wanted: &[Provider]) -> Option<Lacking> {
    let known = facts.providers.as_ref()?;
    if wanted.iter().any(|provider| known.contains(provider)) {
        return None;
    }
    let settings = wanted.iter().map(|of| format!("`{}`", of.setting()));
    let settings: Vec<String> = settings.collect();
    Some(Lacking {
        why: format!("configure {}", settings.join(" or ")),
        key: None,
    })
}

fn deployments(facts: &Facts<'_>, wanted: &[domain::EnvironmentName]) -> Option<Lacking> {
    let known = facts.deployments.as_ref()?;
    let unknown: BTreeSet<&str> = wanted
        .iter()
        .filter(|name| !known.contains(*name))
        .map(domain::EnvironmentName::as_str)
        .collect();
    let names: Vec<&str> = unknown.into_iter().collect();
    (!names.is_empty()).then(|| Lacking {
        why: format!("configure `environment.stages` of {}", names.join(", ")),
        key: None,
    })
}
