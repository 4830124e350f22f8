//! Posting, changing and deleting, against a Slack that refuses what Slack refuses.

use std::time::Duration;

use domain::message::{Fact, LinkButton};
use domain::{Message, Mrkdwn, mrkdwn};
use serde_json::json;
use slack::{
    CallError, PostEphemeral, PostError, PostMessage, Rendered, Retry, Span, UpdateError,
    UpdateMessage,
};

use crate::world::World;
use crate::{IMPATIENT, channel, delivery, post, pushed};

/// The texts of a channel, latest first.
async fn texts(world: &World, name: &str) -> Vec<String> {
    let page = world
        .client
        .conversation_history(&channel(name), Span::default())
        .await
        .unwrap();
    page.items.into_iter().map(|message| message.text).collect()
}

#[tokio::test]
async fn a_message_is_posted_changed_and_deleted() {
    let world = World::start().await;
    world
        .client
        .join_conversation(&channel("C0GENERAL"))
        .await
        .unwrap();
    let posted = post(&world.client, "#general").await.unwrap();
    assert_eq!(posted.channel, channel("C0GENERAL"));
    assert_eq!(
        texts(&world, "C0GENERAL").await[0],
        "Ana pushed 2 commits to main"
    );

    let message = Rendered::of_text(&mrkdwn::escape("Ana pushed 3 commits to main"));
    let update = UpdateMessage {
        channel: &posted.channel,
        ts: &posted.ts,
        message: &message,
    };
    world.client.update_message(update).await.unwrap();
    assert_eq!(
        texts(&world, "C0GENERAL").await[0],
        "Ana pushed 3 commits to main"
    );

    world
        .client
        .add_reaction(&posted.channel, &posted.ts, "tada")
        .await
        .unwrap();
    world
        .client
        .add_reaction(&posted.channel, &posted.ts, "tada")
        .await
        .unwrap();
    let permalink = world
        .client
        .permalink(&posted.channel, &posted.ts)
        .await
        .unwrap();
    assert!(permalink.contains("C0GENERAL"), "{permalink}");

    world
        .client
        .delete_message(&posted.channel, &posted.ts)
        .await
        .unwrap();
    let gone = world.client.update_message(update).await.unwrap_err();
    assert!(matches!(gone, UpdateError::TargetLost { .. }), "{gone:?}");
}

#[tokio::test]
async fn an_ephemeral_message_needs_its_reader_in_the_channel() {
    let world = World::start().await;
    let (channel, message) = (channel("C0SECURITY"), pushed());
    let to = |user| PostEphemeral {
        channel: &channel,
        user,
        message: &message,
        thread: None,
    };
    world.client.post_ephemeral(to("U0ANA")).await.unwrap();
    let error = world.client.post_ephemeral(to("U0BEN")).await.unwrap_err();
    assert!(
        matches!(&error, PostError::UserNotInChannel(user) if user == "U0BEN"),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_refusal_says_what_a_person_can_do() {
    let world = World::start().await;
    let error = post(&world.client, "#nowhere").await.unwrap_err();
    assert!(matches!(error, PostError::ChannelNotFound(_)), "{error:?}");
    let error = post(&world.client, "#leads").await.unwrap_err();
    assert!(error.remedy().contains("/invite @Signalbox"), "{error:?}");

    let error = post(&world.client_of("xoxb-nobodys"), "#general")
        .await
        .unwrap_err();
    assert!(
        matches!(error, PostError::Call(CallError::TokenRefused { .. })),
        "{error:?}"
    );

    world.without_scope("chat:write");
    let error = post(&world.client, "#general").await.unwrap_err();
    assert_eq!(
        error.remedy(),
        "add the scope chat:write to the app and reinstall it"
    );
}

#[tokio::test]
async fn a_channel_that_is_written_to_too_fast_names_a_pause() {
    let world = World::with_limits().await;
    let error = loop {
        if let Err(error) = post(&world.client, "#general").await {
            break error;
        }
    };
    assert_eq!(error.retry(), Retry::After(Duration::from_secs(1)));
    assert!(error.certainly_not_posted());
    let pause = json!({ "method": "chat.postMessage", "status": 429, "retry_after": 4_000 });
    world.fault(pause).await;
    let error = post(&world.client, "#staging").await.unwrap_err();
    assert_eq!(error.retry(), Retry::After(Duration::from_secs(4_000)));
}

#[tokio::test]
async fn a_late_answer_is_not_waited_for() {
    let world = World::start().await;
    world
        .fault(json!({ "method": "chat.postMessage", "delay_ms": 600_000 }))
        .await;
    let error = post(&world.client_with(IMPATIENT), "#general")
        .await
        .unwrap_err();
    assert!(
        matches!(error, PostError::Call(CallError::NoAnswer(_))),
        "{error:?}"
    );
    assert!(!error.certainly_not_posted());
}

#[tokio::test]
async fn a_message_that_slack_refuses_goes_out_in_plain_words() {
    let world = World::start().await;
    world
        .fault(json!({ "method": "chat.postMessage", "error": "invalid_blocks" }))
        .await;
    let error = post(&world.client, "#general").await.unwrap_err();
    assert!(matches!(error, PostError::InvalidMessage(_)), "{error:?}");
    let (channel, message, delivery) = (channel("#general"), pushed().plain(), delivery(1));
    let post = PostMessage {
        channel: &channel,
        message: &message,
        thread: None,
        delivery: &delivery,
    };
    world.client.post_message(post).await.unwrap();
}

#[tokio::test]
async fn the_largest_and_the_emptiest_message_are_taken() {
    let world = World::start().await;
    let long = |text: &str| mrkdwn::escape(&text.repeat(20_000));
    let fact = |wide| Fact {
        label: "*Label*".repeat(50),
        value: long("<&> "),
        wide,
    };
    let link = |n: usize| LinkButton {
        label: ":tada: <!channel>".repeat(9),
        url: format!("https://g.ex/{n}/{}", "a".repeat(100 * n)),
    };
    let largest = Message {
        summary: long("漢字 "),
        headline: mrkdwn::link("https://g.ex", &"title ".repeat(5_000)),
        body: Some(mrkdwn::code(&"`<>& ".repeat(9_000))),
        facts: (0..60).map(|n| fact(n % 3 == 0)).collect(),
        context: vec![long("🚂"); 20],
        links: (0..40).map(link).collect(),
        ..Message::new(Mrkdwn::empty(), Mrkdwn::empty())
    };
    let emptiest = Message::new(Mrkdwn::empty(), Mrkdwn::empty());
    for message in [largest, emptiest] {
        let (channel, message, delivery) = (
            channel("#general"),
            slack::block_kit::render(&message),
            delivery(1),
        );
        let post = PostMessage {
            channel: &channel,
            message: &message,
            thread: None,
            delivery: &delivery,
        };
        world.client.post_message(post).await.unwrap();
    }
    let screen = world.screen("#general").await;
    assert!(screen.contains("more not shown"), "{screen}");
}
