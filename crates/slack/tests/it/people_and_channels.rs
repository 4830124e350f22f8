//! Looking up, joining and making.

use std::collections::BTreeSet;

use slack::{ConversationError, ListedChannels, LookupError, Span, Visibility};

use crate::channel;
use crate::world::World;

#[tokio::test]
async fn a_token_tells_whose_it_is_and_what_it_may() {
    let world = World::start().await;
    assert!(world.client.scopes().is_none());
    let identity = world.client.auth_test().await.unwrap();
    assert_eq!(identity.workspace_id.as_str(), "T0DEMO");
    assert_eq!(identity.user_id, "U0SIGNALBOX");
    assert!(world.client.scopes().unwrap().contains("channels:history"));
    world.without_scope("channels:history");
    world.client.auth_test().await.unwrap();
    assert!(!world.client.scopes().unwrap().contains("channels:history"));
}

#[tokio::test]
async fn people_are_found_by_id_and_by_address() {
    let world = World::start().await;
    let ana = world.client.user_by_email("ana@example.com").await.unwrap();
    assert_eq!(ana.id, "U0ANA");
    assert_eq!(world.client.user_info("U0ANA").await.unwrap(), ana);
    let everybody = world.client.users_list(None).await.unwrap();
    assert!(everybody.items.contains(&ana) && everybody.next.is_none());
    let error = world
        .client
        .user_by_email("nobody@example.com")
        .await
        .unwrap_err();
    assert!(matches!(error, LookupError::UserNotFound(_)), "{error:?}");
    world.without_scope("users:read.email");
    let error = world
        .client
        .user_by_email("ana@example.com")
        .await
        .unwrap_err();
    assert!(
        matches!(error, LookupError::MissingScope { .. }),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_long_list_comes_in_pages() {
    let world = World::start().await;
    let mut expected = BTreeSet::new();
    for n in 0..230 {
        let name = format!("p-{n}");
        world
            .client
            .create_conversation(&name, Visibility::Public)
            .await
            .unwrap();
        expected.insert(name);
    }
    let (mut found, mut cursor, mut pages) = (BTreeSet::new(), None, 0);
    loop {
        let page = world
            .client
            .conversations_list(ListedChannels::Public, cursor.as_ref())
            .await
            .unwrap();
        found.extend(page.items.into_iter().filter_map(|channel| channel.name));
        pages += 1;
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert!(1 < pages && expected.is_subset(&found), "{pages} pages");
}

#[tokio::test]
async fn the_bot_reads_a_channel_after_it_has_joined() {
    let world = World::start().await;
    let general = channel("C0GENERAL");
    let error = world
        .client
        .conversation_history(&general, Span::default())
        .await
        .unwrap_err();
    assert!(matches!(error, LookupError::NotInChannel(_)), "{error:?}");
    assert!(
        !world
            .client
            .conversation_info(&general)
            .await
            .unwrap()
            .is_member
    );
    assert!(
        world
            .client
            .join_conversation(&general)
            .await
            .unwrap()
            .is_member
    );
    world
        .client
        .conversation_history(&general, Span::default())
        .await
        .unwrap();
}

#[tokio::test]
async fn a_channel_that_exists_is_not_made_again() {
    let world = World::start().await;
    let error = world
        .client
        .create_conversation("general", Visibility::Public)
        .await
        .unwrap_err();
    assert!(
        matches!(error, ConversationError::NameTaken(_)),
        "{error:?}"
    );
    let error = world
        .client
        .create_conversation("Big Name!", Visibility::Private)
        .await
        .unwrap_err();
    assert!(
        matches!(error, ConversationError::InvalidName { .. }),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_direct_message_is_opened_by_the_persons_id() {
    let world = World::start().await;
    let opened = world.client.open_conversation(&["U0ANA"]).await.unwrap();
    assert_eq!(
        world.client.channel_id(&channel("U0ANA")).await.unwrap(),
        Some(opened)
    );
    let error = world
        .client
        .open_conversation(&["U0NOBODY"])
        .await
        .unwrap_err();
    assert!(
        matches!(error, ConversationError::UserUnavailable { .. }),
        "{error:?}"
    );
}
