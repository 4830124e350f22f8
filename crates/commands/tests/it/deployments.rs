//! `auto_deploy status`, stage by stage.

use crate::world::World;

#[tokio::test]
async fn the_bare_command_shows_each_stage_and_what_separates_them() {
    let world = World::start().await;
    world.gitlab.with(|content| {
        content.commit("master", None, "Later");
        content.branch("15-8-auto-deploy-2026010600", "master");
        content.deploy(
            "deploy/staging-canary",
            "15-8-auto-deploy-2026010600",
            "success",
        );
        content.deploy("deploy/staging", "15-8-auto-deploy-2026010600", "failed");
        content.deploy("deploy/staging", "15-8-auto-deploy-2026010600", "running");
    });
    insta::assert_snapshot!(world.ops("auto_deploy status").await);
}

#[tokio::test]
async fn a_commit_is_where_the_deployed_commit_has_it_in_its_history() {
    let world = World::start().await;
    let sha = world
        .gitlab
        .with(|content| content.commit("master", None, "Later"));
    let status = format!("auto_deploy status {}", &sha[..10]);
    let mut told = format!("{}\n\n", world.ops(&status).await);
    for stage in ["staging-canary", "staging", "canary"] {
        world.gitlab.with(|content| {
            content.branch("15-8-auto-deploy-2026010600", "master");
            // The branch moves on after the deployment, which does not take it along.
            content.deploy(
                &format!("deploy/{stage}"),
                "15-8-auto-deploy-2026010600",
                "success",
            );
            content.commit("master", None, "Later still");
        });
        told.push_str(&format!("{}\n\n", world.ops(&status).await));
    }
    insta::assert_snapshot!(told);
}

#[tokio::test]
async fn a_cherry_pick_on_the_deployed_branch_counts() {
    let world = World::start().await;
    world.gitlab.with(|content| {
        content.branch("15-8-auto-deploy-2026010600", "master");
        let sha = content.commit("master", None, "Merge branch 'seven'");
        content.merge_request(7, Some(&sha));
        let pick = format!("Seven\n\n(cherry picked from commit {sha})");
        content.commit("15-8-auto-deploy-2026010600", None, &pick);
        content.deploy(
            "deploy/staging-canary",
            "15-8-auto-deploy-2026010600",
            "success",
        );
    });
    let url = world.gitlab.merge_request_url(7);
    let answer = world.ops(&format!("auto-deploy status {url}")).await;
    assert!(answer.contains("Deployed to: staging-canary\n"), "{answer}");
    assert!(answer.contains("Cherry-picked as: "), "{answer}");
}

#[tokio::test]
async fn what_is_not_merged_or_was_never_deployed_is_said() {
    let world = World::start().await;
    world.gitlab.with(|content| content.merge_request(7, None));
    let url = world.gitlab.merge_request_url(7);
    let answer = world.ops(&format!("auto_deploy status {url}")).await;
    assert!(
        answer.contains("is not merged, so it is deployed nowhere"),
        "{answer}"
    );
    let sha = world
        .gitlab
        .with(|content| content.commit("elsewhere", None, "A root of its own"));
    let answer = world.ops(&format!("auto_deploy status {sha}")).await;
    assert!(answer.contains("Deployed to: nowhere"), "{answer}");
}
