//! Tokens that end.

use installations::Renewed;

use crate::world::{USUAL, World, token_in, workspace};

/// What a workspace with tokens of twelve hours looks like.
async fn world() -> World {
    let world = World::start().await;
    world.slack.told().lifetime = Some(12 * 60 * 60);
    world.install("T0ACME").await;
    world
}

async fn renew(world: &World) -> Renewed {
    world.node.renew_due(world.now()).await.unwrap()
}

#[tokio::test]
async fn a_token_is_renewed_two_hours_before_its_end() {
    let world = world().await;
    let installed_at = world.now();
    world.advance(9 * 60);
    let round = renew(&world).await;
    assert!(round.renewed.is_empty());
    assert_eq!(
        round.next,
        Some(installed_at + jiff::SignedDuration::from_hours(10))
    );
    world.advance(60);
    assert_eq!(renew(&world).await.renewed, [workspace("T0ACME")]);
    let token = token_in(&world, &world.node, "T0ACME").await;
    assert_eq!(token.as_deref(), Some("xoxb-2-T0ACME"));
    let call = world.slack.calls_of("oauth.v2.access").pop().unwrap();
    assert_eq!(call.fields["refresh_token"], "xoxe-1-T0ACME");
    let end = world.node.all()[0].expires_at.unwrap();
    assert_eq!(end, world.now() + jiff::SignedDuration::from_hours(12));
}

#[tokio::test]
async fn tokens_are_renewed_again_and_again() {
    let world = world().await;
    for count in 2..6 {
        world.advance(11 * 60);
        assert_eq!(renew(&world).await.renewed.len(), 1);
        let token = token_in(&world, &world.node, "T0ACME").await;
        assert_eq!(token, Some(format!("xoxb-{count}-T0ACME")));
    }
}

#[tokio::test]
async fn one_node_renews_and_the_others_take_it_over() {
    let world = world().await;
    let other = world.another(USUAL).await;
    world.advance(11 * 60);
    let now = world.now();
    let (one, two) = tokio::join!(world.node.renew_due(now), other.renew_due(now));
    let rounds = [one.unwrap(), two.unwrap()];
    let renewed = rounds
        .iter()
        .map(|round| round.renewed.len())
        .sum::<usize>();
    let failed = rounds.iter().map(|round| round.failed.len()).sum::<usize>();
    assert_eq!((renewed, failed), (1, 0));
    assert_eq!(
        world.slack.calls_of("oauth.v2.access").len(),
        2,
        "an installation, a renewal"
    );
    for node in [&world.node, &other] {
        node.reload(&world.store.revisions().await.unwrap())
            .await
            .unwrap();
        let token = token_in(&world, node, "T0ACME").await;
        assert_eq!(token.as_deref(), Some("xoxb-2-T0ACME"));
    }
}

#[tokio::test]
async fn a_slack_that_is_away_is_asked_again_after_a_minute() {
    let world = world().await;
    world.advance(11 * 60);
    world.slack.refuses("oauth.v2.access", "internal_error");
    assert_eq!(renew(&world).await.failed, [workspace("T0ACME")]);
    assert!(world.node.all()[0].trouble.is_some());
    world.slack.told().refusals.clear();
    assert_eq!(
        renew(&world).await,
        Renewed::default(),
        "not twice a minute"
    );
    world.advance(1);
    assert_eq!(renew(&world).await.renewed.len(), 1);
    assert_eq!(world.node.all()[0].trouble, None);
}

#[tokio::test]
async fn a_token_that_cannot_be_renewed_speaks_until_its_end_and_is_gone_then() {
    let world = world().await;
    world
        .slack
        .refuses("oauth.v2.access", "invalid_refresh_token");
    world.advance(11 * 60);
    assert_eq!(renew(&world).await.failed.len(), 1);
    let acme = workspace("T0ACME");
    let trouble = world.node.get(&acme).unwrap().trouble.clone().unwrap();
    assert!(trouble.ends_with("reinstall the app"), "{trouble}");
    world.advance(60);
    assert_eq!(renew(&world).await.failed.len(), 1);
    assert!(world.node.client(&acme).is_none());
    let because = &world.node.removed()[0].because;
    assert!(because.contains("cannot be renewed"), "{because}");
    world.advance(60);
    assert_eq!(renew(&world).await, Renewed::default(), "it is left alone");
}

#[tokio::test]
async fn a_workspace_without_rotation_is_left_alone() {
    let world = World::start().await;
    world.install("T0ACME").await;
    world.advance(365 * 24 * 60);
    assert_eq!(renew(&world).await, Renewed::default());
}
