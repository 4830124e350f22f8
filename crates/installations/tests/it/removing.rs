//! The app goes, from here or in Slack.

use installations::{RemoveError, SlackSays};
use store::InstallationState;

use crate::slack_double::bot;
use crate::world::{Setup, USUAL, World, note, token_in, workspace};

const FIXED: Setup = Setup {
    fixed: Some(("T0DEMO", "xoxb-demo")),
    ..USUAL
};

#[tokio::test]
async fn an_app_that_is_removed_here_is_removed_in_slack() {
    let world = World::start().await;
    world.install("T0ACME").await;
    let gone = world
        .node
        .remove(&workspace("T0ACME"), "not needed any more", note())
        .await;
    assert_eq!(gone.unwrap().name, "Acme");
    let call = world.slack.calls_of("apps.uninstall").remove(0);
    assert_eq!(call.token.as_deref(), Some("xoxb-1-T0ACME"));
    assert_eq!(call.fields["client_id"], "158.400");
    assert!(world.node.client(&workspace("T0ACME")).is_none());
    let removed = world.node.removed();
    assert_eq!(removed[0].because, "not needed any more");
    let again = world.node.remove(&workspace("T0ACME"), "x", note()).await;
    assert!(
        matches!(again, Err(RemoveError::NotInstalled(_))),
        "{again:?}"
    );
}

#[tokio::test]
async fn without_the_apps_credentials_its_token_is_revoked() {
    let world = World::start().await;
    world.install("T0ACME").await;
    let node = world
        .another(Setup {
            has_application: false,
            ..USUAL
        })
        .await;
    node.remove(&workspace("T0ACME"), "x", note())
        .await
        .unwrap();
    assert_eq!(world.slack.calls_of("auth.revoke").len(), 1);
}

#[tokio::test]
async fn an_app_that_slack_does_not_remove_stays() {
    let world = World::start().await;
    world.install("T0ACME").await;
    world.slack.refuses("apps.uninstall", "internal_error");
    let refused = world.node.remove(&workspace("T0ACME"), "x", note()).await;
    assert!(matches!(refused, Err(RemoveError::Slack(_))), "{refused:?}");
    assert!(world.node.client(&workspace("T0ACME")).is_some());
}

#[tokio::test]
async fn an_app_that_was_gone_in_slack_before_is_forgotten() {
    let world = World::start().await;
    world.install("T0ACME").await;
    world.slack.refuses("apps.uninstall", "account_inactive");
    world
        .node
        .remove(&workspace("T0ACME"), "x", note())
        .await
        .unwrap();
    assert!(world.node.client(&workspace("T0ACME")).is_none());
}

#[tokio::test]
async fn both_events_of_a_removal_are_one_removal_in_either_order() {
    let bots = [bot("T0ACME")];
    let revoked = SlackSays::TokensRevoked { bots: &bots };
    for (first, second, because) in [
        (
            SlackSays::Uninstalled,
            revoked,
            "the app was removed in Slack",
        ),
        (
            revoked,
            SlackSays::Uninstalled,
            "the app's token was revoked in Slack",
        ),
    ] {
        let world = World::start().await;
        world.install("T0ACME").await;
        let acme = workspace("T0ACME");
        let gone = world
            .node
            .removed_by_slack(&acme, first, world.now(), "Ev1")
            .await
            .unwrap();
        assert_eq!(gone.unwrap().because, because);
        assert!(world.node.client(&acme).is_none(), "at once");
        let gone = world
            .node
            .removed_by_slack(&acme, second, world.now(), "Ev2")
            .await
            .unwrap();
        assert_eq!(gone, None);
        let stored = world.store.installations().await.unwrap().remove(0);
        assert_eq!(stored.state, InstallationState::Removed);
        assert_eq!(stored.removed_because.as_deref(), Some(because));
        assert_eq!(world.audit().await.len(), 2, "installed, removed");
    }
}

#[tokio::test]
async fn tokens_of_others_are_their_own_business() {
    let world = World::start().await;
    world.install("T0ACME").await;
    let others = ["U0OTHER".to_owned()];
    for bots in [&others[..], &[]] {
        let says = SlackSays::TokensRevoked { bots };
        let acme = workspace("T0ACME");
        let gone = world
            .node
            .removed_by_slack(&acme, says, world.now(), "Ev1")
            .await
            .unwrap();
        assert_eq!(gone, None);
    }
    assert!(world.node.client(&workspace("T0ACME")).is_some());
}

#[tokio::test]
async fn news_of_a_removal_that_come_after_another_installation_change_nothing() {
    let world = World::start().await;
    world.install("T0ACME").await;
    let removed_at = world.now();
    world.advance(5);
    world.install("T0ACME").await;
    let acme = workspace("T0ACME");
    let says = SlackSays::Uninstalled;
    let gone = world
        .node
        .removed_by_slack(&acme, says, removed_at, "Ev1")
        .await
        .unwrap();
    assert_eq!(gone, None);
    assert!(world.node.client(&acme).is_some());
}

#[tokio::test]
async fn a_workspace_that_comes_back_is_known() {
    let world = World::start().await;
    world.install("T0ACME").await;
    world
        .node
        .remove(&workspace("T0ACME"), "x", note())
        .await
        .unwrap();
    let finished = world.install("T0ACME").await;
    assert!(finished.is_again);
    assert!(world.node.removed().is_empty());
    let token = token_in(&world, &world.node, "T0ACME").await;
    assert_eq!(token.as_deref(), Some("xoxb-2-T0ACME"));
}

#[tokio::test]
async fn the_configured_workspace_is_there_from_the_start_and_learns_its_name() {
    let world = World::with(FIXED).await;
    world.slack.knows_token("xoxb-demo", "T0DEMO");
    let demo = world.node.get(&workspace("T0DEMO")).unwrap();
    assert_eq!((&*demo.name, demo.is_fixed), ("T0DEMO", true));
    world.node.ask_about_fixed().await.unwrap();
    let demo = world.node.get(&workspace("T0DEMO")).unwrap();
    assert_eq!(demo.name, "Demo");
    assert_eq!(demo.bot_user.as_deref(), Some("UT0DEMOBOT"));
}

#[tokio::test]
async fn a_configured_token_that_is_refused_or_anothers_is_not_held() {
    let world = World::with(FIXED).await;
    world.node.ask_about_fixed().await.unwrap_err();
    assert!(world.node.client(&workspace("T0DEMO")).is_none());
    assert!(world.node.removed()[0].because.contains("invalid_auth"));
    world.slack.knows_token("xoxb-demo", "T0OTHER");
    world.node.ask_about_fixed().await.unwrap();
    assert!(world.node.client(&workspace("T0DEMO")).is_none());
    assert!(world.node.removed()[0].because.contains("T0OTHER"));
}

#[tokio::test]
async fn a_configured_workspace_that_removed_the_app_is_silent_on_every_node_until_it_is_back() {
    let world = World::with(FIXED).await;
    world.slack.knows_token("xoxb-demo", "T0DEMO");
    let demo = workspace("T0DEMO");
    let other = world.another(FIXED).await;
    for node in [&world.node, &other] {
        node.ask_about_fixed().await.unwrap();
        assert!(node.client(&demo).is_some());
    }
    world.advance(1);
    world.slack.forgets_tokens();
    let says = SlackSays::Uninstalled;
    let gone = world
        .node
        .removed_by_slack(&demo, says, world.now(), "Ev1")
        .await
        .unwrap();
    assert_eq!(gone.unwrap().name, "Demo");
    let again = world
        .node
        .removed_by_slack(&demo, says, world.now(), "Ev2")
        .await
        .unwrap();
    assert_eq!(again, None);
    other
        .reload(&world.store.revisions().await.unwrap())
        .await
        .unwrap();
    let restarted = world.another(FIXED).await;
    for node in [&world.node, &other, &restarted] {
        assert!(node.client(&demo).is_none());
        assert_eq!(node.removed()[0].because, "the app was removed in Slack");
    }
    world.advance(1);
    world.slack.knows_token("xoxb-demo", "T0DEMO");
    restarted.ask_about_fixed().await.unwrap();
    assert!(restarted.client(&demo).is_some());
}

#[tokio::test]
async fn an_app_installed_in_the_configured_workspace_goes_before_the_configuration() {
    let world = World::with(FIXED).await;
    world.install("T0DEMO").await;
    let token = token_in(&world, &world.node, "T0DEMO").await;
    assert_eq!(token.as_deref(), Some("xoxb-1-T0DEMO"));
    assert_eq!(world.node.all().len(), 1);
    assert!(!world.node.all()[0].is_fixed);
    world
        .node
        .remove(&workspace("T0DEMO"), "x", note())
        .await
        .unwrap();
    assert!(world.node.client(&workspace("T0DEMO")).is_none());
}
