//! `/api/v1`.

use axum::http::StatusCode;

use crate::letters::dead_letter;
use crate::world::{ADMIN, World, push};

const AS_ADMIN: &[(&str, &str)] = &[("PRIVATE-TOKEN", ADMIN)];

#[tokio::test]
async fn an_events_whole_way_is_told() {
    let world = World::start().await;
    let (event, delivery) = dead_letter(&world).await;
    let told = world
        .get(&format!("/api/v1/events/{event}"), AS_ADMIN)
        .await
        .json();
    assert_eq!(told["id"], event);
    assert_eq!(told["kind"], "push");
    assert_eq!(told["outcome"], "dead");
    let way = &told["deliveries"][0];
    assert_eq!(way["id"], delivery.as_str());
    assert_eq!(way["channel"], "#web");
    assert_eq!(way["state"], "dead");
    assert_eq!(way["via"], "app");
    assert_eq!(way["reason"], "channel #web was archived");
    assert_eq!(way["remedy"], "unarchive #web or choose another channel");
}

#[tokio::test]
async fn dead_letters_are_listed_and_replayed_once() {
    let world = World::start().await;
    let (event, delivery) = dead_letter(&world).await;
    let letters = world.get("/api/v1/dead-letters", AS_ADMIN).await.json();
    assert_eq!(letters["items"][0]["id"], delivery.as_str());
    assert_eq!(letters["items"][0]["event"], event);
    let replay = format!("/api/v1/deliveries/{delivery}/replays");
    let answer = world.post(&replay, AS_ADMIN, "").await;
    assert_eq!(answer.status, StatusCode::CREATED);
    assert_eq!(answer.json()["replayed"], 1);
    let again = world.post(&replay, AS_ADMIN, "").await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert_eq!(again.json()["error"], "not_dead");
    let told = world
        .get(&format!("/api/v1/events/{event}"), AS_ADMIN)
        .await
        .json();
    assert_eq!(told["outcome"], "waiting");
}

#[tokio::test]
async fn lists_are_narrowed_and_paged() {
    let world = World::start().await;
    for branch in ["a", "b", "c"] {
        world.webhook(&[], &push(branch)).await;
    }
    let first = world
        .get("/api/v1/events?kind=push&limit=2", AS_ADMIN)
        .await
        .json();
    assert_eq!(first["items"].as_array().map(Vec::len), Some(2));
    let next = format!("/api/v1/events?limit=2&before={}", first["next"]);
    let second = world.get(&next, AS_ADMIN).await.json();
    assert_eq!(second["items"].as_array().map(Vec::len), Some(1));
    assert!(second["next"].is_null());
    let none = world
        .get("/api/v1/events?outcome=dead", AS_ADMIN)
        .await
        .json();
    assert_eq!(none["items"].as_array().map(Vec::len), Some(0));
}

#[tokio::test]
async fn what_cannot_be_answered_says_why() {
    let world = World::start().await;
    for (path, status, code) in [
        ("/api/v1/events?kind=pushes", 400, "bad_filter"),
        ("/api/v1/events?outcome=lost", 400, "bad_filter"),
        ("/api/v1/events?page=2", 400, "bad_filter"),
        ("/api/v1/events/evt_nothing", 404, "unknown_event"),
        ("/api/v1/events/..", 404, "unknown_event"),
        ("/api/v1/nothing", 404, "not_found"),
    ] {
        let answer = world.get(path, AS_ADMIN).await;
        assert_eq!(answer.status.as_u16(), status, "{path}: {}", answer.text);
        assert_eq!(answer.json()["error"], code, "{path}");
    }
    let unknown = world
        .post("/api/v1/deliveries/dlv_nothing/replays", AS_ADMIN, "")
        .await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}
