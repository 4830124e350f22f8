//! `POST /gitlab/hooks/{hook}`.

use axum::http::StatusCode;
use std::time::Duration;

use crate::world::{NEXT_TOKEN, World, push};

#[tokio::test]
async fn a_webhook_is_stored_and_answered_with_its_events_id() {
    let world = World::start().await;
    let answer = world
        .webhook(&[("X-Gitlab-Event", "Push Hook")], &push("main"))
        .await;
    assert_eq!(answer.status, StatusCode::OK);
    let id = answer.json()["event"].as_str().expect("an id").to_owned();
    assert!(id.starts_with("evt_"), "{id}");
    let event = world
        .store
        .event(&id.parse().expect("an id"))
        .await
        .expect("a store");
    let event = event.expect("the event");
    assert_eq!(event.kind.name(), "push");
    assert_eq!(event.project.as_deref(), Some("acme/web"));
}

#[tokio::test]
async fn what_is_refused_is_refused_with_a_reason() {
    let world = World::start().await;
    let right = ("X-Gitlab-Token", crate::world::TOKEN);
    for (path, headers, body, status, code) in [
        ("/gitlab/hooks/demo", vec![], "{}", 401, "wrong_token"),
        (
            "/gitlab/hooks/demo",
            vec![("X-Gitlab-Token", "guess")],
            "{}",
            401,
            "wrong_token",
        ),
        (
            "/gitlab/hooks/demo",
            vec![("X-Gitlab-Token", "")],
            "{}",
            401,
            "wrong_token",
        ),
        (
            "/gitlab/hooks/other",
            vec![right],
            "{}",
            404,
            "unknown_hook",
        ),
        ("/gitlab/hooks/demo", vec![right], "", 400, "malformed"),
        (
            "/gitlab/hooks/demo",
            vec![right],
            "not json",
            400,
            "malformed",
        ),
        ("/gitlab/hooks/demo", vec![right], "[]", 400, "malformed"),
        (
            "/gitlab/hooks/demo",
            vec![right],
            "{\"object_kind\": \"push\"",
            400,
            "malformed",
        ),
    ] {
        let answer = world.post(path, &headers, body).await;
        assert_eq!(
            answer.status.as_u16(),
            status,
            "{path} {headers:?} {body:?}"
        );
        assert_eq!(answer.json()["error"], code, "{path} {headers:?} {body:?}");
        assert!(
            !answer.text.contains(crate::world::TOKEN),
            "{}",
            answer.text
        );
    }
    assert_eq!(
        world.store.counts().await.expect("counts").events(),
        0,
        "nothing was stored"
    );
}

#[tokio::test]
async fn a_token_can_be_changed_without_losing_a_webhook() {
    let world = World::start().await;
    let answer = world
        .post(
            "/gitlab/hooks/demo",
            &[("X-Gitlab-Token", NEXT_TOKEN)],
            &push("main"),
        )
        .await;
    assert_eq!(answer.status, StatusCode::OK);
}

#[tokio::test]
async fn a_body_over_the_limit_is_413() {
    let world = World::start().await;
    let body = format!(
        "{{\"filler\": \"{}\"}}",
        "x".repeat(web::webhook::LARGEST_WEBHOOK)
    );
    let answer = world.webhook(&[], &body).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(answer.json()["error"], "too_large");
}

#[tokio::test]
async fn a_known_kind_that_lacks_a_field_is_accepted_and_ignored_with_the_fields_name() {
    let world = World::start().await;
    let body = r#"{"object_kind": "merge_request", "object_attributes": {"title": "x"}}"#;
    let answer = world
        .webhook(&[("X-Gitlab-Event", "Merge Request Hook")], body)
        .await;
    assert_eq!(answer.status, StatusCode::OK);
    let id = answer.json()["event"]
        .as_str()
        .expect("an id")
        .parse()
        .expect("an id");
    let event = world
        .store
        .event(&id)
        .await
        .expect("a store")
        .expect("the event");
    assert_eq!(event.outcome.name(), "ignored");
    assert!(
        event
            .reason
            .expect("a reason")
            .contains("object_attributes.iid")
    );
}

#[tokio::test]
async fn a_repeat_changes_nothing_and_gets_the_first_ones_id() {
    for (what, first, second, forget, same) in [
        (
            "the same idempotency key",
            Keys::key("a"),
            Keys::key("a"),
            0,
            true,
        ),
        (
            "another idempotency key",
            Keys::key("a"),
            Keys::key("b"),
            0,
            false,
        ),
        (
            "the same key after six days",
            Keys::key("a"),
            Keys::key("a"),
            6 * 86_400,
            true,
        ),
        (
            "the same key after eight days",
            Keys::key("a"),
            Keys::key("a"),
            8 * 86_400,
            false,
        ),
        (
            "the same event UUID and body",
            Keys::uuid("u"),
            Keys::uuid("u"),
            0,
            true,
        ),
        (
            "another event UUID",
            Keys::uuid("u"),
            Keys::uuid("v"),
            0,
            false,
        ),
        (
            "no key, the same body",
            Keys::NONE,
            Keys::NONE,
            9 * 60,
            true,
        ),
        (
            "no key, the same body after ten minutes",
            Keys::NONE,
            Keys::NONE,
            11 * 60,
            false,
        ),
    ] {
        let world = World::start().await;
        let one = world.webhook(&first.headers(), &push("main")).await;
        world.clock.advance(Duration::from_secs(forget));
        let two = world.webhook(&second.headers(), &push("main")).await;
        assert_eq!(two.status, StatusCode::OK);
        assert_eq!(one.json() == two.json(), same, "{what}");
        let events = world.store.counts().await.expect("counts").events();
        assert_eq!(events, if same { 1 } else { 2 }, "{what}");
    }
}

#[tokio::test]
async fn the_same_event_uuid_with_another_body_is_another_event() {
    let world = World::start().await;
    let headers = [
        ("X-Gitlab-Event-UUID", "u"),
        ("X-Gitlab-Event", "Push Hook"),
    ];
    let one = world.webhook(&headers, &push("main")).await;
    let two = world.webhook(&headers, &push("other")).await;
    assert_ne!(one.json(), two.json());
}

#[derive(Clone, Copy)]
struct Keys {
    key: Option<&'static str>,
    uuid: Option<&'static str>,
}

impl Keys {
    const NONE: Self = Self {
        key: None,
        uuid: None,
    };

    fn key(key: &'static str) -> Self {
        Self {
            key: Some(key),
            uuid: Some("the same for all"),
        }
    }

    fn uuid(uuid: &'static str) -> Self {
        Self {
            key: None,
            uuid: Some(uuid),
        }
    }

    fn headers(self) -> Vec<(&'static str, &'static str)> {
        let mut headers = vec![("X-Gitlab-Event", "Push Hook")];
        headers.extend(self.key.map(|key| ("Idempotency-Key", key)));
        headers.extend(self.uuid.map(|uuid| ("X-Gitlab-Event-UUID", uuid)));
        headers
    }
}
