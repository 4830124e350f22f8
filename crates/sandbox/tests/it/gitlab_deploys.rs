//! From a merge to production in the GitLab sandbox, read through its REST API as ChatOps does.

use sandbox::gitlab::Do;
use serde_json::{Value, json};

use crate::gitlab_rest::{APP, read};
use crate::gitlab_world::{World, ana};

const STAGES: [&str; 8] = [
    "dev",
    "staging-canary",
    "staging",
    "staging-ref",
    "pre",
    "ops",
    "canary",
    "production",
];

/// The environments whose newest successful deployment has the commit.
async fn deployed(world: &World, sha: &str) -> Vec<&'static str> {
    let mut found = Vec::new();
    for stage in STAGES {
        let query = "status=success&order_by=id&sort=desc&per_page=1";
        let newest = read(
            world,
            &format!("{APP}/deployments?environment={stage}&{query}"),
        )
        .await;
        let head = newest[0]["sha"].as_str().unwrap();
        let query = format!("refs[]={sha}&refs[]={head}");
        let base = read(world, &format!("{APP}/repository/merge_base?{query}")).await;
        if base["id"] == sha {
            found.push(stage);
        }
    }
    found
}

/// Names of the branches, or of the tags, that have the commit.
async fn refs(world: &World, sha: &str, kind: &str) -> Vec<String> {
    let refs = read(
        world,
        &format!("{APP}/repository/commits/{sha}/refs?type={kind}&per_page=100"),
    )
    .await;
    let names = refs.as_array().unwrap().iter();
    names
        .map(|one| one["name"].as_str().unwrap().to_owned())
        .collect()
}

async fn did(world: &World, act: Do) -> Value {
    Value::Object(world.ana(act).await.ids)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

#[tokio::test]
async fn at_the_start_the_feature_is_deployed_everywhere_and_released_nowhere() {
    let world = World::start().await;
    let mr = read(&world, &format!("{APP}/merge_requests/98663")).await;
    let sha = text(&mr["merge_commit_sha"]);
    assert_eq!(deployed(&world, &sha).await, STAGES);
    assert!(refs(&world, &sha, "tag").await.is_empty());
    let branches = refs(&world, &sha, "branch").await;
    assert!(
        branches.contains(&"15-8-auto-deploy-2023011203".to_owned()),
        "{branches:?}"
    );
    assert!(
        !branches.iter().any(|name| name.contains("stable")),
        "{branches:?}"
    );
    let commit = read(&world, &format!("{APP}/repository/commits/{sha}")).await;
    assert_eq!(commit["parent_ids"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_merge_reaches_production_stage_by_stage() {
    let world = World::start().await;
    did(
        &world,
        ana("open_mr")
            .with("branch", "faster")
            .with("title", "Faster"),
    )
    .await;
    did(
        &world,
        ana("push").with("branch", "faster").with("commits", 3),
    )
    .await;
    let merged = did(&world, ana("merge").with("mr", "faster")).await;
    let sha = text(&merged["merge_commit_sha"]);
    assert_eq!(deployed(&world, &sha).await, Vec::<&str>::new());
    let cut = did(&world, ana("auto_deploy_branch")).await;
    assert_eq!(cut["branch"], "15-8-auto-deploy-2026112009");
    for (index, stage) in STAGES.iter().enumerate() {
        did(
            &world,
            ana("deploy")
                .with("environment", *stage)
                .with("status", "running"),
        )
        .await;
        assert_eq!(
            deployed(&world, &sha).await,
            STAGES[..index],
            "{stage} is running"
        );
        did(&world, ana("deploy").with("environment", *stage)).await;
        assert_eq!(deployed(&world, &sha).await, STAGES[..=index], "{stage}");
    }
    let failed = ana("deploy")
        .with("environment", "dev")
        .with("status", "failed");
    did(&world, failed).await;
    assert_eq!(deployed(&world, &sha).await, STAGES);
    let back = ana("deploy").with("branch", "15-8-auto-deploy-2023011203");
    did(&world, back).await;
    assert_eq!(
        deployed(&world, &sha).await,
        STAGES[..7],
        "production went back"
    );
    let again = did(&world, ana("auto_deploy_branch")).await;
    assert_eq!(again["branch"], "15-8-auto-deploy-2026112010");
}

#[tokio::test]
async fn a_commit_that_is_not_on_the_branch_is_not_deployed_from_it() {
    let world = World::start().await;
    let pushed = did(&world, ana("push").with("commits", 1)).await;
    let deploy = ana("deploy")
        .with("sha", pushed["sha"].clone())
        .with("branch", "15-8-auto-deploy-2023011203");
    let refused = world.sandbox.perform(deploy).await.unwrap_err();
    assert_eq!(refused.field(), "sha");
    let deploy = ana("deploy").with("sha", pushed["sha"].clone());
    let done = did(&world, deploy).await;
    let path = format!("{APP}/deployments/{}", done["deployment_id"]);
    let deployment = read(&world, &path).await;
    assert_eq!(deployment["ref"], "master", "no auto-deploy branch has it");
}

#[tokio::test]
async fn a_fix_is_picked_released_and_tagged() {
    let world = World::start().await;
    did(&world, ana("stable_branch").with("version", "15.8")).await;
    did(&world, ana("open_mr").with("branch", "fix")).await;
    let merged = did(&world, ana("merge").with("mr", "fix")).await;
    let sha = text(&merged["merge_commit_sha"]);
    assert!(
        !refs(&world, &sha, "branch")
            .await
            .contains(&"15-8-stable-ee".to_owned())
    );
    let pick = ana("cherry_pick")
        .with("sha", &sha[..10])
        .with("branch", "15-8-stable-ee");
    let picked = text(&did(&world, pick).await["sha"]);
    let commit = read(&world, &format!("{APP}/repository/commits/{picked}")).await;
    let message = text(&commit["message"]);
    assert!(
        message.ends_with(&format!("\n\n(cherry picked from commit {sha})")),
        "{message}"
    );
    let tag = ana("tag")
        .with("tag", "v15.8.0-ee")
        .with("branch", "15-8-stable-ee");
    did(&world, tag).await;
    assert_eq!(refs(&world, &picked, "tag").await, ["v15.8.0-ee"]);
    let feature = read(&world, &format!("{APP}/merge_requests/98663")).await;
    let feature = text(&feature["merge_commit_sha"]);
    assert_eq!(refs(&world, &feature, "tag").await, ["v15.8.0-ee"]);
}

#[tokio::test]
async fn code_that_asks_a_flag_is_found_until_its_cleanup_is_merged() {
    let world = World::start().await;
    let flag = "integration_slack_app_notifications";
    let search = format!("{APP}/search?scope=blobs&search={flag}");
    let found = read(&world, &search).await;
    assert_eq!(found.as_array().unwrap().len(), 3, "{found}");
    assert!(text(&found[0]["data"]).contains(flag));
    let open = ana("remove_flag").with("name", flag).with("merge", false);
    let opened = did(&world, open).await;
    assert_eq!(read(&world, &search).await.as_array().unwrap().len(), 3);
    let gone = read(
        &world,
        &format!("{search}&ref=remove-{}", flag.replace('_', "-")),
    )
    .await;
    assert_eq!(gone, json!([]));
    did(&world, ana("merge").with("mr", opened["iid"].clone())).await;
    assert_eq!(read(&world, &search).await, json!([]));
    let kept = "app%2Fservices%2Fnotification_service.rb";
    let kept = read(&world, &format!("{APP}/repository/files/{kept}?ref=master")).await;
    assert_eq!(kept["file_path"], "app/services/notification_service.rb");
    let refused = world
        .sandbox
        .perform(ana("remove_flag").with("name", flag))
        .await;
    assert_eq!(refused.unwrap_err().field(), "name");
}

#[tokio::test]
async fn ancestry_outlives_what_is_forgotten() {
    let world = World::start().await;
    let mr = read(&world, &format!("{APP}/merge_requests/98663")).await;
    let sha = text(&mr["merge_commit_sha"]);
    for _ in 0..12 {
        did(
            &world,
            ana("push").with("commits", 40).with("pipeline", "none"),
        )
        .await;
    }
    let path = format!("{APP}/repository/commits?per_page=100");
    let shown = read(&world, &path).await;
    assert_eq!(shown.as_array().unwrap().len(), 100);
    assert!(
        refs(&world, &sha, "branch")
            .await
            .contains(&"master".to_owned())
    );
    assert_eq!(deployed(&world, &sha).await, STAGES);
    assert!(refs(&world, &sha, "tag").await.is_empty());
}

#[tokio::test]
async fn the_rollout_issue_has_every_command_and_all_boxes_open() {
    let world = World::start().await;
    let issue = read(&world, &format!("{APP}/issues/381012")).await;
    let description = text(&issue["description"]);
    let flag = "integration_slack_app_notifications";
    let three = "gitlab-org/gitlab,gitlab-org/gitlab-foss,gitlab-com/www-gitlab-com";
    for command in [
        "auto_deploy status <merge-commit-of-your-feature>".to_owned(),
        format!("feature set {flag} true --dev --staging --staging-ref"),
        format!("feature set --project={three} {flag} true"),
        format!("feature set --group=gitlab-org,gitlab-com {flag} true"),
        format!("feature set --user=<your-username> {flag} true"),
        format!("feature set {flag} <rollout-percentage> --actors"),
        format!("feature set {flag} <rollout-percentage> --random"),
        format!("feature set {flag} true"),
        "release check <merge-request-url> <milestone>".to_owned(),
        format!("feature delete {flag} --dev --staging --staging-ref --production"),
        format!("feature set {flag} false"),
    ] {
        let quoted = format!("`/chatops run {command}`");
        assert!(description.contains(&quoted), "{quoted}");
    }
    let tasks = &issue["task_completion_status"];
    assert_eq!(tasks["completed_count"], 0);
    assert!(tasks["count"].as_u64().unwrap() > 20, "{tasks}");
    assert_eq!(issue["milestone"]["title"], "15.8");
    assert_eq!(issue["state"], "opened");
    let feature = read(&world, &format!("{APP}/issues/372410")).await;
    assert_eq!(feature["milestone"]["title"], "15.8");
}

const PRODUCTION: &str = "/projects/gitlab-com%2Fgl-infra%2Fproduction";

/// Titles of what stands in the way of flags.
async fn blocking(world: &World) -> Vec<String> {
    let label = "blocks%20feature-flags";
    let path = format!("{PRODUCTION}/issues?state=opened&labels={label}&sort=asc");
    let issues = read(world, &path).await;
    let issues = issues.as_array().unwrap().iter();
    issues.map(|issue| text(&issue["title"])).collect()
}

#[tokio::test]
async fn incidents_and_changes_block_flags_until_they_are_over() {
    let world = World::start().await;
    let ops = |what: &str| Do::new("ops", "gitlab-com/gl-infra/production", what);
    assert!(
        blocking(&world).await.is_empty(),
        "all is well at the start"
    );
    let quiet = did(&world, ops("incident").with("title", "Slow")).await;
    assert!(
        blocking(&world).await.is_empty(),
        "not every incident blocks"
    );
    let incident = ops("incident")
        .with("title", "Down")
        .with("severity", "critical");
    let down = did(&world, incident.with("blocks", true)).await;
    let change = ops("change").with("title", "Upgrade").with("lock", true);
    let change = did(&world, change.with("criticality", "C1")).await;
    did(
        &world,
        ops("change")
            .with("title", "Small")
            .with("criticality", "C4"),
    )
    .await;
    assert_eq!(blocking(&world).await, ["Down", "Upgrade"]);
    let labels = |iid: &Value| {
        let path = format!("{PRODUCTION}/issues/{iid}");
        let world = &world;
        async move { read(world, &path).await["labels"].clone() }
    };
    assert_eq!(
        labels(&down["iid"]).await,
        json!([
            "Incident::Active",
            "blocks feature-flags",
            "incident",
            "severity::1"
        ])
    );
    assert_eq!(
        labels(&quiet["iid"]).await,
        json!(["Incident::Active", "incident", "severity::2"])
    );
    assert_eq!(
        labels(&change["iid"]).await,
        json!([
            "C1",
            "blocks feature-flags",
            "change",
            "change-lock",
            "change::in-progress"
        ])
    );
    let resolve = ops("resolve_incident").with("issue", down["iid"].clone());
    did(&world, resolve).await;
    let complete = ops("complete_change").with("issue", change["iid"].clone());
    did(&world, complete).await;
    assert!(blocking(&world).await.is_empty());
    let after = labels(&down["iid"]).await;
    assert_eq!(after[0], "Incident::Resolved");
    assert!(
        labels(&change["iid"])
            .await
            .as_array()
            .unwrap()
            .contains(&json!("change::complete"))
    );
}
