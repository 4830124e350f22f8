//! A change in the words of GitLab's Features API.

use std::collections::BTreeMap;

use flags::request::{Plan, Targets, Verb};
use flags::{ActorId, Change};
use gitlab::rest::{FeatureValue, PercentageKey, SetFeature};

use super::undo::Step;
use crate::directory::Kind;

/// The request that makes a plan's change for these targets.
pub(super) fn planned(plan: &Plan, targets: Targets, force: bool) -> SetFeature {
    let request = match plan {
        Plan::Everyone(change) => everyone(change),
        Plan::Each(verb) => SetFeature::to(each(*verb)),
    };
    SetFeature {
        users: targets.users,
        groups: targets.groups,
        namespaces: targets.namespaces,
        projects: targets.projects,
        repositories: targets.repositories,
        feature_group: targets.feature_group.map(|group| group.to_string()),
        force,
        ..request
    }
}

/// The request that makes a step of an undo; `names` has every actor of it.
pub(super) fn step(step: &Step, names: &BTreeMap<ActorId, String>) -> SetFeature {
    let mut request = match step {
        Step::Everyone(change) => everyone(change),
        Step::Actors(verb, _) | Step::Group(verb, _) => SetFeature::to(each(*verb)),
    };
    // The flag is stored, or was: whether the name is one of a definition does not matter now.
    request.force = true;
    match step {
        Step::Everyone(_) => (),
        Step::Group(_, group) => request.feature_group = Some(group.to_string()),
        Step::Actors(_, actors) => {
            for actor in actors {
                let named = kind(actor).zip(names.get(actor));
                let Some(((kind, _), name)) = named else {
                    continue;
                };
                let list = match kind {
                    Kind::Project => &mut request.projects,
                    Kind::Group => &mut request.groups,
                    Kind::User => &mut request.users,
                    Kind::Namespace => &mut request.namespaces,
                    Kind::Repository => &mut request.repositories,
                };
                list.push(name.clone());
            }
        }
    }
    request
}

/// What an actor is one of, with its number or path; `None` for one that the API cannot name.
pub(super) fn kind(actor: &ActorId) -> Option<(Kind, &str)> {
    let (class, id) = actor.as_str().rsplit_once(':')?;
    let kind = match class {
        "Project" => Kind::Project,
        "Group" => Kind::Group,
        "User" => Kind::User,
        "Namespaces::UserNamespace" => Kind::Namespace,
        "Repository" => return Some((Kind::Repository, id)),
        _ => return None,
    };
    let is_number = id.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then_some((kind, id))
}

fn everyone(change: &Change) -> SetFeature {
    match change {
        Change::PercentageOfActors(share) => SetFeature {
            key: Some(PercentageKey::PercentageOfActors),
            ..SetFeature::to(FeatureValue::Number(share.number()))
        },
        Change::PercentageOfTime(share) => SetFeature::to(FeatureValue::Number(share.number())),
        Change::SetBoolean(on) => SetFeature::to(FeatureValue::Boolean(*on)),
        // None of these is for everyone; closing is the safe way to misread one.
        Change::EnableActor(_)
        | Change::DisableActor(_)
        | Change::OptOut(_)
        | Change::RemoveOptOut(_)
        | Change::EnableGroup(_)
        | Change::DisableGroup(_)
        | Change::Delete => SetFeature::to(FeatureValue::Boolean(false)),
    }
}

fn each(verb: Verb) -> FeatureValue {
    match verb {
        Verb::Enable => FeatureValue::Boolean(true),
        Verb::Disable => FeatureValue::Boolean(false),
        Verb::OptOut => FeatureValue::OptOut,
        Verb::RemoveOptOut => FeatureValue::RemoveOptOut,
    }
}
