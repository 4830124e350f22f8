//! What arrives at a hook when something happens.

use axum::http::StatusCode;
use jiff::SignedDuration;
use sandbox::gitlab::{Do, Sent};
use serde_json::{Value, json};

use crate::gitlab_world::{Received, World, ana, options};

/// "Merge Request Hook merge_request merge" for each that arrived.
fn told(received: &[Received]) -> Vec<String> {
    received
        .iter()
        .map(|webhook| {
            let body = &webhook.body;
            let said = [
                &body["object_attributes"]["action"],
                &body["build_status"],
                &body["object_attributes"]["status"],
                &body["status"],
                &body["action"],
            ];
            let said = said
                .iter()
                .find_map(|value| value.as_str())
                .unwrap_or_default();
            format!(
                "{}: {} {said}",
                webhook.header("x-gitlab-event"),
                webhook.kind()
            )
            .trim_end()
            .to_owned()
        })
        .collect()
}

/// (`what` with options, the last header, the last kind)
fn every_act() -> Vec<(Do, &'static str, &'static str)> {
    vec![
        (ana("push").with("pipeline", "none"), "Push Hook", "push"),
        (ana("new_branch"), "Push Hook", "push"),
        (ana("delete_branch"), "Push Hook", "push"),
        (ana("tag"), "Tag Push Hook", "tag_push"),
        (ana("delete_tag"), "Tag Push Hook", "tag_push"),
        (ana("open_mr"), "Merge Request Hook", "merge_request"),
        (ana("update_mr"), "Merge Request Hook", "merge_request"),
        (
            ana("update_mr").with("draft", false),
            "Merge Request Hook",
            "merge_request",
        ),
        (ana("approve"), "Merge Request Hook", "merge_request"),
        (ana("unapprove"), "Merge Request Hook", "merge_request"),
        (ana("close_mr"), "Merge Request Hook", "merge_request"),
        (ana("reopen_mr"), "Merge Request Hook", "merge_request"),
        (ana("comment"), "Note Hook", "note"),
        (ana("comment").with("on", "issue"), "Note Hook", "note"),
        (
            ana("comment").with("on", "issue").with("internal", true),
            "Confidential Note Hook",
            "note",
        ),
        (ana("comment").with("on", "commit"), "Note Hook", "note"),
        (ana("comment").with("on", "snippet"), "Note Hook", "note"),
        (ana("emoji").with("comment", true), "Emoji Hook", "emoji"),
        (ana("merge"), "Pipeline Hook", "pipeline"),
        (ana("auto_deploy_branch"), "Push Hook", "push"),
        (ana("cherry_pick"), "Push Hook", "push"),
        (
            ana("stable_branch").with("version", "15.8"),
            "Push Hook",
            "push",
        ),
        (
            ana("remove_flag").with("name", "integration_slack_app_notifications"),
            "Push Hook",
            "push",
        ),
        (ana("change"), "Issue Hook", "issue"),
        (ana("complete_change"), "Issue Hook", "issue"),
        (ana("open_issue"), "Issue Hook", "issue"),
        (ana("label_issue"), "Issue Hook", "issue"),
        (ana("edit_issue"), "Issue Hook", "issue"),
        (ana("tick").with("issue", 381_012), "Issue Hook", "issue"),
        (ana("untick").with("issue", 381_012), "Issue Hook", "issue"),
        (ana("close_issue"), "Issue Hook", "issue"),
        (ana("reopen_issue"), "Issue Hook", "issue"),
        (
            ana("open_issue").with("confidential", true),
            "Confidential Issue Hook",
            "issue",
        ),
        (ana("incident"), "Issue Hook", "work_item"),
        (ana("resolve_incident"), "Issue Hook", "work_item"),
        (
            ana("work_item").with("type", "Ticket"),
            "Issue Hook",
            "work_item",
        ),
        (
            ana("work_item").with("confidential", true),
            "Confidential Issue Hook",
            "work_item",
        ),
        (ana("pass_pipeline"), "Pipeline Hook", "pipeline"),
        (ana("fail_pipeline"), "Pipeline Hook", "pipeline"),
        (
            ana("pass_pipeline").with("deploys", "staging"),
            "Pipeline Hook",
            "pipeline",
        ),
        (ana("play_job"), "Pipeline Hook", "pipeline"),
        (ana("cancel_pipeline"), "Pipeline Hook", "pipeline"),
        (ana("deploy"), "Deployment Hook", "deployment"),
        (ana("release"), "Release Hook", "release"),
        (ana("wiki"), "Wiki Page Hook", "wiki_page"),
        (ana("feature_flag"), "Feature Flag Hook", "feature_flag"),
        (ana("milestone"), "Milestone Hook", "milestone"),
        (
            ana("access_token"),
            "Resource Access Token Hook",
            "access_token",
        ),
        (
            ana("access_token").with("group", true),
            "Resource Access Token Hook",
            "access_token",
        ),
        (
            ana("deploy_token"),
            "Resource Deploy Token Hook",
            "deploy_token",
        ),
        (ana("member"), "Member Hook", "user_add_to_group"),
        (
            ana("member").with("action", "remove"),
            "Member Hook",
            "user_remove_from_group",
        ),
        (ana("subgroup"), "Subgroup Hook", "subgroup_create"),
        (
            ana("subgroup").with("action", "remove"),
            "Subgroup Hook",
            "subgroup_destroy",
        ),
        (ana("project"), "Project Hook", "project_create"),
        (
            ana("project").with("action", "remove"),
            "Project Hook",
            "project_destroy",
        ),
        (ana("alert"), "Alert Hook", "alert"),
        (ana("vulnerability"), "Vulnerability Hook", "vulnerability"),
        (ana("group_mention"), "Group Mention Hook", "group_mention"),
        (
            ana("group_mention").with("confidential", true),
            "Group Confidential Mention Hook",
            "group_mention",
        ),
        (ana("system"), "System Hook", "user_create"),
        (ana("key_create"), "System Hook", "key_create"),
        (ana("project_transfer"), "System Hook", "project_transfer"),
        (ana("repository_update"), "System Hook", "repository_update"),
    ]
}

#[tokio::test]
async fn everything_that_can_happen_sends_its_header_and_kind() {
    let world = World::start().await;
    for (act, header, kind) in every_act() {
        let done = world.ana(act.clone()).await;
        let received = world.take();
        let last = received
            .last()
            .unwrap_or_else(|| panic!("{act:?} sent nothing"));
        assert_eq!(
            (last.header("x-gitlab-event"), last.kind()),
            (header, kind),
            "{act:?}"
        );
        assert_eq!(done.sent.len(), received.len(), "{act:?}");
        assert_eq!(
            done.sent.last().map(|sent| sent.event),
            Some(header),
            "{act:?}"
        );
    }
}

#[tokio::test]
async fn the_test_of_everything_names_everything() {
    let world = World::start().await;
    let listed: Vec<String> = crate::gitlab_endpoints::list(&world.sandbox).await["what"]
        .as_array()
        .unwrap()
        .iter()
        .map(|act| act["what"].as_str().unwrap().to_owned())
        .collect();
    let tried: Vec<String> = every_act().into_iter().map(|(act, ..)| act.what).collect();
    let missed: Vec<&String> = listed.iter().filter(|what| !tried.contains(what)).collect();
    assert_eq!(
        missed,
        ["service_health", "merge_rules", "freeze"],
        "they send none"
    );
}

#[tokio::test]
async fn webhooks_carry_the_headers_that_gitlab_sends() {
    let world = World::start().await;
    let done = world.ana(ana("open_issue")).await;
    let received = world.take();
    let webhook = &received[0];
    for (header, value) in [
        ("content-type", "application/json"),
        ("user-agent", "GitLab/18.5.0"),
        ("x-gitlab-event", "Issue Hook"),
        ("x-gitlab-token", "demo-hook-secret"),
        ("x-gitlab-instance", "http://gitlab.test:7402"),
    ] {
        assert_eq!(webhook.header(header), value);
    }
    for id in [
        "idempotency-key",
        "x-gitlab-webhook-uuid",
        "x-gitlab-event-uuid",
    ] {
        assert_eq!(webhook.header(id).len(), 36, "{id}");
    }
    let Sent {
        status,
        event_id,
        number,
        ..
    } = &done.sent[0];
    assert_eq!(
        (status, event_id.as_deref(), number),
        (&Some(200), Some("evt_1"), &1)
    );
}

#[tokio::test]
async fn a_push_starts_a_pipeline_that_runs_to_its_end() {
    let world = World::start().await;
    world.ana(ana("push")).await;
    insta::assert_snapshot!(told(&world.take()).join("\n"), @r"
    Push Hook: push
    Job Hook: build created
    Job Hook: build created
    Job Hook: build created
    Pipeline Hook: pipeline pending
    Job Hook: build pending
    Job Hook: build running
    Pipeline Hook: pipeline running
    Job Hook: build success
    Job Hook: build pending
    Job Hook: build running
    Job Hook: build success
    Job Hook: build pending
    Job Hook: build running
    Job Hook: build success
    Pipeline Hook: pipeline success
    ");
}

#[tokio::test]
async fn a_merge_is_told_before_the_push_that_it_makes() {
    let world = World::start().await;
    let opened = world
        .ana(ana("open_mr").with("description", "Closes #381013"))
        .await;
    world.take();
    let iid = opened.ids["iid"].clone();
    world
        .ana(ana("merge").with("mr", iid).with("pipeline", "none"))
        .await;
    insta::assert_snapshot!(told(&world.take()).join("\n"), @r"
    Merge Request Hook: merge_request merge
    Push Hook: push
    Push Hook: push
    Issue Hook: issue close
    ");
}

#[tokio::test]
async fn a_push_to_a_merge_request_updates_it_with_its_old_head() {
    let world = World::start().await;
    world
        .ana(
            ana("open_mr")
                .with("branch", "menu")
                .with("title", "Fix the menu"),
        )
        .await;
    let before = world.take()[0].body["object_attributes"]["last_commit"]["id"].clone();
    world
        .ana(ana("push").with("branch", "menu").with("pipeline", "none"))
        .await;
    let received = world.take();
    assert_eq!(
        told(&received),
        [
            "Push Hook: push",
            "Merge Request Hook: merge_request update"
        ]
    );
    assert_eq!(received[0].body["before"], before);
    assert_eq!(received[1].body["object_attributes"]["oldrev"], before);
}

#[tokio::test]
async fn a_deployment_runs_before_it_ends() {
    let world = World::start().await;
    for (status, told_status) in [
        ("success", "success"),
        ("failed", "failed"),
        ("canceled", "canceled"),
    ] {
        world
            .ana(
                ana("deploy")
                    .with("environment", "staging")
                    .with("status", status),
            )
            .await;
        assert_eq!(
            told(&world.take()),
            [
                "Deployment Hook: deployment running".to_owned(),
                format!("Deployment Hook: deployment {told_status}")
            ],
        );
    }
    world.ana(ana("deploy").with("status", "running")).await;
    let started = world.take().remove(0).body["deployment_id"].clone();
    world.ana(ana("deploy")).await;
    let ended = world.take();
    assert_eq!(ended.len(), 1, "the running one ends");
    assert_eq!(ended[0].body["deployment_id"], started);
}

#[tokio::test]
async fn a_running_pipeline_is_the_one_that_ends() {
    let world = World::start().await;
    world.ana(ana("push").with("pipeline", "running")).await;
    let started = world.take().last().unwrap().body["object_attributes"]["id"].clone();
    world.clock.advance(std::time::Duration::from_secs(95));
    world
        .ana(ana("fail_pipeline").with("job", "rspec system"))
        .await;
    let received = world.take();
    let ended = &received.last().unwrap().body;
    assert_eq!(ended["object_attributes"]["id"], started);
    assert_eq!(ended["object_attributes"]["status"], "failed");
    assert!(ended["object_attributes"]["duration"].as_u64().unwrap() <= 95);
    let failed: Vec<&Value> = ended["builds"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|build| build["status"] == "failed")
        .map(|build| &build["name"])
        .collect();
    assert_eq!(failed, ["rspec system"]);
}

#[tokio::test]
async fn long_pushes_list_the_newest_twenty_commits() {
    let world = World::start().await;
    let push = ana("push")
        .with("commits", 25)
        .with("title", "The last one");
    world.ana(push.with("pipeline", "none")).await;
    let body = world.take().remove(0).body;
    let commits = body["commits"].as_array().unwrap();
    assert_eq!(
        (commits.len(), &body["total_commits_count"]),
        (20, &json!(25))
    );
    assert_eq!(commits[19]["title"], "The last one");
    assert_eq!(commits[19]["id"], body["after"]);
}

#[tokio::test]
async fn no_time_in_a_webhook_lies_in_the_future() {
    let world = World::start().await;
    world.ana(ana("push")).await;
    for webhook in world.take() {
        let body = webhook.body.to_string();
        for (at, day) in body.match_indices("2026-11-20") {
            let time = body
                .get(at + day.len() + 1..at + day.len() + 9)
                .unwrap_or_default();
            assert!(time <= "09:00:00", "{time} in {body}");
        }
    }
}

#[tokio::test]
async fn the_same_seed_sends_the_same_webhooks() {
    let mut told = Vec::new();
    for _ in 0..2 {
        let world = World::with(options(42)).await;
        for what in ["push", "open_mr", "comment", "incident", "release"] {
            world.ana(ana(what)).await;
        }
        let bodies: Vec<(String, String)> = world
            .take()
            .iter()
            .map(|w| (w.header("idempotency-key").to_owned(), w.body.to_string()))
            .collect();
        told.push(bodies);
    }
    assert_eq!(told[0], told[1]);
    let other = World::with(options(43)).await;
    other.ana(ana("push")).await;
    assert_ne!(told[0][0].1, other.take()[0].body.to_string());
}

#[tokio::test]
async fn a_hook_that_fails_four_times_is_off_for_a_minute() {
    let world = World::start().await;
    world.receiver_answers(StatusCode::INTERNAL_SERVER_ERROR);
    let statuses = |sent: &[Sent]| sent.iter().map(|sent| sent.status).collect::<Vec<_>>();
    for _ in 0..4 {
        let done = world.ana(ana("open_issue")).await;
        assert_eq!(statuses(&done.sent), [Some(500)]);
    }
    world.take();
    world.receiver_answers(StatusCode::OK);
    let done = world.ana(ana("open_issue")).await;
    assert_eq!(statuses(&done.sent), [None]);
    assert_eq!(
        done.sent[0].error.as_deref(),
        Some("the hook is off after failures in a row")
    );
    assert_eq!(world.take().len(), 0, "a hook that is off sends nothing");
    world
        .clock
        .advance(SignedDuration::from_mins(1).unsigned_abs());
    world.ana(ana("open_issue")).await;
    assert_eq!(world.take().len(), 1, "after a minute it is tried again");
}

#[tokio::test]
async fn a_receiver_that_is_gone_is_no_error_for_who_acts() {
    let mut options = options(1);
    options
        .hooks
        .push(sandbox::gitlab::Hook::new("http://127.0.0.1:9/", "x"));
    let sandbox = sandbox::gitlab::GitLabSandbox::new(options).unwrap();
    let done = sandbox.perform(ana("open_issue")).await.unwrap();
    assert_eq!(
        done.sent[0].error.as_deref(),
        Some("the receiver cannot be reached")
    );
}

#[tokio::test]
async fn hooks_get_the_kinds_that_they_ask_for() {
    let mut world_options = options(1);
    world_options.hooks.push(sandbox::gitlab::Hook {
        url: "http://127.0.0.1:9/".to_owned(),
        token: String::new(),
        kinds: vec![domain::EventKind::Pipeline],
    });
    let sandbox = sandbox::gitlab::GitLabSandbox::new(world_options).unwrap();
    let done = sandbox.perform(ana("push")).await.unwrap();
    let kinds: Vec<&str> = done.sent.iter().map(|sent| sent.event).collect();
    assert_eq!(kinds, ["Pipeline Hook"; 3]);
}

#[tokio::test]
async fn an_update_of_a_repository_names_the_commits_before_and_after() {
    let world = World::start().await;
    let pushed = world.ana(ana("push").with("pipeline", "none")).await;
    world.take();
    world.ana(ana("repository_update")).await;
    let changes = world.take().remove(0).body["changes"].clone();
    assert_eq!(changes[0]["after"], pushed.ids["sha"]);
    assert_ne!(changes[0]["before"], changes[0]["after"]);
}

#[tokio::test]
async fn what_is_refused_changes_nothing() {
    let mut told = Vec::new();
    for refused_first in [false, true] {
        let world = World::with(options(5)).await;
        if refused_first {
            let refused = ana("open_mr").with("branch", "b").with("milestone", "99.9");
            assert!(world.sandbox.perform(refused).await.is_err());
        }
        world
            .ana(
                ana("open_mr")
                    .with("title", "t")
                    .with("branch", "b")
                    .with("labels", "bug"),
            )
            .await;
        let mut body = world.take().remove(0).body;
        // The refused one may have drawn from chance, and only ids of commits come from there.
        body["object_attributes"]["last_commit"] = Value::Null;
        told.push(body);
    }
    assert_eq!(told[0], told[1]);
}
