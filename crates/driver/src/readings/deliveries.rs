//! Signalbox's own deliveries: projects with failed deliveries, by the integration that spoke.

use std::collections::BTreeSet;

use domain::ProjectPath;
use jiff::{SignedDuration, Timestamp};
use rollouts::evidence::{Arm, Reading, Rule};
use rollouts::plan::StageKind;
use rollouts::{Rollout, Wanted};
use store::{DeliveryOutcomes, OutcomeQuery, Store};

use super::arms::Counts;
use super::{Answer, Asked, Unread, float};

/// A baseline's windows are not shorter: each is a question to the database.
const SHORTEST: SignedDuration = SignedDuration::from_mins(15);

pub(super) async fn read(store: &Store, asked: Asked<'_>) -> Answer {
    if let Wanted::Baseline { step } = asked.wanted.what {
        return baseline(store, asked, step.max(SHORTEST)).await;
    }
    let query = query(
        asked,
        asked.wanted.from,
        asked.wanted.to,
        asked.wanted.since,
    );
    if let Rule::SampleRatio(_) = asked.monitor.rule {
        let exposed = store.newly_exposed(query).await?;
        let counts = Counts {
            failed: [0.0; 2],
            exposed: Some(exposed.map(float)),
        };
        return counts.reading(asked);
    }
    counts(&asked, store.delivery_outcomes(query).await?).reading(asked)
}

/// A limit is for deliveries; arms are compared by projects, of which each fails once.
fn counts(asked: &Asked<'_>, outcomes: DeliveryOutcomes) -> Counts {
    let arms = [outcomes.app, outcomes.webhook];
    let is_limit = matches!(asked.monitor.rule, Rule::HardLimit(_));
    Counts {
        failed: arms.map(|arm| {
            float(if is_limit {
                arm.failed_deliveries
            } else {
                arm.failed_projects
            })
        }),
        exposed: Some(arms.map(|arm| float(arm.exposures))),
    }
}

fn query(asked: Asked<'_>, from: Timestamp, to: Timestamp, since: Timestamp) -> OutcomeQuery {
    OutcomeQuery {
        from,
        to,
        since,
        // Whoever was named was not drawn by chance.
        without: if asked.share().is_some() {
            named(asked.rollout)
        } else {
            BTreeSet::new()
        },
    }
}

fn named(rollout: &Rollout) -> BTreeSet<ProjectPath> {
    rollout
        .plan
        .stages
        .iter()
        .filter_map(|stage| match &stage.kind {
            StageKind::Named(actors) => Some(&actors.0.projects),
            StageKind::NonProduction
            | StageKind::Preparation
            | StageKind::Percentage(_)
            | StageKind::Global
            | StageKind::Verification
            | StageKind::CleanUp(_) => None,
        })
        .flatten()
        .filter_map(|path| path.parse().ok())
        .collect()
}

async fn baseline(store: &Store, asked: Asked<'_>, step: SignedDuration) -> Answer {
    let mut windows = Vec::new();
    let mut from = asked.wanted.from;
    while let Ok(to) = from.checked_add(step)
        && to <= asked.wanted.to
    {
        let outcomes = store
            .delivery_outcomes(query(asked, from, to, from))
            .await?;
        let arms = [outcomes.app, outcomes.webhook];
        let failed = arms.iter().map(|arm| float(arm.failed_projects)).sum();
        let exposed = arms.iter().map(|arm| float(arm.exposures)).sum();
        windows.push(Arm::new(failed, exposed));
        from = to;
    }
    if windows.is_empty() {
        return Err(Unread::no_baseline());
    }
    Ok(Reading::Baseline(windows))
}
