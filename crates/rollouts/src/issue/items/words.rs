//! What the boxes say.

use flags::request::Targets;

use crate::issue::markdown::{code, written};
use crate::plan::{CleanUp, Plan, Precondition, Stage};

pub(super) fn people(number: u32) -> String {
    match number {
        1 => "One person".to_owned(),
        number => format!("{number} people"),
    }
}

pub(super) fn deleted(of: &CleanUp) -> String {
    let places: Vec<String> = of.environments.iter().map(|of| code(of.as_str())).collect();
    if places.is_empty() {
        return "Delete the flag wherever it was set".to_owned();
    }
    format!("Delete the flag on {}", places.join(", "))
}

/// `projects a/b, c/d and users ana`.
pub(super) fn named(targets: &Targets) -> String {
    let lists = [
        ("projects", &targets.projects),
        ("groups", &targets.groups),
        ("users", &targets.users),
        ("namespaces", &targets.namespaces),
        ("repositories", &targets.repositories),
    ];
    let mut words: Vec<String> = lists
        .iter()
        .filter(|(_, names)| !names.is_empty())
        .map(|(kind, names)| {
            let names: Vec<String> = names.iter().map(|name| code(name)).collect();
            format!("the {kind} {}", names.join(", "))
        })
        .collect();
    words.extend(
        targets
            .feature_group
            .as_ref()
            .map(|group| format!("the feature group {}", code(group.as_str()))),
    );
    if words.is_empty() {
        return "nobody".to_owned();
    }
    words.join(" and ")
}

pub(super) fn text(of: &Precondition, plan: &Plan, stage: &Stage) -> String {
    let linked = |url: &Option<String>| match url {
        Some(url) => format!(" ({url})"),
        None => String::new(),
    };
    match of {
        Precondition::Deployed => {
            let places: Vec<String> = stage.environments.iter().map(|e| code(e.as_str())).collect();
            let feature = linked(&plan.links.merge_request);
            let places = places.join(", ");
            format!("The feature's merge request{feature} is deployed to {places}, canary included")
        }
        Precondition::NoIncident => "No incident is active".to_owned(),
        Precondition::NoChangeInProgress => "No conflicting change is in progress".to_owned(),
        Precondition::NoChangeLock => "No change lock and no deploy freeze".to_owned(),
        Precondition::Healthy => "The services are healthy".to_owned(),
        Precondition::OnCall => "Somebody is on call until the end of the wait".to_owned(),
        Precondition::Watched => format!(
            "{} or somebody in their place watches for two hours after the change",
            code(&format!("@{}", plan.people.watcher()))
        ),
        Precondition::Documentation => format!(
            "The documentation is merged, or assigned to somebody who will merge it{}",
            linked(&plan.links.docs_merge_request)
        ),
        Precondition::Milestone => match &plan.milestone {
            Some(milestone) => format!("This issue has the milestone {}", code(milestone)),
            None => "This issue has a milestone".to_owned(),
        },
        Precondition::ChangeIssue => {
            "It is decided whether a change management issue is needed; if so, it and this issue are linked"
                .to_owned()
        }
        Precondition::Announced => format!(
            "The feature issue says when it is expected{}",
            linked(&plan.links.feature_issue)
        ),
        Precondition::Notified => {
            let team = Some(&plan.channels.team);
            let channels = [plan.channels.support.as_ref(), team];
            let names: Vec<String> = channels
                .into_iter()
                .flatten()
                .map(|channel| code(channel.as_str()))
                .collect();
            format!("{} know", names.join(" and "))
        }
        Precondition::Http { item, endpoint, .. } => {
            format!("{} of {} agrees", code(item.as_str()), code(endpoint))
        }
        Precondition::Manual {
            text, environment, ..
        } => {
            let text = written(text).replace(['\n', '\r'], " ");
            match environment {
                Some(environment) => format!("{text} (on {})", code(environment)),
                None => text,
            }
        }
        Precondition::RemovalMerged => "The merge request that removes the flag is merged".to_owned(),
        Precondition::RemovalDeployed => "… and deployed wherever the flag is set".to_owned(),
        Precondition::RemovalReleased => match &plan.milestone {
            Some(milestone) => format!("… and part of the release {}", code(milestone)),
            None => "… and part of a release".to_owned(),
        },
    }
}
