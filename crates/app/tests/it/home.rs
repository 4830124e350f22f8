//! App Home.

use std::time::Duration;

use serde_json::{Value, json};

use crate::world::World;

const PUBLISH: &str = "POST /api/views.publish";

fn shows(world: &World) -> Vec<String> {
    let changes = world.outside.changes();
    let published = changes.iter().filter(|(call, _)| call == PUBLISH);
    published.map(|(_, body)| body.to_string()).collect()
}

fn opened() -> Value {
    json!({"type": "app_home_opened", "user": "U0ANA", "channel": "D0ANA", "tab": "home"})
}

/// Slack takes every Home; GitLab has one merge request to review.
fn answering(world: &World, title: &str) {
    let shown = json!({"ok": true, "view": {"id": "V1", "hash": "1.a"}});
    world.outside.answers(PUBLISH, &shown);
    let merge_request = json!({
        "id": 7, "iid": 12, "project_id": 1, "title": title, "state": "opened",
        "target_branch": "main", "sha": "abc",
        "web_url": format!("{}/acme/shop/-/merge_requests/12", world.outside.url),
    });
    let outside = &world.outside;
    outside.answers("GET merge_requests", &json!([merge_request]));
    outside.answers("GET projects/acme%2Fshop/pipelines", &json!([]));
    outside.answers(
        "GET projects/acme%2Fshop/members/all/7",
        &json!({"id": 7, "username": "ana", "name": "Ana", "access_level": 40, "state": "active"}),
    );
}

#[tokio::test]
async fn whoever_opens_it_without_an_account_is_shown_the_way_to_link_one() {
    let mut world = World::empty().await;
    answering(&world, "Fix it");
    world.hears(&opened()).await;
    let shown = shows(&world);
    assert_eq!(shown.len(), 1);
    assert!(shown[0].contains("home.link"), "{shown:?}");
}

#[tokio::test]
async fn it_shows_what_waits_and_says_what_nobody_answered() {
    let mut world = World::start().await;
    answering(&world, "Fix <!here>");
    world.outside.says("GET issues", 502, "");
    world.hears(&opened()).await;
    let shown = shows(&world);
    let [shown] = shown.as_slice() else {
        panic!("{shown:?}");
    };
    for part in [
        "acme/shop!12> Fix &lt;!here&gt;",
        "mr.approve",
        "There was no answer for your issues.",
        "Connected projects that you maintain",
        "`acme/shop` :white_check_mark:",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
}

#[tokio::test]
async fn it_is_made_anew_after_a_minute_and_only_when_it_would_look_different() {
    let mut world = World::start().await;
    answering(&world, "Fix it");
    world.outside.answers("GET issues", &json!([]));
    world.hears(&opened()).await;
    world.looks_after_homes().await;
    world.types("mr mine").await;
    world.looks_after_homes().await;
    assert_eq!(shows(&world).len(), 1, "less than a minute went by");
    world.clock.advance(Duration::from_secs(60));
    world.looks_after_homes().await;
    assert_eq!(shows(&world).len(), 1, "nothing has changed");
    let issue = json!({"id": 1, "iid": 5, "project_id": 1, "title": "Slow", "state": "opened"});
    world.outside.answers("GET issues", &json!([issue]));
    world.types("mr mine").await;
    world.clock.advance(Duration::from_secs(60));
    // The first answer is given once more.
    world.looks_after_homes().await;
    world.types("mr mine").await;
    world.clock.advance(Duration::from_secs(60));
    world.looks_after_homes().await;
    let shown = shows(&world);
    assert_eq!(shown.len(), 2);
    assert!(shown[1].contains("Slow") && shown[1].contains(r#""hash":"1.a""#));
}

#[tokio::test]
async fn to_unlink_takes_one_click_and_shows_at_once() {
    let mut world = World::start().await;
    answering(&world, "Fix it");
    world.hears(&opened()).await;
    world.clicks_at_home("home.unlink").await;
    let shown = shows(&world);
    assert_eq!(shown.len(), 2);
    assert!(shown[1].contains("home.link"), "{}", shown[1]);
}
