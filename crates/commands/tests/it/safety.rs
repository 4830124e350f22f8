//! The checks before a change, and what they never stand in the way of.

use serde_json::{Value, json};

use crate::world::{FLAG, World, rules};

fn with_checks(change: impl FnOnce(&mut Value)) -> Value {
    let mut rules = rules();
    change(&mut rules["checks"]);
    rules
}

fn incident(world: &World) {
    world
        .gitlab
        .with(|content| content.issue("Search is `down`", &["active", "blocks feature-flags"]));
}

#[tokio::test]
async fn an_incident_blocks_what_opens_and_never_what_closes() {
    let world = World::start().await;
    world
        .ops(&format!("feature set {FLAG} true --staging --production"))
        .await;
    incident(&world);
    let off = world.ops(&format!("feature set {FLAG} false")).await;
    assert!(off.contains("is now disabled on production"), "{off}");
    let on = world.ops(&format!("feature set {FLAG} true")).await;
    assert!(on.starts_with("[only you see this, failed]"), "{on}");
    assert!(
        on.contains("active incidents: 1 incident: 2026-01-05 Search is"),
        "{on}"
    );
    assert!(on.contains("--ignore-production-check"), "{on}");
    let forced = world
        .ops(&format!(
            "feature set {FLAG} true --ignore-production-check --reason=agreed"
        ))
        .await;
    assert!(forced.contains("is now enabled for everyone"), "{forced}");
    assert!(forced.contains("production check ignored"), "{forced}");
    let history = world.ops(&format!("feature history {FLAG}")).await;
    assert!(
        history.contains("agreed ⚠ production check ignored"),
        "{history}"
    );
    assert!(history.contains("was refused: "), "{history}");
    let deleted = world.ops(&format!("feature delete {FLAG}")).await;
    assert!(deleted.contains("is deleted on production"), "{deleted}");
}

#[tokio::test]
async fn staging_comes_first_and_scopes_are_seen() {
    let world = World::start().await;
    let project = "--project=gitlab-org/gitlab";
    let refused = world
        .ops(&format!("feature set {FLAG} true {project}"))
        .await;
    assert!(
        refused.contains("staging first: enable it for gitlab-org/gitlab on staging before"),
        "{refused}"
    );
    world
        .ops(&format!("feature set {FLAG} true {project} --staging"))
        .await;
    let done = world
        .ops(&format!("feature set {FLAG} true {project}"))
        .await;
    assert!(
        done.contains("is now enabled for gitlab-org/gitlab on production"),
        "{done}"
    );
    let other = world
        .ops(&format!(
            "feature set {FLAG} true --project=gitlab-org/gitlab-foss"
        ))
        .await;
    assert!(
        other.contains("enable it for gitlab-org/gitlab-foss on staging before"),
        "{other}"
    );
    let all = world
        .ops(&format!(
            "feature set {FLAG} true --ignore-feature-flag-consistency-check"
        ))
        .await;
    assert!(all.contains("consistency check ignored"), "{all}");
}

#[tokio::test]
async fn one_environment_that_is_refused_does_not_hide_the_other() {
    let world = World::start().await;
    incident(&world);
    let answer = world
        .ops(&format!("feature set {FLAG} true --staging --production"))
        .await;
    assert!(
        answer.starts_with("[everyone sees this, failed]"),
        "{answer}"
    );
    assert!(
        answer.contains("is now enabled for everyone on staging"),
        "{answer}"
    );
    assert!(answer.contains("production: "), "{answer}");
}

#[tokio::test]
async fn code_that_is_not_deployed_is_not_enabled() {
    let world = World::start().await;
    world.gitlab.with(|content| {
        let sha = content.commit("master", None, "Merge branch 'notifications' again");
        content.merge_request(1, Some(&sha));
    });
    let refused = world
        .ops(&format!("feature set {FLAG} true --staging"))
        .await;
    assert!(
        refused.contains("deployed first: !1 is not deployed to staging yet"),
        "{refused}"
    );
    let dev = world.ops(&format!("feature set {FLAG} true --dev")).await;
    assert!(dev.contains("is now enabled for everyone on dev"), "{dev}");
    world
        .gitlab
        .with(|content| content.broken.push("/merge_base"));
    let unanswered = world
        .ops(&format!("feature set {FLAG} true --staging"))
        .await;
    assert!(
        unanswered.contains("deployed first: cannot be asked: "),
        "{unanswered}"
    );
}

#[tokio::test]
async fn a_lock_and_a_silent_source_refuse() {
    let world = World::with(with_checks(|checks| {
        checks["locks"] = json!([{"weekly": "Tue 09:00 - Tue 11:00", "reason": "release day"}]);
        checks["health"] = json!({"query": "health{env=\"$short\"}"});
    }))
    .await;
    world.gitlab.with(|content| content.broken.push("/issues"));
    world
        .ops(&format!("feature set {FLAG} true --staging"))
        .await;
    let refused = world.ops(&format!("feature set {FLAG} true")).await;
    for reason in [
        "active incidents: cannot be asked: ",
        "change locks: release day (Tue 09:00 - Tue 11:00)",
        "health: nothing reports its health",
    ] {
        assert!(refused.contains(reason), "{refused}\nlacks {reason}");
    }
    assert_eq!(
        refused.matches("--ignore-production-check").count(),
        1,
        "{refused}"
    );
    world.clock.advance(std::time::Duration::from_secs(3_600));
}

#[tokio::test]
async fn a_dry_run_shows_the_effect_and_changes_nothing() {
    let world = World::start().await;
    incident(&world);
    world
        .ops(&format!("feature set {FLAG} true --staging"))
        .await;
    let dry = world
        .ops(&format!("feature set {FLAG} 25 --actors --dry-run"))
        .await;
    insta::assert_snapshot!(dry);
    let get = world.ops(&format!("feature get {FLAG}")).await;
    assert!(get.contains("is not set on production"), "{get}");
}

#[tokio::test]
async fn a_delete_warns_of_code_that_uses_the_flag() {
    let world = World::start().await;
    world.gitlab.with(|content| {
        content.blobs = vec![
            json!({"path": format!("config/feature_flags/beta/{FLAG}.yml"), "data": ""}),
            json!({"path": "app/models/integration.rb", "data": ""}),
        ];
    });
    world
        .ops(&format!("feature set {FLAG} true --staging"))
        .await;
    let deleted = world.ops(&format!("feature delete {FLAG} --staging")).await;
    assert!(deleted.contains("is deleted on staging"), "{deleted}");
    assert!(
        deleted.contains("Code still uses it: app/models/integration.rb"),
        "{deleted}"
    );
}

#[tokio::test]
async fn the_checks_tell_how_far_they_are() {
    let world = World::start().await;
    world
        .ops(&format!("feature set {FLAG} true --staging"))
        .await;
    let (progress, news) = commands::Progress::channel();
    let caller = commands::Caller::Shell {
        user: "root".to_owned(),
        approves: true,
    };
    let answer = world
        .chatops
        .run(&caller, &format!("feature set {FLAG} true"), &progress)
        .await;
    assert!(answer.ok);
    let last = news.borrow().clone().unwrap();
    assert!(
        last.headline.as_str().starts_with("Checking whether"),
        "{last:?}"
    );
    assert_eq!(last.body.unwrap().as_str().matches("✅").count(), 7);
}

#[tokio::test]
async fn every_service_must_be_well() {
    let world = World::with(with_checks(|checks| {
        checks["health"] = json!({"query": "health{env=\"$short\"}"});
    }))
    .await;
    world
        .ops(&format!("feature set {FLAG} true --staging"))
        .await;
    world
        .gitlab
        .with(|content| content.health = vec![("web", "1"), ("api", "0")]);
    let refused = world.ops(&format!("feature set {FLAG} true")).await;
    assert!(refused.contains("health: api is not well"), "{refused}");
    world
        .gitlab
        .with(|content| content.health = vec![("web", "1"), ("api", "1")]);
    let done = world.ops(&format!("feature set {FLAG} true")).await;
    assert!(done.contains("is now enabled for everyone"), "{done}");
}

#[tokio::test]
async fn a_check_that_gives_no_answer_in_time_has_refused() {
    let world = World::with(with_checks(|checks| checks["timeout_s"] = json!(0))).await;
    let caller = commands::Caller::Shell {
        user: "root".to_owned(),
        approves: true,
    };
    let line = format!("feature set {FLAG} true");
    let answer = world
        .chatops
        .run(&caller, &line, &commands::Progress::silent())
        .await;
    let text = answer.to_text();
    assert!(
        text.contains("active incidents: gave no answer in time"),
        "{text}"
    );
}

#[tokio::test]
async fn a_name_lets_nobody_in_from_a_workspace_that_the_configuration_does_not_name() {
    let world = World::start().await;
    let enable = format!("feature set {FLAG} true --staging");
    let elsewhere = world
        .type_in("T0OTHER", "olga", "production", &enable)
        .await;
    let shown = world.shown(&elsewhere);
    assert!(!elsewhere.ok, "{shown}");
    assert!(shown.contains("are for people with a role"), "{shown}");
    for looks in [
        format!("feature get {FLAG}"),
        "feature list".to_owned(),
        "auto_deploy status".to_owned(),
    ] {
        let told = world.type_in("T0OTHER", "olga", "production", &looks).await;
        let shown = world.shown(&told);
        assert!(
            !told.ok && shown.contains("with a role"),
            "{looks}: {shown}"
        );
    }
    let by_id = world.type_in("T0OTHER", "ops", "production", &enable).await;
    assert!(by_id.ok, "{}", world.shown(&by_id));
    let at_home = world.type_as("olga", "production", &enable).await;
    assert!(at_home.ok, "{}", world.shown(&at_home));
}
