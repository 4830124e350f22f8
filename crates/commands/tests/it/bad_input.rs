//! Whatever is wrong is said in one line, to who typed it, and nothing is changed.

use crate::world::{FLAG, World};

#[tokio::test]
async fn whatever_is_wrong_is_one_line_for_who_typed_it_and_changes_nothing() {
    let world = World::start().await;
    let mut told = String::new();
    let typed = [
        (
            "ops",
            "production",
            "feature set integration_slack_app_notification true --staging",
        ),
        (
            "ops",
            "production",
            "feature get integration_slack_app_notification",
        ),
        (
            "ops",
            "production",
            "feature delete integration_slack_app_notification",
        ),
        ("ops", "production", "feature set x/y true"),
        (
            "ops",
            "production",
            "feature set nothing_like_it true --staging",
        ),
        ("ops", "production", "feature set FLAG maybe"),
        ("ops", "production", "feature set FLAG 101"),
        ("ops", "production", "feature set FLAG -1"),
        ("ops", "production", "feature set FLAG 25"),
        ("ops", "production", "feature set FLAG true --actors"),
        ("ops", "production", "feature set FLAG 25 --actors --random"),
        (
            "ops",
            "production",
            "feature set FLAG 25 --actors --project=gitlab-org/gitlab",
        ),
        (
            "ops",
            "production",
            "feature set FLAG 25 --project=gitlab-org/gitlab",
        ),
        (
            "ops",
            "production",
            "feature set FLAG true --project=gitlab-org/nope --staging",
        ),
        (
            "ops",
            "production",
            "feature set FLAG true --feature-group=nobody --staging",
        ),
        ("ops", "production", "feature set FLAG true --at=yesterday"),
        ("ops", "production", "feature set FLAG true --for=ages"),
        ("ops", "production", "feature set FLAG true --stagign"),
        ("ops", "production", "feature sett FLAG true"),
        ("ops", "production", "feature history FLAG --limit=1000"),
        ("ops", "production", "feature cancel sch_nothing"),
        ("ops", "production", "feature cancel it"),
        ("ops", "general", "feature set FLAG true"),
        (
            "ops",
            "general",
            "feature set FLAG true --staging --production",
        ),
        (
            "ops",
            "general",
            "feature delete FLAG --staging --production",
        ),
        ("ben", "production", "feature set FLAG true --staging"),
        ("ana", "production", "feature set FLAG true --staging"),
        (
            "ana",
            "production",
            "feature cancel sch_01m87hwpfc61kj128ty9by6zfn",
        ),
        ("ben", "general", "release check https://gitlab.test/x"),
        (
            "ben",
            "general",
            "release check GITLAB/a/b/-/merge_requests/1",
        ),
        (
            "ben",
            "general",
            "release check GITLAB/gitlab-org/gitlab/-/merge_requests/404",
        ),
        (
            "ben",
            "general",
            "release check GITLAB/gitlab-org/gitlab/-/merge_requests/1 15",
        ),
        ("ben", "general", "release check"),
        ("ben", "general", "auto_deploy status xyz"),
        ("ben", "general", "auto_deploy status 0123456789"),
        (
            "ops",
            "production",
            "feature set FLAG true --reason=<!channel>`x` --actors",
        ),
    ];
    for (user, channel, line) in typed {
        let line = line
            .replace("FLAG", FLAG)
            .replace("GITLAB", &world.gitlab.url);
        let answer = world.type_as(user, channel, &line).await;
        let shown = world.shown(&answer);
        assert!(
            shown.starts_with("[only you see this, failed]\n"),
            "{line}: {shown}"
        );
        assert_eq!(shown.lines().count(), 2, "{line}: {shown}");
        let line = line.replace(&world.gitlab.url, "https://gitlab.test");
        told.push_str(&format!(
            "{user} in #{channel}: {line}\n  {}\n",
            shown.lines().nth(1).unwrap()
        ));
    }
    let list = world
        .ops("feature list --dev --staging --staging-ref --production")
        .await;
    assert_eq!(
        list.matches("0 enabled, 0 conditional, 0 disabled").count(),
        4,
        "{list}"
    );
    insta::assert_snapshot!(told);
}

#[tokio::test]
async fn everybody_may_look() {
    let world = World::start().await;
    for line in [
        "feature list",
        "feature get FLAG",
        "feature explain FLAG",
        "feature history FLAG",
        "auto_deploy status",
        "help",
    ] {
        let line = line.replace("FLAG", FLAG);
        let answer = world.type_as("ben", "general", &line).await;
        assert!(answer.ok, "{line}: {}", answer.to_text());
    }
    let dry_run = world
        .type_as(
            "ben",
            "general",
            &format!("feature set {FLAG} true --dry-run --staging"),
        )
        .await;
    assert!(dry_run.ok, "{}", dry_run.to_text());
}

#[tokio::test]
async fn nothing_that_is_typed_becomes_a_ping_or_a_link() {
    let world = World::start().await;
    let hostile = "<!channel> <https://evil.test|click> *bold* `code` @here";
    for line in [
        format!("feature set {FLAG} true --staging --reason \"{hostile}\""),
        format!("feature set \"{hostile}\" true"),
        format!("feature set {FLAG} \"{hostile}\""),
        format!("feature set {FLAG} true --staging --project=\"{hostile}\""),
        format!("feature get {FLAG} --match=\"{hostile}\""),
        format!("release check \"{hostile}\""),
        format!("auto_deploy status \"{hostile}\""),
        format!("feature history {FLAG}"),
        hostile.to_owned(),
    ] {
        let answer = world.type_as("ops", "production", &line).await;
        let sent = answer.to_json()["messages"].to_string();
        for bad in ["<!", "<https://evil"] {
            assert!(!sent.contains(bad), "{line}: {sent}");
        }
    }
}
