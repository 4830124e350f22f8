//! `release check`, outcome by outcome. Those before the merge request is known are among the bad
//! input.

use crate::gitlab::Content;
use crate::world::World;

#[track_caller]
fn assert_said(answer: &str, expected: &str) {
    assert!(answer.contains(expected), "{answer}\nlacks {expected}");
}

async fn check(milestone: &str, prepare: impl FnOnce(&mut Content)) -> String {
    let world = World::start().await;
    world.gitlab.with(prepare);
    let url = world.gitlab.merge_request_url(7);
    world.ops(&format!("release check {url} {milestone}")).await
}

fn merged(content: &mut Content) -> String {
    let sha = content.commit("master", None, "Merge branch 'seven'");
    content.merge_request(7, Some(&sha));
    sha
}

#[tokio::test]
async fn a_merge_request_that_is_open_is_not_merged() {
    let answer = check("15.8", |content| content.merge_request(7, None)).await;
    assert_said(&answer, "is not merged yet");
    assert_said(&answer, "!7 Add <b> & notifications");
}

#[tokio::test]
async fn the_lowest_final_release_with_the_commit_is_named() {
    let answer = check("", |content| {
        let sha = merged(content);
        for tag in ["v15.10.0-ee", "v15.9.1-ee", "v15.9.0-rc42-ee", "nightly"] {
            content.tag(tag, &sha);
        }
    });
    assert_said(&answer.await, "is already released: v15.9.1-ee");
}

#[tokio::test]
async fn a_release_that_has_it_as_a_cherry_pick_counts() {
    let answer = check("15.7", |content| {
        content.branch("15-7-stable-ee", "master");
        let sha = merged(content);
        let pick = format!("Seven\n\n(cherry picked from commit {sha})");
        let pick = content.commit("15-7-stable-ee", None, &pick);
        content.tag("v15.7.3-ee", &pick);
    });
    assert_said(&answer.await, "is already released: v15.7.3-ee");
}

#[tokio::test]
async fn without_a_milestone_only_the_past_is_known() {
    let answer = check("", |content| {
        merged(content);
    });
    assert_said(&answer.await, "is in no release yet");
}

#[tokio::test]
async fn what_is_on_the_stable_branch_will_be_released() {
    let answer = check("15.8", |content| {
        merged(content);
        content.branch("15-8-stable-ee", "master");
    });
    assert_said(
        &answer.await,
        "will be released in 15.8: it is on 15-8-stable-ee",
    );
}

#[tokio::test]
async fn what_was_picked_onto_the_stable_branch_will_be_released() {
    let answer = check("%15.8", |content| {
        content.branch("15-8-stable-ee", "master");
        let sha = merged(content);
        content.commit(
            "15-8-stable-ee",
            None,
            &format!("Seven\n\n(cherry picked from commit {sha})"),
        );
    });
    assert_said(
        &answer.await,
        "will be released in 15.8: it is on 15-8-stable-ee",
    );
}

#[tokio::test]
async fn what_is_not_on_the_stable_branch_will_not_be_released() {
    let answer = check("15.8", |content| {
        content.branch("15-8-stable-ee", "master");
        merged(content);
    });
    assert_said(
        &answer.await,
        "will not be released in 15.8: it is not on 15-8-stable-ee",
    );
}

#[tokio::test]
async fn what_production_runs_will_most_likely_be_released() {
    let answer = check("15.9", |content| {
        merged(content);
        content.branch("15-9-auto-deploy-2026010600", "master");
        content.deploy(
            "deploy/production",
            "15-9-auto-deploy-2026010600",
            "success",
        );
    });
    assert_said(
        &answer.await,
        "will most likely be released in 15.9: it is deployed to production",
    );
}

#[tokio::test]
async fn what_production_does_not_run_cannot_be_released_yet() {
    let answer = check("15.9", |content| {
        merged(content);
        content.branch("15-9-auto-deploy-2026010600", "master");
        content.deploy("deploy/canary", "15-9-auto-deploy-2026010600", "success");
        content.deploy(
            "deploy/production",
            "15-9-auto-deploy-2026010600",
            "running",
        );
    });
    assert_said(
        &answer.await,
        "is not yet deployed to production; it cannot be released in 15.9",
    );
}

#[tokio::test]
async fn a_gitlab_that_does_not_answer_is_one_line() {
    let answer = check("15.9", |content| {
        merged(content);
        content.broken.push("/refs");
    });
    let answer = answer.await;
    assert!(
        answer.starts_with("[only you see this, failed]"),
        "{answer}"
    );
    assert_eq!(answer.lines().count(), 2, "{answer}");
}
