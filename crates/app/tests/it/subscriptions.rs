//! What a channel hears of, connections and settings, changed by typing.

use serde_json::{Value, json};

use crate::world::World;

const ROLE: &str = "GET projects/acme%2Fshop/members/all/7";
const CHANNEL: &str = "POST /api/conversations.info";

fn member(level: u32) -> Value {
    json!({"id": 7, "username": "ana", "name": "Ana", "state": "active", "access_level": level})
}

fn channel(changes: &Value) -> Value {
    let mut channel = json!({"id": "C0GENERAL", "name": "general", "is_member": true});
    for (name, value) in changes.as_object().unwrap() {
        channel[name] = value.clone();
    }
    json!({"ok": true, "channel": channel})
}

/// With Ana in that role, and the bot in the channel.
async fn world(level: u32) -> World {
    let world = World::start().await;
    world.outside.answers(ROLE, &member(level));
    world.outside.answers(CHANNEL, &channel(&json!({})));
    world
}

/// The settings of the shop's integration as they are stored.
async fn stored(world: &World) -> Option<(bool, Value, Option<String>)> {
    let integrations = world.store.integrations().await.unwrap();
    let shop = integrations.first()?;
    let workspace = shop.workspace.as_ref().map(ToString::to_string);
    let properties = serde_json::from_str(&shop.properties).unwrap();
    Some((shop.active, properties, workspace))
}

#[tokio::test]
async fn a_maintainer_subscribes_a_channel_and_takes_it_back() {
    let mut world = world(40).await;
    let said = world.types("subscribe shop issues, mrs").await;
    said.to_all()
        .shows("*acme/shop* is told of here: `issues` and `merge_requests`");
    let (active, properties, workspace) = stored(&world).await.unwrap();
    assert!(active);
    assert_eq!(workspace.as_deref(), Some("T0DEMO"));
    assert_eq!(properties["issues_events"], true);
    assert_eq!(properties["issue_channel"], json!(["C0GENERAL"]));
    assert_eq!(properties["push_events"], false);

    let said = world.types("shop subscribe issues").await;
    said.only_to_who_asked()
        .shows("This channel hears of `issues` of `acme/shop` already");
    let said = world.types("list").await;
    said.only_to_who_asked()
        .shows("*acme/shop*: `issues` and `merge_requests`");

    let said = world.types("unsubscribe shop mr").await;
    said.to_all()
        .shows("*acme/shop* is no longer told of here: `merge_requests`");
    world.types("unsubscribe shop").await;
    let said = world.types("list").await;
    said.shows("This channel hears of nothing");
    let entries = world.store.audit(store::AuditFilter::default()).await;
    let entries = entries.unwrap().entries;
    let typed: Vec<_> = entries
        .iter()
        .filter_map(|entry| entry.note.command.as_deref())
        .collect();
    assert_eq!(
        typed,
        [
            "/gitlab unsubscribe shop",
            "/gitlab unsubscribe shop mr",
            "/gitlab subscribe shop issues, mrs"
        ]
    );
}

#[tokio::test]
async fn a_developer_changes_nothing_of_what_is_told() {
    let mut world = world(30).await;
    for typed in [
        "subscribe shop issues",
        "unsubscribe shop",
        "disconnect shop",
    ] {
        let said = world.types(typed).await;
        said.only_to_who_asked()
            .shows("That needs the role Maintainer in `acme/shop`");
    }
    assert_eq!(stored(&world).await, None);
}

#[tokio::test]
async fn a_mistyped_kind_is_no_project() {
    let mut world = world(40).await;
    let said = world.types("subscribe isues").await;
    said.only_to_who_asked()
        .shows("`isues` is no kind of event and no connected project; did you mean `issues`");
    let said = world.types("subscribe list kinds").await;
    said.only_to_who_asked().shows("`merge_requests`");
}

#[tokio::test]
async fn a_private_channel_is_told_to_invite_the_bot() {
    let world = World::start().await;
    world.outside.answers(ROLE, &member(40));
    let hidden = json!({"ok": false, "error": "channel_not_found"});
    world.outside.answers(CHANNEL, &hidden);
    let mut world = world;
    let said = world.types("subscribe shop pipelines").await;
    said.to_all().shows("`/invite @Signalbox`");
}

#[tokio::test]
async fn the_bot_joins_a_public_channel_by_itself() {
    let world = World::start().await;
    world.outside.answers(ROLE, &member(40));
    let outside = channel(&json!({"is_member": false}));
    world.outside.answers(CHANNEL, &outside);
    world
        .outside
        .answers("POST /api/conversations.join", &channel(&json!({})));
    let mut world = world;
    let said = world.types("subscribe shop pipelines").await;
    assert!(!said.text().contains("/invite"), "{}", said.text());
    let joined = world.outside.changes();
    assert!(
        joined
            .iter()
            .any(|(call, _)| call.ends_with("conversations.join"))
    );
}

#[tokio::test]
async fn a_connected_project_tells_the_everyday_events_where_that_was_typed() {
    let mut world = World::empty().await;
    world.links("U0ANA", "ana").await;
    world.outside.answers(ROLE, &member(40));
    world.outside.answers(CHANNEL, &channel(&json!({})));
    let project = json!({"id": 12, "name": "shop", "path_with_namespace": "acme/shop"});
    world.outside.answers("GET projects/acme%2Fshop", &project);
    let said = world.types("connect acme/shop as issue").await;
    said.only_to_who_asked()
        .shows("`issue` is the first word of a command");
    let said = world.types("connect acme/shop as shop").await;
    said.to_all()
        .shows("*acme/shop* is connected")
        .shows("are told here");
    let (active, properties, workspace) = stored(&world).await.unwrap();
    assert!(active);
    assert_eq!(workspace.as_deref(), Some("T0DEMO"));
    assert_eq!(properties["push_channel"], json!(["C0GENERAL"]));
    assert_eq!(properties["job_events"], false);
    let said = world.types("projects").await;
    said.only_to_who_asked().shows("acme/shop as `shop`");

    let said = world.types("disconnect shop").await;
    said.to_all().shows("*acme/shop* is disconnected by @ana");
    let (active, ..) = stored(&world).await.unwrap();
    assert!(!active);
    let said = world.types("connect acme/shop").await;
    said.to_all()
        .shows("Its events are told as they were before");
    let (active, properties, _) = stored(&world).await.unwrap();
    assert!(active);
    assert_eq!(properties["push_channel"], json!(["C0GENERAL"]));
}

#[tokio::test]
async fn a_channel_gets_a_project_from_a_developer() {
    let mut world = world(30).await;
    world.connects("acme/web", "web").await;
    let said = world.types("settings project shop").await;
    said.to_all()
        .shows("Commands in this channel are about `acme/shop` when they name no project");
    let said = world.types("settings").await;
    said.only_to_who_asked()
        .shows("@ana")
        .shows("`acme/shop` `acme/web`");
    let said = world.types("settings project none").await;
    said.to_all()
        .shows("Commands in this channel have to name their project");
    let said = world.types("whoami").await;
    said.only_to_who_asked().shows("You are @ana in GitLab.");
    let said = world.types_as("U0BEN", "settings").await;
    assert!(!said.text().contains("acme"), "{}", said.text());
}

#[tokio::test]
async fn a_guest_gives_a_channel_no_project() {
    let mut world = world(10).await;
    let said = world.types("settings project shop").await;
    said.only_to_who_asked()
        .shows("That needs the role Developer in `acme/shop`");
}
