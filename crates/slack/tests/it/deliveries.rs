//! Finding out whether a delivery arrived, before it is sent again.

use domain::ChannelName;
use jiff::ToSpan;
use serde_json::json;
use slack::{FindDelivery, LookupError, PostMessage, Posted, Ts};

use crate::world::{NOW, World};
use crate::{channel, delivery, post, pushed};

async fn post_in(world: &World, channel: &ChannelName, thread: Option<&Ts>, n: u128) -> Posted {
    let (message, delivery) = (pushed(), delivery(n));
    let post = PostMessage {
        channel,
        message: &message,
        thread: thread.map(|root| slack::InThread {
            root,
            audience: slack::Audience::Thread,
        }),
        delivery: &delivery,
    };
    world.client.post_message(post).await.unwrap()
}

async fn find(
    world: &World,
    name: &str,
    thread: Option<&Ts>,
    n: u128,
) -> Result<Option<Posted>, LookupError> {
    let (channel, delivery, since) = (channel(name), delivery(n), NOW - 1.minute());
    let find = FindDelivery {
        channel: &channel,
        thread,
        delivery: &delivery,
        since,
    };
    world.client.find_delivery(find).await
}

#[tokio::test]
async fn a_message_whose_answer_was_lost_is_found_by_its_delivery() {
    let world = World::start().await;
    world
        .client
        .join_conversation(&channel("C0GENERAL"))
        .await
        .unwrap();
    let lost = json!({ "method": "chat.postMessage", "drop": true, "after": true });
    world.fault(lost).await;
    let error = post(&world.client, "#general").await.unwrap_err();
    assert!(!error.certainly_not_posted(), "{error:?}");
    post_in(&world, &channel("#general"), None, 2).await;

    let found = find(&world, "#general", None, 1)
        .await
        .unwrap()
        .expect("it was posted");
    assert_eq!(found.channel, channel("C0GENERAL"));
    assert_eq!(
        find(&world, "C0GENERAL", None, 1).await.unwrap(),
        Some(found)
    );
    assert_eq!(find(&world, "#general", None, 3).await.unwrap(), None);
}

#[tokio::test]
async fn a_message_that_never_arrived_is_not_found() {
    let world = World::start().await;
    world
        .client
        .join_conversation(&channel("C0GENERAL"))
        .await
        .unwrap();
    world
        .fault(json!({ "method": "chat.postMessage", "status": 503 }))
        .await;
    let error = post(&world.client, "#general").await.unwrap_err();
    assert!(!error.certainly_not_posted(), "{error:?}");
    assert_eq!(find(&world, "#general", None, 1).await.unwrap(), None);
    assert_eq!(find(&world, "#nowhere", None, 1).await.unwrap(), None);
}

#[tokio::test]
async fn an_answer_in_a_thread_is_found_there() {
    let world = World::start().await;
    let general = channel("C0GENERAL");
    world.client.join_conversation(&general).await.unwrap();
    let first = post_in(&world, &general, None, 1).await;
    let answer = post_in(&world, &general, Some(&first.ts), 2).await;
    assert_eq!(
        find(&world, "#general", Some(&first.ts), 2).await.unwrap(),
        Some(answer)
    );
    assert_eq!(find(&world, "#general", None, 2).await.unwrap(), None);
}

#[tokio::test]
async fn a_delivery_is_found_behind_many_later_messages() {
    let world = World::start().await;
    let general = channel("C0GENERAL");
    world.client.join_conversation(&general).await.unwrap();
    let first = post_in(&world, &general, None, 1).await;
    for n in 2..=420 {
        post_in(&world, &general, None, n).await;
    }
    assert_eq!(
        find(&world, "C0GENERAL", None, 1).await.unwrap(),
        Some(first)
    );
}

#[tokio::test]
async fn without_the_scope_nobody_can_know() {
    let world = World::start().await;
    post(&world.client, "#general").await.unwrap();
    world.without_scope("channels:history");
    let error = find(&world, "#general", None, 1).await.unwrap_err();
    let LookupError::MissingScope { needed, .. } = error else {
        panic!("{error:?}")
    };
    assert!(needed.contains("channels:history"), "{needed}");
}

#[tokio::test]
async fn a_direct_message_is_looked_for_in_the_conversation_with_that_person() {
    let world = World::start().await;
    let posted = post_in(&world, &channel("U0ANA"), None, 1).await;
    assert_eq!(find(&world, "U0ANA", None, 1).await.unwrap(), Some(posted));
}
