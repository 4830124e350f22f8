//! What can't be delivered is a dead letter with a reason and a remedy, and holds nothing up.

use std::time::Duration;

use serde_json::{Value, json};

use super::changes;
use crate::world::{Engine, Plan, World, engines, posting_fault, push};

/// Enough for the pace to allow the next burst.
const A_WHILE: Duration = Duration::from_secs(10);

#[tokio::test]
async fn a_refusal_that_lasts_is_a_dead_letter_with_its_remedy_and_the_next_message_goes_on() {
    let scope = json!({ "needed": "chat:write", "provided": "commands" });
    let refusals = [
        json!({ "error": "channel_not_found" }),
        json!({ "error": "is_archived" }),
        json!({ "error": "restricted_action" }),
        json!({ "error": "message_limit_exceeded" }),
        json!({ "error": "invalid_auth" }),
        json!({ "error": "token_revoked" }),
        json!({ "error": "account_inactive" }),
        json!({ "error": "missing_scope", "fields": scope }),
        json!({ "error": "no_permission" }),
        json!({ "error": "invented_tomorrow" }),
    ];
    let world = World::on(Engine::Memory).await;
    let mut told = String::new();
    for (number, refusal) in (1..).zip(&refusals) {
        world.fault(posting_fault("general", refusal)).await;
        let dead = world.gitlab(push("acme/web", 2 * number - 1)).await;
        let next = world.gitlab(push("acme/web", 2 * number)).await;
        world.settle().await;
        told.push_str(&line(refusal, &world.event(&dead).await));
        assert_eq!(
            world.event(&next).await["outcome"],
            "delivered",
            "{refusal}"
        );
        world.advance(A_WHILE).await;
    }
    let delivered = (1..=refusals.len()).map(|number| 2 * number);
    assert_eq!(world.changes("#general"), changes(delivered));
    insta::assert_snapshot!(told);
    world.end_with_dead(10).await;
}

fn line(refusal: &Value, event: &Value) -> String {
    assert_eq!(event["outcome"], "dead", "{refusal}");
    let delivery = &event["deliveries"][0];
    assert_eq!(delivery["state"], "dead");
    assert_eq!(event["reason"], delivery["reason"]);
    format!(
        "{}: {}\n    {}\n",
        refusal["error"].as_str().unwrap(),
        delivery["reason"].as_str().unwrap(),
        delivery["remedy"].as_str().unwrap()
    )
}

#[tokio::test]
async fn channels_that_are_not_there_for_the_bot_are_told_apart() {
    let world = World::on(Engine::Memory).await;
    world.set_archived("#staging", true);
    let mut told = String::new();
    for (change, project) in (1..).zip(["acme/lost", "acme/plans", "acme/ops"]) {
        let event = world.gitlab(push(project, change)).await;
        world.settle().await;
        let event = world.event(&event).await;
        let about = json!({ "error": event["deliveries"][0]["channel"] });
        told.push_str(&line(&about, &event));
    }
    insta::assert_snapshot!(told);
    world.end_with_dead(3).await;
}

#[tokio::test]
async fn a_public_channel_that_asks_for_it_is_joined() {
    for engine in engines() {
        let world = World::on(engine).await;
        world.take_scope("chat:write.public");
        // That joining has to wait is no reason to give up.
        let busy = json!({ "method": "conversations.join", "status": 429, "retry_after": 7 });
        world.fault(busy).await;
        world.gitlab(push("acme/web", 1)).await;
        world.settle().await;
        assert_eq!(world.changes("#general"), changes([]), "{engine:?}");
        world.advance(Duration::from_secs(7)).await;
        assert_eq!(world.changes("#general"), changes([1]), "{engine:?}");
        assert_eq!(world.calls("conversations.join", None).await.len(), 2);
        world.end().await;
    }
}

#[tokio::test]
async fn a_channel_that_cannot_be_made_now_is_made_later() {
    let world = World::start(Plan {
        create_channels: true,
        ..Plan::on(Engine::Memory)
    })
    .await;
    let busy = json!({ "method": "conversations.create", "status": 429, "retry_after": 7 });
    world.fault(busy).await;
    world.gitlab(push("acme/lost", 1)).await;
    world.settle().await;
    world.advance(Duration::from_secs(7)).await;
    assert_eq!(world.changes("#nowhere"), changes([1]));
    world.end().await;
}

#[tokio::test]
async fn a_replay_delivers_once_the_cause_is_mended() {
    for engine in engines() {
        let world = World::on(engine).await;
        world.set_archived("#general", true);
        let event = world.gitlab(push("acme/web", 1)).await;
        world.settle().await;
        let delivery = world.event(&event).await["deliveries"][0]["id"].clone();
        let delivery = format!("deliveries/{}", delivery.as_str().unwrap());

        world.replay(&delivery).await;
        world.settle().await;
        assert_eq!(world.event(&event).await["outcome"], "dead", "not mended");
        world.set_archived("#general", false);
        world.replay(&delivery).await;
        world.advance(A_WHILE).await;
        let event = world.event(&event).await;
        assert_eq!(event["outcome"], "delivered", "{engine:?}");
        assert_eq!(event["reason"], Value::Null);
        assert_eq!(world.changes("#general"), changes([1]), "{engine:?}");
        world.end().await;
    }
}
