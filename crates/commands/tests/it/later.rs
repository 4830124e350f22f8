//! Changes that are made later, and those that undo themselves.

use crate::world::{FLAG, World};

async fn state(world: &World, environment: &str) -> String {
    let answer = world
        .ops(&format!("feature get {FLAG} --{environment}"))
        .await;
    answer.lines().nth(1).unwrap().to_owned()
}

/// The first id of a schedule in an answer.
fn schedule(answer: &str) -> &str {
    let from = answer.find("sch_").unwrap_or_else(|| panic!("{answer}"));
    &answer[from..from + "sch_".len() + 26]
}

#[tokio::test]
async fn a_change_for_a_time_is_taken_back_when_it_is_over() {
    let world = World::start().await;
    world
        .ops(&format!(
            "feature set {FLAG} true --project=gitlab-org/gitlab --staging"
        ))
        .await;
    let answer = world
        .ops(&format!("feature set {FLAG} true --staging --for 2h"))
        .await;
    assert!(
        answer.contains("Taken back at 2026-01-06 12:00 UTC"),
        "{answer}"
    );
    world.wait(1).await;
    assert!(
        state(&world, "staging")
            .await
            .contains("enabled for everyone")
    );
    world.wait(1).await;
    assert!(
        state(&world, "staging")
            .await
            .contains("enabled for gitlab-org/gitlab on")
    );
    world.wait(5).await;
    let history = world.ops(&format!("feature history {FLAG}")).await;
    assert_eq!(history.matches("by schedule").count(), 1, "{history}");
}

#[tokio::test]
async fn an_undo_leaves_alone_what_somebody_changed_since() {
    let world = World::start().await;
    world
        .ops(&format!("feature set {FLAG} true --staging --for 2h"))
        .await;
    world
        .ops(&format!("feature set {FLAG} 50 --actors --staging"))
        .await;
    world
        .ops(&format!("feature set {FLAG} false --staging"))
        .await;
    world.wait(3).await;
    assert!(state(&world, "staging").await.contains("is disabled"));
    let history = world.ops(&format!("feature history {FLAG}")).await;
    assert!(history.contains("was not made: "), "{history}");
}

#[tokio::test]
async fn an_undo_can_be_cancelled() {
    let world = World::start().await;
    let answer = world
        .ops(&format!("feature set {FLAG} true --staging --for 2h"))
        .await;
    let cancelled = world
        .ops(&format!("feature cancel {}", schedule(&answer)))
        .await;
    assert!(cancelled.contains("is cancelled"), "{cancelled}");
    world.wait(3).await;
    assert!(
        state(&world, "staging")
            .await
            .contains("enabled for everyone")
    );
    let again = world
        .ops(&format!("feature cancel {}", schedule(&answer)))
        .await;
    assert!(again.starts_with("[only you see this, failed]"), "{again}");
}

#[tokio::test]
async fn what_is_due_on_production_is_cancelled_from_its_channel_only() {
    let world = World::start().await;
    let line = format!("feature set {FLAG} false --at +2h");
    let answer = world.ops(&line).await;
    let line = format!("feature cancel {}", schedule(&answer));
    let elsewhere = world.type_as("ops", "general", &line).await;
    let elsewhere = world.shown(&elsewhere);
    assert!(elsewhere.contains("from #production only"), "{elsewhere}");
    let cancelled = world.ops(&line).await;
    assert!(cancelled.contains("is cancelled"), "{cancelled}");
}

#[tokio::test]
async fn a_change_can_be_put_off_and_then_undo_itself() {
    let world = World::start().await;
    let line =
        format!("feature set {FLAG} true --staging --at 12:00 --for 1h --reason \"a trial\"");
    let answer = world.ops(&line).await;
    assert!(
        answer.contains("will be set to true on staging at 2026-01-06 12:00 UTC"),
        "{answer}"
    );
    let history = world.ops(&format!("feature history {FLAG}")).await;
    assert!(history.contains(schedule(&answer)), "{history}");
    world.wait(1).await;
    assert!(state(&world, "staging").await.contains("not set"));
    world.wait(1).await;
    assert!(
        state(&world, "staging")
            .await
            .contains("enabled for everyone")
    );
    world.wait(1).await;
    assert!(state(&world, "staging").await.contains("not set"));
    let history = world.ops(&format!("feature history {FLAG}")).await;
    assert!(history.contains("ops by schedule"), "{history}");
}

#[tokio::test]
async fn an_undo_that_would_open_the_flag_is_checked_and_its_channel_is_told() {
    let world = World::start().await;
    world
        .ops(&format!("feature set {FLAG} true --staging --production"))
        .await;
    world
        .ops(&format!("feature set {FLAG} false --for 2h"))
        .await;
    world
        .gitlab
        .with(|content| content.issue("Down", &["active", "blocks feature-flags"]));
    world.wait(2).await;
    assert!(state(&world, "production").await.contains("is disabled"));
    let now = world.clock.now();
    let minute = jiff::SignedDuration::from_mins(1);
    let lanes = world.store.claim_lanes(now, minute, 100, "test").await;
    let lanes = lanes.unwrap();
    let told = lanes
        .iter()
        .find(|lane| lane.channel.as_str() == "#production");
    let told = told.map(|lane| lane.head.message.as_str()).unwrap_or("");
    assert!(told.contains("active incidents"), "{told}");
}

#[tokio::test]
async fn a_change_that_was_put_off_is_checked_when_it_is_made() {
    let world = World::start().await;
    world
        .ops(&format!("feature set {FLAG} true --staging"))
        .await;
    world
        .ops(&format!("feature set {FLAG} true --at +2h"))
        .await;
    world
        .gitlab
        .with(|content| content.issue("Down", &["active", "blocks feature-flags"]));
    world.wait(2).await;
    assert!(state(&world, "production").await.contains("not set"));
    let history = world.ops(&format!("feature history {FLAG}")).await;
    assert!(history.contains("active incidents"), "{history}");
}
