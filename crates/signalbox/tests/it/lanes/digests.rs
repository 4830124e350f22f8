//! A lane that is behind tells what waits in one message.

use std::time::Duration;

use serde_json::{Value, json};

use super::changes;
use crate::world::{Engine, World, engines, failed_pipeline, posting_fault, push};

const SECOND: Duration = Duration::from_secs(1);

/// A lane whose burst is used up, with 35 pushes and a failed pipeline waiting.
async fn fall_behind(world: &World) -> Vec<String> {
    for change in 1..=4 {
        world.gitlab(push("acme/web", change)).await;
    }
    world.settle().await;
    let mut events = Vec::new();
    for change in 5..40 {
        events.push(world.gitlab(push("acme/web", change)).await);
    }
    events.push(world.gitlab(failed_pipeline("acme/web")).await);
    world.settle().await;
    assert_eq!(world.changes("#general"), changes(1..=4));
    events
}

/// The four that were sent one by one, the digest, and then these.
fn digest_and(later: &[usize]) -> Vec<String> {
    let mut all = changes(1..=4);
    all.push("digest".to_owned());
    all.extend(changes(later.iter().copied()));
    all
}

#[tokio::test]
async fn a_lane_that_is_behind_sends_one_digest_and_goes_on_in_order() {
    for engine in engines() {
        let world = World::on(engine).await;
        let events = fall_behind(&world).await;
        world.advance(SECOND).await;
        for change in [40, 41, 42] {
            world.gitlab(push("acme/web", change)).await;
        }
        world.advance(SECOND * 10).await;
        assert_eq!(
            world.changes("#general"),
            digest_and(&[40, 41, 42]),
            "{engine:?}"
        );
        let digest = &world.messages("#general")[4];
        assert!(
            digest.contains("*36 messages* were folded into this one"),
            "{digest}"
        );
        let first = world.event(&events[0]).await;
        for event in &events {
            let event = world.event(event).await;
            assert_eq!(event["outcome"], "digested", "{engine:?}");
            let (ours, theirs) = (&event["deliveries"][0], &first["deliveries"][0]);
            assert_eq!(ours["state"], "digested");
            assert!(ours["ts"].is_string() && ours["digest"].is_string());
            assert_eq!(
                (&ours["ts"], &ours["digest"]),
                (&theirs["ts"], &theirs["digest"])
            );
        }
        if engine == Engine::Memory {
            let seen = world.channel("#general");
            let digest = seen.find("36 messages").map(|at| &seen[at..]);
            insta::assert_snapshot!(digest.unwrap());
        }
        world.end().await;
    }
}

#[tokio::test]
async fn what_comes_while_a_digest_has_to_wait_follows_it() {
    let world = World::on(Engine::Memory).await;
    fall_behind(&world).await;
    let pause = json!({ "status": 429, "retry_after": 60 });
    world.fault(posting_fault("general", &pause)).await;
    world.advance(SECOND).await;
    world.gitlab(push("acme/web", 40)).await;
    world.advance(SECOND * 59).await;
    assert_eq!(world.changes("#general"), changes(1..=4));
    world.advance(SECOND * 2).await;
    assert_eq!(world.changes("#general"), digest_and(&[40]));
    world.end().await;
}

#[tokio::test]
async fn a_digest_whose_answer_was_lost_shows_once() {
    let world = World::on(Engine::Memory).await;
    fall_behind(&world).await;
    let lost = json!({ "after": true, "drop": true });
    world.fault(posting_fault("general", &lost)).await;
    world.advance(SECOND * 10).await;
    assert_eq!(world.changes("#general"), digest_and(&[]));
    world.end().await;
}

#[tokio::test]
async fn a_digest_that_dies_takes_its_events_along_and_a_replay_brings_them_back() {
    for engine in engines() {
        let world = World::on(engine).await;
        let events = fall_behind(&world).await;
        world.set_archived("#general", true);
        world.advance(SECOND * 10).await;
        for event in &events {
            let event = world.event(event).await;
            assert_eq!(event["outcome"], "dead", "{engine:?}");
            let remedy = event["deliveries"][0]["remedy"].as_str().unwrap();
            assert!(remedy.starts_with("unarchive #general"), "{remedy}");
        }
        let letters = world.get("/api/v1/dead-letters").await;
        let letters = letters["items"].as_array().unwrap();
        let folded: Vec<&Value> = letters.iter().map(|letter| &letter["folded"]).collect();
        assert_eq!(folded, [36], "one letter stands for all of them");

        world.set_archived("#general", false);
        let digest = letters[0]["id"].as_str().unwrap();
        world.replay(&format!("deliveries/{digest}")).await;
        world.advance(SECOND * 10).await;
        assert_eq!(world.changes("#general"), digest_and(&[]), "{engine:?}");
        for event in &events {
            assert_eq!(world.event(event).await["outcome"], "digested");
        }
        world.end().await;
    }
}
