//! Who speaks: one of the two, decided anew for every event.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use domain::Event;
use integrations::{Fixed, voice};
use notify::settings::{Settings, Unsubscribed};
use notify::{Integration, Routed};
use serde_json::json;
use store::{Place, StoredEvent};

use crate::world::{
    URL, fixed, flip, group, project, push, put_app, put_webhook, store, told, with_flags,
};

/// A project that has both, and two that have one each.
fn both() -> Fixed {
    fixed(&[
        json!({"path": "acme/both", "channel": "#app", "push_events": true}),
        json!({"path": "acme/both", "integration": "slack", "webhook": URL, "channel": "#old"}),
        json!({"path": "acme/app", "channel": "#app", "push_events": true}),
        json!({"path": "acme/old", "integration": "slack", "webhook": URL, "channel": "#old"}),
    ])
}

#[tokio::test]
async fn never_both_and_never_neither_while_the_flag_is_flipped_between_events() {
    let (integrations, live) = with_flags(&store().await, both()).await;
    let (app, old) = ("app in #app", "webhook of \"acme/both\" in #old");
    for (gates, expected) in [
        ("{}", old),
        (r#"{"boolean": true}"#, app),
        (r#"{"actors": ["Project:12"]}"#, app),
        (r#"{"actors": ["Project:13"]}"#, old),
        (
            r#"{"actors": ["Project:12:opt_out"], "boolean": true}"#,
            old,
        ),
        (r#"{"percentage_of_actors": 100}"#, app),
        (r#"{"percentage_of_time": 100}"#, app),
        ("{}", old),
    ] {
        flip(&live, gates);
        let event = push("acme/both", Some(12));
        assert_eq!(told(&integrations, &event), expected, "{gates}");
        // The only one there is speaks, whatever the flag says.
        assert_eq!(
            told(&integrations, &push("acme/app", Some(12))),
            app,
            "{gates}"
        );
        let alone = told(&integrations, &push("acme/old", Some(12)));
        assert_eq!(alone, "webhook of \"acme/old\" in #old", "{gates}");
    }
}

#[tokio::test]
async fn never_both_and_never_neither_while_the_flag_is_flipped_during_events() {
    let (integrations, live) = with_flags(&store().await, both()).await;
    let stop = Arc::new(AtomicBool::new(false));
    let flipping = std::thread::spawn({
        let stop = Arc::clone(&stop);
        move || {
            while !stop.load(Ordering::Relaxed) {
                for gates in [
                    "{}",
                    r#"{"boolean": true}"#,
                    r#"{"percentage_of_time": 50}"#,
                ] {
                    flip(&live, gates);
                    std::thread::yield_now();
                }
            }
        }
    });
    let (mut by_app, mut by_webhook) = (0, 0);
    let event = push("acme/both", Some(12));
    // Until both have spoken often enough, whatever the machine is busy with.
    while by_app < 500 || by_webhook < 500 {
        match told(&integrations, &event).as_str() {
            "app in #app" => by_app += 1,
            "webhook of \"acme/both\" in #old" => by_webhook += 1,
            other => panic!("{other}"),
        }
    }
    stop.store(true, Ordering::Relaxed);
    flipping.join().unwrap();
}

fn stored(body: String) -> StoredEvent {
    StoredEvent {
        id: domain::EventId::mint(1_700_000_000_000, 1),
        hook: "demo".parse().unwrap(),
        kind: domain::EventKind::Push,
        project: None,
        title: String::new(),
        received_at: "2026-01-06T10:00:00Z".parse().unwrap(),
        body,
    }
}

#[tokio::test]
async fn a_replay_asks_again_who_speaks() {
    let (integrations, live) = with_flags(&store().await, both()).await;
    let event = |event: &Event| stored(serde_json::to_string(event).unwrap());
    let kept = event(&push("acme/both", Some(12)));
    let webhook = store::Speaker::Webhook {
        place: "acme/both".to_owned(),
    };
    assert_eq!(integrations.voice_of(&kept), Some(webhook.clone()));
    flip(&live, r#"{"boolean": true}"#);
    assert_eq!(integrations.voice_of(&kept), Some(store::Speaker::App));
    flip(&live, "{}");
    assert_eq!(integrations.voice_of(&kept), Some(webhook));
    // Nobody has it set up any more, or it cannot be read.
    let nobody = event(&push("other/shop", None));
    assert_eq!(integrations.voice_of(&nobody), None);
    assert_eq!(integrations.voice_of(&stored("{".to_owned())), None);
}

#[tokio::test]
async fn what_was_decided_is_stored_as_it_was_decided() {
    let (integrations, live) = with_flags(&store().await, both()).await;
    for gates in ["{}", r#"{"boolean": true}"#] {
        flip(&live, gates);
        let event = push("acme/both", Some(12));
        let Routed::Deliver { speaker, .. } = integrations.route(&event) else {
            panic!("nobody tells of it");
        };
        let kept = stored(serde_json::to_string(&event).unwrap());
        assert_eq!(integrations.voice_of(&kept), Some(voice(speaker)));
    }
}

#[tokio::test]
async fn in_the_demo_a_place_that_nobody_has_connected_has_a_channel_and_both_voices() {
    let demo = Fixed {
        unsubscribed: Unsubscribed::ChannelPerProject {
            workspace: "T1".parse().unwrap(),
        },
        webhook_of_unsubscribed: Some("http://127.0.0.1:7401/services/T1/B1/x".parse().unwrap()),
        ..fixed(&[])
    };
    let store = store().await;
    let (integrations, live) = with_flags(&store, demo).await;
    let event = push("Some-Group/new", Some(40));
    assert_eq!(
        told(&integrations, &event),
        "webhook of \"\" in #p-some-group-new"
    );
    let url = integrations.now().webhook("").unwrap().url.clone();
    assert_eq!(url.reveal(), "http://127.0.0.1:7401/services/T1/B1/x");
    flip(&live, r#"{"actors": ["Project:40"]}"#);
    assert_eq!(told(&integrations, &event), "app in #p-some-group-new");
    // One that is set up goes by its own.
    let set = json!({"webhook": URL, "channel": "#set"});
    put_webhook(&integrations, project("some-group/new"), set)
        .await
        .unwrap();
    assert_eq!(
        told(&integrations, &event),
        "webhook of \"some-group/new\" in #set"
    );
    // And so does everything, once the instance is.
    let set = json!({"webhook": URL, "channel": "#all"});
    put_webhook(&integrations, Place::Instance, set)
        .await
        .unwrap();
    let other = push("some-group/other", Some(41));
    assert_eq!(told(&integrations, &other), "webhook of \"\" in #all");
    assert_eq!(integrations.now().webhook("").unwrap().url.reveal(), URL);
}

#[tokio::test]
async fn the_groups_above_a_project_count_once_their_ids_are_known() {
    let store = store().await;
    let configuration = fixed(&[
        json!({"path": "Acme", "channel": "#app", "push_events": true}),
        json!({"path": "Acme", "integration": "slack", "webhook": URL, "channel": "#old"}),
    ]);
    let (integrations, live) = with_flags(&store, configuration).await;
    flip(&live, r#"{"actors": ["Group:9"]}"#);
    let event = push("acme/web/shop", Some(12));
    assert_eq!(told(&integrations, &event), "webhook of \"acme\" in #old");
    assert_eq!(integrations.now().group("acme"), None);
    // Somebody sets up another integration of a place whose number is known with it.
    let set = json!({"active": false});
    put_app(&integrations, group("Acme/Web", Some(9)), set)
        .await
        .unwrap();
    assert_eq!(integrations.now().group("acme/web"), Some("Group:9"));
    let off = json!({"active": true, "use_inherited_settings": true});
    put_app(&integrations, group("Acme/Web", Some(9)), off)
        .await
        .unwrap();
    assert_eq!(told(&integrations, &event), "app in #app");
    // The project's own percentage is not asked of its groups.
    flip(&live, r#"{"actors": ["Group:9:opt_out"], "boolean": true}"#);
    assert_eq!(told(&integrations, &event), "webhook of \"acme\" in #old");
}

#[tokio::test]
async fn a_page_is_told_who_would_speak_and_what_the_flag_says() {
    let (integrations, live) = with_flags(&store().await, both()).await;
    let place = |path| notify::Place::Project { id: Some(12), path };
    let speaks = |path| {
        integrations
            .speaking(place(path))
            .map(|one| one.integration)
    };
    assert_eq!(speaks("acme/both"), Some(Integration::Webhook));
    assert_eq!(speaks("acme/app"), Some(Integration::App));
    assert_eq!(speaks("other/shop"), None);
    flip(&live, r#"{"boolean": true}"#);
    assert_eq!(speaks("acme/both"), Some(Integration::App));
    assert_eq!(speaks("acme/old"), Some(Integration::Webhook));
    // Whatever is set up there.
    let asked = integrations.asked(place("acme/old")).integration;
    assert_eq!(asked, Integration::App);
    let is_settings: &Settings = &integrations.now().settings;
    assert!(!is_settings.has_channel_per_project());
}
