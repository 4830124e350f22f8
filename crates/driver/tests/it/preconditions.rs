//! What must hold, in a GitLab that changes.

use rollouts::CheckOutcome;
use serde_json::json;

use crate::world::World;

/// A rollout whose only stage has this precondition.
async fn asking(precondition: &str) -> World {
    let world = World::start().await;
    world
        .starts_by(include_str!("watched.yml"), precondition)
        .await;
    world
}

#[track_caller]
fn check(world: &World, found: &(CheckOutcome, String), outcome: CheckOutcome, words: &str) {
    let shown = world.shown(&found.1);
    assert_eq!((found.0, shown.as_str()), (outcome, words));
}

#[tokio::test]
async fn incidents_changes_freezes_and_ill_services_stand_in_the_way() {
    for (precondition, what, options, words) in [
        (
            "no-incident",
            "incident",
            json!({"title": "Disk full", "blocks": true}),
            "1 incident: ",
        ),
        (
            "no-change-in-progress",
            "change",
            json!({"title": "Upgrade", "blocks": true}),
            "1 change: ",
        ),
        (
            "healthy",
            "service_health",
            json!({"service": "api", "value": "0"}),
            "`api` is not well",
        ),
    ] {
        let world = asking(precondition).await;
        world.production_happens(what, &options).await;
        world.settle().await;
        let (outcome, found) = world.found(precondition).await;
        assert_eq!(outcome, CheckOutcome::Fails, "{found}");
        assert!(found.starts_with(words), "{found}");
        assert_eq!(world.gates("production").await, None, "{precondition}");
    }
}

const UNASKED: [(&str, &str); 4] = [
    (
        "on-call",
        "not asked; configure `[monitors] pagerduty` or `opsgenie`",
    ),
    (
        "documentation",
        "the plan names no merge request (`docs_merge_request`)",
    ),
    (
        "announced",
        "the plan names no feature issue (`feature_issue`)",
    ),
    (
        "notified",
        "the plan has no preparation, in which they would be told",
    ),
];

#[tokio::test]
async fn what_nobody_is_asked_stands_in_the_way_until_somebody_overrides_it() {
    for (precondition, words) in UNASKED {
        let world = asking(precondition).await;
        world.settle().await;
        let found = world.found(precondition).await;
        check(&world, &found, CheckOutcome::Fails, words);
        assert_eq!(world.gates("production").await, None, "{precondition}");
        let what = rollouts::Overridden::Precondition(precondition.to_owned());
        let reason = "seen by hand".to_owned();
        world
            .asks("ops", rollouts::Act::Override { what, reason })
            .await;
        world.wait(2).await;
        assert!(world.gates("production").await.is_some(), "{precondition}");
    }
}

#[tokio::test]
async fn what_the_plan_calls_optional_is_skipped_with_what_to_configure() {
    for (precondition, words) in UNASKED {
        let world = World::start().await;
        let plan = include_str!("watched.yml");
        let plan = plan.replace("stages:", &format!("optional: [{precondition}]\nstages:"));
        world.starts_by(&plan, precondition).await;
        world.settle().await;
        let found = world.found(precondition).await;
        check(&world, &found, CheckOutcome::Skipped, words);
        assert!(world.gates("production").await.is_some(), "{precondition}");
    }
}

#[tokio::test]
async fn a_gitlab_that_is_down_lets_nothing_pass() {
    for precondition in ["deployed", "no-incident", "no-change-lock", "milestone"] {
        let world = asking(precondition).await;
        world.fault("gitlab", &json!({"status": 502})).await;
        world.settle().await;
        let (outcome, found) = world.found(precondition).await;
        assert_eq!(outcome, CheckOutcome::Silent, "{precondition}: {found}");
        assert_eq!(world.gates("production").await, None, "{precondition}");
        world.clear_faults().await;
        world.wait(3).await;
        assert!(world.gates("production").await.is_some(), "{precondition}");
    }
}

#[tokio::test]
async fn an_undecided_change_issue_waits_until_one_is_named_and_linked() {
    let world = asking("change-issue").await;
    world.settle().await;
    let (outcome, _) = world.found("change-issue").await;
    assert_eq!(outcome, CheckOutcome::Waits);
    let url = format!("{}/gitlab-org/gitlab/-/issues/372410", world.gitlab.url);
    let link = rollouts::Link::ChangeIssue;
    world.asks("ana", rollouts::Act::Link { link, url }).await;
    world.wait(2).await;
    let found = world.found("change-issue").await;
    check(
        &world,
        &found,
        CheckOutcome::Holds,
        "linked with https://gitlab.test/gitlab-org/gitlab/-/issues/372410",
    );
}
