//! Several nodes on one database, and several people at one integration.

use std::sync::Arc;

use domain::EventKind;
use serde_json::json;

use crate::world::{URL, fixed, load, project, push, put_app, put_webhook, store, told};

#[tokio::test]
async fn a_node_takes_over_what_was_set_up_on_another() {
    let store = store().await;
    let (one, other) = (
        load(&store, fixed(&[])).await,
        load(&store, fixed(&[])).await,
    );
    let set = json!({"webhook": URL, "channel": "#a"});
    put_webhook(&one, project("acme/shop"), set).await.unwrap();
    let shop = push("acme/shop", None);
    assert_eq!(told(&one, &shop), "webhook of \"acme/shop\" in #a");
    assert!(told(&other, &shop).starts_with("nobody: "));
    let revisions = store.revisions().await.unwrap();
    other.reload(&revisions).await.unwrap();
    assert_eq!(told(&other, &shop), "webhook of \"acme/shop\" in #a");
    // Nothing has changed since, so nothing is read.
    let before = Arc::clone(&other.now());
    other.reload(&revisions).await.unwrap();
    assert!(Arc::ptr_eq(&before, &other.now()));
}

#[tokio::test]
async fn what_was_read_earlier_does_not_take_the_place_of_what_was_read_later() {
    let store = store().await;
    let integrations = load(&store, fixed(&[])).await;
    let early = store.revisions().await.unwrap();
    let set = json!({"webhook": URL, "channel": "#a"});
    put_webhook(&integrations, project("acme/shop"), set)
        .await
        .unwrap();
    let newest = Arc::clone(&integrations.now());
    // Somebody who has looked before the change comes late.
    integrations.reload(&early).await.unwrap();
    assert!(Arc::ptr_eq(&newest, &integrations.now()));
}

#[tokio::test]
async fn a_database_that_is_gone_leaves_what_was_known() {
    let store = store().await;
    let integrations = load(&store, fixed(&[])).await;
    let set = json!({"active": true, "channel": "#a", "push_events": true});
    put_app(&integrations, project("acme/shop"), set.clone())
        .await
        .unwrap();
    let mut newer = store.revisions().await.unwrap();
    newer.insert("integrations".to_owned(), 99);
    store.close().await;
    integrations.reload(&newer).await.unwrap_err();
    put_app(&integrations, project("acme/shop"), set)
        .await
        .err()
        .unwrap();
    assert_eq!(told(&integrations, &push("acme/shop", None)), "app in #a");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_who_change_different_settings_at_once_lose_none() {
    let integrations = load(&store().await, fixed(&[])).await;
    let toggles = [
        ("push_events", EventKind::Push),
        ("issues_events", EventKind::Issue),
        ("merge_requests_events", EventKind::MergeRequest),
        ("note_events", EventKind::Note),
        ("tag_push_events", EventKind::TagPush),
        ("pipeline_events", EventKind::Pipeline),
        ("wiki_page_events", EventKind::WikiPage),
    ];
    let tasks = toggles.map(|(toggle, _)| {
        let integrations = integrations.clone();
        tokio::spawn(async move {
            let set = json!({toggle: true});
            put_app(&integrations, project("acme/shop"), set)
                .await
                .unwrap();
        })
    });
    for task in tasks {
        task.await.unwrap();
    }
    let held = integrations.now();
    let subscription = &held.subscriptions[0];
    for (toggle, kind) in toggles {
        assert!(subscription.wants(kind), "{toggle} was lost");
    }
}
