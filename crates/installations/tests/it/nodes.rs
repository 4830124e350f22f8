//! Several nodes, one database.

use crate::world::{USUAL, World, note, token_in, workspace};

#[tokio::test]
async fn another_node_hears_of_installations_and_removals() {
    let world = World::start().await;
    let other = world.another(USUAL).await;
    world.install("T0ACME").await;
    assert!(other.client(&workspace("T0ACME")).is_none());
    other
        .reload(&world.store.revisions().await.unwrap())
        .await
        .unwrap();
    let token = token_in(&world, &other, "T0ACME").await;
    assert_eq!(token.as_deref(), Some("xoxb-1-T0ACME"));
    world
        .node
        .remove(&workspace("T0ACME"), "x", note())
        .await
        .unwrap();
    other
        .reload(&world.store.revisions().await.unwrap())
        .await
        .unwrap();
    assert!(other.client(&workspace("T0ACME")).is_none());
}

#[tokio::test]
async fn a_client_keeps_what_it_has_learned_while_its_token_stays() {
    let world = World::start().await;
    let acme = workspace("T0ACME");
    world.install("T0ACME").await;
    assert!(world.node.client(&acme).unwrap().scopes().is_none());
    token_in(&world, &world.node, "T0ACME").await;
    world.install("T0ZOO").await;
    assert!(world.node.client(&acme).unwrap().scopes().is_some());
    world.install("T0ACME").await;
    assert!(
        world.node.client(&acme).unwrap().scopes().is_none(),
        "another token"
    );
}
