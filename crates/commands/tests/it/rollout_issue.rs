//! Every command line of a rollout, from the first environment to the clean-up, as it stands in
//! the issue.

use crate::world::{FLAG, World};

#[tokio::test]
async fn every_command_of_a_rollout_does_what_the_issue_says() {
    let world = World::start().await;
    let merge_request = world.gitlab.merge_request_url(1);
    let mut told = String::new();
    for line in [
        &format!("run auto_deploy status {merge_request}"),
        &format!("run feature set {FLAG} true --dev --staging --staging-ref"),
        &format!(
            "run feature set --project=gitlab-org/gitlab,gitlab-org/gitlab-foss,gitlab-com/www-gitlab-com {FLAG} true"
        ),
        &format!("run feature set --group=gitlab-org,gitlab-com {FLAG} true"),
        &format!("run feature set --user=me {FLAG} true"),
        &format!("run feature get {FLAG}"),
        &format!("run feature explain {FLAG} --project=gitlab-org/gitlab"),
        &format!("run feature set {FLAG} 25 --actors"),
        &format!("run feature set {FLAG} 50 --random"),
        &format!("run feature set {FLAG} true"),
        "run feature list",
        &format!("run feature set {FLAG} false"),
        &format!("run release check {merge_request} 15.8"),
        &format!("run feature delete {FLAG} --dev --staging --staging-ref --production"),
        &format!("run feature history {FLAG} --limit=4"),
    ] {
        let answer = world.ops(line).await;
        let line = line.replace(&world.gitlab.url, "https://gitlab.test");
        told.push_str(&format!("> {line}\n{answer}\n\n"));
    }
    insta::assert_snapshot!(told);
}

#[tokio::test]
async fn a_placeholder_that_was_pasted_gets_one_line_that_says_what_to_put_there() {
    let world = World::start().await;
    for (line, expected) in [
        (
            "run auto_deploy status <merge-commit-of-your-feature>",
            "the commit of your merged change",
        ),
        (
            &format!("run feature set --user=<your-username> {FLAG} true"),
            "your GitLab user name",
        ),
        (
            &format!("run feature set {FLAG} <rollout-percentage> --actors"),
            "a number from 0 to 100",
        ),
        (
            &format!("run feature set {FLAG} <rollout-percentage> --random"),
            "a number from 0 to 100",
        ),
        (
            "run release check <merge-request-url> <milestone>",
            "a merge request",
        ),
    ] {
        let answer = world.ops(line).await;
        assert!(
            answer.starts_with("[only you see this, failed]\n<"),
            "{answer}"
        );
        assert!(
            answer.contains(&format!("stands for {expected}")),
            "{answer}"
        );
        assert_eq!(answer.lines().count(), 2, "{answer}");
    }
}

#[tokio::test]
async fn a_shell_needs_no_channel_and_no_role() {
    let world = World::start().await;
    let caller = commands::Caller::Shell {
        user: "root".to_owned(),
        approves: true,
    };
    let line =
        commands::grammar::line(&["feature", "set", FLAG, "true", "--staging", "--production"]);
    let answer = world
        .chatops
        .run(&caller, &line, &commands::Progress::silent())
        .await;
    assert!(answer.ok, "{}", answer.to_text());
    assert_eq!(
        answer.to_json()["messages"].as_array().map(Vec::len),
        Some(2)
    );
    let history = world.ops(&format!("feature history {FLAG}")).await;
    assert!(history.contains("root in a shell"), "{history}");
}

#[tokio::test]
async fn help_is_made_from_the_list_of_commands() {
    let world = World::start().await;
    let mut told = String::new();
    for line in [
        "",
        "help feature",
        "help feature set",
        "feature get --help",
        "help nothing",
    ] {
        told.push_str(&format!("> {line}\n{}\n\n", world.ops(line).await));
    }
    insta::assert_snapshot!(told);
}
