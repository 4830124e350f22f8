//! The rollout issue, played by a plan.

use flags::Percentage;
use gitlab::rest::{IssueState, MergeRequestChange};
use insta::assert_snapshot;
use rollouts::{Act, Event, HoldReason, Link, State, Through};
use serde_json::json;

use crate::world::{World, number};

fn tick(item: &str) -> Act {
    Act::Tick {
        item: item.parse().unwrap(),
        evidence: "seen with my own eyes".to_owned(),
    }
}

/// Everything that people do before the percentages is done.
async fn prepared(world: &World) {
    world.settle().await;
    world.asks("ana", tick("qa")).await;
    world.asks("ana", tick("published")).await;
    world.asks("ana", Act::Acknowledge).await;
    let gitlab = world.client();
    let project = "gitlab-org/gitlab".parse().unwrap();
    let ben = gitlab.user_named("ben").await.unwrap().id;
    let change = MergeRequestChange {
        assignee_ids: Some(vec![ben]),
        ..MergeRequestChange::default()
    };
    let changed = gitlab.update_merge_request(&project, 104_639, &change);
    changed.await.unwrap();
    world.wait(2).await;
}

async fn stage(world: &World) -> String {
    world.status().await.stage.to_string()
}

#[tokio::test]
async fn a_plan_is_carried_out_to_the_removal_of_the_flag() {
    let world = World::start().await;
    world.starts().await;
    prepared(&world).await;
    assert_eq!(stage(&world).await, "25-percent");
    let gates = world.gates("production").await.unwrap();
    assert_eq!(gates.percentage_of_actors, Percentage::new(25.0).unwrap());
    world.wait(24 * 60 + 40).await;
    assert_eq!(stage(&world).await, "out");
    let links = world.status().await.links;
    let (_, removal) = links
        .iter()
        .find(|(link, _)| *link == Link::Removal)
        .unwrap();
    let gitlab = world.client();
    let project = "gitlab-org/gitlab".parse().unwrap();
    let merge_request = gitlab.merge_request(&project, number(removal)).await;
    let merge_request = merge_request.unwrap();
    let description = merge_request.description.unwrap();
    let text = format!("{}\n\n{description}", merge_request.title);
    assert_snapshot!("the_removal_of_the_flag", world.shown(&text));
    world
        .happens("ana", "merge", &[("mr", json!(number(removal)))])
        .await;
    world.happens("ops", "auto_deploy_branch", &[]).await;
    for environment in ["dev", "staging-canary", "staging", "staging-ref", "canary"] {
        let options = [("environment", json!(environment))];
        world.happens("ops", "deploy", &options).await;
    }
    world
        .happens("ops", "stable_branch", &[("version", json!("15.8"))])
        .await;
    world.wait(3).await;
    assert_eq!(
        world.status().await.state,
        State::Running,
        "not yet on production"
    );
    world
        .happens("ops", "deploy", &[("environment", json!("production"))])
        .await;
    world.wait(3).await;
    assert_eq!(world.status().await.state, State::Completed);
    for environment in ["dev", "staging", "staging-ref", "production"] {
        assert_eq!(world.gates(environment).await, None, "{environment}");
    }
    let (issue, text) = world.rollout_issue().await;
    assert_eq!(issue.state, IssueState::Closed);
    assert_eq!(issue.labels, ["feature flag", "rollout::completed"]);
    assert_snapshot!("the_rollout_issue_of_a_good_run", text);
    let (feature, said) = world.issue(372_410).await;
    assert_eq!(feature.state, IssueState::Closed);
    assert_snapshot!(
        "the_feature_issue_of_a_good_run",
        world.shown(&said.join("\n\n"))
    );
}

#[tokio::test]
async fn what_fails_with_the_flag_takes_it_back_by_itself() {
    let world = World::start().await;
    let id = world.starts().await;
    prepared(&world).await;
    *world.counts.lock().unwrap() = Some([6, 100, 1, 300]);
    world.wait(15).await;
    assert_eq!(world.status().await.state, State::RolledBack);
    assert_eq!(world.gates("production").await, None);
    let staging = world.gates("staging").await.unwrap();
    assert_eq!(staging.state(), flags::State::On, "no customer is there");
    let history = world.history(&id).await;
    let applied = history
        .iter()
        .filter(|entry| matches!(entry.event, Event::Applied { .. }));
    assert_eq!(applied.count(), 4, "three stages and the way back");
    let (issue, text) = world.rollout_issue().await;
    assert_eq!(issue.state, IssueState::Opened);
    assert_eq!(issue.labels, ["feature flag", "rollout::rolled back"]);
    assert_snapshot!("the_rollout_issue_of_a_bad_run", text);
}

#[tokio::test]
async fn a_monitor_that_is_down_holds_and_never_passes() {
    let world = World::start().await;
    world.starts().await;
    prepared(&world).await;
    *world.counts.lock().unwrap() = None;
    world.wait(60).await;
    let status = world.status().await;
    assert_eq!(status.stage.as_str(), "25-percent");
    assert_eq!(status.state, State::Held);
    assert_eq!(status.hold.unwrap().reason, HoldReason::Silent);
    assert!(status.monitors[0].silent.is_some());
    *world.counts.lock().unwrap() = Some([0, 600, 0, 1_800]);
    world.wait(20).await;
    assert_eq!(stage(&world).await, "a-day");
}

#[tokio::test]
async fn a_tick_in_gitlab_counts_whether_its_webhook_comes_or_not() {
    let world = World::start().await;
    let id = world.starts().await;
    world.settle().await;
    let (issue, _) = world.rollout_issue().await;
    let ticked = [("issue", json!(issue.iid)), ("item", json!("1.qa"))];
    world.happens("ben", "tick", &ticked).await;
    world.wait(2).await;
    let status = world.status().await;
    assert_eq!(status.stage.as_str(), "preparation");
    let history = world.history(&id).await;
    let tick = history
        .iter()
        .find(|entry| matches!(entry.event, Event::Ticked { .. }))
        .unwrap();
    assert_eq!(tick.by.through, Through::GitLab);
    // No webhook and no note of GitLab's says whose it was.
    assert_eq!(tick.by.name, "somebody-in-gitlab");

    let before = world.rollout_issue().await.0.description.unwrap();
    let edit = |before: &str, after: &str| gitlab::DescriptionEdit {
        project: "gitlab-org/gitlab".to_owned(),
        project_id: 1,
        iid: issue.iid,
        url: issue.web_url.clone().unwrap(),
        author: gitlab::Editor {
            id: None,
            username: "ana".to_owned(),
            name: "Ana".to_owned(),
        },
        before: before.to_owned(),
        after: after.to_owned(),
    };
    let published = "3.published";
    let after = gitlab::task_list::set(&before, published, gitlab::task_list::TaskState::Done);
    let after = after.unwrap();
    let is_ticked = async || {
        let status = world.status().await;
        let mut items = status.preconditions.iter();
        let item = items.find(|item| item.id == "published").unwrap();
        item.ticked_by.as_ref().map(ToString::to_string)
    };
    let box_of_it = [("issue", json!(issue.iid)), ("item", json!(published))];
    let (ticking, unticking) = (edit(&before, &after), edit(&after, &before));
    world.driver.description_edited(&ticking).await;
    assert_eq!(is_ticked().await, None, "nobody ticked it there");
    world.happens("ana", "tick", &box_of_it).await;
    world.driver.description_edited(&ticking).await;
    assert_eq!(is_ticked().await.as_deref(), Some("ana"));
    world.driver.description_edited(&unticking).await;
    assert_eq!(
        is_ticked().await.as_deref(),
        Some("ana"),
        "it is still ticked there"
    );
    world.happens("ana", "untick", &box_of_it).await;
    world.driver.description_edited(&unticking).await;
    assert_eq!(is_ticked().await, None);
    let mut elsewhere = edit(&before, &after);
    elsewhere.project = "acme/other".to_owned();
    world.driver.description_edited(&elsewhere).await;
    assert_eq!(is_ticked().await, None);
}

#[tokio::test]
async fn two_drivers_make_each_change_once() {
    let world = World::start().await;
    let id = world.starts().await;
    let other = world.driver.clone();
    for _ in 0..5 {
        let (one, two) = tokio::join!(world.driver.run_due(), other.run_due());
        one.unwrap();
        two.unwrap();
    }
    let history = world.history(&id).await;
    let numbers: Vec<u64> = history.iter().map(|entry| entry.number).collect();
    let expected: Vec<u64> = (1..=numbers.len() as u64).collect();
    assert_eq!(numbers, expected);
    for environment in ["dev", "staging", "staging-ref"] {
        let filter = store::AuditFilter {
            environment: Some(environment.parse().unwrap()),
            ..store::AuditFilter::default()
        };
        let page = world.store.audit(filter).await.unwrap();
        assert_eq!(page.entries.len(), 1, "{environment}");
    }
}

#[tokio::test]
async fn an_issue_of_other_people_gets_the_boxes_and_keeps_its_words() {
    let world = World::start().await;
    let (before, _) = world.issue(381_012).await;
    let words = before.description.unwrap();
    let plan = include_str!("watched.yml");
    world.starts_by(plan, "deployed").await;
    world.settle().await;
    let (first, _) = world.issue(381_012).await;
    let first = first.description.unwrap();
    assert!(first.starts_with(words.trim_end()), "{first}");
    assert!(
        first.contains("- [x] Open it for 50 percent of actors"),
        "{first}"
    );
    let reason = None;
    world.asks("ana", Act::RollBack { reason }).await;
    let (back, _) = world.issue(381_012).await;
    let back = back.description.unwrap();
    assert!(
        back.contains("- [ ] Open it for 50 percent of actors"),
        "{back}"
    );
    world.wait(1).await;
    world.starts_by(plan, "deployed").await;
    world.settle().await;
    let (second, _) = world.issue(381_012).await;
    let second = second.description.unwrap();
    assert!(second.starts_with(words.trim_end()), "{second}");
    assert_eq!(
        world.shown(&second),
        world.shown(&first),
        "in the place of the first"
    );
    assert_ne!(second, first);
}
