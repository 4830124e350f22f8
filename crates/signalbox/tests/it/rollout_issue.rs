//! The rollout issue, walked from top to bottom in the demo: every command goes in as a person
//! types it in Slack, and after each one an event shows which integration speaks.

mod walker;

use serde_json::json;

use walker::Walker;

const FLAG: &str = "integration_slack_app_notifications";

#[tokio::test(flavor = "multi_thread")]
async fn the_rollout_issue_does_what_it_says_from_top_to_bottom() {
    let walker = Walker::start().await;
    let commit = walker.merge_commit().await;
    let elsewhere = "acme/shop";
    walker.speaks("gitlab-org/gitlab", "webhook").await;

    // Rollout on non-production environments
    let status = format!("/chatops run auto_deploy status {commit}");
    let told = walker.run("#g_manage_integrations", &status).await;
    for stage in ["staging-canary", "staging", "canary", "production"] {
        assert!(told.contains(stage), "{stage}: {told}");
    }
    let set = format!("/chatops run feature set {FLAG}");
    let told = walker
        .run(
            "#g_manage_integrations",
            &format!("{set} true --dev --staging --staging-ref"),
        )
        .await;
    for environment in ["dev", "staging", "staging-ref"] {
        assert!(told.contains(environment), "{told}");
        assert_eq!(walker.state(environment).await, "on");
    }
    assert_eq!(walker.state("production").await, "none");
    walker.speaks("gitlab-org/gitlab", "webhook").await;

    // Specific rollout on production
    walker.run("#production", &status).await;
    let projects = "gitlab-org/gitlab,gitlab-org/gitlab-foss,gitlab-com/www-gitlab-com";
    walker
        .run(
            "#production",
            &format!("/chatops run feature set --project={projects} {FLAG} true"),
        )
        .await;
    for project in projects.split(',') {
        walker.speaks(project, "app").await;
    }
    walker.speaks("gitlab-org/gitlab-runner", "webhook").await;
    walker
        .run(
            "#production",
            &format!("/chatops run feature set --group=gitlab-org,gitlab-com {FLAG} true"),
        )
        .await;
    walker.speaks("gitlab-org/gitlab-runner", "app").await;
    walker.speaks(elsewhere, "webhook").await;
    walker
        .run(
            "#production",
            &format!("/chatops run feature set --user=ops {FLAG} true"),
        )
        .await;
    assert_eq!(walker.state("production").await, "conditional");

    // Global rollout on production, cross-posted to the team
    walker
        .run("#production", &format!("{set} 25 --actors"))
        .await;
    walker.speaks_as_the_percentage_says(elsewhere, 25.0).await;
    let told = walker
        .run("#production", &format!("{set} 50 --random"))
        .await;
    assert!(
        told.to_lowercase().contains("random"),
        "the warning: {told}"
    );
    walker.run("#production", &format!("{set} true")).await;
    assert_eq!(walker.state("production").await, "on");
    walker.speaks(elsewhere, "app").await;
    let team = walker.screen("#g_manage_integrations").await;
    assert!(team.contains(FLAG) && team.contains("production"), "{team}");
    let comments = walker.rollout_issue_comments().await;
    assert!(5 <= comments.len(), "{comments:#?}");
    assert!(!walker.log_issues().await.is_empty());
    assert!(!walker.annotations().await.is_empty());

    // Release the feature
    let told = walker
        .run(
            "#production",
            &format!(
                "/chatops run release check {} 15.8",
                walker.merge_request_url()
            ),
        )
        .await;
    assert!(told.contains("15.8"), "{told}");

    // Rollback, which takes the app back at once, and the way forward again
    walker.run("#production", &format!("{set} false")).await;
    assert_eq!(walker.state("production").await, "off");
    for project in projects.split(',').chain([elsewhere]) {
        walker.speaks(project, "webhook").await;
    }
    walker.run("#production", &format!("{set} true")).await;
    walker.speaks("gitlab-org/gitlab", "app").await;

    // Cleanup
    let environments = "--dev --staging --staging-ref --production";
    walker
        .run(
            "#production",
            &format!("/chatops run feature delete {FLAG} {environments}"),
        )
        .await;
    for environment in ["dev", "staging", "staging-ref", "production"] {
        assert_eq!(walker.state(environment).await, "none", "{environment}");
    }
    walker.speaks("gitlab-org/gitlab", "webhook").await;
    walker.nothing_was_lost_or_said_twice().await;
    walker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deployments_are_told_stage_by_stage() {
    let walker = Walker::start().await;
    let merged = walker
        .demo
        .make_happen(json!({ "user": "ben", "project": "gitlab-org/gitlab", "what": "merge" }))
        .await;
    let commit = walker.newest_merge_commit(&merged).await;
    let status = format!("/chatops run auto_deploy status {commit}");
    assert_eq!(
        deployed_to(&walker.run("#production", &status).await),
        ["nowhere"]
    );
    let branch = walker
        .demo
        .make_happen(
            json!({ "user": "ops", "project": "gitlab-org/gitlab", "what": "auto_deploy_branch" }),
        )
        .await;
    let branch = branch["branch"].as_str().expect("a branch").to_owned();
    let stages = ["staging-canary", "staging", "canary", "production"];
    for (index, stage) in stages.into_iter().enumerate() {
        let deploy = json!({
            "user": "ops", "project": "gitlab-org/gitlab", "what": "deploy",
            "environment": stage, "branch": branch,
        });
        walker.demo.make_happen(deploy).await;
        let told = walker.run("#production", &status).await;
        assert_eq!(deployed_to(&told), stages[..=index], "{told}");
    }
    walker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_words_do_the_same_in_a_shell() {
    let walker = Walker::start().await;
    let commit = walker.merge_commit().await;
    let merge_request = walker.merge_request_url();
    let projects = "gitlab-org/gitlab,gitlab-org/gitlab-foss,gitlab-com/www-gitlab-com";
    for (line, expected) in [
        (format!("auto_deploy status {commit}"), "staging-canary"),
        (
            format!("feature set {FLAG} true --dev --staging --staging-ref"),
            "enabled for everyone on staging-ref",
        ),
        (
            format!("feature set {FLAG} true --staging --for 1h"),
            "takes nothing back",
        ),
        (
            format!("feature set --project={projects} {FLAG} true"),
            "gitlab-com/www-gitlab-com on production",
        ),
        (
            format!("feature set --project=gitlab-org/gitlab-foss {FLAG} opt_out"),
            "production",
        ),
        (
            format!("feature set --group=gitlab-org,gitlab-com {FLAG} true"),
            "gitlab-com",
        ),
        (format!("feature set --user=ops {FLAG} true"), "ops"),
        (format!("feature set {FLAG} 25 --actors"), "25 % of actors"),
        (
            format!("feature set {FLAG} 50 --random"),
            "50 % of the time",
        ),
        (
            format!("feature set {FLAG} true"),
            "enabled for everyone on production",
        ),
        (format!("release check {merge_request} 15.8"), "15.8"),
        (
            format!("feature set {FLAG} false"),
            "disabled on production",
        ),
        (
            format!("feature delete {FLAG} --dev --staging --staging-ref --production"),
            "deleted on production",
        ),
        (format!("feature history {FLAG}"), "production"),
        ("feature help".to_owned(), "feature set FLAG VALUE"),
    ] {
        let (succeeded, said) = walker.shell(&line).await;
        assert!(succeeded, "{line}: {said}");
        assert!(said.contains(expected), "{line}: {said}");
    }
    assert_eq!(walker.state("staging").await, "none");
    let (succeeded, said) = walker.shell("feature set no_such_flag true").await;
    assert!(!succeeded, "{said}");
    assert_eq!(said.trim().lines().count(), 1, "{said}");
    walker.stop().await;
}

/// The stages that an answer says a commit is deployed to.
fn deployed_to(told: &str) -> Vec<String> {
    let (_, rest) = told.split_once("*Deployed to*").expect("where it is");
    let list = rest.trim().lines().next().unwrap_or_default();
    list.split(", ")
        .map(|stage| stage.trim_matches('*').to_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_done_is_said_in_one_line_to_who_asked_and_changes_nothing() {
    let walker = Walker::start().await;
    let set = format!("/chatops run feature set {FLAG}");
    for (user, channel, command, expected) in [
        (
            "ops",
            "#production",
            "/chatops run feature set integration_slack_app_notification true --staging",
            FLAG,
        ),
        (
            "ops",
            "#production",
            &*format!("{set} maybe --staging"),
            "true",
        ),
        (
            "ops",
            "#production",
            &*format!("{set} 25 --staging"),
            "--actors",
        ),
        ("ops", "#general", &*format!("{set} true"), "#production"),
        (
            "ops",
            "#general",
            &*format!("/chatops run feature delete {FLAG}"),
            "#production",
        ),
        ("ben", "#production", &*format!("{set} true"), "operator"),
        (
            "ops",
            "#production",
            &*format!("{set} true --prodution"),
            "--production",
        ),
        ("ops", "#production", "/chatops run featur list", "feature"),
        (
            "ops",
            "#production",
            &*format!("{set} <rollout-percentage> --actors"),
            "percentage",
        ),
        (
            "ops",
            "#production",
            "/chatops run auto_deploy status <merge-commit-of-your-feature>",
            "commit",
        ),
        (
            "ops",
            "#production",
            "/chatops run release check <merge-request-url> <milestone>",
            "merge request",
        ),
        (
            "ops",
            "#production",
            &*format!("/chatops run feature set --user=<your-username> {FLAG} true"),
            "username",
        ),
        (
            "ops",
            "#production",
            &*format!("/chatops run feature set --project=gitlab-org/nope {FLAG} true --staging"),
            "gitlab-org/nope",
        ),
    ] {
        let (answer, text) = walker.answer(user, channel, command).await;
        assert_ne!(answer["response_type"], "in_channel", "{command}: {text}");
        assert_eq!(text.trim().lines().count(), 1, "{command}: {text}");
        assert!(
            text.to_lowercase().contains(&expected.to_lowercase()),
            "{command}: {text}"
        );
    }
    for environment in ["staging", "production"] {
        assert_eq!(walker.state(environment).await, "none", "{environment}");
    }
    walker.stop().await;
}
