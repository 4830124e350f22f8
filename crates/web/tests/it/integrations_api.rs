//! GitLab's integrations API.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::world::{ADMIN, Outside, SHOP, World};

const AS_ADMIN: &[(&str, &str)] = &[("PRIVATE-TOKEN", ADMIN)];
const PROJECT: &str = "/api/v4/projects/acme%2Fweb/integrations";
const WEBHOOK: &str = "https://hooks.slack.com/services/T0DEMO/B1/secret";

async fn put(world: &World, path: &str, body: Value) -> (u16, Value) {
    let answer = world.json("PUT", path, &body).await;
    (answer.status.as_u16(), answer.json())
}

#[tokio::test]
async fn both_integrations_are_set_up_shown_and_reset() {
    let world = World::start().await;
    for (slug, body) in [
        (
            "slack",
            json!({"webhook": WEBHOOK, "username": "gitlab", "push_channel": "#old"}),
        ),
        (
            "gitlab-slack-application",
            json!({"push_channel": "#new", "issues_events": false}),
        ),
    ] {
        let path = format!("{PROJECT}/{slug}");
        let missing = world.get(&path, AS_ADMIN).await;
        assert_eq!(missing.status, StatusCode::NOT_FOUND);
        assert_eq!(
            missing.json(),
            json!({"message": "404 Integration Not Found"})
        );
        let (status, saved) = put(&world, &path, body.clone()).await;
        assert_eq!((status, &saved["slug"]), (200, &json!(slug)), "{saved}");
        assert_eq!(saved["properties"]["push_channel"], body["push_channel"]);
        assert!(
            !saved.to_string().contains("secret"),
            "a webhook stays hidden"
        );
        let shown = world.get(&path, AS_ADMIN).await;
        assert_eq!(shown.json(), saved);
        let older = world
            .get(&path.replace("/integrations", "/services"), AS_ADMIN)
            .await;
        assert_eq!(older.json(), saved);
        let gone = world.delete(&path, AS_ADMIN).await;
        assert_eq!(
            (gone.status, gone.text.as_str()),
            (StatusCode::NO_CONTENT, "")
        );
        let shown = world.get(&path, AS_ADMIN).await.json();
        assert_eq!(shown["active"], false);
    }
}

#[tokio::test]
async fn the_list_has_what_is_switched_on_at_that_place_alone() {
    let world = World::start().await;
    put(
        &world,
        &format!("{PROJECT}/slack"),
        json!({"webhook": WEBHOOK}),
    )
    .await;
    let list = world.get(PROJECT, AS_ADMIN).await.json();
    assert_eq!(list.as_array().map(Vec::len), Some(1));
    assert_eq!(
        (&list[0]["slug"], &list[0]["active"]),
        (&json!("slack"), &json!(true))
    );
    assert!(list[0].get("properties").is_none());
    let group = world
        .get("/api/v4/groups/acme/integrations", AS_ADMIN)
        .await;
    assert_eq!(group.json(), json!([]));
    let (status, _) = put(
        &world,
        "/api/v4/groups/acme/integrations/slack",
        json!({"webhook": WEBHOOK}),
    )
    .await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn wrong_values_are_refused_in_gitlabs_shapes() {
    let world = World::start().await;
    for (slug, body, status, key) in [
        ("slack", json!({}), 400, "error"),
        ("slack", json!({"webhook": "ftp://x"}), 400, "message"),
        (
            "slack",
            json!({"webhook": WEBHOOK, "push_events": "perhaps"}),
            400,
            "error",
        ),
        (
            "gitlab-slack-application",
            json!({"branches_to_be_notified": "some"}),
            400,
            "message",
        ),
        ("discord", json!({"webhook": WEBHOOK}), 404, "message"),
    ] {
        let (found, told) = put(&world, &format!("{PROJECT}/{slug}"), body.clone()).await;
        assert_eq!(found, status, "{body}: {told}");
        assert!(told.get(key).is_some(), "{body}: {told}");
    }
    let number = world
        .get("/api/v4/projects/12/integrations", AS_ADMIN)
        .await;
    assert_eq!(
        number.status,
        StatusCode::NOT_FOUND,
        "nobody knows what 12 is"
    );
}

#[tokio::test]
async fn only_an_administrators_program_gets_in() {
    let world = World::reaching(Outside::none()).await;
    for (headers, status) in [(&[][..], 401), (&[("PRIVATE-TOKEN", SHOP)], 403)] {
        let answer = world.get(PROJECT, headers).await;
        assert_eq!(answer.status.as_u16(), status);
    }
}

#[tokio::test]
async fn a_change_is_audited_and_taken_over_at_once() {
    let world = World::start().await;
    put(
        &world,
        &format!("{PROJECT}/slack"),
        json!({"webhook": WEBHOOK}),
    )
    .await;
    let entries = world
        .get("/api/v1/audit?place=acme/web", AS_ADMIN)
        .await
        .json();
    let entry = &entries["items"][0];
    assert_eq!(
        (&entry["subject"], &entry["before"]),
        (&json!("integration"), &Value::Null)
    );
    assert_eq!(entry["after"]["has_webhook"], true);
    assert!(!entries.to_string().contains("secret"));
}
