//! What Slack tells the app of: the bot is named, links are shared, channels change, the app goes.

use serde_json::{Value, json};

use crate::world::World;

fn said(world: &World, call: &str) -> Vec<Value> {
    let call = format!("POST /api/{call}");
    let changes = world.outside.changes();
    let those = changes.into_iter().filter(|(made, _)| *made == call);
    those.map(|(_, body)| body).collect()
}

fn posting(world: &World) {
    let posted = json!({"ok": true, "channel": "C0GENERAL", "ts": "1.2", "message_ts": "1.2"});
    for call in ["chat.postMessage", "chat.postEphemeral", "chat.unfurl"] {
        world.outside.answers(&format!("POST /api/{call}"), &posted);
    }
}

fn link_shared(world: &World, paths: &[&str], is_member: bool) -> Value {
    let link = |path: &&str| json!({"domain": "x", "url": format!("{}/{path}", world.outside.url)});
    let links: Vec<Value> = paths.iter().map(link).collect();
    json!({
        "type": "link_shared", "user": "U0ANA", "channel": "C0GENERAL",
        "message_ts": "1767693600.000100", "is_bot_user_member": is_member,
        "source": "conversations_history", "unfurl_id": "C0GENERAL.1.x", "links": links,
    })
}

fn issue(confidential: bool) -> Value {
    json!({
        "id": 1, "iid": 5, "project_id": 1, "title": "Slow search", "state": "opened",
        "confidential": confidential,
    })
}

const ISSUE: &str = "acme/shop/-/issues/5";
const OWN: &str = "GET projects/acme%2Fshop/issues/5";
const NOBODY: &str = "nobody: GET projects/acme%2Fshop/issues/5";

#[tokio::test]
async fn whoever_names_the_bot_is_answered_in_the_thread() {
    let mut world = World::start().await;
    posting(&world);
    world.outside.answers(OWN, &issue(false));
    let mention = json!({
        "type": "app_mention", "user": "U0ANA", "channel": "C0GENERAL",
        "text": "<@U0BOT> issue show 5", "ts": "1767693600.000200",
        "thread_ts": "1767693600.000100", "event_ts": "1767693600.000200",
    });
    world.hears(&mention).await;
    let posted = said(&world, "chat.postMessage");
    assert_eq!(posted.len(), 1);
    assert_eq!(posted[0]["thread_ts"], "1767693600.000100");
    assert!(posted[0].to_string().contains("Slow search"));
}

#[tokio::test]
async fn what_is_public_is_previewed_once_in_half_an_hour() {
    let mut world = World::start().await;
    posting(&world);
    world.outside.answers(NOBODY, &issue(false));
    let event = link_shared(&world, &[ISSUE], false);
    world.hears(&event).await;
    world.hears(&event).await;
    let shown = said(&world, "chat.unfurl");
    assert_eq!(shown.len(), 1);
    let url = event["links"][0]["url"].as_str().unwrap();
    assert!(shown[0]["unfurls"][url].to_string().contains("Slow search"));
    world.clock.advance(std::time::Duration::from_secs(30 * 60));
    world.hears(&event).await;
    assert_eq!(said(&world, "chat.unfurl").len(), 2);
}

#[tokio::test]
async fn what_is_private_is_previewed_only_where_the_bot_was_invited() {
    let mut world = World::start().await;
    posting(&world);
    world.outside.answers(OWN, &issue(false));
    let event = link_shared(&world, &[ISSUE], false);
    world.hears(&event).await;
    assert!(said(&world, "chat.unfurl").is_empty());
    let event = link_shared(&world, &[ISSUE], true);
    world.hears(&event).await;
    assert_eq!(said(&world, "chat.unfurl").len(), 1);
}

#[tokio::test]
async fn confidential_issues_unconnected_projects_and_lists_of_links_stay_links() {
    let mut world = World::start().await;
    posting(&world);
    world.outside.answers(OWN, &issue(true));
    let other = "GET projects/acme%2Fweb/issues/5";
    world.outside.answers(other, &issue(false));
    for paths in [
        &[ISSUE][..],
        &["acme/web/-/issues/5"],
        &["a/b", "a/c", "a/d"],
    ] {
        let event = link_shared(&world, paths, true);
        world.hears(&event).await;
    }
    assert!(said(&world, "chat.unfurl").is_empty());
}

#[tokio::test]
async fn whoever_is_not_linked_is_asked_once_a_day() {
    let mut world = World::empty().await;
    world.connects("acme/shop", "shop").await;
    posting(&world);
    let event = link_shared(&world, &[ISSUE], true);
    world.hears(&event).await;
    world.hears(&event).await;
    let asked = said(&world, "chat.unfurl");
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0]["user_auth_required"], true);
    let url = asked[0]["user_auth_url"].as_str().unwrap();
    assert!(url.starts_with("https://box.test/link/"), "{url}");
}

#[tokio::test]
async fn a_channels_project_goes_with_it_to_its_new_id() {
    let mut world = World::start().await;
    let workspace = "T0DEMO".parse().unwrap();
    let (old, new) = ("C0OLD".parse().unwrap(), "G0NEW".parse().unwrap());
    let project = "acme/shop".parse().ok();
    let store = world.store.clone();
    store
        .set_channel_default(&workspace, &old, project.clone())
        .await
        .unwrap();
    let event = json!({
        "type": "channel_id_changed", "old_channel_id": "C0OLD", "new_channel_id": "G0NEW",
    });
    world.hears(&event).await;
    let of = async |channel| store.channel_default(&workspace, channel).await.unwrap();
    assert_eq!((of(&old).await, of(&new).await), (None, project));
}

#[tokio::test]
async fn a_removed_app_is_silent_at_once_whichever_word_of_it_comes_first() {
    for events in [
        ["app_uninstalled", "tokens_revoked"],
        ["tokens_revoked", "app_uninstalled"],
    ] {
        let mut world = World::start().await;
        for kind in events {
            let event = json!({"type": kind, "tokens": {"bot": ["U0BOT"]}});
            world.hears(&event).await;
        }
        let said = world.types("mr mine").await;
        said.shows("not set up for this workspace");
    }
}
