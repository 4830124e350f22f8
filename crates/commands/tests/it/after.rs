//! What follows a change: who hears of it, and what happens elsewhere.

use crate::world::{FLAG, World, rules};

/// The lanes that have something to say, each with what it says.
async fn announced(world: &World) -> Vec<String> {
    let claimed = world
        .store
        .claim_lanes(
            world.clock.now(),
            jiff::SignedDuration::from_mins(1),
            100,
            "test",
        )
        .await
        .unwrap();
    let mut told: Vec<String> = claimed
        .iter()
        .map(|lane| {
            let message: domain::Message = serde_json::from_str(&lane.head.message).unwrap();
            format!("{}: {}", lane.channel, message.headline)
        })
        .collect();
    told.sort();
    told
}

#[tokio::test]
async fn the_owning_team_hears_of_production_and_the_channel_of_the_command_has_the_answer() {
    let world = World::start().await;
    world
        .ops(&format!("feature set {FLAG} true --staging --production"))
        .await;
    assert_eq!(
        announced(&world).await,
        [
            format!("#g_manage_integrations: `{FLAG}` is now enabled for everyone on *production*"),
            format!("#qa-staging: `{FLAG}` is now enabled for everyone on *staging*"),
        ]
    );
}

#[tokio::test]
async fn a_change_from_a_shell_is_told_in_the_production_channel_too() {
    let world = World::start().await;
    let caller = commands::Caller::Shell {
        user: "root".to_owned(),
        approves: true,
    };
    let line = format!("feature set {FLAG} true --staging --production");
    world
        .chatops
        .run(&caller, &line, &commands::Progress::silent())
        .await;
    let told = announced(&world).await;
    assert!(
        told.iter().any(|line| line.starts_with("#production: ")),
        "{told:?}"
    );
}

#[tokio::test]
async fn effects_happen_once_and_leave_their_mark() {
    let world = World::start().await;
    world
        .ops(&format!(
            "feature set {FLAG} true --staging --reason \"`first`\n/close\""
        ))
        .await;
    insta::assert_snapshot!(world.settle_effects(rules()).await.join("\n"));
    world.gitlab.with(|content| {
        assert_eq!(content.issues.len(), 1);
        assert_eq!(content.issues[0]["state"], "closed");
        assert_eq!(content.links.len(), 1);
        let comment = &content.notes[0];
        assert!(
            comment.contains("- Log: https://gitlab.test/incidents/-/issues/1"),
            "{comment}"
        );
        assert!(
            comment.contains("is now enabled for everyone on staging."),
            "{comment}"
        );
        assert!(
            !comment.lines().any(|line| line.starts_with('/')),
            "a quick action: {comment}"
        );
        assert_eq!(content.pipelines.len(), 1);
    });
    assert!(world.settle_effects(rules()).await.is_empty());
}

#[tokio::test]
async fn an_effect_that_was_done_before_its_answer_was_lost_is_not_done_again() {
    let world = World::start().await;
    world
        .ops(&format!("feature set {FLAG} true --staging"))
        .await;
    let now = world.clock.now();
    let minute = jiff::SignedDuration::from_mins(1);
    let clients = commands::effects::Clients {
        gitlab: Some(world.gitlab.client()),
        ..commands::effects::Clients::default()
    };
    let rules = serde_json::from_value(rules()).unwrap();
    for effect in world.store.claim_effects(now, minute, 100).await.unwrap() {
        if effect.kind != "e2e_pipeline" {
            // Done, but nobody wrote that down.
            commands::effects::perform(&effect, &clients, &rules, now, 0.0).await;
            commands::effects::perform(&effect, &clients, &rules, now, 0.0).await;
        }
    }
    world
        .gitlab
        .with(|content| assert_eq!((content.issues.len(), content.notes.len()), (1, 1)));
}

#[tokio::test]
async fn tests_run_for_everyone_and_for_their_own_people_alone() {
    for (scope, expected) in [
        ("", 1),
        ("--project=gitlab-org/gitlab", 0),
        ("--user=ana", 0),
    ] {
        let world = World::start().await;
        world
            .ops(&format!("feature set {FLAG} true {scope} --staging"))
            .await;
        world.settle_effects(rules()).await;
        world
            .gitlab
            .with(|content| assert_eq!(content.pipelines.len(), expected, "{scope}"));
    }
    let world = World::start().await;
    world
        .ops(&format!("feature set {FLAG} false --staging"))
        .await;
    world.settle_effects(rules()).await;
    world
        .gitlab
        .with(|content| assert_eq!(content.pipelines.len(), 0));
}

#[tokio::test]
async fn the_rollout_issue_is_labelled_with_the_state_on_production() {
    let world = World::start().await;
    world
        .ops(&format!("feature set {FLAG} true --staging"))
        .await;
    world.settle_effects(rules()).await;
    world.gitlab.with(|content| content.labels.clear());
    world.ops(&format!("feature set {FLAG} 25 --actors")).await;
    world.settle_effects(rules()).await;
    world.gitlab.with(|content| {
        let added: Vec<&str> = content
            .labels
            .iter()
            .filter_map(|body| body["add_labels"].as_str())
            .collect();
        assert_eq!(added, ["feature flag state::rolling out"]);
    });
}

#[tokio::test]
async fn an_effect_whose_other_side_is_away_is_tried_again() {
    let world = World::start().await;
    world
        .ops(&format!("feature set {FLAG} true --staging"))
        .await;
    world.gitlab.with(|content| content.broken.push("/api/v4/"));
    let outcomes = world.settle_effects(rules()).await;
    assert_eq!(outcomes.len(), 3);
    assert!(
        outcomes.iter().all(|outcome| outcome.contains("Again")),
        "{outcomes:?}"
    );
}

#[tokio::test]
async fn graphs_are_marked_and_an_event_is_written() {
    let mut rules = rules();
    rules["effects"]["grafana"] = true.into();
    rules["effects"]["elasticsearch_index"] = "events-$short".into();
    let world = World::with(rules.clone()).await;
    let line = format!("feature set {FLAG} true --project=gitlab-org/gitlab --staging");
    world.ops(&line).await;
    let outcomes = world.settle_effects(rules).await;
    assert!(
        outcomes.iter().all(|outcome| outcome.contains("Done")),
        "{outcomes:?}"
    );
    world.gitlab.with(|content| {
        let annotation = &content.annotations[0];
        assert_eq!(
            annotation["tags"],
            serde_json::json!(["gstg", "feature-flag", FLAG])
        );
        let text = annotation["text"].as_str().unwrap();
        assert!(text.starts_with("ops: Feature flag"), "{text}");
        assert!(
            text.contains("enabled for gitlab-org/gitlab on staging"),
            "{text}"
        );
        let document = &content.documents[0];
        assert_eq!(document["feature_name"], FLAG);
        assert_eq!(document["username"], "ops");
        assert_eq!(document["env"], "gstg");
    });
}
