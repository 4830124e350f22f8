//! Deliveries that die, for the tests of what is shown of them.

use domain::{DeliveryId, EventId, Message};
use jiff::SignedDuration;
use store::{
    After, NewDelivery, NewEvent, Outcome, RepeatKey, Routing, Settlement, Speaker, Store,
};

use crate::world::{World, push};

/// Accepts a push and lets its only delivery die.
pub async fn dead_letter(world: &World) -> (String, DeliveryId) {
    let answer = world.webhook(&[], &push("main")).await;
    let event = answer.json()["event"].as_str().expect("an id").to_owned();
    let delivery = die(
        world,
        message("Ada pushed to main"),
        "channel #web was archived",
        "unarchive #web or choose another channel",
    )
    .await;
    (event, delivery)
}

/// Routes what waits to `#web`, with this message, and lets it die there.
pub async fn die(world: &World, message: String, reason: &str, remedy: &str) -> DeliveryId {
    let now = world.clock.now();
    let delivery = DeliveryId::mint(now.as_millisecond() + 12, 1);
    deliver(&world.store, world, &delivery, message).await;
    let outcome = Outcome::Dead {
        reason: reason.into(),
        remedy: remedy.into(),
    };
    settle(world, &delivery, outcome).await;
    delivery
}

/// Routes what waits to `#web`, and lets Slack take it as the first message of `C0WEB`.
pub async fn arrive(world: &World) -> DeliveryId {
    let now = world.clock.now();
    let delivery = DeliveryId::mint(now.as_millisecond() + 12, 1);
    deliver(&world.store, world, &delivery, message("news")).await;
    let outcome = Outcome::Sent {
        ts: "1790000000.000100".into(),
        channel_id: "C0WEB".into(),
    };
    settle(world, &delivery, outcome).await;
    delivery
}

/// A message as the outbox keeps it.
pub fn message(summary: &str) -> String {
    let summary = domain::mrkdwn::escape(summary);
    serde_json::to_string(&Message::new(summary.clone(), summary)).expect("JSON")
}

async fn deliver(store: &Store, world: &World, delivery: &DeliveryId, message: String) {
    let new = NewDelivery {
        id: delivery.clone(),
        workspace: "T0DEMO".parse().expect("a workspace"),
        channel: "#web".parse().expect("a channel"),
        speaker: Speaker::App,
        message,
        thread: None,
    };
    store
        .route(world.clock.now(), 10, |_| {
            Routing::Deliver(vec![new.clone()])
        })
        .await
        .expect("routed");
}

async fn settle(world: &World, delivery: &DeliveryId, outcome: Outcome) {
    let now = world.clock.now();
    let lease = SignedDuration::from_secs(60);
    let lane = world
        .store
        .claim_lanes(now, lease, 1, "test")
        .await
        .expect("lanes")
        .remove(0);
    let settlement = Settlement {
        delivery: delivery.clone(),
        outcome,
        pace: 0,
        after: After::Release { next_at: now },
        now,
    };
    world
        .store
        .settle(lane.token, settlement)
        .await
        .expect("settled");
}

/// Stores an event whose texts no parser has looked at.
pub async fn raw_event(
    world: &World,
    number: u8,
    title: &str,
    project: &str,
    ignored: Option<&str>,
) {
    let now = world.clock.now();
    let event = NewEvent {
        id: EventId::mint(now.as_millisecond(), u128::from(number)),
        hook: "demo".parse().expect("a hook"),
        kind: domain::EventKind::Push,
        project: Some(project.to_owned()),
        title: title.to_owned(),
        received_at: now,
        repeat: RepeatKey {
            key: [number; 16],
            until: now,
        },
        body: "{}".to_owned(),
        ignored: ignored.map(str::to_owned),
    };
    world.store.accept(event).await.expect("stored");
}
