//! The usual stages.

use domain::EnvironmentName;
use flags::Percentage;
use jiff::SignedDuration;

use super::Basics;
use crate::plan::{Actors, CleanUp, ItemId, Precondition, Stage, StageKind};

/// The share, and how many minutes it is watched: longer, the more people it concerns.
const SHARES: [(u8, i64); 6] = [(1, 30), (10, 60), (25, 60), (50, 120), (75, 120), (100, 60)];

pub(super) fn all(basics: &Basics) -> Vec<Stage> {
    let mut stages = Vec::new();
    if !basics.non_production.is_empty() {
        stages.extend(non_production(basics));
    }
    if !basics.first.is_empty() {
        stages.extend(named(basics));
    }
    stages.extend(preparation(basics));
    stages.extend(
        SHARES
            .iter()
            .enumerate()
            .filter_map(|(place, (share, minutes))| {
                let approvals = if place == 0 { basics.approvals } else { 0 };
                Some(Stage {
                    approvals,
                    ..in_production(
                        &format!("{share}-percent"),
                        StageKind::Percentage(Percentage::new(f64::from(*share)).ok()?),
                        SignedDuration::from_mins(*minutes),
                        basics,
                    )?
                })
            }),
    );
    stages.extend(global(basics));
    let verification = || stage("verification", StageKind::Verification);
    stages.extend(verification().map(|stage| Stage {
        soak: SignedDuration::from_hours(24),
        ..stage
    }));
    stages.extend(clean_up(basics));
    stages
}

fn stage(name: &str, kind: StageKind) -> Option<Stage> {
    Some(Stage {
        name: name.parse().ok()?,
        kind,
        environments: Vec::new(),
        soak: SignedDuration::ZERO,
        approvals: 0,
        preconditions: Vec::new(),
        verify: Vec::new(),
        monitors: None,
        on_breach: None,
        by_hand: false,
    })
}

fn in_production(
    name: &str,
    kind: StageKind,
    soak: SignedDuration,
    basics: &Basics,
) -> Option<Stage> {
    Some(Stage {
        environments: basics.production.clone(),
        soak,
        preconditions: vec![
            Precondition::Deployed,
            Precondition::NoIncident,
            Precondition::NoChangeInProgress,
            Precondition::NoChangeLock,
            Precondition::Healthy,
            Precondition::Watched,
        ],
        ..stage(name, kind)?
    })
}

fn non_production(basics: &Basics) -> Option<Stage> {
    // Staging has the canary, to which every deployment goes first.
    let staging = |name: &&EnvironmentName| name.as_str().contains("staging");
    let environment = basics
        .non_production
        .iter()
        .find(staging)
        .or(basics.non_production.last())?;
    Some(Stage {
        environments: basics.non_production.clone(),
        soak: SignedDuration::from_mins(15),
        preconditions: vec![Precondition::Deployed],
        verify: vec![manual(
            "qa-non-production",
            "Verify that the feature works as expected, best on the canary of staging, and post the result.",
            Some(environment),
        )?],
        ..stage("non-production", StageKind::NonProduction)?
    })
}

fn named(basics: &Basics) -> Option<Stage> {
    Some(Stage {
        verify: vec![manual(
            "qa-production",
            "Verify that the feature works for those for whom it is enabled, and post the result.",
            basics.production.first(),
        )?],
        ..in_production(
            "first-actors",
            StageKind::Named(Actors(basics.first.clone())),
            SignedDuration::from_mins(15),
            basics,
        )?
    })
}

fn preparation(basics: &Basics) -> Option<Stage> {
    let mut preconditions = vec![
        Precondition::Milestone,
        Precondition::ChangeIssue,
        Precondition::Documentation,
        manual(
            "version-history",
            "See that the documentation's version history tells of the feature.",
            None,
        )?,
        Precondition::Announced,
        manual(
            "breaking-changes",
            "See that breaking changes, if there are any, have been announced to customers.",
            None,
        )?,
        Precondition::Notified,
    ];
    preconditions.extend(
        basics
            .items
            .iter()
            .map(|(item, text)| Precondition::Manual {
                item: item.clone(),
                text: text.clone(),
                environment: None,
            }),
    );
    Some(Stage {
        preconditions,
        ..stage("preparation", StageKind::Preparation)?
    })
}

fn global(basics: &Basics) -> Option<Stage> {
    let soak = SignedDuration::from_mins(15);
    Some(Stage {
        approvals: basics.approvals,
        ..in_production("global", StageKind::Global, soak, basics)?
    })
}

fn clean_up(basics: &Basics) -> Option<Stage> {
    let clean_up = CleanUp {
        project: basics.project.clone(),
        ..CleanUp::default()
    };
    Some(Stage {
        preconditions: vec![
            Precondition::RemovalMerged,
            Precondition::RemovalDeployed,
            Precondition::RemovalReleased,
        ],
        ..stage("clean-up", StageKind::CleanUp(clean_up))?
    })
}

fn manual(item: &str, text: &str, environment: Option<&EnvironmentName>) -> Option<Precondition> {
    let item: ItemId = item.parse().ok()?;
    Some(Precondition::Manual {
        item,
        text: text.to_owned(),
        environment: environment.map(ToString::to_string),
    })
}
