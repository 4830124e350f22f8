//! Rollouts as people type them.

use std::sync::Arc;

use rollouts::plan::Plans;
use rollouts::{CheckOutcome, CheckResult};

use crate::world::{FLAG, World};

const PLAN: &str = "\
flag: integration_slack_app_notifications
milestone: '15.8'
owners: {channel: '#g_manage_integrations', individual: olga, on_call: sre-oncall}
channels: {production: '#production', support: '#support'}
links: {merge_request: https://gitlab.test/gitlab-org/gitlab/-/merge_requests/1}
require: [deployed, no-incident, no-change-lock, watched]
monitors:
  - {name: deliveries, source: deliveries, rule: arms}
  - {name: apdex, source: prometheus, value: up, rule: limit, below: 0.9, shadow: true}
stages:
  - name: non-production
    set: true
    environments: [staging]
    require: [deployed]
    verify:
      - {item: qa-staging, do: See that it works., environment: staging}
  - {name: some, percentage: 25, soak: 1h, approvals: 1}
  - {name: global, set: true, soak: 15m, by_hand: true}
  - {name: verification, verification: 1d}
  - {name: clean-up, clean_up: {}, require: [removal-merged, removal-deployed]}
";

/// A world with a plan, a broken one, and somebody who has not acknowledged.
async fn world() -> World {
    let world = World::start().await;
    let plans = Plans::read([
        (
            "flags/beta/integration_slack_app_notifications.rollout.yml",
            PLAN,
        ),
        ("flags/beta/broken.rollout.yml", "flag: broken\nstages: 7\n"),
        (
            "flags/beta/undefined.rollout.yml",
            &PLAN
                .replace(FLAG, "undefined")
                .replace("sre-oncall", "nobody"),
        ),
    ]);
    let foresight =
        |rollout: rollouts::Rollout| -> std::pin::Pin<Box<dyn Future<Output = _> + Send>> {
            Box::pin(async move {
                let stage = rollout.plan.stage(rollout.stage).unwrap();
                let results = stage.preconditions.iter().map(|precondition| CheckResult {
                    id: precondition.id().to_owned(),
                    outcome: match precondition.id() {
                        "watched" | "removal-merged" => CheckOutcome::Waits,
                        _ => CheckOutcome::Holds,
                    },
                    found: format!("`{}` of {}", precondition.id(), stage.name),
                    at: rollout.started_at,
                });
                results.collect()
            })
        };
    world.steer(plans, Arc::new(foresight));
    world
}

#[tokio::test]
async fn without_any_set_up_the_commands_say_so() {
    let world = World::start().await;
    let said = world.ops(&format!("rollout status {FLAG}")).await;
    assert_eq!(
        said,
        "[only you see this, failed]\nRollouts are not set up in this service"
    );
}

#[tokio::test]
async fn a_dry_run_shows_every_stage_and_what_is_missing_now() {
    let world = world().await;
    let shown = world.ops(&format!("rollout start {FLAG} --dry-run")).await;
    insta::assert_snapshot!(shown);
    let status = world.ops(&format!("rollout status {FLAG}")).await;
    assert!(status.contains("has no rollout"), "{status}");
}

#[tokio::test]
async fn a_rollout_is_begun_where_production_is_changed_and_by_operators() {
    let world = world().await;
    let start = format!("rollout start {FLAG} --reason=\"ready for everybody\"");
    let mut story = String::new();
    for (user, channel, line) in [
        ("ops", "general", start.as_str()),
        ("ben", "production", &start),
        (
            "ops",
            "production",
            "rollout start integration_slack_app_notification",
        ),
        ("ops", "production", "rollout start broken"),
        ("ops", "production", "rollout start undefined"),
        ("ops", "production", "rollout start something_else"),
        ("ops", "production", &start),
        ("ops", "production", &start),
        ("ben", "general", &format!("rollout status {FLAG}")),
        ("ben", "general", "rollout list"),
    ] {
        let answer = world.type_as(user, channel, line).await;
        story.push_str(&format!(
            "{user} in #{channel}> {line}\n{}\n\n",
            world.shown(&answer)
        ));
    }
    insta::assert_snapshot!(without_ids(&story));
}

#[tokio::test]
async fn what_is_asked_of_a_rollout_needs_the_right_person_place_and_words() {
    let world = world().await;
    world.ops(&format!("rollout start {FLAG}")).await;
    let mut story = String::new();
    for (user, channel, words) in [
        ("ops", "general", "advance FLAG"),
        ("ops", "g_manage_integrations", "advance FLAG"),
        ("ops", "general", "hold FLAG"),
        ("ben", "general", "hold FLAG --reason=stop"),
        ("ops", "general", "hold FLAG --reason=\"support asks\""),
        ("ops", "general", "resume FLAG"),
        ("ops", "production", "resume FLAG"),
        ("ops", "general", "tick FLAG qa-staging"),
        ("ops", "general", "tick FLAG qa it works"),
        (
            "ops",
            "general",
            "tick FLAG qa-staging it works, see https://example.com/qa",
        ),
        (
            "ops",
            "general",
            "tick FLAG qa-staging --evidence \"seen by `ben`\"",
        ),
        ("ops", "general", "untick FLAG qa-staging"),
        ("ops", "production", "override FLAG evidense --reason=x"),
        ("ops", "production", "override FLAG deployed"),
        (
            "ops",
            "production",
            "override FLAG monitor:deliveries --reason=\"known bug\"",
        ),
        ("ops", "general", "back FLAG some"),
        ("ops", "general", "back FLAG Nowhere!"),
        ("ops", "general", "approve FLAG"),
        ("ops", "general", "adopt FLAG"),
        ("ops", "production", "restore FLAG"),
        ("ben", "general", "acknowledge FLAG"),
        ("ops", "general", "acknowledge FLAG"),
        ("ops", "general", "cancel FLAG"),
        (
            "ops",
            "general",
            "status integration_slack_app_notification",
        ),
        (
            "ops",
            "general",
            "rollback FLAG --reason=\"messages come twice\"",
        ),
        ("ops", "general", "history FLAG"),
        ("ops", "general", "history FLAG --limit=0"),
    ] {
        let line = format!("rollout {}", words.replace("FLAG", FLAG));
        let answer = world.type_as(user, channel, &line).await;
        // The cards are `rollouts`' business.
        let shown = world.shown(&answer);
        let limit = if words.starts_with("history") { 20 } else { 2 };
        let shown: Vec<&str> = shown.lines().take(limit).collect();
        story.push_str(&format!(
            "{user} in #{channel}> {words}\n{}\n\n",
            shown.join("\n")
        ));
    }
    insta::assert_snapshot!(without_ids(&story));
}

#[tokio::test]
async fn where_a_rollout_runs_nobody_else_opens_the_flag_by_accident() {
    let world = world().await;
    world.ops(&format!("rollout start {FLAG}")).await;
    let refused = world
        .ops(&format!("feature set {FLAG} true --staging"))
        .await;
    assert!(
        refused.starts_with("[only you see this, failed]"),
        "{refused}"
    );
    assert!(
        refused.contains(&format!(
            "running rollout: a rollout opens it stage by stage: use rollout advance {FLAG}"
        )),
        "{refused}"
    );
    assert!(
        refused.contains("--ignore-feature-flag-consistency-check"),
        "{refused}"
    );
    // No stage of the plan is there.
    let elsewhere = world
        .ops(&format!("feature set {FLAG} true --staging-ref"))
        .await;
    assert!(
        elsewhere.contains("is now enabled for everyone on staging-ref"),
        "{elsewhere}"
    );
    let option = "--ignore-feature-flag-consistency-check";
    let forced = world
        .ops(&format!("feature set {FLAG} true --dev {option}"))
        .await;
    assert!(forced.contains("consistency check ignored"), "{forced}");
    let closed = world.ops(&format!("feature set {FLAG} false --dev")).await;
    assert!(closed.contains("is now disabled on dev"), "{closed}");
}

/// What is minted anew in each run, and times of other zones.
fn without_ids(text: &str) -> String {
    let is_part = |c: char| c.is_ascii_alphanumeric();
    let mut shown = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("rlt_") {
        shown.push_str(before);
        shown.push_str("rlt_…");
        rest = after.trim_start_matches(is_part);
    }
    shown + rest
}
